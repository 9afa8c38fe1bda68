"""The whole program on the oldest Linux that conf/README.md names: each system call that is newer is refused."""

import contextlib
import os
import re
import subprocess
import unittest.mock

import cardea
from harness import PASSWORD, ROOT, WAYS, Gate, Place, for_each, free_port, site, wait_until
from hostile_provider import HostileProvider
from test_mail import Mailbox, token_in

TOOL = os.path.join(ROOT, "tests", "tools", "on-an-old-kernel")
CLAIM = re.compile(r"kernel of \d{4} \((\d+\.\d+)\) or newer")
FILTERED = "2"  # proc(5), Seccomp: SECCOMP_MODE_FILTER


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def oldest_kernel():
    """The version that the documents claim."""
    return CLAIM.search(text_of("conf/README.md"))[1]


def filter_of(pid):
    return re.search(r"^Seccomp:\t(\d)", text_of(f"/proc/{pid}/status"), re.MULTILINE)[1]


def wrapped(place):
    """The program as a file that the server can start in its place."""
    return place.write("cardea-on-an-old-kernel", f'#!/bin/sh\nexec {TOOL} {oldest_kernel()} {cardea.BINARY} "$@"\n', mode=0o755)


def test_every_document_names_the_same_oldest_kernel():
    for path in ("conf/README.md", "src/tools/dist-readme.txt"):
        assert CLAIM.findall(text_of(path)) == [oldest_kernel()], path


def test_what_is_newer_is_refused():
    tried = subprocess.run([TOOL, "--try", oldest_kernel()], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stdout + tried.stderr


@for_each(way=WAYS, database=("sqlite", "mysql"))
def test_the_whole_program_runs_on_the_oldest_kernel(way, database):
    place = Place("old-kernel")
    try:
        with (unittest.mock.patch.object(cardea, "BINARY", wrapped(place)), contextlib.ExitStack() as stack,
              site("old-kernel", way=way, database=database, gates=[Gate("/members/")]) as here):
            box = Mailbox(here.place)
            provider = stack.enter_context(contextlib.closing(HostileProvider(free_port())))
            here.cardea.configure({**box.settings(), "registration": {"verify_email": "no"}, "provider.house": {
                "issuer": provider.issuer, "client_id": "cardea", "allow_private_addresses": "yes"}})
            here.server.stop()
            if here.server.served is not None:
                here.server.served.stop()
            here.server.start()
            wait_until(lambda: {filter_of(pid) for pid in here.server.workers()} == {FILTERED}, "every worker is under the filter")
            a_session(here)
            a_letter(here, box)
            a_provider(here, provider)
            commands(here)
    finally:
        place.close()


def a_session(here):
    """Sign-in, gate, verify, refresh, sign-out."""
    here.place.directory("documents/members", mode=0o755)
    here.place.write("documents/members/index.html", "members", mode=0o644)
    stranger, person = here.browser(), here.sign_in()
    assert stranger.get("/members/").status == 401
    assert person.get("/members/").body == b"members"
    assert person.get("/auth/verify").status == 204
    before = person.jar.value("cardea_refresh")
    assert person.post("/auth/refresh").status == 200
    assert person.jar.value("cardea_refresh") != before
    assert person.get("/auth/verify").status == 204
    assert person.get("/auth/health").json()["status"] == "ok"
    assert person.post("/auth/logout").status == 204
    assert person.get("/auth/verify").status == 401
    assert person.get("/members/").status == 401


def a_letter(here, box):
    """A new account, a forgotten password, the mail program, a new password."""
    browser = here.browser()
    assert browser.post("/auth/register", json={"email": "bori@example.com", "password": PASSWORD}).status == 201
    assert browser.post("/auth/password/forgot", json={"email": "bori@example.com"}).status in (202, 204)
    (letter,) = box.take()
    changed = browser.post("/auth/password/reset", json={"token": token_in(letter, "reset"), "new_password": PASSWORD + "!"})
    assert changed.status in (200, 204), changed
    here.sign_in("bori@example.com", PASSWORD + "!")


def a_provider(here, provider):
    """The client for HTTP asks the provider for its keys."""
    provider.claims, provider.nonce = {"aud": "cardea"}, "of the app"
    token = provider.id_token(sub="house-1", email="house@example.com", email_verified=True)
    answer = here.browser().post("/auth/oauth/house/token", json={"id_token": token, "nonce": "of the app"})
    assert answer.status == 200, answer


def commands(here):
    """What an administrator does; site() has done migrate, key new and user add."""
    here.cardea.command("migrate")
    here.cardea.command("key", "new")
    here.cardea.command("purge")
    assert len(here.cardea.json("key", "list")) >= 2
    assert here.cardea.json("events")
    assert here.cardea.json("device", "list", "bori@example.com")
    here.cardea.command("user", "set-password", "bori@example.com", stdin=PASSWORD + "\n")
    here.cardea.command("user", "disable", "bori@example.com")
    assert "error" not in here.cardea.run("check").stderr.lower()
