"""where-is-my-cup: an app behind a balancer that ends TLS, which may ask for a renewal at every activation, and which
keeps no password for a year of weekly use."""

import http.client
import json

import jws
from recipes import PASSWORD, recipe

HOUR, DAY = 3600, 86400
WEEKS = 53


def generation(here):
    return int(here.rows("SELECT MAX(generation) FROM cardea_session")[0][0])


def from_elsewhere(here, path, headers, port=None):
    """A request straight to the web server's plain port (or another), from an address that is no balancer's."""
    connection = http.client.HTTPConnection("127.0.0.1", port or here.plain_port, timeout=20, source_address=("127.0.0.2", 0))
    try:
        body = json.dumps({"email": "alice@example.com", "password": PASSWORD})
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_where_is_my_cup():
    with recipe("where-is-my-cup", {"site": {"trusted_proxies": "127.0.0.1"}}, balancer=True) as here:
        app = here.app()
        app.register("alice@example.com")
        assert app.answer["access_exp"] - app.answer["server_time"] == 3 * HOUR, app.answer
        assert not app.post("/login", {"email": "alice@example.com", "password": PASSWORD}).cookies
        here.note("sign-up through the balancer (TLS ends there)", "201, access token for 3 h, no cookie")

        the_balancer_alone_is_believed(here)
        soon_is_not_a_new_generation(here, app)
        a_year_of_weekly_use(here, app)
        here.clock.move(days=31)
        away = app.try_to_renew()
        assert (away.status, away.json()["reason"]) == (401, "expired"), away
        here.note("31 days away", "401 expired")


def the_balancer_alone_is_believed(here):
    spoofed = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9;proto=https"}
    for headers in ({}, spoofed):
        status, said = from_elsewhere(here, "/auth/login", headers)
        assert (status, said["error"]) == (403, "https_required"), (status, said)
    assert here.rows("SELECT COUNT(*) FROM cardea_event WHERE ip = '203.0.113.9'") == [["0"]]
    here.note("X-Forwarded-* from somebody who is not the balancer", "403 https_required, as without them")
    answer = here.browser().post("/auth/login", json={"email": "alice@example.com", "password": PASSWORD},
                                 headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status == 200, answer
    assert here.rows("SELECT COUNT(*) FROM cardea_session WHERE ip = '203.0.113.9'") == [["0"]]
    here.note("the same by way of the balancer", "200, the address is the one the balancer saw")


def soon_is_not_a_new_generation(here, app):
    app.renew()  # a sign-in is no renewal: the first one moves
    moved, refresh, access = generation(here), app.refresh, app.access
    here.clock.move(minutes=59)
    app.renew()
    assert (generation(here), app.refresh) == (moved, refresh)
    assert app.access != access and app.verify().status == 204
    here.clock.move(minutes=2)
    app.renew()
    assert generation(here) == moved + 1 and app.refresh != refresh
    here.note("activated again after 59 min, and after 61", "200 both; only the second is a new generation")


def a_year_of_weekly_use(here, app):
    began = here.clock.now()
    for _ in range(WEEKS):
        here.clock.move(days=7)
        expired = app.verify()
        assert (expired.status, expired.json()["reason"]) == (401, "expired"), expired
        app.renew()
        assert app.verify().status == 204
    assert here.clock.now() - began >= 365 * DAY
    assert jws.claims_of(app.access)["exp"] > here.clock.now()
    signed_in = here.rows("SELECT COUNT(*) FROM cardea_event WHERE kind = 'signed_in'")
    here.note(f"{WEEKS} weeks, opened once a week", f"renewed {WEEKS} times, never asked for a password ({signed_in[0][0]} sign-ins in all, before)")
