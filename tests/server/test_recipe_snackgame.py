"""snackgame: a live service moves its tokens from the header to cookies, and no client that gets the update is signed out.

The population: clients of the former system (its access tokens and its random refresh tokens, some with one, some with
both), clients of the header, some that get an update sooner or later, some that never do and stay away from some day on. The
clock runs two months in a minute; the day on which the header closes is the one that `cardea transport` tells, a day earlier
would have signed a client out. Those without the update that come back after that day have to sign in: their sessions have
ended unused. One that went on coming by header after the day was told would have to sign in as well.
"""

import calendar
import hashlib
import json
import os
import random
import time

import jws
from processes import wait_until
from recipes import PASSWORD, App, Secure, recipe
from threads import at_once, for_all

CLIENTS = int(os.environ.get("CARDEA_POPULATION", "60"))
AT_ONCE = 16
OLD_SECRET = b"snackgame's former secret, which was long enough"
DAY = 86400
UPDATES_END = 14  # days: the last client that will ever be updated is updated at its first visit after that
STAYS_AWAY = 27   # days after which nobody of those without an update is seen again
TOLD_ON = 37      # by then everybody with an update has been back with it


class Client:
    """One installation of the game. `keyhole` is what its present version uses; it never knows a password."""

    def __init__(self, here, number):
        self.here, self.number = here, number
        self.random = random.Random(number)
        self.app, self.browser = App(here, f"device-{number}"), Secure(here)
        self.old_access = self.old_refresh = None
        self.keyhole = "header"
        # Most are updated within days, some late, some never.
        self.updated_on = self.random.choice([1, 2, 3, 5, 8, 12, UPDATES_END, None])
        self.every = self.random.choice([5, 7, 9])  # days between two visits
        self.first = self.random.randrange(self.every)  # the day of the first one
        self.signed_out = None

    def moves_in(self, access, refresh):
        self.old_access, self.old_refresh = access, refresh

    def comes(self, day):
        """Whether the game is opened on that day."""
        return (day - self.first) % self.every == 0 and (self.updated_on is not None or day <= STAYS_AWAY)

    def visit(self, day):
        """What the game does when it is opened. Remembers an answer that would send it to sign in."""
        try:
            if self.updated_on is not None and day >= self.updated_on and self.keyhole == "header":
                self.update(day)
            self.play(day)
        except AssertionError as problem:
            self.signed_out = self.signed_out or (day, str(problem))

    def play(self, day):
        if self.old_access or self.old_refresh:
            self.exchange(day)
        if self.keyhole == "cookie":
            return self.renew_and_look_by_cookie()
        self.app.renew()
        answer = self.app.verify()
        assert answer.status == 204, answer

    def renew_and_look_by_cookie(self):
        answer = self.browser.post("/auth/refresh", json={})
        assert answer.status == 200, answer
        assert self.browser.get("/auth/verify").status == 204

    def exchange(self, day):
        if self.old_access and day < 7:
            assert self.app.verify(self.old_access).status == 204
        if self.old_refresh:
            answer = self.app.post("/refresh", {"refresh_token": self.old_refresh, "device_id": self.app.device})
        else:
            answer = self.app.post("/refresh", {}, Authorization="Bearer " + self.old_access)
        self.app.take(answer)
        self.browser.jar.take(answer.cookies)
        self.old_access = self.old_refresh = None

    def update(self, day):
        """The new version finds the cookies that its browser has kept since both were issued, and uses them."""
        self.keyhole = "cookie"
        if self.old_access or self.old_refresh:
            self.exchange(day)
        answer = self.app.renew()
        self.browser.jar.clear()
        self.browser.jar.take(answer.cookies)


def old_access_token(number, expires):
    return jws.hs256({"alg": "HS256", "typ": "JWT"}, {"sub": str(number), "exp": int(expires)}, OLD_SECRET)


def test_snackgame():
    with recipe("snackgame") as here:
        clients = population(here)
        the_last_years_tokens_are_taken_over(here, clients)
        stale_copies_are_cleaned_up(here)
        races_and_lost_answers(here)
        day = the_clients_are_updated_in_their_own_time(here, clients)
        day = the_header_closes_on_the_day_that_was_told(here, clients, day)
        nobody_is_signed_out(here, clients, day)


def population(here):
    """Users as an import would make them; they exist, but nobody of them signs in here."""
    clients = [Client(here, number) for number in range(CLIENTS)]
    epoch = int(time.time() * 1000)
    rows = ",".join(
        "(UNHEX('%s'), 'player%d@example.com', 'player%d@example.com', '', '', 0, 0, '', 'password', %d, 0)"
        % (f"{epoch:012x}7000800000{client.number:010x}", client.number, client.number, epoch) for client in clients)
    here.database.sql("INSERT INTO cardea_user (id, email_key, email, name, password_hash, status, epoch, scope, last_method,"
                      f" created_at, last_sign_in_at) VALUES {rows}", "cardea")
    return clients


def the_last_years_tokens_are_taken_over(here, clients):
    done = here.cardea.run("key", "import", "--hs256", "--verify-only", "--until", here.clock.day(8),
                           "--subject-claim", "sub", stdin=OLD_SECRET.decode() + "\n")
    assert done.returncode == 0, done.stderr
    lines = ["user,legacy_id,token_sha256,expires_at"]
    for client in clients:
        kind = client.number % 3  # both, refresh only, access only
        access = old_access_token(client.number, here.clock.now() + 7 * DAY - 60) if kind != 1 else None
        refresh = f"old-refresh-{client.number}-{os.urandom(12).hex()}" if kind != 2 else None
        if kind == 2:
            client.first = 0  # without a refresh token, who stays away for a week is signed out in any system
        client.moves_in(access, refresh)
        digest = hashlib.sha256(refresh.encode()).hexdigest() if refresh else ""
        end = int(here.clock.now()) + 30 * DAY if refresh else ""
        lines.append(f"player{client.number}@example.com,{client.number},{digest},{end}")
    done = here.cardea.run("legacy", "import", "-", stdin="\n".join(lines) + "\n", timeout=1800)
    assert done.stdout.startswith(f"imported {len(clients)}, known already 0, refused 0"), (done.stdout, done.stderr)
    here.note(f"{len(clients)} clients of the former system", "its secret and its refresh tokens are imported")
    before = len(here.rows("SELECT 1 FROM cardea_session"))
    # Running processes notice the key by themselves, within moments.
    wait_until(lambda: clients[0].app.verify(clients[0].old_access).status == 204, "the old system's key")
    assert len(here.rows("SELECT 1 FROM cardea_session")) == before
    here.note("an access token of the former system", "204 at /verify until it ends")


def stale_copies_are_cleaned_up(here):
    browser = Secure(here)
    answer = browser.post("/auth/register", json={"email": "stale@example.com", "password": PASSWORD})
    assert answer.status == 201, answer
    stale = "__Secure-cardea_refresh=" + "A" * 72
    answer = browser.post("/auth/refresh", json={}, headers={"Cookie": f"{stale}; {browser.jar.header('/auth/refresh')}"})
    assert answer.status == 200, answer
    deleted = {(cookie.name, cookie.path) for cookie in answer.cookies if cookie.deletes}
    assert ("__Secure-cardea_refresh", "/auth/refresh") in deleted and ("__Secure-cardea_refresh", "/") in deleted, deleted
    here.note("a stale refresh cookie of an older Path, sent first", "200 by the good one; the stale one is deleted")


def races_and_lost_answers(here):
    """One old token presented many times at once, and again because the answer got lost."""
    (user,) = here.rows("SELECT HEX(id) FROM cardea_user WHERE email = 'stale@example.com'")
    digest = hashlib.sha256(b"raced").hexdigest()
    here.database.sql("INSERT INTO cardea_legacy_token (digest, user_id, expires_at, session_id, exchanged_at) VALUES "
                      f"(UNHEX('{digest}'), UNHEX('{user[0]}'), {int((here.clock.now() + DAY) * 1000)}, NULL, 0)", "cardea")

    def exchange(_):
        answer = App(here).post("/refresh", {"refresh_token": "raced"})
        assert answer.status == 200, answer
        return answer.json()["refresh_token"]
    successors = set(at_once(AT_ONCE, exchange))
    assert len(successors) == 1 and exchange(0) in successors
    here.note(f"one old refresh token, {AT_ONCE} times at once, and once more", "one session, one successor")
    here.clock.move(seconds=15)
    answer = App(here).post("/refresh", {"refresh_token": "raced"})
    assert (answer.status, answer.json()["reason"]) == (401, "reused"), answer
    here.note("... and long after", "401 reused: the session it became ends")


def everybody_visits(clients, day):
    for_all([client for client in clients if client.comes(day)], lambda client: client.visit(day), AT_ONCE)


def transport(here):
    return json.loads(here.cardea.command("transport", "--json"))


def the_clients_are_updated_in_their_own_time(here, clients):
    everybody_visits(clients, 0)
    told = transport(here)
    assert told["header"]["sessions"] > 0, told
    here.note("day 0: cardea transport", f"by header {told['header']['sessions']}, by cookie {told['cookie']['sessions']}")
    for day in range(1, TOLD_ON + 1):
        here.clock.move(days=1)
        everybody_visits(clients, day)
        if day == 8:
            told = transport(here)
            here.note("day 8: cardea transport", f"by header {told['header']['sessions']}, by cookie {told['cookie']['sessions']}")
    return TOLD_ON


def first_day(told):
    """The day that header_sunset would be set to, of the moment that `cardea transport` told."""
    moment = calendar.timegm(time.strptime(told["closable_from"], "%Y-%m-%dT%H:%M:%SZ"))
    return time.strftime("%Y-%m-%d", time.gmtime(moment + DAY - 1)), moment


def the_header_closes_on_the_day_that_was_told(here, clients, day):
    told = transport(here)
    sunset, moment = first_day(told)
    assert told["header"]["sessions"] > 0 and moment > here.clock.now(), told
    assert f"signs nobody out: {sunset}" in here.cardea.command("transport")
    here.note(f"day {day}: cardea transport", f"by header {told['header']['sessions']}, by cookie {told['cookie']['sessions']}; "
              f"close on day {round((moment - here.clock.now()) / DAY) + day}")
    here.restart({"transport": {"header_sunset": sunset}})

    answer = Secure(here).post("/auth/login", json={"email": "stale@example.com", "password": PASSWORD, "transport": "cookie"})
    assert "access_token" not in answer.json(), answer
    token = answer.cookie("cardea_access").value
    answer = Secure(here).get("/auth/verify", headers={"Authorization": "Bearer " + token})
    assert answer.status == 204 and answer.header("Sunset").endswith("00:00:00 GMT"), answer
    assert answer.header("Deprecation").startswith("@"), answer
    here.note("answers to header tokens from then on", f"Sunset: {answer.header('Sunset')}")

    # A moment before, at least one of those who stayed away could still have come back by header: a day sooner is too soon.
    last = here.rows(f"SELECT COUNT(*) FROM cardea_session WHERE keyhole <> 1 AND revoked_at = 0 AND idle_until > {int((moment - 5) * 1000)}")
    assert int(last[0][0]) > 0
    while here.clock.now() < moment:
        here.clock.move_to(min(moment, here.clock.now() + DAY))
        day += 1
        everybody_visits(clients, day)
    left = here.rows(f"SELECT COUNT(*) FROM cardea_session WHERE keyhole <> 1 AND revoked_at = 0 AND idle_until > {int(moment * 1000)}")
    assert left == [["0"]], left
    here.note("the day that was told", "right: a moment before somebody could have come by header, from then on nobody")
    return day


def nobody_is_signed_out(here, clients, day):
    here.clock.move(days=1)
    refused = clients[0].app.verify()
    assert (refused.status, refused.json()["reason"]) == (401, "wrong_transport"), refused
    assert refused.header("Sunset").endswith("00:00:00 GMT"), refused
    here.note("a header token after that day", "401 wrong_transport, with the day since when")
    for extra in range(1, 11):
        here.clock.move(days=1)
        everybody_visits(clients, day + extra)
    out = [(client.number, *client.signed_out) for client in clients if client.signed_out]
    assert not out, out[:3]
    without = [client for client in clients if client.updated_on is None]
    for client in without:
        answer = client.app.try_to_renew()
        assert answer.status == 401, answer
    here.note(f"{len(without)} clients that never got the update, last seen by day {STAYS_AWAY}, back after all this", "401: they have to sign in")
    reused = here.rows("SELECT COUNT(*) FROM cardea_event WHERE kind = 'token_reused'")
    assert reused == [["1"]], reused  # the one of the race above
    updated = sum(client.keyhole == "cookie" for client in clients)
    assert updated == len(clients) - len(without), (updated, len(clients))
    here.note(f"{updated} clients that got the update, {day + 10} days, the header closed", "all moved to cookies, sign-outs: 0")
