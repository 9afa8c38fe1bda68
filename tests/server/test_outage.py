"""MariaDB stops, restarts, freezes, closes idle connections: 503 and later 200, never a sign-out; verifying goes on."""

import threading
import time

from harness import PASSWORD, Installed, MariaDB, Place, Threads, at_once, site, wait_until

STATEMENTS_WAIT = 5.0  # seconds that the program waits for the answer to a statement at the least
SOON = 4.0  # seconds: less than that wait, and enough on a busy machine


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
        self.here, self.statuses, self.done = here, set(), threading.Event()
        self.browsers, self.rotations = [here.sign_in() for _ in range(people)], [0] * people
        self.threads = Threads(self.done.set)

    def run(self, number):
        browser = self.browsers[number]
        while not self.done.is_set():
            answer = browser.post("/auth/refresh", headers={"Idempotency-Key": f"attempt-{self.rotations[number]}"})
            self.statuses.add(answer.status)
            assert answer.status == 200 or answer.status == 503 and answer.header("Retry-After"), answer
            if answer.status == 200:
                self.rotations[number] += 1
            else:
                time.sleep(0.05)

    def wait_until_all_went_on(self):
        before = list(self.rotations)
        wait_until(lambda: self.threads.failed() or all(now > then for now, then in zip(self.rotations, before)), "all go on", timeout=60)

    def wait_until_it_hurts(self):
        wait_until(lambda: self.threads.failed() or 503 in self.statuses, "an answer 503", timeout=60)

    def __enter__(self):
        self.threads.__enter__()
        for number in range(len(self.browsers)):
            self.threads.start(self.run, number)
        return self

    def __exit__(self, *problem):
        self.threads.__exit__(*problem)


def under_load(name, trouble, people=4):
    """Load before, during and after the trouble; then all of them go on."""
    settings = {"tokens": {"rotation_grace": "0s"}, "database": {"connect_timeout": "1s"}}
    with site(name, database="mysql", settings=settings) as here:
        with Load(here, people) as load:
            load.wait_until_all_went_on()
            trouble(here.database, load)
            load.wait_until_all_went_on()
        assert load.statuses == {200, 503}, load.statuses
        answers = at_once(people, lambda number: load.browsers[number].post(
            "/auth/refresh", headers={"Idempotency-Key": "last"}))
        assert [answer.status for answer in answers] == [200] * people, answers
        check_nobody_was_signed_out(here)


def test_a_restart_under_load_costs_nobody_the_sign_in():
    def restart(mariadb, load):
        mariadb.stop()
        load.wait_until_it_hurts()
        mariadb.start()
    under_load("outage-restart", restart)


def test_a_crash_under_load_costs_nobody_the_sign_in():
    def crash(mariadb, load):
        mariadb.kill()
        load.wait_until_it_hurts()
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
        wait_until(lambda: self.browser.get("/auth/health").status == 200, "the program finds the database")

    def test_verifying_goes_on(self):
        for _ in range(5):
            self.assertEqual(self.browser.get("/auth/verify").status, 204)
        self.assert_refused(self.here.browser().get("/auth/verify"), 401, "invalid_token", "missing")
        self.assertEqual(self.here.browser().get("/auth/jwks.json").status, 200)

    def test_everything_else_says_soon_that_it_cannot(self):
        login = {"email": self.browser.email, "password": PASSWORD}
        for method, path, fields in (("POST", "/auth/refresh", None), ("GET", "/auth/me", None), ("GET", "/auth/devices", None),
                                     ("POST", "/auth/login", login), ("POST", "/auth/register", login),
                                     ("POST", "/auth/logout", None), ("DELETE", "/auth/devices/x", None),
                                     ("GET", "/auth/continue?return_to=/", None)):
            began = time.monotonic()
            answer = self.browser.request(method, path, json=fields)
            check_unavailable(answer)
            self.assertLess(time.monotonic() - began, SOON, path)
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
        with Threads() as threads:
            waiting = threads.start(lambda: answers.extend(at_once(8, lambda _: browser.twin().post("/auth/refresh"))))
            slowest = slowest_verify(browser, waiting.is_alive)
        assert len(answers) == 8
        for answer in answers:
            check_unavailable(answer)
        assert time.monotonic() - began < 3 * STATEMENTS_WAIT  # not one after the other
        assert slowest < SOON, f"a verify waited {slowest:.1f} s behind requests that wait for the database"
        began = time.monotonic()
        check_unavailable(browser.post("/auth/refresh"))
        assert time.monotonic() - began < SOON
        assert browser.get("/auth/verify").status == 204
        here.database.thaw()
        wait_until(lambda: browser.post("/auth/refresh").status == 200, "the program finds the database")
        check_nobody_was_signed_out(here)


def test_connections_that_the_server_closes_for_idleness_cause_no_error():
    place = Place("idle-mariadb")
    mariadb = MariaDB(place, options=["--wait-timeout=1", "--interactive-timeout=1"])
    try:
        with site("idle", database=mariadb) as here:
            people = [here.sign_in() for _ in range(6)]
            for _ in range(2):
                wait_until(lambda: here.rows("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'cardea'") == [["0"]],
                           "the server has closed every connection")
                answers = at_once(6, lambda number: people[number].post("/auth/refresh"))
                assert [answer.status for answer in answers] == [200] * 6, answers
            assert people[0].get("/auth/me").status == 200
            assert here.sign_in().post("/auth/logout").status == 204
    finally:
        mariadb.close()
        place.close()
