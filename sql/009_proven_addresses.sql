-- Addresses: since when one is proven, and changes of addresses. For MySQL 5.7, MariaDB 10.2, SQLite 3.34 and newer ones alike. See
-- 001_first_tables.sql for how it is run.

-- email_proven_at: since when the address of the account is proven, or trusted without a proof; 0: neither. Accounts from
-- before this existed are trusted since they were made.
ALTER TABLE {prefix}user ADD COLUMN email_proven_at BIGINT NOT NULL DEFAULT 0;

UPDATE {prefix}user SET email_proven_at = CASE WHEN created_at > 0 THEN created_at ELSE 1 END WHERE email_proven_at = 0;

-- A change of an address: asked for, then confirmed at the new address (changed_at), then undone (the row is removed) or not.
-- nonce: what its links are bound to. user_epoch: the user's when it was asked for; another one makes it void.
-- pending_until: the end of the letter to the new address. undo_until: the end of the letter to the old address, which
-- nobody else can take until then; 0: nothing to undo. password_mark: SHA-256 of password_hash when it was confirmed, which
-- tells whether there is a new password since.
CREATE TABLE IF NOT EXISTS {prefix}address_change (
  id BINARY(16) NOT NULL,
  user_id BINARY(16) NOT NULL,
  nonce BINARY(16) NOT NULL,
  user_epoch BIGINT NOT NULL,
  old_key VARBINARY(254) NOT NULL,
  old_email VARCHAR(254) NOT NULL,
  new_key VARBINARY(254) NOT NULL,
  new_email VARCHAR(254) NOT NULL,
  requested_at BIGINT NOT NULL,
  pending_until BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  undo_until BIGINT NOT NULL,
  password_mark BINARY(32),
  PRIMARY KEY (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC */;

CREATE INDEX {prefix}address_change_user ON {prefix}address_change (user_id);

CREATE INDEX {prefix}address_change_old ON {prefix}address_change (old_key);

CREATE INDEX {prefix}address_change_new ON {prefix}address_change (new_key);

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (9, '009_proven_addresses', 0);
