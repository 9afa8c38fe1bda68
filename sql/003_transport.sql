-- What a move from header to cookie needs: by which keyhole each session was last renewed, how many requests came by
-- which one, and the tokens of the system before this one. For MySQL 5.7, MariaDB 10.2, SQLite 3.34 and newer ones alike
-- see 001_first_tables.sql for how it is run.

-- keyhole: 0 not told yet, 1 cookie, 2 header or body. In no index: a rotation writes it.
ALTER TABLE {prefix}session ADD COLUMN keyhole SMALLINT NOT NULL DEFAULT 0;

-- One count of one day. day is its 00:00 UTC.
CREATE TABLE IF NOT EXISTS {prefix}tally (
  day BIGINT NOT NULL,
  name VARCHAR(64) NOT NULL,
  total BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (day, name)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

-- Tokens of the system before this one, by their SHA-256. Each is good for one exchange: exchanged_at tells when it was
-- made, session_id for which session.
CREATE TABLE IF NOT EXISTS {prefix}legacy_token (
  digest BINARY(32) NOT NULL,
  user_id BINARY(16) NOT NULL,
  expires_at BIGINT NOT NULL,
  session_id BINARY(16),
  exchanged_at BIGINT NOT NULL,
  PRIMARY KEY (digest)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (3, '003_transport', 0);
