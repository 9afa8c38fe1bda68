"""Guessing is slowed down; devices and registration have their limits."""

import hashlib
import itertools
import os

from harness import PASSWORD, Installed, at_once, for_each, site

PROXY = {"site": {"trusted_proxies": "127.0.0.1/32"}}
WAIT = range(1, 31)  # seconds that the first delay may still last


class Guessing(Installed):
    settings = {**PROXY, "limits": {"login_failures": "account 3 in 15m, address 6 in 15m"}}
    addresses = (f"203.0.113.{number}" for number in range(1, 250))

    def attempt(self, email, password, address, browser=None):
        return (browser or self.here.browser()).post("/auth/login", json={"email": email, "password": password},
                                                     headers={"X-Forwarded-For": address})

    def someone(self):
        email = f"somebody{next(self._people)}@example.com"
        self.here.cardea.add_user(email, PASSWORD)
        return email

    def assert_throttled(self, answer):
        self.assert_refused(answer, 429, "too_many_attempts")
        self.assertIn(int(answer.header("Retry-After")), WAIT)

    def test_an_account_is_closed_for_a_while_wherever_the_guesses_come_from(self):
        email = self.someone()
        for _ in range(3):
            self.assertEqual(self.attempt(email, "wrong", next(self.addresses)).status, 401)
        self.assert_throttled(self.attempt(email, "wrong", next(self.addresses)))
        self.assert_throttled(self.attempt(email.upper(), PASSWORD, next(self.addresses)))
        self.assertEqual(self.attempt(self.someone(), PASSWORD, next(self.addresses)).status, 200)

    def test_an_unknown_account_is_closed_just_the_same(self):
        for _ in range(3):
            self.assertEqual(self.attempt("nobody@example.com", "wrong", next(self.addresses)).status, 401)
        self.assert_throttled(self.attempt("nobody@example.com", "wrong", next(self.addresses)))

    def test_an_address_is_closed_for_a_while_whatever_account_it_tries(self):
        address = next(self.addresses)
        for _ in range(6):
            self.assertEqual(self.attempt(self.someone(), "wrong", address).status, 401)
        self.assert_throttled(self.attempt(self.someone(), PASSWORD, address))

    def test_success_does_not_count_and_forgives(self):
        email, address = self.someone(), next(self.addresses)
        for password in ("wrong", "wrong", PASSWORD, "wrong", "wrong", PASSWORD, PASSWORD):
            self.assertEqual(self.attempt(email, password, address).status, 200 if password == PASSWORD else 401)

    def test_the_owner_gets_in_from_a_known_device_while_strangers_guess(self):
        email, home = self.someone(), self.here.browser()
        self.assertEqual(self.attempt(email, PASSWORD, next(self.addresses), home).status, 200)
        for _ in range(3):
            self.attempt(email, "wrong", next(self.addresses))
        self.assert_throttled(self.attempt(email, PASSWORD, next(self.addresses)))
        self.assertEqual(self.attempt(email, PASSWORD, next(self.addresses), home).status, 200)

    # What a proxy writes is not always an address, and never makes a client the proxy.

    def test_an_address_with_a_port_is_that_address(self):
        address = next(self.addresses)
        for port in range(6):
            self.assertEqual(self.attempt(self.someone(), "wrong", f"{address}:{4711 + port}").status, 401)
        self.assert_throttled(self.attempt(self.someone(), PASSWORD, f"{address}:1"))
        self.assertEqual(self.attempt(self.someone(), PASSWORD, next(self.addresses) + ":4711").status, 200)

    def test_clients_without_an_address_share_what_their_proxy_calls_them_and_no_more(self):
        for _ in range(6):
            self.assertEqual(self.attempt(self.someone(), "wrong", "_one").status, 401)
        self.assert_throttled(self.attempt(self.someone(), PASSWORD, "_one"))
        for other in ("_two", next(self.addresses), "[2001:db8::7]:80"):
            self.assertEqual(self.attempt(self.someone(), PASSWORD, other).status, 200)
        self.assertEqual(self.here.browser().post("/auth/login", json={"email": self.someone(), "password": PASSWORD}).status, 200)

    def test_metrics_are_for_nobody_whom_the_proxy_does_not_name(self):
        for said in ("unknown", "_hidden", "198.51.100.7:4711", "198.51.100.7, unknown", ",", "127.0.0.1x", "0.0.0.0"):
            self.assertEqual(self.here.browser().get("/auth/metrics", headers={"X-Forwarded-For": said}).status, 403, said)
        for header in ({"Forwarded": "for=unknown"}, {"Via": "1.1 x"}, {"X-Real-IP": "x"}, {"X-Forwarded-Proto": "https"}):
            self.assertEqual(self.here.browser().get("/auth/metrics", headers=header).status, 403, header)
        self.assertEqual(self.here.browser().get("/auth/metrics").status, 200)

    def test_check_names_what_was_not_understood_and_networks_that_are_too_wide(self):
        email = self.someone()
        self.assertEqual(self.attempt(email, PASSWORD, "_gateway7").status, 200)
        events = self.here.cardea.json("events", "--user", email)
        self.assertEqual(events[0]["ip"], "unknown (_gateway7)")
        done = self.here.cardea.run("check", "--offline")
        self.assertIn("unknown (_gateway7)", done.stdout)
        self.here.cardea.configure({"site": {"trusted_proxies": "0.0.0.0/0"}})
        done = self.here.cardea.run("check", "--offline")
        self.here.cardea.configure(PROXY)
        self.assertEqual((done.returncode, "FAIL proxies: " in done.stdout), (1, True), done)


    def test_a_known_device_gets_in_while_its_address_is_closed_and_tells_strangers_nothing(self):
        email, home, address = self.someone(), self.here.browser(), next(self.addresses)
        self.assertEqual(self.attempt(email, PASSWORD, address, home).status, 200)
        for _ in range(6):
            self.attempt(self.someone(), "wrong", address)
        self.assert_throttled(self.attempt(email, PASSWORD, address))
        self.assert_throttled(self.attempt(email, "wrong", address, home))
        self.assertEqual(self.attempt(email, PASSWORD, address, home).status, 200)

    def test_an_ipv6_network_is_closed_for_a_while_whatever_its_addresses(self):
        answers = [self.attempt(self.someone(), "wrong", f"2001:db8:1:{number:x}::1") for number in range(12)]
        self.assertEqual([answer.status for answer in answers], [401] * 7 + [429] * 5)
        self.assertEqual(self.attempt(self.someone(), PASSWORD, "2001:db8:2::1").status, 200)

    def test_right_passwords_at_once_are_all_let_in(self):
        email, address = self.someone(), next(self.addresses)
        answers = at_once(12, lambda _: self.attempt(email, PASSWORD, address))
        self.assertLessEqual({answer.status for answer in answers}, {200, 503}, answers)  # 503: no hashing slot
        self.assertEqual(self.attempt(email, "wrong", address).status, 401)


class GuessingOnMariaDB(Guessing):
    database = "mysql"


FEW = {**PROXY, "registration": {"limit": "address 10 in 1h, network 12 in 1h"}}


def solved(asked):
    """The answer to a challenge, as src/web/README.md describes it."""
    for number in itertools.count():
        work = f"{asked['challenge']}.{number}"
        if int.from_bytes(hashlib.sha256(work.encode()).digest(), "big") >> (256 - asked["bits"]) == 0:
            return work


def register(here, number, address, **more):
    person = {"email": f"new{number}@example.com", "password": PASSWORD, **more}
    return here.browser().post("/auth/register", json=person, headers={"X-Forwarded-For": address})


@for_each(database=("sqlite", "mysql"))
def test_an_address_opens_no_more_accounts_than_it_may_also_at_once(database):
    with site("accounts", settings=FEW, database=database) as here:
        answers = at_once(16, lambda number: register(here, number, "203.0.113.1"))
        opened = sum(answer.status == 201 for answer in answers)
        answers += [register(here, 100 + number, "203.0.113.1") for number in range(30)]
        assert {answer.status for answer in answers} <= {201, 403, 503}, answers
        assert opened <= 10 and sum(answer.status == 201 for answer in answers) == 10, answers
        asked = answers[-1].json()
        assert (asked["error"], asked["bits"]) == ("challenge_required", 14) and 290 < asked["expires_in"] <= 300, asked
        assert len(here.rows("SELECT 1 FROM cardea_user")) == 11  # with alice
        price = here.browser().get("/auth/work?for=register", headers={"X-Forwarded-For": "203.0.113.1"}).json()
        assert price["bits"] == 14 and here.browser().get("/auth/work?for=register").json() == {"bits": 0}, price
        assert register(here, 200, "203.0.113.2").status == 201
        worked = register(here, 201, "203.0.113.1", work=solved(asked))
        assert worked.status == 201, worked
        assert register(here, 202, "203.0.113.1", work=solved(asked)).json()["error"] == "challenge_required"
        in_network = [register(here, 300 + number, f"2001:db8:7:{number:x}::1").status for number in range(15)]
        assert in_network == [201] * 12 + [403] * 3, in_network


@for_each(database=("sqlite", "mysql"))
def test_guesses_at_once_are_judged_no_more_often_than_guesses_in_a_row(database):
    with site("crowd", settings=PROXY, database=database) as here:
        answers = at_once(24, lambda number: here.browser().post(
            "/auth/login", json={"email": "alice@example.com", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number + 1}"}))
        answers += [here.browser().post("/auth/login", json={"email": "alice@example.com", "password": "wrong"})
                    for _ in range(6)]
        assert {answer.status for answer in answers} <= {401, 429, 503}, answers
        assert sum(answer.status == 401 for answer in answers) == 5, answers


def test_wrong_secrets_at_introspection_are_slowed_down():
    secret = "0123456789abcdef0123456789abcdef"
    with site("introspection", settings={**PROXY, "transport": {"mode": "header"}}) as here:
        path = here.place.write("introspection", secret + "\n", mode=0o600)
        here.cardea.configure({"tokens": {"introspection_secret_file": path}})
        here.server.restart()

        def ask(secret, address="203.0.113.1"):
            return here.browser().post("/auth/introspect", form={"token": "x"},
                                       headers={"Authorization": f"Bearer {secret}", "X-Forwarded-For": address})
        assert [ask(secret).status for _ in range(10)] == [200] * 10
        assert [ask(f"wrong{number}").status for number in range(8)] == [401] * 5 + [429] * 3
        assert ask(secret).status == 429  # or guesses would still be told from a hit
        assert ask(secret, "203.0.113.2").status == 200


def test_the_device_unused_longest_makes_room():
    with site("devices", settings={"limits": {"devices_per_user": "2"}}) as here:
        first, second, third = (here.sign_in(device_id=f"device-{number}") for number in range(3))
        assert [device["id"] for device in third.get("/auth/devices").json()["devices"]] == ["device-2", "device-1"]
        assert first.post("/auth/refresh").json()["reason"] == "revoked"
        assert second.post("/auth/refresh").status == third.post("/auth/refresh").status == 200


def test_registration_can_be_closed():
    with site("closed", settings={"registration": {"open": "no"}}) as here:
        answer = here.browser().post("/auth/register", json={"email": "new@example.com", "password": PASSWORD})
        assert (answer.status, answer.json()["error"]) == (403, "invalid_request"), answer
        assert here.sign_in().get("/auth/me").status == 200


def processor_seconds(pids):
    """What these processes have used since they began."""
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_no_request_of_64_kb_keeps_the_processor_busy():
    marks = "\u0315\u0300" * 15_000
    large = {
        "marks": marks, "letters": "a" * 60_000, "families": "\U0001F468\u200D" * 8_000, "jamo": "\u1112\u1161\u11ab" * 6_000,
        "dots": "." * 60_000, "addresses": "a@" * 30_000, "domains": "a@" + "\ud55c." * 15_000,
    }
    fields = {
        "/auth/login": ("device_name", "email", "password", "device_id"),
        "/auth/register": ("name", "device_name", "email", "password"),
        "/auth/refresh": ("device_name", "refresh_token", "access_token"),
        "/auth/password/forgot": ("email",),
        "/auth/password/reset": ("token", "new_password"),
        "/auth/me": ("name",),
        "/auth/introspect": ("token",),
    }
    with site("busy", settings={"limits": {"login_failures": "account 1000 in 15m, address 1000 in 15m"},
                                "password": {"imported": "phpass, drupal, pbkdf2, crypt"}}) as here:
        browser = here.sign_in()
        workers = here.server.workers()
        for path, names in fields.items():
            for name in names:
                for what, text in large.items():
                    before = processor_seconds(workers)
                    answer = browser.post(path, json={"email": "alice@example.com", "password": "wrong words", name: text})
                    spent = processor_seconds(workers) - before
                    assert answer.status < 500, (path, name, what, answer)
                    assert spent < 3, (path, name, what, spent)
        assert browser.get("/auth/health").status == 200
