"""Why nothing works: a configuration that is missing, open to others, mistyped or unreadable; the log and /health say which."""

import contextlib
import os
import pwd
import unittest

from harness import PASSWORD, Gate, for_each, run_binary, site, wait_until
from test_host_limits import CGI, as_cgi, as_nobody, installation, log_of

TYPO = {"sitee": {"url": "https://example.com"}}
NOBODY = pwd.getpwnam("nobody")


def remove(cardea):
    os.unlink(cardea.config)


def open_to_others(cardea):
    os.chmod(cardea.config, 0o644)


def mistype(cardea):
    cardea.configure(TYPO)


def leave_out_a_key(cardea):
    cardea.configure({"database": {"url": None}})


def put_a_directory_there(cardea):
    os.unlink(cardea.config)
    os.mkdir(cardea.config)


# What breaks it, the word for strangers, and words of the log.
BROKEN = {
    "missing": (remove, "configuration_missing", "cannot be opened: No such file"),
    "open to others": (open_to_others, "configuration_exposed", "others can read or change it (mode 0644)"),
    "a typo": (mistype, "configuration_invalid", "[sitee] is not a known section"),
    "a missing key": (leave_out_a_key, "configuration_invalid", "[database] url is missing"),
    "not a file": (put_a_directory_there, "configuration_unreadable", "it is not a regular file"),
}


def broken_by(cause):
    """What /health says."""
    said = {"code": 503, "error": "temporarily_unavailable", "status": "broken", "cause": cause}
    about = cause.removeprefix("configuration_")
    return said if about == cause else {**said, "configuration": about}


@contextlib.contextmanager
def broken(cardea, name):
    """Breaks the configuration, and mends it."""
    with open(cardea.config, encoding="utf-8") as file:
        good = file.read()
    BROKEN[name][0](cardea)
    yield
    if os.path.isdir(cardea.config):
        os.rmdir(cardea.config)
    cardea.settings.pop("sitee", None)
    cardea.place.write(os.path.basename(cardea.config), good)


@for_each(way=("fastcgi", "cgi"), name=BROKEN)
def test_the_cause_is_named_until_it_is_mended(way, name):
    _, cause, words = BROKEN[name]
    with site("broken", way=way, gates=[Gate("/members/")], processes=1) as here:
        os.makedirs(here.server.documents + "/members", exist_ok=True)
        here.place.write("documents/members/page.html", "<p>members only", mode=0o644)
        with broken(here.cardea, name):
            here.server.restart()
            answer = here.browser().post("/auth/login", json={"email": "alice@example.com", "password": PASSWORD})
            assert (answer.status, answer.json()["error"]) == (503, "temporarily_unavailable"), answer
            assert answer.header("Retry-After") and answer.header("Cache-Control") == "no-store", answer
            for path in ("/auth/health", "/auth/health?x=1"):
                health = here.browser().get(path)
                assert (health.status, health.json()) == (503, broken_by(cause)), health
                assert here.place.path not in health.text, health
            page = here.browser().get("/members/page.html")
            assert page.status == 503 and "members only" not in page.text, page
            said = log_of(here)
            assert words in said and here.cardea.config in said, said
            done = here.cardea.run("check", "--offline")
            assert done.returncode == 2 and words in done.stderr, done
        wait_until(lambda: here.browser().get("/auth/health").status == 200, "it notices by itself that all is well")
        here.sign_in()
        wait_until(lambda: here.browser().get("/members/page.html").status == 401, "so does the gate")


def test_a_configuration_of_somebody_else_is_told():
    with as_nobody("not-ours") as cardea:
        os.chown(cardea.config, 0, 0)
        status, answer, log = as_cgi(cardea, {})
        assert (status, answer["cause"]) == (503, "configuration_unreadable"), answer
        assert f"number {NOBODY.pw_uid}) may not read it" in log, log
        os.chown(cardea.config, 1, 1)
        os.chmod(cardea.config, 0o644)
        status, answer, log = as_cgi(cardea, {})
        assert (status, answer["cause"]) == (503, "configuration_exposed") and "it belongs to user 1" in log, (answer, log)


@for_each(way=("fastcgi", "cgi"))
def test_missing_keys_are_told(way):
    with site("no-keys", way=way, processes=1) as here:
        keys = here.cardea.keys
        os.rename(keys, keys + ".away")
        here.server.restart()
        health = here.browser().get("/auth/health")
        assert (health.status, health.json()) == (503, broken_by("keys")), health
        assert here.browser().get("/auth/verify").status == 503
        assert os.path.basename(keys) in log_of(here), log_of(here)
        os.rename(keys + ".away", keys)
        wait_until(lambda: here.browser().get("/auth/health").status == 200, "it notices by itself that all is well")


def test_no_configuration_anywhere():
    if os.path.exists("/etc/cardea/cardea.ini"):
        raise unittest.SkipTest("this machine has a /etc/cardea/cardea.ini")
    done = run_binary(environment=CGI)
    assert "Status: 503" in done.stdout and '"cause":"configuration_missing"' in done.stdout, done
    assert "/etc/cardea/cardea.ini: it cannot be opened: No such file" in done.stderr, done
    done = run_binary("user", "list")
    assert done.returncode == 2 and "/etc/cardea/cardea.ini: it cannot be opened: No such file" in done.stderr, done


def test_the_database_is_named_by_what_is_wrong_with_it():
    with installation("causes") as cardea:
        for url, word in ((f"sqlite:{cardea.place.path}/nowhere.db", "unavailable"), ("mysql://u:p@127.0.0.1:9/x", "unavailable")):
            cardea.configure({"database": {"url": url}})
            status, answer, _ = as_cgi(cardea, {})
            assert (status, answer) == (503, {"status": "degraded", "database": word}), (url, answer)
        empty = cardea.place.write("empty.db", "")
        cardea.configure({"database": {"url": f"sqlite:{empty}"}})
        status, answer, log = as_cgi(cardea, {})
        assert (status, answer["database"]) == (503, "tables_outdated") and "cardea migrate" in log, (answer, log)
