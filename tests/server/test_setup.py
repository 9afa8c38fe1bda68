"""Set-up in the browser: a program that was uploaded and nothing else becomes an installation, without JavaScript and a shell."""

import contextlib
import html.parser
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import unittest

from harness import BINARY, PASSWORD, Browser, Lighttpd, MariaDB, Place, at_once, for_each, free_port, wait_until

WAYS = ("fastcgi", "cgi")
PAGE = {"Accept": "text/html"}
OWNER = "owner@example.com"


class Uploaded:
    """What FTP brought: the program beside the document root. Looks like a Cardea to the server's class."""

    def __init__(self, place):
        if os.path.exists("/etc/cardea/cardea.ini"):
            raise unittest.SkipTest("this machine has a /etc/cardea/cardea.ini")
        self.place, self.port, self.mount = place, free_port(), "/auth"
        self.home = place.directory("home", "cardea", mode=0o755)
        self.binary = shutil.copy(BINARY, self.home)
        os.chmod(self.binary, 0o755)
        self.public_html = place.directory("home", "public_html", mode=0o755)
        self.config = os.path.join(self.home, "cardea.ini")

    def upload(self, name, text=""):
        with open(os.path.join(self.home, name), "w", encoding="utf-8") as file:
            file.write(text)

    def rows(self, statement):
        with contextlib.closing(sqlite3.connect(os.path.join(self.home, "cardea.db"), timeout=10)) as connection:
            return connection.execute(statement).fetchall()


class UploadedServer(Lighttpd):
    """lighttpd that starts the uploaded program and tells it nothing."""

    def _spawned(self, name, arguments):
        return (f'"bin-path" => "{self.cardea.binary}{arguments}", "socket" => "{self.place.socket(name + ".sock")}", '
                f'"max-procs" => {self.processes}')

    def _cgi(self):
        return f'alias.url += ( "{self.mount}/" => "{self.cardea.binary}/" )\ncgi.assign = ( "{self.cardea.binary}" => "" )\n'


@contextlib.contextmanager
def uploaded(way):
    place = Place(f"setup-{way}")
    try:
        host = Uploaded(place)
        with contextlib.closing(UploadedServer(host, way, documents=host.public_html, processes=1)) as host.server:
            host.server.start()
            yield host
    except unittest.SkipTest:
        raise
    except Exception:
        place.note_failure()
        raise
    finally:
        place.close()


class Form(html.parser.HTMLParser):
    """The fields of the forms of a page, as a browser would send them untouched."""

    def __init__(self, text):
        super().__init__()
        self.fields, self._select = {}, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "select":
            self._select = values["name"]
        elif tag == "option" and ("selected" in values or self._select not in self.fields):
            self.fields[self._select] = values["value"]
        elif tag == "input":
            self.fields[values["name"]] = values.get("value") or ""


def proof_of(page):
    return re.search(r"cardea-setup-[0-9a-f]{32}\.txt", page.text)[0]


def prove(host, door="setup"):
    """The owner's browser, its proof uploaded, and the page that it sees then."""
    owner = Browser(host.port)
    host.upload(proof_of(owner.get(f"/auth/{door}")))
    return owner, owner.get(f"/auth/{door}?check=1")


def answers_to(page, **more):
    return {**Form(page.text).fields, "database": "sqlite", "email": OWNER, "admin_password": PASSWORD, **more}


def sign_in_by_form(host, password=PASSWORD):
    browser, form = Browser(host.port), {"email": OWNER, "password": password, "return_to": "/"}
    # Another process of the server may need a second to see that there is a configuration.
    wait_until(lambda: browser.post("/auth/login", form=form).status == 303 and browser.jar.find("cardea_access"), "a sign-in")
    return browser


@for_each(way=WAYS)
def test_from_an_upload_to_a_signed_in_administrator(way):
    with uploaded(way) as host:
        stranger = Browser(host.port)
        health = stranger.get("/auth/health")
        assert (health.status, health.json()["configuration"]) == (503, "missing"), health
        page = stranger.get("/auth/pages/sign-in", headers=PAGE)
        assert page.status == 503 and "/auth/setup" in page.text, page
        first = stranger.get("/auth/setup")
        assert first.status == 200 and "<script" not in first.text and host.place.path not in first.text, first
        owner, page = prove(host)
        assert "admin_password" in page.text and host.home in page.text, page
        done = owner.post("/auth/setup", form=answers_to(page))
        assert done.status == 200 and "Setup is complete" in done.text, done
        assert stat.S_IMODE(os.stat(host.config).st_mode) == 0o600
        assert not [name for name in os.listdir(host.home) if name.startswith("cardea-setup-") and name not in
                    ("cardea-setup-done.txt", "cardea-setup.lock")]
        me = sign_in_by_form(host).get("/auth/me")
        assert me.status == 200 and OWNER in me.text, me
        assert host.rows("SELECT email, scope FROM cardea_user") == [(OWNER, "cardea:admin")]
        with open(os.path.join(host.home, "keys.json"), encoding="utf-8") as file:
            assert '"kty"' in file.read()
        assert owner.get("/auth/setup").status == 404


@for_each(way=WAYS)
def test_set_up_stays_closed_when_the_configuration_is_lost(way):
    with uploaded(way) as host:
        owner, page = prove(host)
        assert owner.post("/auth/setup", form=answers_to(page)).status == 200
        kept = host.place.file("kept.ini")
        shutil.move(host.config, kept)
        host.server.restart()
        page = owner.get("/auth/setup")
        assert page.status == 404 and "admin_password" not in page.text, page
        assert owner.post("/auth/setup", form={"email": "mallory@example.com"}).status == 404
        mender, page = prove(host, "repair")
        assert host.config in page.text and 'value="reopen"' in page.text, page
        assert "open again" in mender.post("/auth/repair", form={"act": "reopen"}).text
        page = mender.get("/auth/setup")
        assert mender.post("/auth/setup", form=answers_to(page, admin_password="another " + PASSWORD)).status == 200
        sign_in_by_form(host, "another " + PASSWORD)
        assert host.rows("SELECT COUNT(*) FROM cardea_user") == [(1,)]


@for_each(way=WAYS)
def test_a_hundred_strangers_get_in_nowhere_and_disturb_nobody(way):
    with uploaded(way) as host:
        owner = Browser(host.port)
        name = proof_of(owner.get("/auth/setup"))
        evil = {"url": f"http://127.0.0.1:{host.port}", "database": "sqlite", "path": host.home + "/evil.db",
                "email": "mallory@example.com", "admin_password": PASSWORD}

        def owns(_):
            host.upload(name)
            page = owner.get("/auth/setup?check=1")
            return owner.post("/auth/setup", form=answers_to(page))

        def races(number):
            browser = Browser(host.port, timeout=120)
            seen = [browser.get("/auth/setup"), browser.post("/auth/setup", form=evil)]
            if number % 2:  # knows the file's name and guesses that it is the secret
                browser.jar.set("cardea_setup", name.removeprefix("cardea-setup-").removesuffix(".txt"))
            seen += [browser.get("/auth/setup?check=1"), browser.post("/auth/setup", form=evil)]
            return seen

        owner.timeout = 120
        results = at_once(101, lambda number: owns(number) if number == 0 else races(number))
        assert results[0].status == 200 and "Setup is complete" in results[0].text, results[0]
        for answer in (answer for seen in results[1:] for answer in seen):
            assert answer.status in (200, 403, 404, 503), answer
            assert "admin_password" not in answer.text and host.home not in answer.text, answer
        assert not os.path.exists(host.home + "/evil.db")
        assert host.rows("SELECT email FROM cardea_user") == [(OWNER,)]
        sign_in_by_form(host)


@for_each(way=WAYS)
def test_a_step_that_fails_is_named_and_the_owner_goes_on(way):
    with uploaded(way) as host:
        host.upload("keys", "a file where the folder of the keys must be")
        owner, page = prove(host)
        answers = answers_to(page)
        failed = owner.post("/auth/setup", form=answers)
        assert failed.status == 503 and "the keys" in failed.text and PASSWORD not in failed.text, failed
        assert not os.path.exists(host.config)
        assert Browser(host.port).get("/auth/health").json()["configuration"] == "missing"
        os.unlink(os.path.join(host.home, "keys"))
        assert owner.post("/auth/setup", form=answers).status == 200
        sign_in_by_form(host)


def test_a_program_in_the_document_root_keeps_its_settings_outside():
    with uploaded("cgi") as host:
        inside = host.place.directory("home", "public_html", "cgi-bin", mode=0o755)
        host.binary = shutil.move(host.binary, inside)
        host.server.restart()
        owner = Browser(host.port)
        name = proof_of(owner.get("/auth/setup"))
        with open(os.path.join(inside, name), "w", encoding="utf-8"):
            pass
        page = owner.get("/auth/setup?check=1")
        assert owner.post("/auth/setup", form=answers_to(page)).status == 200
        assert sorted(os.listdir(inside)) == sorted([os.path.basename(BINARY), "cardea-config.txt"])
        assert stat.S_IMODE(os.stat(host.config).st_mode) == 0o600
        sign_in_by_form(host)
        # The folder beside the document root is known without that file, too.
        os.unlink(os.path.join(inside, "cardea-config.txt"))
        sign_in_by_form(host)


@for_each(way=WAYS)
def test_no_database_lies_in_the_document_root(way):
    with uploaded(way) as host:
        owner, page = prove(host)
        refused = owner.post("/auth/setup", form=answers_to(page, path=host.public_html + "/x.db"))
        assert refused.status == 400 and 'aria-describedby="path_problem"' in refused.text, refused
        assert not os.path.exists(host.public_html + "/x.db") and not os.path.exists(host.config + ".new")


def test_mysql_is_tried_at_once_and_its_refusals_are_in_plain_words():
    with uploaded("cgi") as host, contextlib.closing(MariaDB(host.place)) as database:
        owner, page = prove(host)
        mysql = {"database": "mysql", "host": database.socket, "schema": database.schema, "user": database.user}
        wrong = owner.post("/auth/setup", form=answers_to(page, **mysql, database_password="canary-wrong"))
        assert wrong.status == 400 and "accept this user with this password" in wrong.text, wrong
        assert "1045" in wrong.text and "canary-wrong" not in wrong.text, wrong
        assert not os.path.exists(host.config + ".new")
        done = owner.post("/auth/setup", form=answers_to(page, **mysql, database_password=database.password))
        assert done.status == 200, done
        sign_in_by_form(host)
        assert database.rows("SELECT name FROM cardea.cardea_schema WHERE version = -1") == [["set up"]]


@for_each(way=WAYS)
def test_repair_of_a_working_program_gives_an_administrator_a_new_password(way):
    with uploaded(way) as host:
        owner, page = prove(host)
        assert owner.post("/auth/setup", form=answers_to(page)).status == 200
        wait_until(lambda: Browser(host.port).get("/auth/health").status == 200, "the program works")
        assert "The program starts" not in Browser(host.port).get("/auth/repair").text
        mender, page = prove(host, "repair")
        assert page.status == 200 and "The program starts" in page.text and "refresh key" in page.text, page
        told = mender.post("/auth/repair", form={"act": "password", "email": OWNER, "new_password": "another " + PASSWORD})
        assert "The password was changed" in told.text, told
        sign_in_by_form(host, "another " + PASSWORD)
        foreign = mender.post("/auth/repair", form={"act": "tables"}, headers={"Origin": "https://evil.example"})
        assert foreign.status == 403, foreign


def test_the_terminal_asks_the_same():
    place = Place("setup-terminal")
    try:
        host = Uploaded(place)
        answers = "\n".join(["https://example.com", "", "sqlite", "", "", OWNER, PASSWORD, ""])
        run = subprocess.run([host.binary, "setup"], input=answers, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0 and host.config in run.stdout and PASSWORD not in run.stdout + run.stderr, run
        assert host.rows("SELECT email, scope FROM cardea_user") == [(OWNER, "cardea:admin")]
        again = subprocess.run([host.binary, "setup"], input=answers, capture_output=True, text=True, timeout=60, check=False)
        assert again.returncode == 1 and "configuration already" in again.stderr, again
    finally:
        place.close()


def test_the_terminal_keeps_the_settings_outside_the_document_root():
    place = Place("setup-terminal-inside")
    try:
        host = Uploaded(place)
        inside = place.directory("home", "public_html", "cgi-bin", mode=0o755)
        binary = shutil.move(host.binary, inside)
        public = "\n".join(["https://example.com", "", "sqlite", inside + "/cardea.db", "", OWNER, PASSWORD, ""])
        refused = subprocess.run([binary, "setup"], input=public, capture_output=True, text=True, timeout=60, check=False)
        assert refused.returncode == 1 and "web folder" in refused.stderr, refused
        answers = "\n".join(["https://example.com", "", "sqlite", "", "", OWNER, PASSWORD, ""])
        run = subprocess.run([binary, "setup"], input=answers, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0 and host.config in run.stdout, run
        assert sorted(os.listdir(inside)) == sorted([os.path.basename(BINARY), "cardea-config.txt"])
        assert host.rows("SELECT email FROM cardea_user") == [(OWNER,)]
    finally:
        place.close()


def test_an_old_process_does_not_open_set_up_again():
    with uploaded("fastcgi") as host:
        owner, page = prove(host)
        answers = answers_to(page)
        assert owner.post("/auth/setup", form=answers).status == 200
        # At once, before the process has seen that there is a configuration; and later.
        statuses = [(owner.get("/auth/setup").status, owner.post("/auth/setup", form=answers).status) for _ in range(20)]
        assert set(statuses) == {(404, 404)}, statuses
