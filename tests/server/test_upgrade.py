"""An installation with the first tables is upgraded by `cardea migrate`, and every client goes on with the tokens that it holds."""

import contextlib
import json
import os
import sqlite3

from harness import ROOT, Cardea, Lighttpd, MariaDB, Place, Site, for_each, free_port

KEPT = os.path.join(ROOT, "tests", "vectors", "upgrade")


def read_kept():
    with open(os.path.join(KEPT, "kept.json"), encoding="utf-8") as file:
        return json.load(file)


def literal(value):
    if isinstance(value, dict):
        return f"X'{value['hex']}'"
    return "NULL" if value is None else str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def statements(kept):
    """The first tables and the rows in them."""
    with open(os.path.join(KEPT, "001_first_tables.sql"), encoding="utf-8") as file:
        yield file.read().replace("{prefix}", "cardea_")
    for name, table in kept["tables"].items():
        for row in table["rows"]:
            yield f"INSERT INTO cardea_{name} ({', '.join(table['columns'])}) VALUES ({', '.join(map(literal, row))});"


@contextlib.contextmanager
def installation(kept, database):
    """A Site with the kept keys and rows. Its tables are the old ones, and no server runs yet: .server.start()."""
    with contextlib.ExitStack() as stack:
        place = Place("upgrade-" + database)
        stack.callback(place.close)
        try:
            mariadb = stack.enter_context(contextlib.closing(MariaDB(place))) if database == "mysql" else None
            settings = {"tokens": {"issuer": kept["issuer"], "rotation_grace": "0s"}, "transport": {"mode": "both"}}
            cardea = Cardea(place, free_port(), settings, mariadb)
            for name, text in kept["keys"].items():
                place.write("cardea-keys/" + name, text)
            if mariadb:
                mariadb.sql("\n".join(statements(kept)), mariadb.schema)
            else:
                with contextlib.closing(sqlite3.connect(cardea.database_file)) as connection:
                    connection.executescript("\n".join(statements(kept)))
                os.chmod(cardea.database_file, 0o600)
            yield Site(place, cardea, stack.enter_context(contextlib.closing(Lighttpd(cardea))), mariadb)
        except Exception:
            place.note_failure()
            raise


def by_header(here, tokens):
    return here.browser().post("/auth/refresh", json={"refresh_token": tokens["refresh"]}, headers={"Origin": None}, cookies=False)


def check_is_ours(answer):
    """The kept access tokens lived half an hour: their signature counts, not their time."""
    assert answer.status == 204 or (answer.status, answer.json()["reason"]) == (401, "expired"), answer


@for_each(database=("sqlite", "mysql"))
def test_tables_and_tokens_of_before_the_upgrade_go_on_after_it(database):
    kept = read_kept()
    with installation(kept, database) as here:
        report = json.loads(here.cardea.command("migrate", "--json"))
        newest = len([name for name in os.listdir(os.path.join(ROOT, "sql")) if name.endswith(".sql")])
        assert (report["from"], report["to"], len(report["applied"])) == (1, newest, newest - 1), report
        assert json.loads(here.cardea.command("migrate", "--json"))["applied"] == []
        here.server.start()
        check_browser(here, kept["tokens"]["cookie"])
        check_app(here, kept["tokens"]["app"])
        assert by_header(here, kept["tokens"]["signed_out"]).json()["reason"] == "revoked"
        again = here.sign_in("alice@example.com", kept["password"], device_id="desktop")
        devices = {device["id"] for device in again.get("/auth/devices").json()["devices"]}
        assert devices == {"laptop", "phone", "desktop"}, devices
        kinds = [event["kind"] for event in again.get("/auth/events").json()["events"]]
        assert kinds.count("signed_in") == 4 and "signed_out" in kinds, kinds
        answer = by_header(here, kept["tokens"]["spent"])
        assert (answer.status, answer.json()["reason"]) == (401, "reused"), answer
        assert {device["id"] for device in again.get("/auth/devices").json()["devices"]} == {"phone", "desktop"}


def check_browser(here, tokens):
    browser = here.browser()
    browser.jar.set("cardea_access", tokens["access"], "/")
    browser.jar.set("cardea_refresh", tokens["refresh"], "/auth")
    check_is_ours(browser.get("/auth/verify"))
    assert browser.post("/auth/refresh").status == 200
    assert browser.get("/auth/verify").status == 204
    assert browser.get("/auth/me").json()["email"] == "alice@example.com"
    assert browser.post("/auth/refresh").status == 200


def check_app(here, tokens):
    header = {"Authorization": "Bearer " + tokens["access"]}
    check_is_ours(here.browser().get("/auth/verify", headers=header, cookies=False))
    answer = by_header(here, tokens)
    assert answer.status == 200, answer
    assert by_header(here, {"refresh": answer.json()["refresh_token"]}).status == 200


def test_a_program_says_that_the_tables_are_older_until_they_are_upgraded():
    with installation(read_kept(), "sqlite") as here:
        done = here.cardea.run("check", "--offline")
        assert "cardea migrate" in done.stdout + done.stderr, done
        here.cardea.command("migrate")
        assert "cardea migrate" not in here.cardea.run("check", "--offline").stdout
