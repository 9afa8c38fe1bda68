"""Who may call: pages of this site and of listed origins, programs without a browser; nobody else's page."""

from harness import PASSWORD, Installed, site

PARTNER = "https://app.partner.example"
EVIL = "https://evil.example"
CALLS = (("POST", "/auth/login"), ("POST", "/auth/register"), ("POST", "/auth/refresh"), ("POST", "/auth/logout"),
         ("DELETE", "/auth/devices/x"), ("POST", "/auth/devices/x/revoke"))


class Origins(Installed):
    settings = {"site": {"allowed_origins": PARTNER}}

    def test_another_sites_page_can_change_nothing(self):
        browser = self.newcomer()
        foreign = ({"Origin": EVIL}, {"Origin": "null"}, {"Origin": self.here.cardea.url + ".evil.example"},
                   {"Origin": None, "Sec-Fetch-Site": "cross-site"}, {"Origin": None, "Sec-Fetch-Site": "same-site"},
                   {"Origin": None, "Referer": EVIL + "/page"}, {"Origin": EVIL, "Sec-Fetch-Site": "same-origin"},
                   {"Origin": EVIL, "Referer": self.here.cardea.url})
        for method, path in CALLS:
            for headers in foreign:
                answer = browser.request(method, path, headers=headers)
                self.assert_refused(answer, 403, "csrf_refused")
                self.assertEqual(answer.cookies, [])
                self.assertIsNone(answer.header("Access-Control-Allow-Origin"))
        self.assertEqual(browser.post("/auth/refresh").status, 200)

    def test_a_foreign_page_cannot_sign_a_visitor_in_as_somebody_else(self):
        email = self.newcomer().email
        answer = self.here.browser().post("/auth/login", form={"email": email, "password": PASSWORD},
                                          headers={"Origin": EVIL})
        self.assert_refused(answer, 403, "csrf_refused")

    def test_this_sites_pages_and_programs_may_call(self):
        browser = self.newcomer()
        own = ({}, {"Origin": None}, {"Origin": None, "Sec-Fetch-Site": "same-origin"},
               {"Origin": None, "Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"},
               {"Origin": None, "Referer": self.here.cardea.url + "/some/page?x=1"}, {"Origin": PARTNER})
        for headers in own:
            self.assertEqual(browser.post("/auth/refresh", headers=headers).status, 200, headers)

    def test_reading_is_open_to_every_page_but_only_a_listed_one_sees_the_answer(self):
        browser = self.newcomer()
        for origin, allowed in ((PARTNER, PARTNER), (EVIL, None), (None, None)):
            answer = browser.get("/auth/me", headers={"Origin": origin})
            self.assertEqual((answer.status, answer.header("Access-Control-Allow-Origin")), (200, allowed))
            self.assertEqual(answer.header("Access-Control-Allow-Credentials"), "true" if allowed else None)
            self.assertEqual(answer.header("Vary"), "Origin")

    def test_errors_too_are_shown_to_a_listed_origin(self):
        answer = self.here.browser().get("/auth/me", headers={"Origin": PARTNER})
        self.assert_refused(answer, 401, "invalid_token", "missing")
        self.assertEqual(answer.header("Access-Control-Allow-Origin"), PARTNER)
        self.assertIn("WWW-Authenticate", answer.header("Access-Control-Expose-Headers"))

    def test_a_preflight_is_answered_to_a_listed_origin(self):
        ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        answer = self.here.browser().request("OPTIONS", "/auth/login", headers={"Origin": PARTNER, **ask})
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertEqual(answer.header("Access-Control-Allow-Origin"), PARTNER)
        self.assertEqual(answer.header("Access-Control-Allow-Credentials"), "true")
        self.assertIn("POST", answer.header("Access-Control-Allow-Methods"))
        for name in ("Authorization", "Content-Type", "Idempotency-Key"):
            self.assertIn(name, answer.header("Access-Control-Allow-Headers"))
        refused = self.here.browser().request("OPTIONS", "/auth/login", headers={"Origin": EVIL, **ask})
        for name in ("Origin", "Methods", "Headers", "Credentials"):
            self.assertIsNone(refused.header("Access-Control-Allow-" + name))

    def test_options_without_a_preflight_names_the_methods(self):
        for path, methods in (("/auth/login", "POST, OPTIONS"), ("/auth/me", "GET, HEAD, POST, OPTIONS"),
                              ("/auth/devices/x", "DELETE, OPTIONS")):
            answer = self.here.browser().request("OPTIONS", path, headers={"Origin": None})
            self.assertEqual((answer.status, answer.header("Allow")), (204, methods), path)
            self.assertEqual(answer.header("Cache-Control"), "no-store")


def test_without_listed_origins_nothing_speaks_of_them():
    with site("no-cors") as here:
        answer = here.sign_in().get("/auth/me", headers={"Origin": PARTNER})
        names = [name.lower() for name, _ in answer.headers]
        assert not [name for name in names if name.startswith("access-control") or name == "vary"], answer
