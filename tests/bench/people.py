"""Any number of users with a session each, written straight into the tables of a MariaDB: user-N and session-N."""


AT_ONCE = 50_000


def fill(database, count, first=0):
    """Adds user and session number first .. count - 1, each at generation 1. tests/bench/rotations.cpp knows them."""
    for begin in range(first, count, AT_ONCE):
        _add(database, begin, min(begin + AT_ONCE, count) - 1)


def _add(database, first, last):
    database.rows(f"""INSERT INTO cardea_user (id, email_key, email, name, password_hash, status, epoch, scope, last_method, created_at, last_sign_in_at)
  SELECT UNHEX(LEFT(SHA2(CONCAT('user-', seq), 256), 32)), CONCAT('user-', seq, '@bench.example'),
    CONCAT('user-', seq, '@bench.example'), '', '', 0, 0, '', 'password', 1000, 0 FROM seq_{first}_to_{last};
INSERT INTO cardea_session (id, user_id, device_id, device_name, nonce, generation, rotated_at, idempotency, user_epoch, method,
    user_agent, ip, created_at, idle_until, absolute_until, revoked_at, revoke_reason)
  SELECT UNHEX(LEFT(SHA2(CONCAT('session-', seq), 256), 32)), UNHEX(LEFT(SHA2(CONCAT('user-', seq), 256), 32)), 'bench', '',
    'benchbenchbench!', 1, 1000, NULL, 0, 'password', 'bench', '127.0.0.1', 1000, 32503680000000, 0, 0, 0
  FROM seq_{first}_to_{last};""")


def rewind(database):
    """All sessions back to generation 1."""
    database.rows("UPDATE cardea_session SET generation = 1 WHERE generation <> 1")
