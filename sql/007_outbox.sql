-- Letters that wait to be sent. A row names what a letter is about; its link and its code are derived when it is sent (see
-- README, "outbox"), so that a copy of this table opens no account.
--
-- kind: a word of the program; user_id: NULL for an address without an account. address: where the letter goes, and
-- parameters: JSON; both are emptied once the letter has left. outcome: 0 waiting, 1 sent, 2 refused by the mail server, 3
-- given up. next_try_at: 0 unless it waits; the process that sends moves it ahead first, on the condition that tries is
-- still what it read.

CREATE TABLE IF NOT EXISTS {prefix}outbox (
  id BINARY(16) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  user_id BINARY(16),
  address VARCHAR(254) NOT NULL,
  parameters VARCHAR(2000) NOT NULL,
  language VARCHAR(16) NOT NULL,
  created_at BIGINT NOT NULL,
  next_try_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  outcome SMALLINT NOT NULL,
  PRIMARY KEY (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

CREATE INDEX {prefix}outbox_due ON {prefix}outbox (next_try_at);

CREATE INDEX {prefix}outbox_user ON {prefix}outbox (user_id);

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (7, '007_outbox', 0);
