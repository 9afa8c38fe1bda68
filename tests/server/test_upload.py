"""From the archive to a site with an administrator and a shut gate: uploaded by FTP, set up by a browser without JavaScript, no shell."""

import contextlib
import ftplib
import functools
import html.parser
import io
import os
import pwd
import re
import stat
import subprocess
import time
import unittest
import urllib.parse
import zipfile

import apache
from harness import BINARY, PASSWORD, ROOT, Browser, Gate, MariaDB, Place, Process, for_each, free_port, listens, wait_until
from processes import clean_environment
from test_hosting import SUEXEC, SUEXEC_ROOT, uid_of
from test_setup import OWNER, UploadedServer

MOST_CLICKS, MOST_TYPED = 8, 12
PAGE = {"Accept": "text/html,application/xhtml+xml"}
SECRET = "Only people who are signed in can see this page"
PROGRAM = "public_html/cgi-bin/cardea.cgi"

# What the host's Apache has. A customer's .htaccess may not say Options, as on many hosts.
MODULES = {"mod_fcgid under suexec": ("suexec", "fcgid", "cgid", "rewrite", "headers"),
           "mod_cgid under suexec": ("suexec", "cgid", "rewrite", "headers"),
           "plain CGI": ("cgid", "rewrite", "headers")}
LIGHTTPD = "lighttpd FastCGI"
WAYS = (*MODULES, LIGHTTPD)


# ---- The archive and the host ------------------------------------------------------------------------------------------

class Packed(Place):
    """What was packed is of no interest when a test fails."""

    def note_failure(self):
        pass


@functools.cache
def archive():
    """The .zip, with the program of this build in it; made once."""
    place = Packed("archive")
    made = subprocess.run([os.path.join(ROOT, "src/tools/make-dist"), "--program", BINARY, "0", place.path, "--", "--", "-lz"],
                          cwd=ROOT, capture_output=True, text=True, env=clean_environment())
    assert made.returncode == 0, made.stderr
    return re.search(r"\S+\.zip", made.stdout)[0]


class Host:
    """What the customer of a host has: an FTP account whose top holds public_html. Looks like a Cardea to the servers' classes."""

    mount, user, password = "/auth", "customer", "canary-ftp"

    def __init__(self, place):
        if os.path.exists("/etc/cardea/cardea.ini"):
            raise unittest.SkipTest("this machine has a /etc/cardea/cardea.ini")
        self.place, self.port, self.ftp_port = place, free_port(), free_port()
        self.home = place.directory("home", mode=0o755)
        self.public_html = place.directory("home", "public_html", mode=0o755)
        self.binary = os.path.join(self.home, PROGRAM)
        self.config = os.path.join(self.home, "cardea", "cardea.ini")
        self.ftp = Process(["/usr/bin/python3", "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", str(self.ftp_port), "-w", "-d", self.home,
                            "-u", self.user, "-P", self.password], place.log("ftp"), directory=self.home, owner=place.owner)
        wait_until(lambda: listens(self.ftp_port) or not self.ftp.alive(), "the FTP server listens")

    def text_of(self, name):
        with open(os.path.join(self.home, name), encoding="utf-8") as file:
            return file.read()

    def mode_of(self, name):
        return stat.S_IMODE(os.stat(os.path.join(self.home, name)).st_mode)

    @contextlib.contextmanager
    def session(self):
        """An FTP client that has signed in."""
        with ftplib.FTP() as client:
            client.connect("127.0.0.1", self.ftp_port, timeout=20)
            client.login(self.user, self.password)
            yield client

    def upload_archive(self, mode_is_set=True):
        """Every file of the archive, as an FTP client uploads it; then the one mode that READ-ME-FIRST.html asks for."""
        with self.session() as client, zipfile.ZipFile(archive()) as packed:
            for entry in packed.infolist():
                if entry.is_dir():
                    if entry.filename != "public_html/":  # the host has made it
                        client.mkd(entry.filename.rstrip("/"))
                else:
                    with packed.open(entry) as file:
                        client.storbinary("STOR " + entry.filename, file)
            if mode_is_set:
                client.sendcmd("SITE CHMOD 755 " + PROGRAM)
        assert self.mode_of("cardea/cardea.php") == self.mode_of("public_html/members/index.html") == 0o644
        assert self.mode_of(PROGRAM) == (0o755 if mode_is_set else 0o644)

    def upload_empty(self, name):
        with self.session() as client:
            client.storbinary("STOR " + name, io.BytesIO())


class HostApache(apache.Apache):
    """Apache as a host of many customers configures it. customer: whose programs run as that user, by suexec."""

    def __init__(self, host, modules, customer=None):
        self._has, self._customer = modules, customer
        super().__init__(host, "htaccess-cgi")
        self.documents = host.public_html
        self.extra = f"""ScriptAlias /cgi-bin/ {host.public_html}/cgi-bin/
<Directory {host.public_html}>
  AllowOverride AuthConfig FileInfo Indexes Limit
</Directory>
<FilesMatch "^\\.ht">
  Require all denied
</FilesMatch>"""

    def _documented_modules(self):
        return list(self._has)

    def _conf_files(self):
        return iter(())

    def _run_as(self):
        return None if self._customer else self.place.owner

    def _user_lines(self):
        if not self._customer:
            return "Suexec Off"
        return f"User www-data\nGroup www-data\nSuexecUserGroup {self._customer} nogroup"

    def _fcgid_lines(self):
        lines = super()._fcgid_lines()
        if lines and self._customer:
            www_data = pwd.getpwnam("www-data")
            os.chown(self.place.file("fcgid"), www_data.pw_uid, www_data.pw_gid)
        return lines


def place_for(way):
    if "suexec" not in way:
        return Place("upload-" + way.partition(" ")[0], None if way == LIGHTTPD else apache.server_owner())
    if os.geteuid() != 0 or not os.path.exists(SUEXEC) or not os.path.isdir(SUEXEC_ROOT):
        raise unittest.SkipTest("suexec is for root to try, below " + SUEXEC_ROOT)
    customer = pwd.getpwnam("nobody")
    return Place("upload-" + way.partition(" ")[0], (customer.pw_uid, customer.pw_gid), parent=SUEXEC_ROOT)


def server_of(way, host, modules=None):
    if way == LIGHTTPD:
        return UploadedServer(host, "fastcgi", documents=host.public_html, processes=1, gates=[Gate("/members/")])
    host.place.directory("apache-run", mode=0o755)
    return HostApache(host, modules or MODULES[way], "nobody" if "suexec" in way else None)


@contextlib.contextmanager
def hosted(way, modules=None, mode_is_set=True):
    """A host to which the archive was uploaded; its server runs."""
    place = place_for(way)
    with contextlib.ExitStack() as stack:
        stack.callback(place.close)
        try:
            os.chmod(place.path, 0o755)
            host = Host(place)
            stack.callback(host.ftp.release)
            host.began = time.monotonic()
            host.upload_archive(mode_is_set)
            host.server = stack.enter_context(contextlib.closing(server_of(way, host, modules)))
            host.server.start()
            yield host
        except unittest.SkipTest:
            raise
        except Exception:
            place.note_failure()
            raise


# ---- A person with a browser without JavaScript ------------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    """The links of a page by their words, and its forms as they are."""

    def __init__(self, text):
        super().__init__()
        self.links, self.forms = {}, []
        self._link, self._select, self._words = None, None, ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "a":
            self._link, self._words = values.get("href"), ""
        elif tag == "form":
            self.forms.append({"method": values.get("method", "get"), "action": values.get("action", ""), "fields": {}})
        elif tag == "select":
            self._select = values["name"]
        elif tag == "option" and ("selected" in values or self._select not in self._fields()):
            self._fields()[self._select] = values["value"]
        elif tag == "input" and "name" in values and values.get("type") not in ("checkbox", "radio"):
            self._fields()[values["name"]] = values.get("value") or ""

    def handle_data(self, data):
        self._words += data

    def handle_endtag(self, tag):
        if tag == "a" and self._link is not None:
            self.links[" ".join(self._words.split())] = self._link
            self._link = None

    def _fields(self):
        return self.forms[-1]["fields"] if self.forms else {}

    def form_with(self, *names):
        return next(form for form in self.forms if set(names) <= set(form["fields"]))


class Person:
    """Counts what it takes: clicks, and fields that are typed (the address bar is one)."""

    def __init__(self, host):
        self._browser = Browser(host.port, f"http://127.0.0.1:{host.port}", timeout=60)
        self.clicks = self.typed = 0
        self.answer = self._path = None

    def open(self, address):
        self.typed += 1
        self._go("GET", address)

    def click(self, words):
        self.clicks += 1
        self._go("GET", Page(self.answer.text).links[words])

    def submit(self, has=(), **typed):
        """Fills in the form with these fields and presses its button. has: fields by which it is known besides."""
        self.clicks += 1
        self.typed += len(typed)
        form = Page(self.answer.text).form_with(*has, *typed)
        fields = {**form["fields"], **typed}
        action = form["action"] or self._path
        if form["method"].lower() == "post":
            self._go("POST", action, fields)
        else:
            self._go("GET", action.partition("?")[0] + "?" + urllib.parse.urlencode(fields))

    def _go(self, method, address, form=None):
        for _ in range(10):
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(self._path or "/", address))
            path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            more = {"form": form} if method == "POST" else {}
            self.answer = self._browser.request(method, path, headers=PAGE, **more)
            if not self.answer.header("Content-Disposition"):  # a download leaves the page where it is
                self._path = path
            if self.answer.status not in (301, 302, 303):
                return
            method, address = "GET", self.answer.header("Location")
        raise AssertionError(f"no end of redirects: {self.answer}")

    def asks(self, path):
        """The answer to a program of the same person: no click."""
        return self._browser.get(path)


def prove(person, host):
    """The file that the page names, downloaded and uploaded."""
    page = person.answer
    person.click("Download this file")
    file = re.search(r'filename="(cardea-setup-[0-9a-f]{32}\.txt)"', person.answer.header("Content-Disposition"))[1]
    assert person.answer.body == b"", person.answer
    host.upload_empty(os.path.dirname(PROGRAM) + "/" + file)
    person.answer = page
    person.submit(has=["check"])
    assert "admin_password" in person.answer.text, person.answer


def set_up(person, database=None):
    """Answers the questions. database: a MariaDB as the control panel would have made it; else SQLite."""
    answers = {"email": OWNER, "admin_password": PASSWORD}
    if database:
        answers |= {"host": f"127.0.0.1:{database.port}", "schema": database.schema, "user": database.user, "database_password": database.password}
    else:
        answers["database"] = "sqlite"
    person.submit(**answers)
    assert person.answer.status == 200 and "Setup is complete" in person.answer.text, person.answer


def sign_in(person):
    """The server's other processes may need a second to see that there is a configuration."""
    person.click("Sign in")
    form = person.answer
    person.submit(email=OWNER, password=PASSWORD)
    end = time.monotonic() + 10
    while person.asks("/auth/me").status != 200 and time.monotonic() < end:
        person.answer, clicks, typed = form, person.clicks, person.typed
        person.submit(email=OWNER, password=PASSWORD)
        person.clicks, person.typed = clicks, typed
    me = person.asks("/auth/me")
    assert me.status == 200 and OWNER in me.text, me


def is_shut(host):
    """A stranger sees nothing of the folder: a program is refused, a browser is led to sign in."""
    stranger = Browser(host.port)
    for path in ("/members/", "/members/index.html"):
        answer = stranger.get(path)
        assert answer.status in (401, 403, 503) and SECRET not in answer.text, (path, answer)
        answer = stranger.get(path, headers=PAGE)
        assert SECRET not in answer.text, (path, answer)
    return answer


# ---- The tests ---------------------------------------------------------------------------------------------------------

# What set-up has written: a word of cgi-bin/.htaccess, and one of members/.htaccess.
WRITTEN = {"mod_fcgid under suexec": ("SetHandler fcgid-script\n</Files>\n", "FcgidAccessChecker"),
           "mod_cgid under suexec": (None, "guard.php [END]"),
           "plain CGI": (None, "guard.php [END]"),
           LIGHTTPD: (None, "Require all denied")}


def check_lines(host, way):
    fastcgi, gate = WRITTEN[way]
    lines = host.text_of("public_html/cgi-bin/.htaccess")
    assert lines.endswith(fastcgi or "</IfModule>\n"), lines
    assert gate in host.text_of("public_html/members/.htaccess"), host.text_of("public_html/members/.htaccess")
    left = [name for where, _, names in os.walk(host.public_html) for name in [os.path.basename(where), *names] if "cardea-try" in name]
    assert not left, left
    if way != LIGHTTPD:
        answer = Browser(host.port).get("/auth/verify", headers={"Authorization": "Bearer x"})
        assert answer.json()["reason"] != "missing", answer
    if fastcgi:
        assert "runs as FastCGI" in host.told
        workers = host.server.workers()
        assert workers and {uid_of(pid) for pid in workers} == {host.place.owner[0]}, workers


@for_each(way=WAYS)
def test_from_the_archive_to_an_administrator_and_a_shut_gate(way):
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(hosted(way))
        database = stack.enter_context(contextlib.closing(MariaDB(host.place))) if way == "plain CGI" else None
        is_shut(host)
        person = Person(host)
        person.open("/auth/setup")
        assert person.answer.status == 200 and "cardea-setup-" in person.answer.text, person.answer
        prove(person, host)
        set_up(person, database)
        host.told = person.answer.text
        sign_in(person)
        wait_until(lambda: person.asks("/members/").status == 200, "the gate knows the configuration", timeout=20)
        person.open("/members/")
        assert person.answer.status == 200 and SECRET in person.answer.text, person.answer
        took = time.monotonic() - host.began
        assert is_shut(host).status in (302, 303), "a browser is led to sign in"
        assert person.clicks <= MOST_CLICKS and person.typed <= MOST_TYPED, (person.clicks, person.typed)
        assert took < 120, took
        assert host.mode_of("cardea/cardea.ini") == 0o600
        assert person.asks("/auth/setup").status == 404
        check_lines(host, way)


@for_each(way=tuple(MODULES))
def test_a_forgotten_mode_is_told_and_set_up_opens_once_it_is_set(way):
    with hosted(way, mode_is_set=False) as host:
        person = Person(host)
        person.open("/auth/setup")
        assert person.answer.status in (403, 500), person.answer
        assert "to 755" in person.answer.text and 'lang="ko"' in person.answer.text and 'lang="ja"' in person.answer.text, person.answer
        told = person.asks("/cardea-check/check.php").text
        assert "The mode of cardea.cgi is 644" in told and "uploaded completely" in told, told
        with host.session() as client:
            client.sendcmd("SITE CHMOD 755 " + PROGRAM)
        person.open("/auth/setup")
        assert person.answer.status == 200 and "cardea-setup-" in person.answer.text, person.answer
        assert "The program runs" in person.asks("/cardea-check/check.php").text


def shows_picture(host, probe):
    answer = Browser(host.port).get(f"/cardea-check/probe-{probe}/yes.probe")
    return answer.status == 200 and (answer.header("Content-Type") or "").startswith("image/svg+xml") and b"<svg" in answer.body


def test_a_host_without_cgi_says_what_is_missing():
    everything = {"htaccess", "cgi", "rewrite", "auth", "headers", "fcgid", "options"}
    with hosted("plain CGI", modules=("rewrite",)) as host:
        assert {probe for probe in everything if shows_picture(host, probe)} == {"htaccess", "rewrite", "auth"}
        person = Person(host)
        person.open("/auth/setup")
        assert person.answer.status == 200 and "mod_cgid" in person.answer.text, person.answer
        told = person.asks("/cardea-check/check.php").text
        for missing in ("Missing: CGI", "Missing: mod_headers", "Missing: FastCGI"):
            assert missing in told, told
        assert "Missing: mod_rewrite" not in told and host.home not in told, told


def test_a_host_with_everything_misses_options_alone():
    with hosted("plain CGI", modules=("cgid", "rewrite", "headers", "fcgid")) as host:
        for probe in ("htaccess", "cgi", "rewrite", "auth", "headers", "fcgid"):
            assert shows_picture(host, probe), probe
        assert not shows_picture(host, "options")


def test_an_apache_with_mod_fcgid_alone_runs_the_program():
    """No CGI: the lines of the archive start it as FastCGI by themselves."""
    with hosted("plain CGI", modules=("fcgid", "rewrite", "headers")) as host:
        person = Person(host)
        person.open("/auth/setup")
        assert person.answer.status == 200 and "cardea-setup-" in person.answer.text, person.answer
        assert host.server.workers()


def test_a_damaged_upload_is_told():
    with hosted("plain CGI") as host:
        with open(host.binary, "r+b") as program:
            program.truncate(1_000_000)
        assert "damaged" in Person(host).asks("/cardea-check/check.php").text


def test_check_php_is_silent_after_set_up():
    with hosted("plain CGI") as host:
        host.place.write("home/cardea/cardea.ini", "")
        answer = Person(host).asks("/cardea-check/check.php")
        assert answer.status == 404 and "755" not in answer.text and "cgi-bin" not in answer.text, answer
