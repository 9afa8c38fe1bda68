"""What a client can rely on, from registering to signing out: the same however the program is run, on both databases."""

import re
import time

import jws
from harness import PASSWORD, Installed

USER_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")  # UUIDv7, RFC 9562
MONTH = 30 * 86400


class Journey:
    """One person's way through the program."""

    def check_token_answer(self, answer, email, name=""):
        said = answer.json()
        self.assertEqual(set(said), {"token_type", "expires_in", "access_exp", "refresh_expires_in", "refresh_exp",
                                     "server_time", "user", "device"})
        self.assertEqual(said["token_type"], "Bearer")
        self.assertAlmostEqual(said["server_time"], time.time(), delta=5)
        self.assertAlmostEqual(said["expires_in"], 1800, delta=2)
        self.assertEqual(said["access_exp"] - said["server_time"], said["expires_in"])
        self.assertAlmostEqual(said["refresh_expires_in"], MONTH, delta=2)
        self.assertEqual(said["refresh_exp"] - said["server_time"], said["refresh_expires_in"])
        self.assertRegex(said["user"].pop("id"), USER_ID)
        self.assertEqual(said["user"], {"email": email, "name": name})
        self.assertEqual(set(said["device"]), {"id", "name"})
        self.assertEqual(answer.header("Cache-Control"), "no-store")
        self.assertEqual(answer.header("Content-Type"), "application/json")

    def test_registering_answers_tokens_and_signs_in(self):
        browser = self.newcomer(name="Zoë Ångström", device_id="laptop-1", device_name="My laptop")
        self.check_token_answer(browser.signed_in, browser.email, "Zoë Ångström")
        self.assertEqual(browser.signed_in.json()["device"], {"id": "laptop-1", "name": "My laptop"})
        self.assertEqual(browser.get("/auth/me").status, 200)

    def test_an_address_is_registered_once(self):
        email = self.newcomer().email
        for again in (email, email.upper()):
            answer = self.here.browser().post("/auth/register", json={"email": again, "password": PASSWORD})
            said = answer.json()
            self.assertEqual((answer.status, said["error"], said["strategy"]), (409, "email_in_use", "password"), again)
            self.assertEqual(answer.cookies, [])

    def test_a_common_password_is_refused_and_the_page_can_ask(self):
        for password in ("password123", "tkfkdgo1", "12345678"):
            said = self.here.browser().post("/auth/register", json={"email": "common@example.com", "password": password}).json()
            self.assertEqual((said["code"], said["error"], said["field"], said["reason"]), (400, "invalid_request", "password", "too_common"))
            said = self.here.browser().post("/auth/password/check", json={"password": password}).json()
            self.assertEqual(said, {"accepted": False, "reason": "too_common"})
        self.assertEqual(self.here.browser().post("/auth/password/check", json={"password": PASSWORD}).json(), {"accepted": True})

    def test_signing_in_answers_tokens(self):
        email = self.newcomer(name="Zoë").email
        browser = self.here.sign_in(email)
        self.check_token_answer(browser.signed_in, email, "Zoë")
        self.assertEqual([cookie.name for cookie in browser.signed_in.cookies],
                         ["cardea_access", "cardea_refresh", "cardea_device"])

    def test_a_wrong_password_and_an_unknown_address_look_alike(self):
        email = self.newcomer().email
        answers = [self.here.browser().post("/auth/login", json={"email": who, "password": "wrong"})
                   for who in (email, "nobody@example.com", "no address")]
        for answer in answers:
            self.assert_refused(answer, 401, "invalid_credentials")
            self.assertEqual((answer.body, answer.cookies), (answers[0].body, []))

    def test_the_access_token_says_nothing_personal_and_is_signed_by_a_published_key(self):
        browser = self.newcomer(name="Zoë", device_id="laptop-2")
        token, user = browser.jar.value("cardea_access"), browser.signed_in.json()["user"]["id"]
        header, claims = jws.header_of(token), jws.claims_of(token)
        self.assertEqual((header["typ"], header["alg"]), ("at+jwt", "ES256"))
        self.assertEqual(set(claims), {"iss", "sub", "sid", "did", "iat", "exp", "jti", "auth_time", "amr"})
        self.assertEqual((claims["auth_time"], claims["amr"]), (claims["iat"], ["pwd"]))
        self.assertEqual((claims["iss"], claims["sub"], claims["did"]), (self.here.cardea.url, user, "laptop-2"))
        self.assertEqual(claims["exp"], browser.signed_in.json()["access_exp"])
        keys = self.here.browser().get("/auth/jwks.json").json()["keys"]
        (key,) = [key for key in keys if key["kid"] == header["kid"]]
        self.assertTrue(jws.is_signed_by(token, key))
        self.assertFalse(jws.is_signed_by(token.replace(".e", ".f", 1), key))

    def test_refreshing_turns_the_tokens_over(self):
        browser = self.newcomer()
        before = browser.jar.copy()
        answer = browser.post("/auth/refresh")
        self.assertEqual(answer.status, 200, answer)
        self.check_token_answer(answer, browser.email)
        self.assertEqual(len(browser.jar.value("cardea_refresh")), 72)
        for name in ("cardea_access", "cardea_refresh"):
            self.assertNotEqual(browser.jar.value(name), before.value(name), name)
        self.assertEqual(browser.jar.value("cardea_device"), before.value("cardea_device"))
        old, new = (jws.claims_of(jar.value("cardea_access")) for jar in (before, browser.jar))
        self.assertEqual([old[name] for name in ("sub", "sid", "did", "auth_time", "amr")], [new[name] for name in ("sub", "sid", "did", "auth_time", "amr")])
        self.assertNotEqual(old["jti"], new["jti"])

    def test_verifying_tells_who_it_is(self):
        browser = self.newcomer()
        claims = jws.claims_of(browser.jar.value("cardea_access"))
        for method in ("GET", "HEAD"):
            answer = browser.request(method, "/auth/verify")
            self.assertEqual((answer.status, answer.body), (204, b""), method)
            self.assertEqual({name: answer.header("X-Auth-" + name) for name in ("User-Id", "Session-Id", "Expires")},
                             {"User-Id": claims["sub"], "Session-Id": claims["sid"], "Expires": str(claims["exp"])})
            self.assertEqual(answer.cookies, [])
        self.assert_refused(self.here.browser().get("/auth/verify"), 401, "invalid_token", "missing")

    def test_a_scope_can_be_demanded(self):
        email = f"scoped-{self.newcomer().email}"
        self.here.cardea.add_user(email, PASSWORD, scope="read write:orders")
        browser = self.here.sign_in(email)
        self.assertEqual(browser.get("/auth/verify").header("X-Auth-Scope"), "read write:orders")
        for scope, status in (("read", 204), ("write:orders%20read", 204), ("admin", 403), ("read+admin", 403), ("rea", 403)):
            self.assertEqual(browser.get(f"/auth/verify?scope={scope}").status, status, scope)
        self.assert_refused(browser.get("/auth/verify?scope=admin"), 403, "insufficient_scope")

    def test_me_is_the_caller(self):
        browser = self.newcomer(name="Zoë", device_id="phone", device_name="Phone")
        answer = browser.get("/auth/me")
        self.assertEqual((answer.status, answer.header("Cache-Control")), (200, "no-store"))
        said = answer.json()
        self.assertAlmostEqual(said.pop("created_at"), time.time(), delta=10)
        self.assertEqual(said, {"id": browser.signed_in.json()["user"]["id"], "email": browser.email, "email_verified": False, "name": "Zoë", "username": None,
                                "language": said["language"], "scope": "", "has_password": True, "last_method": "password",
                                "device": {"id": "phone", "name": "Phone"}})
        self.assert_refused(self.here.browser().get("/auth/me"), 401, "invalid_token", "missing")

    def test_a_device_can_be_signed_out_from_another_one(self):
        for method, tail in (("DELETE", ""), ("POST", "/revoke")):
            desk = self.newcomer(device_id="desk")
            phone = self.here.sign_in(desk.email, device_id="phone-7", device_name="Phone")
            listed = {device["id"]: device for device in desk.get("/auth/devices").json()["devices"]}
            self.assertEqual([(name, listed[name]["current"]) for name in sorted(listed)],
                             [("desk", True), ("phone-7", False)])
            self.assertEqual(set(listed["desk"]),
                             {"id", "name", "created_at", "last_seen_at", "ip", "user_agent", "current"})
            self.assertEqual((listed["phone-7"]["name"], listed["phone-7"]["ip"]), ("Phone", "127.0.0.1"))

            self.assertEqual(desk.request(method, "/auth/devices/phone-7" + tail).status, 204)
            self.assertEqual(len(desk.get("/auth/devices").json()["devices"]), 1)
            self.assert_refused(phone.get("/auth/me"), 401, "invalid_token", "revoked")
            refused = phone.post("/auth/refresh")
            self.assert_refused(refused, 401, "invalid_grant", "revoked")
            self.assertTrue(refused.cookie("cardea_refresh").deletes and refused.cookie("cardea_access").deletes)
            self.assertEqual(desk.post("/auth/refresh").status, 200)
            self.assert_refused(desk.request(method, "/auth/devices/phone-7" + tail), 404, "not_found")

    def test_nobody_signs_out_a_device_of_somebody_else(self):
        victim, other = self.newcomer(device_id="tablet"), self.newcomer()
        self.assert_refused(other.delete("/auth/devices/tablet"), 404, "not_found")
        self.assert_refused(self.here.browser().delete("/auth/devices/tablet"), 401, "invalid_token", "missing")
        self.assertEqual(victim.get("/auth/me").status, 200)

    def test_signing_in_again_in_one_browser_replaces_the_session(self):
        browser = self.newcomer()
        first = browser.twin()
        again = browser.post("/auth/login", json={"email": browser.email, "password": PASSWORD})
        self.assertEqual(again.status, 200, again)
        self.assertEqual(again.json()["device"]["id"], browser.signed_in.json()["device"]["id"])
        self.assertEqual(len(browser.get("/auth/devices").json()["devices"]), 1)
        self.assert_refused(first.post("/auth/refresh"), 401, "invalid_grant", "revoked")

    def test_signing_out_ends_this_device_only(self):
        desk = self.newcomer()
        phone, thief = self.here.sign_in(desk.email), desk.twin()
        answer = desk.post("/auth/logout")
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertTrue(answer.cookie("cardea_access").deletes and answer.cookie("cardea_refresh").deletes)
        self.assertEqual([cookie.name for cookie in desk.jar], ["cardea_device"])
        self.assert_refused(desk.get("/auth/verify"), 401, "invalid_token", "missing")
        self.assert_refused(thief.post("/auth/refresh"), 401, "invalid_grant", "revoked")
        self.assertEqual(phone.post("/auth/refresh").status, 200)
        self.assertEqual(desk.post("/auth/logout").status, 204)

    def test_signing_out_everywhere_ends_all_devices(self):
        desk = self.newcomer()
        phone, other = self.here.sign_in(desk.email), self.newcomer()
        self.assertEqual(desk.post("/auth/logout", json={"all": True}).status, 204)
        self.assert_refused(phone.get("/auth/me"), 401, "invalid_token", "revoked")
        self.assert_refused(phone.post("/auth/refresh"), 401, "invalid_grant", "revoked")
        self.assertEqual(other.post("/auth/refresh").status, 200)
        self.assert_refused(self.here.browser().post("/auth/logout", json={"all": True}), 401, "invalid_token", "missing")

    def test_the_refresh_token_alone_signs_out(self):
        browser = self.newcomer()
        phone = browser.twin()
        browser.jar.drop("cardea_access")
        self.assertEqual(browser.post("/auth/logout").status, 204)
        self.assert_refused(phone.post("/auth/refresh"), 401, "invalid_grant", "revoked")

    def test_a_form_is_as_good_as_json(self):
        browser = self.here.browser()
        person = {"email": f"form-{self.newcomer().email}", "password": "plus + amp & percent % ö"}
        self.assertEqual(browser.post("/auth/register", form=person).status, 201)
        self.assertEqual(browser.post("/auth/login", form=person).status, 200)
        self.assertEqual(browser.post("/auth/refresh", form={}).status, 200)
        self.assertEqual(browser.post("/auth/logout", form={"all": "1"}).status, 204)

    def test_health_and_the_public_keys_are_for_everybody(self):
        health = self.here.browser().get("/auth/health")
        self.assertEqual((health.status, health.json()), (200, {"status": "ok", "database": "ok"}))
        keys = self.here.browser().get("/auth/jwks.json")
        self.assertEqual((keys.status, keys.header("Content-Type")), (200, "application/jwk-set+json"))
        self.assertIn("max-age", keys.header("Cache-Control"))
        for key in keys.json()["keys"]:
            self.assertEqual(set(key), {"kty", "crv", "x", "y", "kid", "alg", "use"}, key)


class StartedByLighttpd(Journey, Installed):
    way, database = "fastcgi", "sqlite"


class StartedByLighttpdOnMariaDB(Journey, Installed):
    way, database = "fastcgi", "mysql"


class ServingOnASocket(Journey, Installed):
    way, database = "serve", "sqlite"


class PlainCgi(Journey, Installed):
    way, database = "cgi", "sqlite"
