"""moic: the access token by body and header, the refresh token by cookie, and neither without the other. Each check of its
description has a refusal of its own; a thief who has both is found out."""

import os

import jws
from recipes import PASSWORD, Secure, recipe

MINUTE = 60


class Client:
    """A single-page app: the access token in memory, the refresh token in a cookie that it cannot see."""

    def __init__(self, here, email):
        self.here, self.browser = here, Secure(here)
        answer = self.browser.post("/auth/register", json={"email": email, "password": PASSWORD})
        assert answer.status == 201, answer
        self.signed_in = answer
        self.take(answer)

    def take(self, answer):
        self.access = answer.json()["access_token"]
        # A second copy of it sits in a cookie; what is proved here is that the body's is enough, and needed.
        self.browser.jar.drop("cardea_access")

    def verify(self):
        return self.browser.get("/auth/verify", headers={"Authorization": "Bearer " + self.access})

    def try_to_renew(self, access=None, **fields):
        if access is not False:
            fields["access_token"] = access or self.access
        answer = self.browser.post("/auth/refresh", json=fields)
        self.browser.jar.drop("cardea_access")
        return answer

    def renew(self):
        answer = self.try_to_renew()
        assert answer.status == 200, answer
        self.take(answer)

    def copied(self):
        thief = object.__new__(Client)
        thief.here, thief.browser, thief.access = self.here, self.browser.twin(), self.access
        return thief


def refused(answer, reason, status=401, error="invalid_grant"):
    said = answer.json()
    assert (answer.status, said["error"], said["reason"]) == (status, error, reason), answer


def test_moic():
    with recipe("moic") as here:
        alice, bob = Client(here, "alice@example.com"), Client(here, "bob@example.com")
        the_tokens_are_as_described(here, alice)
        an_expired_token_can_be_read_as_such(here, alice)
        each_check_refuses(here, alice, bob)
        alice.renew()
        assert alice.verify().status == 204
        here.note("renewal with the expired access token and the cookie", "200, a new pair")
        a_thief_within_the_window(here, Client(here, "carol@example.com"))
        a_thief_after_the_window(here, Client(here, "dave@example.com"))
        the_month_ends(here, Client(here, "erin@example.com"))


def the_tokens_are_as_described(here, alice):
    header, claims = jws.header_of(alice.access), jws.claims_of(alice.access)
    assert (header["alg"], claims["iss"], claims["exp"] - claims["iat"]) == ("HS256", "moic", 30 * MINUTE)
    cookie = alice.signed_in.cookie("cardea_refresh")
    assert cookie.http_only and cookie.secure and cookie.path == "/auth"
    assert 30 * 86400 - 5 <= cookie.max_age <= 30 * 86400
    assert alice.verify().status == 204
    (file,) = [name for name in os.listdir(here.cardea.keys) if name.endswith("-hs256.pem")]
    with open(os.path.join(here.cardea.keys, file), encoding="ascii") as pem:
        key = jws.pem_bytes(pem.read())
    assert len(key) == 32 and not key.isascii()
    here.note("sign-up", "access token HS256, iss moic, 30 min, in the body; refresh token 30 d in an HttpOnly cookie")


def an_expired_token_can_be_read_as_such(here, alice):
    here.clock.move(minutes=32)
    answer = alice.verify()
    refused(answer, "expired", error="invalid_token")
    assert answer.json()["error_description"] == "The access token provided has expired."
    here.note("30 min later", "401 invalid_token, reason expired (not 500)")


def each_check_refuses(here, alice, bob):
    refused(alice.try_to_renew(access=False), "missing")
    here.note("check: the access token came with it", "401 missing without")
    forged = jws.hs256(jws.header_of(alice.access), jws.claims_of(alice.access), b"bW9pYy10ZWFtLW5hbWVz")
    refused(alice.try_to_renew(access=forged), "bad_signature")
    here.note("check: its signature", "401 bad_signature for one signed with the team's names in base64")
    refused(alice.try_to_renew(access=bob.access), "other_session")
    here.note("check: both name the same member", "401 other_session with somebody else's")
    no_cookie = Secure(here).post("/auth/refresh", json={"access_token": alice.access})
    refused(no_cookie, "missing")
    here.note("check: the refresh token came with it", "401 missing without")
    answer = Secure(here).post("/auth/refresh", json={"access_token": alice.access},
                               headers={"Cookie": "__Secure-cardea_refresh=" + "A" * 72})
    refused(answer, "malformed")
    here.note("check: we issued it", "401 malformed for one that we did not")
    gone = Client(here, "gone@example.com")
    session = jws.claims_of(gone.access)["sid"].replace("-", "").upper()
    here.database.sql(f"DELETE FROM cardea_session WHERE HEX(id) = '{session}'", "cardea")
    refused(gone.try_to_renew(), "malformed")
    here.note("check: the server's store has it", "401 malformed once it is gone from there")


def a_thief_within_the_window(here, carol):
    thief = carol.copied()
    carol.renew()
    answer = thief.try_to_renew()
    assert answer.status == 200, answer
    thief.take(answer)
    assert thief.browser.jar.value("cardea_refresh") == carol.browser.jar.value("cardea_refresh")
    here.note("both stolen, used within 10 s of the owner", "200: the same successor, no second line of tokens")
    here.clock.move(minutes=31)
    thief.renew()
    here.clock.move(minutes=31)
    refused(carol.try_to_renew(), "reused")
    refused(thief.try_to_renew(), "revoked")
    here.note("... and the next time that the two renew", "401 reused for the second of them: signed out, and the thief too")


def a_thief_after_the_window(here, dave):
    thief = dave.copied()
    dave.renew()
    here.clock.move(seconds=12)
    refused(thief.try_to_renew(), "reused")
    refused(dave.try_to_renew(), "revoked")
    kinds = [event["kind"] for event in here.cardea.json("events", "--user", "dave@example.com")]
    assert kinds.count("token_reused") == 1, kinds
    here.note("both stolen, used later than 10 s after the owner", "401 reused: the session ends, the event is recorded")


def the_month_ends(here, erin):
    here.clock.move(days=30, seconds=2)
    refused(erin.try_to_renew(), "expired")
    here.note("check: the refresh token has not expired", "401 expired after 30 d: sign in again")
