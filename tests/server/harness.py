"""What a test with a real web server needs, in one import:

    from harness import Browser, site

    def test_a_person_signs_in():
        with site("sign-in", way="fastcgi") as here:
            here.cardea.add_user("alice@example.com", "correct horse battery")
            answer = here.browser().post("/auth/login", json={"email": "alice@example.com", "password": "…"})
            assert answer.status == 200, answer

`way` is one of WAYS. Nothing outlives the with statement, nor the run, whichever way it ends.
"""

import contextlib
import itertools
import unittest

import apache
import lighttpd
import nginx
from browser import (Answer, Browser, Cookie, CookieJar, chunked, parse_answer, raw_exchange,  # noqa: F401
                     raw_request, request_bytes)
from cardea import BINARY, Cardea, run_binary  # noqa: F401
from lighttpd import WAYS, Gate, Lighttpd, LighttpdByConf  # noqa: F401
from mariadb import MariaDB  # noqa: F401
from processes import ROOT, Failure, Place, Process, free_port, listens, wait_until  # noqa: F401
from threads import Threads, at_once  # noqa: F401

# Everything that stands between a browser and the program, by the files of conf/; lighttpd's own WAYS besides.
CONF_WAYS = (*apache.WAYS, *nginx.WAYS, *lighttpd.FILES)
SERVERS = {**dict.fromkeys(WAYS, Lighttpd), **dict.fromkeys(apache.WAYS, apache.Apache),
           **dict.fromkeys(nginx.WAYS, nginx.Nginx), **dict.fromkeys(lighttpd.FILES, LighttpdByConf)}


def for_each(**values):
    """Runs a test function once for every combination: @for_each(way=WAYS, database=("sqlite", "mysql"))."""
    def mark(function):
        function.cases = [dict(zip(values, chosen)) for chosen in itertools.product(*values.values())]
        return function
    return mark


PASSWORD = "correct horse battery"


class Site:
    """A running installation: .place .cardea .server .database (nothing on SQLite) .port .mount"""

    def __init__(self, place, cardea, server, database):
        self.place, self.cardea, self.server, self.database = place, cardea, server, database
        self.port, self.mount = cardea.port, cardea.mount

    def browser(self):
        """A new client without cookies that says the site's own origin."""
        return Browser(self.port, self.cardea.url)

    def sign_in(self, email="alice@example.com", password=PASSWORD, **more):
        """A new client that has signed in, with the answer to that in .signed_in."""
        browser = self.browser()
        browser.signed_in = browser.post(self.mount + "/login", json={"email": email, "password": password, **more})
        assert browser.signed_in.status == 200, browser.signed_in
        return browser

    def rows(self, statement):
        """What a statement of the test's own finds in the program's database: rows of text. Tables begin with cardea_."""
        if self.database:
            return self.database.rows(statement)
        return [[str(value) for value in row] for row in self.cardea.rows(statement)]

    def raw(self, request, **options):
        """The answer to bytes sent as they are."""
        return raw_request(self.port, request, **options)


@contextlib.contextmanager
def site(name, way="fastcgi", settings=None, database="sqlite", mount="/auth", users=("alice@example.com",),
         server_class=None, expected=(), deaths=None, **server):
    """A Site with tables, keys and users (password PASSWORD), started and ready.

    way: one of WAYS or CONF_WAYS. database: "sqlite", "mysql" for a MariaDB of its own, or a MariaDB object.
    server: options of the server's class. expected: exceptions that are no finding, and leave no directory behind.
    deaths: why programs die before the end. Without it each must run until the end, and then end with 0.
    """
    with contextlib.ExitStack() as stack:
        place = Place(f"{name}-{way}", apache.server_owner() if way in apache.WAYS else None)
        stack.callback(place.close)
        try:
            mysql = database if isinstance(database, MariaDB) else None
            if database == "mysql":
                mysql = stack.enter_context(contextlib.closing(MariaDB(place)))
            cardea = Cardea(place, free_port(), settings, mysql, mount).prepare()
            for email in users:
                cardea.add_user(email, PASSWORD)
            running = stack.enter_context(contextlib.closing((server_class or SERVERS[way])(cardea, way, **server)))
            running.deaths = deaths
            yield Site(place, cardea, running.start(), mysql)
        except Exception as error:
            if not isinstance(error, expected):
                place.note_failure()
            raise


class Installed(unittest.TestCase):
    """Tests that share one Site, cls.here: for whatever disturbs nobody. Each takes a person of its own (newcomer)."""

    way, database, mount, settings, server = "fastcgi", "sqlite", "/auth", None, {}
    _people = itertools.count(1)

    @classmethod
    def setUpClass(cls):
        cls.here = cls.enterClassContext(
            site(cls.__name__, cls.way, cls.settings, cls.database, cls.mount, users=(), **cls.server))

    def newcomer(self, **more):
        """The browser of a new person who has just registered, with the answer to that in .signed_in."""
        browser = self.here.browser()
        browser.email = f"person{next(self._people)}@example.com"
        browser.signed_in = browser.post(self.here.mount + "/register",
                                         json={"email": browser.email, "password": PASSWORD, **more})
        assert browser.signed_in.status == 201, browser.signed_in
        return browser

    def assert_refused(self, answer, status, error, reason=None, field=None):
        """An error as programs read it, and as the standards want it."""
        self.assertEqual(answer.status, status, answer)
        said = answer.json()
        expected = {"code": status, "error": error, **({"reason": reason} if reason else {}), **({"field": field} if field else {})}
        beside = {"error_description", "challenge", "bits", "expires_in"}  # a 429 may offer work
        self.assertEqual({key: value for key, value in said.items() if key not in beside}, expected)
        self.assertTrue(said["error_description"].strip(), answer)
        self.assertEqual(answer.header("Content-Type"), "application/json")
        self.assertEqual(answer.header("Cache-Control"), "no-store")
        self.assertEqual((answer.header("WWW-Authenticate") or "").startswith("Bearer "), status == 401, answer)
        self.assertEqual(answer.header("Retry-After") is not None, status in (429, 503), answer)
