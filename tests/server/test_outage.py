"""MariaDB stops, restarts, freezes, closes idle connections: 503 and later 200, never a sign-out; verifying goes on."""

import threading
import time

from harness import Installed, MariaDB, Place, at_once, site, wait_until

STATEMENTS_WAIT = 5.0  # seconds that the program waits for the answer to a statement at the least


def check_unavailable(answer):
    assert (answer.status, answer.json()["error"]) == (503, "temporarily_unavailable"), answer
    assert 0 < int(answer.header("Retry-After")) < 60, answer
    assert answer.header("Cache-Control") == "no-store", answer
    assert answer.cookies == [], answer


def check_nobody_was_signed_out(here):
    assert here.rows("SELECT revoke_reason FROM cardea_session WHERE revoked_at <> 0") == []
    assert here.rows("SELECT detail FROM cardea_event WHERE kind IN ('token_reused', 'database_rolled_back')") == []


class Load:
    """People who refresh without a pause, each request repeated under its key until it is answered with 200."""

    def __init__(self, here, people):
        self.here, self.odd, self.statuses, self.done = here, [], set(), threading.Event()
        self.browsers = [here.sign_in() for _ in range(people)]
        self.threads = [threading.Thread(target=self.run, args=(browser,)) for browser in self.browsers]

    def run(self, browser):
        number = 0
        while not self.done.is_set():
            answer = browser.post("/auth/refresh", headers={"Idempotency-Key": f"attempt-{number}"})
            self.statuses.add(answer.status)
            if answer.status == 200:
                number += 1
            elif answer.status == 503 and answer.header("Retry-After"):
                time.sleep(0.05)
            else:
                self.odd.append(answer)
                return

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()


def under_load(name, trouble, pause=1.5, people=4):
    """Load before, during and after the trouble; then all of them go on."""
    settings = {"tokens": {"rotation_grace": "0s"}, "database": {"connect_timeout": "1s"}}
    with site(name, database="mysql", settings=settings) as here:
        with Load(here, people) as load:
            time.sleep(0.3)
            trouble(here.database)
            time.sleep(pause)
        assert not load.odd, load.odd
        assert load.statuses == {200, 503}, load.statuses
        answers = at_once(people, lambda number: load.browsers[number].post(
            "/auth/refresh", headers={"Idempotency-Key": "last"}))
        assert [answer.status for answer in answers] == [200] * people, answers
        check_nobody_was_signed_out(here)


def test_a_restart_under_load_costs_nobody_the_sign_in():
    def restart(mariadb):
        mariadb.stop()
        time.sleep(0.5)
        mariadb.start()
    under_load("outage-restart", restart)


def test_a_crash_under_load_costs_nobody_the_sign_in():
    def crash(mariadb):
        mariadb.kill()
        time.sleep(0.5)
        mariadb.start()
    under_load("outage-crash", crash)


class Stopped(Installed):
    """The database is down, for longer than anything remembers."""

    settings, server = {"database": {"connect_timeout": "1s"}}, {"processes": 1}

    @classmethod
    def setUpClass(cls):
        place = Place("Stopped-mariadb")
        cls.addClassCleanup(place.close)
        cls.database = MariaDB(place)
        cls.addClassCleanup(cls.database.close)
        super().setUpClass()

    def setUp(self):
        self.browser = self.newcomer()
        self.database.stop()
        self.addCleanup(self.recover)

    def recover(self):
        self.database.start()
        wait_until(lambda: self.browser.get("/auth/health").status == 200, "the program finds the database", timeout=3)

    def test_verifying_goes_on(self):
        for _ in range(5):
            self.assertEqual(self.browser.get("/auth/verify").status, 204)
        self.assert_refused(self.here.browser().get("/auth/verify"), 401, "invalid_token", "missing")
        self.assertEqual(self.here.browser().get("/auth/jwks.json").status, 200)

    def test_everything_else_says_soon_that_it_cannot(self):
        login = {"email": self.browser.email, "password": "anything"}
        for method, path, fields in (("POST", "/auth/refresh", None), ("GET", "/auth/me", None), ("GET", "/auth/devices", None),
                                     ("POST", "/auth/login", login), ("POST", "/auth/register", login),
                                     ("POST", "/auth/logout", None), ("DELETE", "/auth/devices/x", None),
                                     ("GET", "/auth/continue?return_to=/", None)):
            began = time.monotonic()
            answer = self.browser.request(method, path, json=fields)
            check_unavailable(answer)
            self.assertLess(time.monotonic() - began, 1.5, path)
        self.assertNotIn("mariadb", answer.text.lower())
        self.assertIsNotNone(self.browser.jar.value("cardea_refresh"))

    def test_health_tells_it_and_recovers(self):
        answer = self.browser.get("/auth/health")
        self.assertEqual((answer.status, answer.json()), (503, {"status": "degraded", "database": "unavailable"}))
        self.assertIsNotNone(answer.header("Retry-After"))
        self.recover()
        self.assertEqual(self.browser.post("/auth/refresh").status, 200)
        self.database.stop()

    def test_rubbish_is_refused_without_the_database(self):
        self.browser.jar.set("cardea_refresh", "A" * 72, "/auth")
        self.assert_refused(self.browser.post("/auth/refresh"), 401, "invalid_grant", "malformed")


def slowest_verify(browser, condition):
    """The longest that a verify took, in seconds, while the condition held."""
    slowest = 0.0
    while condition():
        began = time.monotonic()
        assert browser.get("/auth/verify").status == 204
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.02)
    return slowest


def test_a_frozen_database_is_given_up_and_taken_up_again():
    settings = {"database": {"connect_timeout": "1s"}}
    with site("frozen", way="serve", database="mysql", settings=settings) as here:
        browser = here.sign_in()
        here.database.freeze()
        began, answers = time.monotonic(), []
        waiting = threading.Thread(
            target=lambda: answers.extend(at_once(8, lambda _: browser.twin().post("/auth/refresh"))))
        waiting.start()
        slowest = slowest_verify(browser, waiting.is_alive)
        assert len(answers) == 8
        for answer in answers:
            check_unavailable(answer)
        assert time.monotonic() - began < STATEMENTS_WAIT + 4
        assert slowest < 0.5, f"a verify waited {slowest:.1f} s behind requests that wait for the database"
        began = time.monotonic()
        check_unavailable(browser.post("/auth/refresh"))
        assert time.monotonic() - began < 1.5
        assert browser.get("/auth/verify").status == 204
        here.database.thaw()
        time.sleep(1.2)
        assert browser.post("/auth/refresh").status == 200
        check_nobody_was_signed_out(here)


def test_connections_that_the_server_closes_for_idleness_cause_no_error():
    place = Place("idle-mariadb")
    mariadb = MariaDB(place, options=["--wait-timeout=1", "--interactive-timeout=1"])
    try:
        with site("idle", database=mariadb) as here:
            people = [here.sign_in() for _ in range(6)]
            for _ in range(2):
                time.sleep(1.3)
                answers = at_once(6, lambda number: people[number].post("/auth/refresh"))
                assert [answer.status for answer in answers] == [200] * 6, answers
            assert people[0].get("/auth/me").status == 200
            assert here.sign_in().post("/auth/logout").status == 204
    finally:
        mariadb.close()
        place.close()
