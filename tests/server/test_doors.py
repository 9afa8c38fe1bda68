"""Doors that must not stand open: a gate whose program is missing, wrong, broken, dying or without its database."""

import collections
import contextlib
import glob
import os
import random
import re
import signal
import socket
import struct
import threading

import apache
import fastcgi
from gate_cases import spellings_lead_to_the_page
from gate_visit import SECRET, SPELLINGS, Visit, directives, known_as, refused
from harness import Failure, Threads, for_each, site, wait_until
from test_gate import SETTINGS, lay_out

PAGES = ("/members/page.html", "/members/page.php", "/members/", "/staff/page.html", "/app/page.html")
SPAWNING = ("apache-fcgid", "htaccess-fcgid", "lighttpd-conf")

# What may be wrong with a gate's command line: what it says, what it says instead, and what a log then says.
MISTAKES = {
    "the program is missing": (r"\S+/cardea --config", "/nonexistent/cardea --config", "/nonexistent/cardea"),
    "an argument is misspelt": (r"cardea\.ini", "cardea.ini --gate-mode requird", "--gate-mode is required or optional"),
    "the settings are for everybody to read": (r"\S+/cardea\.ini", "/etc/passwd", "/etc/passwd: others can read or change it"),
}
# lighttpd starts its programs at once, and ends if one is missing; Apache looks whether they are there.
DOES_NOT_START = [("lighttpd-conf", "the program is missing"), ("apache-fcgid", "the program is missing"),
                  ("lighttpd-conf", "an argument is misspelt")]  # the last one only if lighttpd notices in time


def gates_with(mistake):
    """Puts a mistake into the command line of each gate of a file of conf/, and leaves the sign-in alone."""
    pattern, instead, _ = MISTAKES[mistake]

    def edit(text):
        lines = text.split("\n")
        commands = [number for number, line in enumerate(lines)
                    if re.match(r' *("bin-path" +=> |FcgidAccessChecker )".*--config', line)]
        if '"bin-path"' in text:
            commands = commands[1:]  # the first entry is the sign-in
        for number in commands:
            name, quote, command = lines[number].partition(' "/')
            lines[number] = name + ' "' + re.sub(pattern, lambda _: instead, "/" + command)
        assert commands or "FcgidWrapper" in text
        return "\n".join(lines)
    return edit


def logs_of(place):
    """The text of all logs in the place."""
    found = []
    for path in glob.glob(os.path.join(place.path, "*.log")) + glob.glob(os.path.join(place.path, "*.jsonl")):
        with open(path, encoding="utf-8", errors="replace") as file:
            found.append(file.read())
    return "\n".join(found)


def nobody_comes_in(here, pages, good):
    """Not even who has a good token: what cannot be asked is closed."""
    for path in pages:
        for headers in ({}, {"Cookie": "cardea_access=" + good}):
            answer = here.browser().get(path, headers=headers)
            assert SECRET not in answer.text and answer.status >= 400, (path, answer)


@for_each(way=SPAWNING, mistake=MISTAKES)
def test_a_gate_with_a_mistake_is_shut(way, mistake):
    # mod_fcgid tries for seconds to start a program that ends.
    pages, said = PAGES if way == "lighttpd-conf" else PAGES[:1], ""
    try:
        with site("mistake", way=way, settings=SETTINGS, edit=gates_with(mistake), expected=(Failure, OSError),
                  deaths="a gate with a mistake ends") as here:
            try:
                lay_out(here)
                nobody_comes_in(here, pages, here.sign_in().jar.value("cardea_access"))
            finally:
                said = logs_of(here.place)
    except Failure as failure:
        assert (way, mistake) in DOES_NOT_START, failure
        said = str(failure)
    except OSError as failure:  # it ended when it had begun to listen
        assert way == "lighttpd-conf" and (way, mistake) in DOES_NOT_START, failure
    assert MISTAKES[mistake][2] in said, said


@for_each(way=("lighttpd-conf", "apache-fcgid"))
def test_without_a_configuration_a_gate_answers_503_until_there_is_one(way):
    with site("unconfigured", way=way, settings=SETTINGS) as here:
        lay_out(here)
        good = here.sign_in().jar.value("cardea_access")
        here.server.stop()
        os.rename(here.cardea.config, here.cardea.config + ".away")
        here.server.start()
        # Of an optional gate's 503 mod_fcgid makes a bare 401.
        for path in (*PAGES[:4 if way == "apache-fcgid" else 5], "/auth/health"):
            for headers in ({}, {"Cookie": "cardea_access=" + good}, {"Accept": "text/html"}):
                answer = here.browser().get(path, headers=headers)
                # Apache lets the program say to a browser what its gate's 503 means.
                is_page = way == "apache-fcgid" and "Accept" in headers and path != "/auth/health"
                assert answer.status == 503 and SECRET not in answer.text, (path, answer)
                assert is_page or answer.json()["error"] == "temporarily_unavailable", (path, answer)
                assert answer.header("Retry-After") and "no-store" in directives(answer), answer
        os.rename(here.cardea.config + ".away", here.cardea.config)
        for path, token, status in ((PAGES[0], "", 401), (PAGES[0], good, 200), (PAGES[3], good, 403)):
            wait_until(lambda: here.browser().get(path, headers={"Cookie": "cardea_access=" + token}).status == status,
                       f"the gate answers {status}")


class Impostor:
    """Listens where the program should, and treats each connection as it is told."""

    def __init__(self, listener, treat):
        self._listener, self._treat, self.connections, self._threads = listener, treat, 0, Threads()
        listener.listen()
        self._threads.start(self._run)

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.settimeout(0.5)
                try:
                    self._treat(connection)
                except OSError:  # the web server has hung up
                    pass

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads.wait()


def hang_up(connection):
    connection.recv(1)


def say_nothing(connection):
    connection.recv(65536)
    connection.sendall(fastcgi.record(fastcgi.STDOUT) + fastcgi.record(fastcgi.END, bytes(8)))


def talk_nonsense(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nwelcome")


@for_each(way=("apache-authnz", "nginx"))
def test_a_gate_whose_service_is_gone_or_is_another_is_shut(way):
    with site("gone", way=way, settings=SETTINGS) as here:
        lay_out(here)
        good = here.sign_in().jar.value("cardea_access")
        here.server.served.stop()
        nobody_comes_in(here, PAGES[:4], good)
        for treat in (hang_up, say_nothing, talk_nonsense):
            impostor = Impostor(listener_at(here.server.served.address), treat)
            nobody_comes_in(here, PAGES[:4], good)
            impostor.close()
            assert impostor.connections, "the web server has not asked the impostor"


def listener_at(address):
    if address.startswith("unix:"):
        path = address.removeprefix("unix:")
        if os.path.exists(path):
            os.unlink(path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(path)
        return listener
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    host, _, port = address.rpartition(":")
    listener.bind((host, int(port)))
    return listener


@for_each(way=("lighttpd-conf", "apache-fcgid"))
def test_a_program_that_dies_while_it_is_asked_lets_nobody_in(way):
    with site("dying", way=way, settings=SETTINGS, deaths="they are killed") as here:
        lay_out(here)
        wait_until(lambda: here.browser().get(PAGES[0]).status == 401, "the gate answers")
        done, seen, killed = threading.Event(), collections.Counter(), 0

        def knock():
            while not done.is_set():
                answer = here.browser().get("/members/page.html")  # the web server lives: it always answers
                assert SECRET not in answer.text and answer.status != 200, answer
                seen[answer.status] += 1
        with Threads(done.set) as threads:
            for _ in range(4):
                threads.start(knock)
            for number in range(6):
                before = seen[401]
                for worker in here.server.workers():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL if number % 2 else signal.SIGTERM)
                        killed += 1
                wait_until(lambda then=before: threads.failed() or seen[401] > then, "the gate answers again", timeout=60)
        assert killed >= 4, (seen, killed)
        if way == "lighttpd-conf":  # mod_fcgid takes a while to forget
            wait_until(lambda: here.browser().get(PAGES[0]).status == 401, "the gate answers again")


@for_each(way=("apache-fcgid", "htaccess-fcgid"))
def test_without_its_module_apache_does_not_start_or_does_not_serve(way):
    def without_module(cardea, *arguments, **options):
        server = apache.Apache(cardea, *arguments, **options)
        server.modules = [name for name in server.modules if name != "fcgid"]
        return server
    try:
        with site("module", way=way, settings=SETTINGS, server_class=without_module, expected=Failure) as here:
            lay_out(here)
            for path in PAGES[:3]:
                answer = here.browser().get(path)
                assert answer.status == 500 and SECRET not in answer.text, (path, answer)
        assert way == "htaccess-fcgid"
    except Failure as failure:
        assert way == "apache-fcgid" and "Apache ended" in str(failure), failure


def test_the_gate_of_an_uploaded_file_guards_its_directory():
    with site("htaccess-gate", way="htaccess-fcgid", settings=SETTINGS) as here:
        here.cardea.add_user("staff@example.com", scope="staff")
        lay_out(here)
        visit = Visit(here)
        for path in (*PAGES[:3], "/members/sub/page.html", "/members/nothing", "/members/.htaccess", *SPELLINGS):
            answer = visit.ask(path)
            assert SECRET not in answer.text and answer.status != 200, (path, answer)
        spellings_lead_to_the_page(visit)
        assert visit.ask("/members/page.html").json()["reason"] == "missing"
        assert visit.ask("/members/page.html", visit.tokens.expired).json()["reason"] == "expired"
        assert visit.ask("/members/page.html", headers={"Accept": "text/html"}).status == 303
        assert SECRET in visit.ask("/members/sub/page.html", visit.tokens.good).text
        for path in ("/members/page.html", "/members/page.php", "/members/says.php?cache=public,+max-age=600"):
            answer = visit.ask(path, visit.tokens.good)
            assert directives(answer) == ["private", "no-cache"], answer
        assert directives(visit.ask("/members/says.php?cache=no-store", visit.tokens.good)) == ["no-store"]
        known_as(visit.tokens)(visit.ask("/members/page.php", visit.tokens.good))


def test_a_location_by_pattern_does_not_lead_round_nginxs_gate():
    def with_pattern(text):
        return text.replace("    location / {", '    location ~* \\.(html|php)$ { expires 30d; }\n    location / {', 1)
    with site("pattern", way="nginx", settings=SETTINGS, edit=with_pattern) as here:
        lay_out(here)
        for path in PAGES[:4]:
            answer = here.browser().get(path)
            assert answer.status == 401 and SECRET not in answer.text, (path, answer)


def test_nginx_may_ask_with_its_own_fastcgi_params_whatever_the_method():
    # The client's method and the length of its body are among them, the body itself is not.
    def plain(text):
        address = re.search(r"fastcgi_pass (unix:[^;]*);", text)[1]
        question = ("    location = /auth/verify {\n        internal;\n        include /etc/nginx/fastcgi_params;\n"
                    f"        fastcgi_pass {address};\n    }}\n")
        text = text.replace("auth_request /_cardea/members;", "auth_request /auth/verify;")
        return text.replace("    location = /auth/denied {", question + "    location = /auth/denied {", 1)
    with site("plain-params", way="nginx", settings=SETTINGS, edit=plain) as here:
        here.cardea.add_user("staff@example.com", scope="staff")
        lay_out(here)
        visit = Visit(here)
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"):
            body = b"" if method == "GET" else b"x" * 100_000
            sent = {"method": method, "headers": {"Content-Length": str(len(body))}, "body": body}
            refused("missing")(visit.ask("/members/page.php", **sent))
            answer = visit.ask("/members/page.php", visit.tokens.good, **sent)
            known_as(visit.tokens)(answer)
            assert (answer.json()["method"], answer.json()["size"]) == (method, len(body)), answer


def test_the_gate_needs_no_database():
    with site("no-database", way="lighttpd-conf", settings=SETTINGS, database="mysql") as here:
        here.cardea.add_user("staff@example.com", scope="staff")
        lay_out(here)
        visit = Visit(here)
        for running in (True, False):
            assert (here.browser().get("/auth/health").status == 200) == running
            known_as(visit.tokens)(visit.ask("/members/page.php", visit.tokens.good))
            assert visit.ask("/staff/page.html", visit.staff.good).status == 200
            assert visit.ask("/members/page.html").status == 401
            assert visit.ask("/members/page.html", visit.tokens.other_claims).status == 401
            if running:
                here.database.stop()
        here.server.restart()
        assert visit.ask("/members/page.html").status == 401, "a gate that starts without its database"
        assert visit.ask("/members/page.html", visit.tokens.good).status == 200
        assert here.browser().post("/auth/login", json={"email": "alice@example.com", "password": "x"}).status == 503


PLAIN = [(b"REQUEST_METHOD", b"GET"), (b"REQUEST_URI", b"/members/"), (b"REMOTE_ADDR", b"127.0.0.1"),
         (b"HTTP_ACCEPT", b"*/*")]
ODD = {
    "nothing at all": [],
    "no method": PLAIN[1:],
    "no address": PLAIN[:1],
    "an empty name": [*PLAIN, (b"", b"x")],
    "three hundred variables": [*PLAIN, *((b"X%d" % n, b"y") for n in range(300))],
    "100 KB of variables": [*PLAIN, (b"X", b"y" * 100_000)],
    "a header of 20 KB": [*PLAIN, (b"HTTP_COOKIE", b"cardea_access=" + b"y" * 20_000)],
    "a variable twice": [*PLAIN, (b"REQUEST_URI", b"/auth/verify")],
    "control characters": [PLAIN[0], (b"REQUEST_URI", b"/x\r\nStatus: 200 OK\r\n"), (b"HTTP_COOKIE", b"a=\x01")],
    "bytes that are no text": [*PLAIN, (b"HTTP_COOKIE", bytes(range(128, 256)))],
    "a body that is announced and does not come": [*PLAIN, (b"CONTENT_LENGTH", b"999999999999")],
    "a length that is no number": [*PLAIN, (b"CONTENT_LENGTH", b"-1")],
    "a role of its own": [*PLAIN, (b"FCGI_ROLE", b"RESPONDER")],
    "an address of the program itself": [PLAIN[0], (b"REQUEST_URI", b"/auth/health"), *PLAIN[2:]],
    "a method of a megabyte": [(b"REQUEST_METHOD", b"G" * 60_000), *PLAIN[1:]],
    "a way back that cannot be": [PLAIN[0], (b"REQUEST_URI", b"//evil/\x7f"), (b"HTTP_ACCEPT", b"text/html")],
}


def gate_request(variables, body=None):
    """The bytes of a request in the authorizer role; body None: no standard input at all, as FastCGI has it."""
    params = b"".join(fastcgi.pair(name, value) for name, value in variables)
    parts = [fastcgi.record(fastcgi.BEGIN, struct.pack("!HB5x", fastcgi.AUTHORIZER, 0))]
    parts += [fastcgi.record(fastcgi.PARAMS, params[at:at + 60_000]) for at in range(0, len(params), 60_000)]
    parts.append(fastcgi.record(fastcgi.PARAMS))
    if body is not None:
        parts += [fastcgi.record(fastcgi.STDIN, body)] if body else []
        parts.append(fastcgi.record(fastcgi.STDIN))
    return b"".join(parts)


def must_be_refused(address, what, variables, body=None):
    with contextlib.closing(fastcgi.Peer(address)) as peer:
        answer = peer.send(gate_request(variables, body)).answer()
        assert answer is not None, f"no answer to {what}"
        assert answer[1].startswith("Status: ") and answer[0] >= 300 and "Variable-" not in answer[1], (what, answer)


def test_whatever_a_gate_is_asked_it_never_answers_nothing():
    with site("odd", way="serve", settings=SETTINGS) as here:
        address = here.server.served.address
        for what, variables in ODD.items():
            must_be_refused(address, what, variables)
            must_be_refused(address, what, variables, body=b"")
        must_be_refused(address, "a body", PLAIN, body=b"x" * 60_000)
        chance = random.Random(4)
        for number in range(400):
            variables = [(name, bytes(chance.choices(range(256), k=chance.randrange(40)))) for name, _ in PLAIN]
            variables += [(b"HTTP_" + bytes(chance.choices(b"ABCOKIE_\0-", k=6)), chance.randbytes(20))
                          for _ in range(chance.randrange(4))]
            chance.shuffle(variables)
            must_be_refused(address, f"number {number}: {variables}", variables)
        assert here.server.served.alive()
