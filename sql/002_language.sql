-- The language in which a user is written to: a tag of RFC 5646; '' = never said.
ALTER TABLE {prefix}user ADD COLUMN language VARCHAR(16) NOT NULL DEFAULT '';

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (2, '002_language', 0);
