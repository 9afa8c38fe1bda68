-- Who users are at providers of social sign-in: the issuer, and what the issuer calls the person. By issuer and not by the
-- name in cardea.ini (which is in provider, as it was): a provider that is renamed or replaced there must not hand one
-- person's account to another. A user has at most one identity of each issuer.

CREATE TABLE IF NOT EXISTS {prefix}provider_identity (
  issuer VARBINARY(255) NOT NULL,
  subject VARBINARY(255) NOT NULL,
  provider VARCHAR(32) NOT NULL,
  user_id BINARY(16) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject),
  CONSTRAINT {prefix}provider_identity_user UNIQUE (user_id, issuer)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC */;

INSERT INTO {prefix}schema (version, name, applied_at) VALUES (5, '005_provider_identity', 0);
