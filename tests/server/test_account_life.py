"""The life of an account in its user's hands: fresh sign-ins, closing, reopening, a copy of everything, and nothing left in the end."""

import hashlib
import json
import os
import re
import time
import uuid

from harness import for_each, site
from test_mail import site_with_mail, text_of
from tokens import Forge, of_base64url

DATABASES = ("sqlite", "mysql")
EMAIL, PASSWORD = "alice@example.com", "correct horse battery"
DAY = 86_400_000  # milliseconds
# What the program hashes together with an address (src/auth/account/throttle.cpp and mail_proof.cpp).
NAMED_BY_ADDRESS = ("account\n", "letters by strangers\n", "code\n")


def change(here, statement):
    (here.database.rows if here.database else here.cardea.rows)(statement)


def grow_old(here):
    """All sign-ins were an hour ago."""
    change(here, "UPDATE cardea_session SET authenticated_at = authenticated_at - 3600000")


def close(browser, **more):
    answer = browser.post("/auth/me/delete", json=more)
    assert answer.status == 202, answer
    return answer


def sign_in(here, email=EMAIL, password=PASSWORD):
    return here.browser().post("/auth/login", json={"email": email, "password": password})


def columns_of(here):
    """(table, column) of everything in the database."""
    if here.database:
        return [tuple(row) for row in here.rows("SELECT table_name, column_name FROM information_schema.columns"
                                                " WHERE table_schema = 'cardea'")]
    return [tuple(row) for row in here.rows("SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p"
                                            " WHERE m.type = 'table'")]


def places_of(here, needles):
    """Where in the database one of these byte strings stands, as {(table, column)}."""
    wanted = [needle.hex().upper() for needle in needles]
    found = set()
    for table, column in columns_of(here):
        for (value,) in here.rows(f"SELECT HEX(`{column}`) FROM `{table}` WHERE `{column}` IS NOT NULL"):
            if any(needle in value.upper() for needle in wanted):
                found.add((table, column))
    return found


def files_of(here):
    """The bytes of all files that the program wrote: database, keys, logs."""
    found = {}
    names = [here.cardea.database_file + end for end in ("", "-wal", "-shm", "-journal")]
    names += [os.path.join(here.cardea.keys, name) for name in os.listdir(here.cardea.keys)]
    names += [*here.place.logs.values()]
    for name in names:
        if os.path.isfile(name):
            with open(name, "rb") as file:
                found[name] = file.read()
    return found


def token_of_an_hour_ago(here, owner):
    """An access token of that session whose user proved an hour ago who they are."""
    said = json.loads(of_base64url(owner.jar.value("cardea_access").split(".")[1]))
    return Forge(here.cardea).token(claims={**said, "auth_time": said["auth_time"] - 3600})


@for_each(database=DATABASES)
def test_an_older_sign_in_proves_who_is_there_before_it_closes_or_exports(database):
    with site("life-fresh", way="serve", database=database, settings={"tokens": {"rotation_grace": "1s"}}) as here:
        owner = here.sign_in()
        grow_old(here)
        for answer in (owner.post("/auth/me/delete", json={}), owner.get("/auth/me/export")):
            assert answer.status == 401 and answer.json()["error"] == "insufficient_user_authentication", answer
            challenge = answer.header("WWW-Authenticate")
            assert 'error="insufficient_user_authentication"' in challenge and 'max_age="600"' in challenge, challenge
        thief = here.browser()
        thief.jar = owner.jar.copy()
        thief.jar.set("cardea_access", token_of_an_hour_ago(here, owner))
        wrong = owner.post("/auth/reauthenticate", json={"password": "wrong"})
        assert (wrong.status, wrong.json()["error"]) == (403, "invalid_credentials"), wrong
        proven = owner.post("/auth/reauthenticate", json={"password": PASSWORD})
        assert proven.status == 200 and proven.json()["user"]["email"] == EMAIL, proven
        assert owner.get("/auth/me/export").status == 200
        # The thief's copy of the access token is as old as it was, and the refresh token is a spent one.
        assert thief.get("/auth/me/export").status == 401
        time.sleep(1.5)
        reused = thief.post("/auth/refresh")
        assert (reused.status, reused.json()["reason"]) == (401, "reused"), reused


def test_who_has_no_password_proves_it_by_a_code_in_an_email():
    with site_with_mail("life-code", "serve") as (here, box):
        owner = here.sign_in()
        change(here, "UPDATE cardea_user SET password_hash = ''")
        grow_old(here)
        assert owner.post("/auth/reauthenticate/send", json={}).status == 202
        message, = box.take()
        code = re.search(r"^ +([A-Z]{4}-[A-Z]{4})$", text_of(message), re.MULTILINE)[1]
        assert owner.post("/auth/reauthenticate", json={"code": "BBBB-BBBB"}).json()["error"] == "invalid_code"
        assert owner.post("/auth/reauthenticate", json={"code": code.lower()}).status == 200
        assert owner.get("/auth/me/export").status == 200
        assert owner.post("/auth/reauthenticate", json={"code": code}).json()["error"] == "invalid_code"


@for_each(database=DATABASES)
def test_a_closed_account_is_shut_at_once_and_opens_again_by_the_letter_or_a_sign_in(database):
    with site_with_mail("life-closed", "serve", database=database) as (here, box):
        phone, laptop = here.sign_in(device_id="phone"), here.sign_in(device_id="laptop")
        close(phone)
        message, = box.take()
        assert laptop.get("/auth/verify").status == 401
        assert laptop.get("/auth/me").status == 401
        assert laptop.post("/auth/refresh").status == 401
        assert sign_in(here, password="wrong").json()["error"] == "invalid_credentials"
        refused = sign_in(here)
        assert refused.status == 403 and refused.json()["error"] == "account_closed" and not refused.cookies, refused
        taken = here.browser().post("/auth/register", json={"email": EMAIL, "password": "an unheard of phrase"})
        assert (taken.status, taken.json()["error"]) == (409, "email_in_use"), taken
        assert here.cardea.run("user", "add", "--email", EMAIL, stdin=PASSWORD + "\n").returncode == 1
        imported = here.cardea.run("user", "import", "--json", stdin=f"email,password_hash\n{EMAIL},\n")
        assert "account_closed" not in imported.stdout and sign_in(here).status == 403, imported

        token = re.search(r"reopen\.html#([\w-]+)", text_of(message))[1]
        assert here.browser().get("/auth/me/reopen?token=" + token).status == 405  # what a mail scanner does
        assert sign_in(here).status == 403
        assert here.browser().post("/auth/me/reopen", json={"token": token}).status == 204
        assert "open again" in box.take()[0]["Subject"]
        again = here.sign_in()
        assert laptop.get("/auth/me").status == 401

        close(again)
        box.take()
        offered = sign_in(here).json()["reopen_token"]
        assert here.browser().post("/auth/me/reopen", json={"token": token}).status == 400
        assert here.browser().post("/auth/me/reopen", json={"token": offered}).status == 204
        assert sign_in(here).status == 200


@for_each(database=DATABASES)
def test_after_its_time_nothing_of_a_closed_account_is_left(database):
    with site_with_mail("life-erased", "serve", database=database, users=(EMAIL, "bob@example.com")) as (here, box):
        owner = here.sign_in(device_name="Alice's telephone")
        user = uuid.UUID(owner.signed_in.json()["user"]["id"]).bytes
        sign_in(here, password="wrong")
        assert here.browser().post("/auth/password/forgot", json={"email": EMAIL}).status == 202
        box.take()
        close(owner)
        box.take()
        change(here, "INSERT INTO cardea_provider_identity (issuer, subject, provider, user_id, created_at)"
                     " SELECT 'https://id.example', email, 'id', id, 1 FROM cardea_user WHERE email = 'alice@example.com'")
        needles = [EMAIL.encode(), user, b"Alice's telephone",
                   *(hashlib.sha256((what + EMAIL).encode()).digest() for what in NAMED_BY_ADDRESS)]
        # The search finds what is there: or its silence afterwards would prove nothing.
        before = places_of(here, needles)
        assert {("cardea_user", "email"), ("cardea_session", "user_id"), ("cardea_event", "user_id"), ("cardea_outbox", "user_id"),
                ("cardea_throttle", "bucket"), ("cardea_provider_identity", "subject")} <= before, before

        assert "removed 0 closed accounts" in here.cardea.command("purge")
        change(here, f"UPDATE cardea_user SET closed_at = closed_at - {8 * DAY} WHERE closed_at > 0")
        assert "removed 1 closed accounts" in here.cardea.command("purge")
        assert not places_of(here, needles), places_of(here, needles)
        for name, content in files_of(here).items():
            for needle in (EMAIL.encode(), b"Alice's telephone"):
                assert needle not in content, name
        assert here.rows("SELECT email FROM cardea_user") == [["bob@example.com"]]
        assert sign_in(here).json()["error"] == "invalid_credentials"
        assert here.sign_in("bob@example.com")
        assert here.browser().post("/auth/register", json={"email": EMAIL, "password": "an unheard of phrase"}).status == 201


@for_each(way=("fastcgi", "cgi"))
def test_the_program_erases_by_itself(way):
    with site("life-by-itself", way=way) as here:
        close(here.sign_in())
        here.cardea.rows(f"UPDATE cardea_user SET closed_at = closed_at - {8 * DAY}")
        os.remove(os.path.join(here.cardea.keys, "revoked"))  # in it stands when the next purge is due
        end = time.monotonic() + 60
        while here.rows("SELECT COUNT(*) FROM cardea_user") != [["0"]]:
            assert time.monotonic() < end, here.rows("SELECT closed_at FROM cardea_user")
            here.browser().get("/auth/health")
            time.sleep(0.5)


@for_each(database=DATABASES)
def test_an_export_is_one_file_with_everything_but_secrets(database):
    with site("life-export", way="serve", database=database, users=(EMAIL, "bob@example.com")) as here:
        here.sign_in("bob@example.com", device_name="Bob's telephone")
        owner = here.sign_in(device_name="Büro")
        answer = owner.get("/auth/me/export")
        assert answer.status == 200 and answer.header("Content-Type") == "application/json", answer
        assert answer.header("Content-Disposition") == 'attachment; filename="account.json"'
        assert answer.header("Cache-Control") == "no-store"
        copy = answer.json()
        assert copy["user"][0]["email"] == EMAIL and copy["session"][0]["device_name"] == "Büro", copy
        assert {event["kind"] for event in copy["event"]} >= {"signed_in", "account_exported"}, copy["event"]
        assert "argon2" not in answer.text and "bob@example.com" not in answer.text and "Bob" not in answer.text
        printed = json.loads(here.cardea.command("user", "export", EMAIL))
        assert printed["user"] == copy["user"] and printed.keys() == copy.keys()
        assert here.browser().get("/auth/me/export").status == 401


def test_forms_without_a_script_are_led_to_the_page_that_asks_and_back():
    with site("life-forms", way="serve") as here:
        owner = here.sign_in()
        grow_old(here)
        pages = here.cardea.url + "/cardea/ko/"
        form = {"return_to": "/cardea/ko/signed-out.html#closed_done", "password": ""}
        asked = owner.post("/auth/me/delete", form=form, headers={"Referer": pages + "close.html"})
        assert asked.status == 303, asked
        page = asked.header("Location")
        assert page == pages + "reauthenticate.html?return_to=/cardea/ko/close.html", page
        back = owner.post("/auth/reauthenticate", form={"return_to": "", "password": PASSWORD}, headers={"Referer": page})
        assert (back.status, back.header("Location")) == (303, pages + "close.html"), back
        closed = owner.post("/auth/me/delete", form=form, headers={"Referer": pages + "close.html"})
        assert (closed.status, closed.header("Location")) == (303, pages + "signed-out.html#closed_done"), closed
        offered = here.browser().post("/auth/login", form={"return_to": "/", "email": EMAIL, "password": PASSWORD},
                                      headers={"Referer": pages + "sign-in.html"})
        assert offered.status == 403 and "탈퇴 취소" in offered.text, offered
        token = re.search(r'name="token" value="([\w-]+)"', offered.text)[1]
        target = re.search(r'name="return_to" value="([^"]+)"', offered.text)[1]
        opened = here.browser().post("/auth/me/reopen", form={"return_to": target, "token": token})
        assert (opened.status, opened.header("Location")) == (303, pages + "sign-in.html#reopened_done"), opened
        assert sign_in(here).status == 200


def test_an_administrator_closes_and_reopens_at_the_command_line():
    with site("life-commands", way="serve") as here:
        browser = here.sign_in()
        assert "is closed and signed out everywhere" in here.cardea.command("user", "close", EMAIL)
        assert browser.get("/auth/verify").status == 401
        assert here.cardea.json("user", "show", EMAIL)["status"] == "closed"
        assert here.cardea.run("user", "close", EMAIL).returncode == 1
        assert sign_in(here).json()["error"] == "account_closed"
        here.cardea.command("user", "reopen", EMAIL)
        assert here.cardea.run("user", "reopen", EMAIL).returncode == 1
        assert sign_in(here).status == 200


def test_where_emails_are_sent_an_account_is_kept_for_a_day_at_least():
    with site("life-settings", way="serve") as here:
        here.cardea.configure({"mail": {"from": "noreply@example.com"}, "registration": {"delete_after": "1h"}})
        refused = here.cardea.run("check", "--offline")
        assert refused.returncode == 2 and "delete_after" in refused.stderr, refused
        here.cardea.configure({"mail": {"from": None}})
        assert here.cardea.run("check", "--offline").returncode != 2
