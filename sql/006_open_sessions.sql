-- The sessions of a user that were not revoked, indexed: a sign-in and the list of devices ask for these, and whoever
-- signs in all day long leaves many others behind until they are purged. A rotation changes neither column.

CREATE INDEX {prefix}session_open ON {prefix}session (user_id, revoked_at);

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (6, '006_open_sessions', 0);
