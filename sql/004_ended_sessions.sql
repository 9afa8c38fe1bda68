-- When sessions ended, indexed: every host asks now and then for those that ended since it last asked, and refuses their
-- access tokens without asking the database again (see README, "Signing out at once").
--
-- sessions_ended_at: when the user's epoch last moved, which ended all sessions of an older one; 0 = never. A rotation
-- changes neither column.

ALTER TABLE {prefix}user ADD COLUMN sessions_ended_at BIGINT NOT NULL DEFAULT 0;

CREATE INDEX {prefix}user_ended ON {prefix}user (sessions_ended_at);

CREATE INDEX {prefix}session_revoked ON {prefix}session (revoked_at);

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (4, '004_ended_sessions', 0);
