-- The first tables, for MySQL 5.7, MariaDB 10.2, SQLite 3.34 and newer ones alike.
--
-- `cardea migrate` runs this file. Where no program can be run by hand, replace {prefix} by the table_prefix of cardea.ini
-- (cardea_ unless set) in an editor and import the file, for instance in phpMyAdmin; the last statement tells the program
-- that it has been done.
--
-- All times are Unix milliseconds (UTC), 0 = never. Ids are the 16 bytes of a UUID of version 7, made by the program.
-- Every statement ends with a semicolon at the end of a line. SQLite takes what stands between /*! and */ for a comment.

CREATE TABLE IF NOT EXISTS {prefix}schema (
  version BIGINT NOT NULL,
  name VARCHAR(100) NOT NULL,
  applied_at BIGINT NOT NULL,
  PRIMARY KEY (version)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

-- email_key: the address as the program compares it, bytes, so that no collation makes two people one; NULL = none.
-- status: 0 active, 1 disabled. epoch: one more ends all sessions of the user.
CREATE TABLE IF NOT EXISTS {prefix}user (
  id BINARY(16) NOT NULL,
  email_key VARBINARY(254),
  email VARCHAR(254) NOT NULL,
  name VARCHAR(255) NOT NULL,
  password_hash VARCHAR(512) NOT NULL,
  status SMALLINT NOT NULL,
  epoch BIGINT NOT NULL,
  scope VARCHAR(1000) NOT NULL,
  last_method VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  last_sign_in_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT {prefix}user_email UNIQUE (email_key)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

-- Who a person is at a provider of social sign-in.
CREATE TABLE IF NOT EXISTS {prefix}identity (
  provider VARBINARY(32) NOT NULL,
  subject VARBINARY(255) NOT NULL,
  user_id BINARY(16) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (provider, subject)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

CREATE INDEX {prefix}identity_user ON {prefix}identity (user_id);

-- One signed-in device. A rotation changes no indexed column: without index entries to move it takes no lock but the
-- row's own and cannot deadlock with sign-outs and housekeeping.
-- revoke_reason: 0 none, 1 signed out, 2 by the owner, 3 replaced, 4 reuse, 5 administrator, 6 evicted.
CREATE TABLE IF NOT EXISTS {prefix}session (
  id BINARY(16) NOT NULL,
  user_id BINARY(16) NOT NULL,
  device_id VARCHAR(64) NOT NULL,
  device_name VARCHAR(255) NOT NULL,
  nonce BINARY(16) NOT NULL,
  generation BIGINT NOT NULL,
  rotated_at BIGINT NOT NULL,
  idempotency BINARY(32),
  user_epoch BIGINT NOT NULL,
  method VARCHAR(64) NOT NULL,
  user_agent VARCHAR(255) NOT NULL,
  ip VARCHAR(45) NOT NULL,
  created_at BIGINT NOT NULL,
  idle_until BIGINT NOT NULL,
  absolute_until BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  revoke_reason SMALLINT NOT NULL,
  PRIMARY KEY (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

CREATE INDEX {prefix}session_user ON {prefix}session (user_id);

CREATE TABLE IF NOT EXISTS {prefix}event (
  id BINARY(16) NOT NULL,
  happened_at BIGINT NOT NULL,
  kind VARCHAR(32) NOT NULL,
  user_id BINARY(16),
  session_id BINARY(16),
  ip VARCHAR(45) NOT NULL,
  detail VARCHAR(500) NOT NULL,
  PRIMARY KEY (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

CREATE INDEX {prefix}event_user ON {prefix}event (user_id, happened_at);

CREATE INDEX {prefix}event_time ON {prefix}event (happened_at);

-- Failures counted for an account or an address; bucket is a digest of which.
CREATE TABLE IF NOT EXISTS {prefix}throttle (
  bucket BINARY(32) NOT NULL,
  failures BIGINT NOT NULL,
  window_began BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL,
  PRIMARY KEY (bucket)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (1, '001_first_tables', 0);
