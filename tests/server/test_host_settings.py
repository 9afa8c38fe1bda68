"""A MariaDB as web hosts set it up for everybody: nobody is lost, or the program refuses and says why."""

import contextlib

from harness import PASSWORD, WAYS, MariaDB, Place, for_each, site
from test_host_limits import log_of

NAME = "김한 José 🔑"


@contextlib.contextmanager
def host(name, way, *options):
    place = Place(f"{name}-mariadb")
    with contextlib.closing(place), contextlib.closing(MariaDB(place, options=options)) as mariadb:
        with site(name, way=way, database=mariadb, users=()) as here:
            yield here


def live_a_day(here):
    """Someone registers, comes back, renews, and is found by the administrator."""
    email = "kim@example.com"
    first = here.browser().post("/auth/register", json={"email": email, "password": PASSWORD, "name": NAME})
    assert first.status == 201, first
    browser = here.sign_in(email)
    assert browser.get("/auth/me").json()["name"] == NAME
    for _ in range(3):
        assert browser.post("/auth/refresh").status == 200
    assert len(browser.get("/auth/devices").json()["devices"]) == 2
    assert here.browser().post("/auth/login", json={"email": email, "password": "wrong wrong"}).status == 401
    assert here.browser().post("/auth/login", json={"email": "other@example.com", "password": "wrong wrong"}).status == 401
    assert here.rows("SELECT COUNT(*) FROM cardea_throttle WHERE bucket LIKE '%??%'") == [["0"]]
    assert here.rows("SELECT COUNT(*) FROM cardea_session s JOIN cardea_user u ON u.id = s.user_id") == [["2"]]
    assert [user["name"] for user in here.cardea.json("user", "list")] == [NAME]
    done = here.cardea.run("check", "--offline")
    assert "gives every byte back" in done.stdout and "FAIL" not in done.stdout, done.stdout
    assert here.browser().get("/auth/health").status == 200


@for_each(way=WAYS)
def test_another_collation_for_everybody_changes_nothing(way):
    with host("collation", way, "--init-connect=SET collation_connection = utf8_unicode_ci") as here:
        live_a_day(here)


@for_each(option=("--init-connect=SET NAMES latin1, sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES', autocommit=0",
                  "--init-connect=SET sql_safe_updates=1, sql_select_limit=1, completion_type=1", "--skip-character-set-client-handshake",
                  "--max-user-connections=1", "--max-user-connections=2"))
def test_other_settings_for_everybody_change_nothing(option):
    with host("settings", "fastcgi", option) as here:
        live_a_day(here)


@for_each(way=WAYS)
def test_an_account_with_one_connection_is_enough(way):
    with host("one-connection", way) as here:
        here.database.sql("ALTER USER cardea@'%' WITH MAX_USER_CONNECTIONS 1")
        live_a_day(here)
        assert "max_user_connections" not in log_of(here), log_of(here)


@for_each(way=WAYS)
def test_tables_that_damage_what_they_get_are_refused(way):
    with host("damage", way) as here:
        here.cardea.add_user()
        browser = here.sign_in()
        here.database.sql("ALTER TABLE cardea.cardea_provider_identity CONVERT TO CHARACTER SET latin1;"
                          "UPDATE cardea.cardea_schema SET applied_at = 0 WHERE version = 0")
        here.server.restart()
        health = here.browser().get("/auth/health")
        assert (health.status, health.json()) == (503, {"status": "degraded", "database": "data_damaged"}), health
        refused = here.browser().post("/auth/register", json={"email": "new@example.com", "password": PASSWORD})
        assert (refused.status, refused.json()["error"]) == (503, "temporarily_unavailable"), refused
        assert browser.get("/auth/verify").status == 204
        assert "does not give back the bytes" in log_of(here), log_of(here)
        done = here.cardea.run("check", "--offline")
        assert done.returncode == 1 and "does not give back the bytes" in done.stdout, done.stdout
        assert here.rows("SELECT COUNT(*) FROM cardea_user") == [["1"]]


def test_an_init_connect_that_fails_is_named():
    with host("failing", "serve") as here:
        here.cardea.add_user()
        here.database.sql("SET GLOBAL init_connect = 'SET no_such_variable = 1'; KILL USER cardea")
        health = here.browser().get("/auth/health")
        assert health.status == 503, health
        assert "init_connect" in log_of(here), log_of(here)
        done = here.cardea.run("check", "--offline")
        assert done.returncode == 1 and "init_connect" in done.stdout, done.stdout
