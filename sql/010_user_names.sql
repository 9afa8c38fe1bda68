-- User names: a second name to sign in by. For MySQL 5.7, MariaDB 10.2, SQLite 3.34 and newer ones alike; see
-- 001_first_tables.sql for how it is run.

-- username: as typed; empty: none. username_key: as the program compares it, bytes; NULL = none.
ALTER TABLE {prefix}user ADD COLUMN username VARCHAR(60) NOT NULL DEFAULT '';

ALTER TABLE {prefix}user ADD COLUMN username_key VARBINARY(240);

CREATE UNIQUE INDEX {prefix}user_username ON {prefix}user (username_key);

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (10, '010_user_names', 0);
