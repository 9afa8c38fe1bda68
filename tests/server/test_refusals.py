"""What is refused, and how: the same shape everywhere, a reason for programs, a sentence for people, no trace in a cache."""

from harness import PASSWORD, Installed, chunked, request_bytes

SECURITY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
ROUTES = {"/login": "POST", "/register": "POST", "/refresh": "POST", "/logout": "POST", "/continue": "GET, HEAD",
          "/me": "GET, HEAD, POST", "/devices": "GET, HEAD", "/devices/x": "DELETE",
          "/devices/x/revoke": "POST", "/jwks.json": "GET, HEAD", "/health": "GET, HEAD"}
BODY_LIMIT = 64 * 1024


class Refusals(Installed):
    def login_bytes(self, body, headers):
        request = request_bytes("POST", "/auth/login", [("Content-Type", "application/json"), *headers], body,
                                host=f"127.0.0.1:{self.here.port}")
        return self.here.raw(request)

    def test_nothing_is_at_other_addresses(self):
        browser = self.newcomer()
        for path in ("/auth/nothing", "/auth/login/", "/auth/Login", "/auth/devices/", "/auth/devices/x/y",
                     "/auth/devices/x/revoke/y", "/auth/login.php", "/auth//login", "/auth/verify/x"):
            for method in ("GET", "POST"):
                self.assert_refused(browser.request(method, path), 404, "not_found")

    def test_a_method_that_an_address_does_not_answer(self):
        for path, methods in ROUTES.items():
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                if method in methods:
                    continue
                answer = self.here.browser().request(method, "/auth" + path)
                self.assert_refused(answer, 405, "method_not_allowed")
                self.assertEqual(answer.header("Allow"), methods + ", OPTIONS", path)

    def test_head_is_get_without_the_body(self):
        browser = self.newcomer()
        for path in ("/me", "/devices", "/jwks.json", "/health"):
            got, head = browser.get("/auth" + path), browser.request("HEAD", "/auth" + path)
            self.assertEqual((head.status, head.body), (got.status, b""), path)
            self.assertEqual(head.header("Content-Type"), got.header("Content-Type"))
            self.assertTrue(got.body)
        self.assertEqual(self.here.browser().request("HEAD", "/auth/me").status, 401)

    def test_every_answer_carries_what_keeps_it_safe(self):
        browser, stranger = self.newcomer(), self.here.browser()
        answers = [browser.signed_in, browser.get("/auth/me"), browser.get("/auth/verify"), browser.get("/auth/health"),
                   browser.get("/auth/jwks.json"), browser.post("/auth/logout"), stranger.get("/auth/me"),
                   stranger.get("/auth/nothing"), stranger.post("/auth/login"), stranger.get("/auth/continue")]
        for answer in answers:
            if answer.status != 204:  # which holds nothing to be careful with
                self.assertEqual({name: answer.header(name) for name in SECURITY}, SECURITY, answer)
            cached = "public, max-age=300" if b'"keys"' in answer.body else "no-store"
            self.assertEqual(answer.header("Cache-Control"), cached, answer)

    def test_the_challenge_says_what_is_wrong_with_a_token_only_if_there_was_one(self):
        none = self.here.browser().get("/auth/me")
        self.assertEqual(none.header("WWW-Authenticate"), 'Bearer realm="cardea"')
        bad = self.here.browser().get("/auth/me", headers={"Cookie": "cardea_access=rubbish"})
        self.assert_refused(bad, 401, "invalid_token", "malformed")
        self.assertEqual(bad.header("WWW-Authenticate"),
                         'Bearer realm="cardea", error="invalid_token", error_description="The access token provided is malformed."')

    def test_a_body_over_the_limit(self):
        large = b'{"email":"' + b"x" * BODY_LIMIT + b'"}'
        for body, headers in ((large, [("Content-Length", len(large))]), (chunked(large), [("Transfer-Encoding", "chunked")]),
                              (large * 10, [("Content-Length", len(large) * 10)])):
            answer = self.login_bytes(body, headers)
            self.assert_refused(answer, 413, "payload_too_large")
            self.assertEqual({name: answer.header(name) for name in SECURITY}, SECURITY)
        self.assertEqual(self.newcomer().get("/auth/me").status, 200)

    def test_a_body_up_to_the_limit_is_read_to_its_end(self):
        email = self.newcomer().email
        body = b'{"email":"%s","password":"%s"' % (email.encode(), PASSWORD.encode())
        body += b" " * (BODY_LIMIT - len(body) - 1) + b"}"
        self.assertEqual(self.login_bytes(body, [("Content-Length", len(body))]).status, 200)
        pieces = [body[at:at + 700] for at in range(0, len(body), 700)]
        self.assertEqual(self.login_bytes(chunked(*pieces), [("Transfer-Encoding", "chunked")]).status, 200)

    def test_a_body_of_another_type(self):
        for content_type in ("text/plain", "multipart/form-data; boundary=x", "application/jsonp", None):
            answer = self.here.browser().post("/auth/login", body=b'{"email":"a@example.com","password":"x"}',
                                              headers={"Content-Type": content_type})
            self.assert_refused(answer, 415, "invalid_request", "malformed")

    def test_a_body_that_is_not_well_formed(self):
        json, form = "application/json; charset=utf-8", "application/x-www-form-urlencoded"
        bodies = ((json, b"{"), (json, b"[]"), (json, b'"x"'), (json, b'{"email":"a","email":"b"}'), (json, b"\xff"),
                  (json, b'{"email":"\xed\xa0\x80"}'), (json, b"{}{}"), (json, b"[" * 10000), (form, b"email=%zz"),
                  (form, b"email=a&email=b"), (form, b"email=%ff"))
        for content_type, body in bodies:
            for path in ("/auth/login", "/auth/register", "/auth/refresh", "/auth/logout"):
                answer = self.here.browser().post(path, body=body, headers={"Content-Type": content_type})
                self.assert_refused(answer, 400, "invalid_request", "malformed")

    def test_what_a_sign_in_needs(self):
        for fields, field, reason in (
                ({}, "email", "missing"), ({"email": "a@example.com"}, "password", "missing"), ({"password": "x"}, "email", "missing"),
                ({"email": "", "password": "x"}, "email", "missing"), ({"email": "a@example.com", "password": ""}, "password", "missing"),
                ({"email": 7, "password": "x"}, "email", "invalid"), ({"email": "a@example.com", "password": ["x"]}, "password", "invalid"),
                ({"email": None, "password": None}, "email", "missing")):
            for path in ("/auth/login", "/auth/register"):
                self.assert_refused(self.here.browser().post(path, json=fields), 400, "invalid_request", reason, field)

    def test_what_a_registration_needs(self):
        good = {"email": "new@example.com", "password": PASSWORD}
        for field, value, reason in (
                ("email", "no address", "invalid"), ("email", "a@b@c", "invalid"), ("email", "x" * 300 + "@example.com", "invalid"),
                ("password", "short", "too_short"), ("password", "x" * 5000, "too_long"), ("password", "nul\0nul-nul", "invalid"),
                ("name", 7, "invalid"), ("device_id", "with blank", "invalid"), ("device_id", "x" * 65, "invalid"), ("device_id", "", "invalid"),
                ("device_id", 7, "invalid"), ("device_name", 7, "invalid")):
            answer = self.here.browser().post("/auth/register", json={**good, field: value})
            self.assert_refused(answer, 400, "invalid_request", reason, field)
            self.assertEqual(answer.cookies, [])

    def test_a_profile_is_changed_as_a_whole_or_not_at_all(self):
        person = self.newcomer()
        before = person.get("/auth/me").json()
        for fields, field in (({"name": "Eve", "email": "eve@example.com"}, "email"), ({"name": "Eve", "nmae": "x"}, "nmae"),
                              ({"name": "Eve", "language": "xx"}, "language"), ({"name": 7}, "name"), ({"scope": "admin"}, "scope")):
            self.assert_refused(person.post("/auth/me", json=fields), 400, "invalid_request", "invalid", field)
        self.assertEqual(person.get("/auth/me").json(), before)

    def test_a_new_password_is_another_one(self):
        person = self.newcomer()
        same = {"current_password": PASSWORD, "new_password": PASSWORD}
        self.assert_refused(person.post("/auth/password", json=same), 400, "invalid_request", "same_as_before", "new_password")
        self.assert_refused(person.post("/auth/password", json={**same, "current_password": "wrong"}), 403, "invalid_credentials",
                            None, "current_password")
        self.assertEqual(person.post("/auth/refresh").status, 200)

    def test_a_refresh_token_that_is_not_one(self):
        person = self.newcomer()
        good = person.jar.value("cardea_refresh")
        for bad in ("rubbish", good[:-1], good + "A", good[:-1] + ("A" if good[-1] != "A" else "B"), good[:40] + "!" + good[41:],
                    "A" * 72, good.swapcase()):
            client = person.twin()
            client.jar.find("cardea_refresh").value = good
            client.jar.set("cardea_refresh", bad, "/auth")
            self.assert_refused(client.post("/auth/refresh"), 401, "invalid_grant", "malformed")
        self.assert_refused(self.here.browser().post("/auth/refresh"), 401, "invalid_grant", "missing")
        self.assertEqual(person.post("/auth/refresh").status, 200)

    def test_an_idempotency_key_has_a_limit(self):
        person = self.newcomer()
        refused = person.post("/auth/refresh", headers={"Idempotency-Key": "x" * 256})
        self.assert_refused(refused, 400, "invalid_request", "malformed")
        self.assertEqual(person.post("/auth/refresh", headers={"Idempotency-Key": "x" * 255}).status, 200)

    def test_odd_bytes_in_headers_break_nothing(self):
        host = f"127.0.0.1:{self.here.port}"
        for name, value in (("Cookie", "cardea_access=\xff\xfe"), ("Cookie", ";;;=;,\t\"\\"), ("User-Agent", "\xc3\x28"),
                            ("Authorization", "Bearer"), ("Authorization", "Bearer "), ("Origin", "\xff"),
                            ("X-Forwarded-For", "not, an, address"), ("Proxy", "http://evil.example")):
            answer = self.here.raw(request_bytes("GET", "/auth/me", [(name, value)], host=host))
            self.assertEqual(answer.status, 401, (name, value, answer))
            answer.json()

    def test_a_user_agent_that_is_no_text_is_kept_as_text(self):
        email = self.newcomer().email
        body = b'{"email":"%s","password":"%s"}' % (email.encode(), PASSWORD.encode())
        for agent in ("Br\xc3\xb6wser \xff", "x" * 3000):
            answer = self.login_bytes(body, [("Content-Length", len(body)), ("User-Agent", agent)])
            self.assertEqual(answer.status, 200, answer)
        listed = self.here.sign_in(email).get("/auth/devices").json()["devices"]
        self.assertTrue(all(len(device["user_agent"].encode()) <= 255 for device in listed), listed)

    def test_a_page_can_only_come_back_to_this_site(self):
        browser = self.newcomer()
        for target in ("https://evil.example/", "//evil.example/", "/%5Cevil.example", "%2F%2Fevil.example", "page", ""):
            answer = browser.get("/auth/continue?return_to=" + target)
            self.assert_refused(answer, 400, "invalid_request", "malformed")
        good = browser.get("/auth/continue?return_to=/page?x=1")
        self.assertEqual((good.status, good.header("Location")), (303, self.here.cardea.url + "/page?x=1"))
