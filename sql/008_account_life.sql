-- When a user last proved on a device that it is them, and closed accounts. For MySQL 5.7, MariaDB 10.2, SQLite 3.34 and newer
-- ones alike; see 001_first_tables.sql for how it is run.

-- authenticated_at: when the session was signed in or reauthenticated last; 0: never known, as for sessions that were taken
-- over from a former system. amr: by which means (RFC 8176), with blanks between them. In no index: a reauthentication
-- writes both together with the rotation.
ALTER TABLE {prefix}session ADD COLUMN authenticated_at BIGINT NOT NULL DEFAULT 0;

ALTER TABLE {prefix}session ADD COLUMN amr VARCHAR(64) NOT NULL DEFAULT '';

UPDATE {prefix}session SET authenticated_at = created_at WHERE authenticated_at = 0 AND method <> 'legacy';

UPDATE {prefix}session SET amr = 'pwd' WHERE amr = '' AND method = 'password';

-- closed_at: when the user closed the account; 0: it is open. Purging asks for those that are closed long enough.
ALTER TABLE {prefix}user ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;

CREATE INDEX {prefix}user_closed ON {prefix}user (closed_at);

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (8, '008_account_life', 0);
