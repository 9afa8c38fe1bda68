"""Access tokens of every kind, made here with the site's own shared secret: what each is told, and what an expired one can do."""

import glob
import time

import jws
from harness import Installed

HOUR = 3600


class Tokens(Installed):
    settings = {"tokens": {"algorithm": "HS256"}}

    def secret(self):
        (file,) = glob.glob(self.here.cardea.keys + "/*-hs256.pem")
        with open(file, encoding="ascii") as text:
            return jws.pem_bytes(text.read())

    def forge(self, browser, header=None, secret=None, **claims):
        """The browser's access token with other claims; a value of None removes one."""
        genuine = browser.jar.value("cardea_access")
        changed = {**jws.claims_of(genuine), **claims}
        kept = {name: value for name, value in changed.items() if value is not None}
        secret = self.secret() if secret is None else secret
        return jws.hs256({**jws.header_of(genuine), **(header or {})}, kept, secret)

    def with_access(self, browser, token):
        twin = browser.twin()
        twin.jar.set("cardea_access", token)
        return twin

    def expired(self, browser, ago=2 * HOUR):
        now = int(time.time())
        return self.with_access(browser, self.forge(browser, iat=now - ago - 1800, exp=now - ago))

    def test_a_token_made_like_the_programs_own_is_taken(self):
        person = self.newcomer()
        self.assertEqual(self.with_access(person, self.forge(person, jti="other")).get("/auth/verify").status, 204)

    def test_each_fault_has_its_reason(self):
        person, now = self.newcomer(), int(time.time())
        genuine = person.jar.value("cardea_access")
        for reason, token in (
                ("expired", self.forge(person, exp=now - 61)),
                ("clock_skew", self.forge(person, iat=now + 120)),
                ("clock_skew", self.forge(person, nbf=now + 120)),
                ("wrong_issuer", self.forge(person, iss="https://other.example")),
                ("wrong_issuer", self.forge(person, iss=None)),
                ("bad_signature", self.forge(person, secret=b"x" * 32)),
                ("bad_signature", genuine[:-4] + ("AAAA" if genuine[-4:] != "AAAA" else "BBBB")),
                ("bad_signature", self.forge(person, sub=person.signed_in.json()["user"]["id"], secret=b"")),
                ("unknown_key", self.forge(person, header={"kid": "x" * 43})),
                ("unknown_key", self.forge(person, header={"kid": "../../etc/passwd"})),
                ("malformed", self.forge(person, header={"typ": "JWT"})),
                ("malformed", self.forge(person, exp=None)),
                ("malformed", self.forge(person, sub="42")),
                ("malformed", self.forge(person, exp="soon")),
                ("malformed", genuine + "."),
                ("malformed", genuine.replace(".", "..", 1)),
                ("malformed", "rubbish")):
            for path in ("/auth/verify", "/auth/me"):
                refused = self.with_access(person, token).get(path)
                self.assert_refused(refused, 401, "invalid_token", reason)
                self.assertIn('error="invalid_token"', refused.header("WWW-Authenticate"))

    def test_no_algorithm_but_the_keys_own_is_taken(self):
        person = self.newcomer()
        for algorithm in ("none", "None", "HS512", "RS256", "ES256", ""):
            token = self.forge(person, header={"alg": algorithm})
            for candidate in (token, token.rpartition(".")[0] + "."):
                answer = self.with_access(person, candidate).get("/auth/verify")
                self.assertEqual(answer.status, 401, (algorithm, answer))

    def test_clocks_may_differ_a_little(self):
        person, now = self.newcomer(), int(time.time())
        for claims in ({"exp": now - 30}, {"iat": now + 30}, {"nbf": now + 30}):
            answer = self.with_access(person, self.forge(person, **claims)).get("/auth/verify")
            self.assertEqual(answer.status, 204, (claims, answer))

    def test_an_expired_token_is_enough_beside_the_refresh_token(self):
        for ago in (2 * HOUR, 20 * 24 * HOUR):
            browser = self.expired(self.newcomer(), ago)
            self.assert_refused(browser.get("/auth/verify"), 401, "invalid_token", "expired")
            self.assertEqual(browser.post("/auth/refresh").status, 200)
            self.assertEqual(browser.get("/auth/verify").status, 204)

    def test_an_expired_token_is_enough_for_the_way_without_javascript(self):
        browser = self.expired(self.newcomer())
        answer = browser.get("/auth/continue?return_to=/inbox")
        self.assertEqual((answer.status, answer.header("Location")), (303, self.here.cardea.url + "/inbox"))
        self.assertEqual(browser.get("/auth/verify").status, 204)

    def test_an_expired_token_alone_signs_out(self):
        for fields in ({}, {"all": True}):
            person = self.newcomer()
            browser = self.expired(person)
            browser.jar.drop("cardea_refresh")
            self.assertEqual(browser.post("/auth/logout", json=fields).status, 204)
            self.assert_refused(person.post("/auth/refresh"), 401, "invalid_grant", "revoked")

    def test_somebody_elses_forgery_signs_nobody_out(self):
        person = self.newcomer()
        for token in (self.forge(person, secret=b"x" * 32), "rubbish"):
            one, all_of_them = (self.with_access(self.here.browser(), token) for _ in range(2))
            self.assertEqual(one.post("/auth/logout").status, 204)
            refused = all_of_them.post("/auth/logout", json={"all": True})
            self.assert_refused(refused, 401, "invalid_token", "revoked")
        self.assertEqual(person.post("/auth/refresh").status, 200)

    def test_a_token_of_one_person_with_the_session_of_another_is_refused(self):
        person, other = self.newcomer(), self.newcomer()
        crossed = self.forge(person, sub=other.signed_in.json()["user"]["id"])
        browser = self.with_access(person, crossed)
        self.assert_refused(browser.get("/auth/me"), 401, "invalid_token", "revoked")
        self.assert_refused(browser.post("/auth/refresh"), 401, "invalid_grant", "other_session")
        self.assertEqual(person.post("/auth/refresh").status, 200)

    def test_the_shared_secret_is_not_published(self):
        self.assertEqual(self.here.browser().get("/auth/jwks.json").json(), {"keys": []})
