"""How tokens travel: by cookie, by header, by both; and the day on which headers end."""

import datetime

from harness import PASSWORD, Installed

PAST, FUTURE = "2020-01-01", f"{datetime.date.today().year + 1}-01-01"


def bearer(token, scheme="Bearer"):
    return {"Authorization": f"{scheme} {token}"}


class Travelling(Installed):
    def sign_in_by(self, person, **options):
        """What signing in answers, with nothing kept."""
        login = {"email": person.email, "password": PASSWORD}
        answer = self.here.browser().post("/auth/login", json=login, cookies=False, **options)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def refresh_by_body(self, token, **more):
        return self.here.browser().post("/auth/refresh", json={"refresh_token": token, **more}, headers={"Origin": None})

    def check_header_round(self, tokens, cookies):
        """A program's round with the tokens of a body: in, on, out."""
        client = self.here.browser()
        self.assertEqual(client.get("/auth/verify", headers=bearer(tokens["access_token"])).status, 204)
        self.assertEqual(client.get("/auth/me", headers=bearer(tokens["access_token"], "bEARER")).status, 200)
        answer = self.refresh_by_body(tokens["refresh_token"])
        self.assertEqual((answer.status, bool(answer.cookies)), (200, cookies), answer)
        renewed = answer.json()
        self.assertNotEqual(renewed["refresh_token"], tokens["refresh_token"])
        out = client.post("/auth/logout", headers={**bearer(renewed["access_token"]), "Origin": None})
        self.assertEqual((out.status, bool(out.cookies)), (204, cookies), out)
        self.assert_refused(self.refresh_by_body(renewed["refresh_token"]), 401, "invalid_grant", "revoked")

    def check_cookie_only(self, person):
        """What mode cookie promises."""
        answer = self.sign_in_by(person)
        self.assertFalse({"access_token", "refresh_token"} & set(answer.json()), answer)
        access, refresh = answer.cookie("cardea_access").value, answer.cookie("cardea_refresh").value
        for path in ("/auth/verify", "/auth/me", "/auth/devices"):
            refused = self.here.browser().get(path, headers=bearer(access))
            self.assert_refused(refused, 401, "invalid_token", "wrong_transport")
        self.assert_refused(self.refresh_by_body(refresh), 401, "invalid_grant", "wrong_transport")
        self.assertEqual(person.get("/auth/me", headers=bearer("rubbish")).status, 200)


class ByCookie(Travelling):
    def test_tokens_come_and_go_by_cookie_only(self):
        self.check_cookie_only(self.newcomer())

    def test_another_scheme_is_not_for_us(self):
        refused = self.here.browser().get("/auth/verify", headers={"Authorization": "Basic YTpi"})
        self.assert_refused(refused, 401, "invalid_token", "missing")

    def test_a_refresh_cookie_counts_only_with_the_access_cookie_of_its_session(self):
        person, other = self.newcomer(), self.newcomer()
        alone, crossed, broken = person.twin(), person.twin(), person.twin()
        alone.jar.drop("cardea_access")
        self.assert_refused(alone.post("/auth/refresh"), 401, "invalid_grant", "missing")
        crossed.jar.set("cardea_access", other.jar.value("cardea_access"))
        self.assert_refused(crossed.post("/auth/refresh"), 401, "invalid_grant", "other_session")
        broken.jar.set("cardea_access", person.jar.value("cardea_access")[:-4] + "AAAA")
        self.assert_refused(broken.post("/auth/refresh"), 401, "invalid_grant", "bad_signature")
        self.assertEqual(person.post("/auth/refresh").status, 200)
        self.assertEqual(other.post("/auth/refresh").status, 200)


class ByBoth(Travelling):
    settings = {"transport": {"mode": "both", "header_sunset": FUTURE}}

    def test_a_program_uses_the_body_and_the_header(self):
        self.check_header_round(self.sign_in_by(self.newcomer()).json(), cookies=True)

    def test_a_script_of_the_page_reads_no_tokens(self):
        names = {"access_token", "refresh_token"}
        browser, other = self.newcomer(), self.newcomer()
        own = browser.signed_in.json()["access_token"]
        for beside in ({}, {"access_token": "rubbish"}, {"access_token": other.jar.value("cardea_access")}):
            answer = browser.post("/auth/refresh", json=beside)
            self.assertEqual((answer.status, names & set(answer.json())), (200, set()), answer)
        self.assertEqual(names & set(browser.post("/auth/refresh", json={"access_token": own}).json()), names)

    def test_a_session_that_said_cookie_has_no_tokens_in_any_body(self):
        names = {"access_token", "refresh_token"}
        browser = self.here.browser()
        login = {"email": self.newcomer().email, "password": PASSWORD, "transport": "cookie"}
        self.assertFalse(names & set(browser.post("/auth/login", json=login).json()))
        for _ in range(2):
            for beside in ({}, {"access_token": browser.jar.value("cardea_access")},
                           {"refresh_token": browser.jar.value("cardea_refresh")}):
                answer = browser.post("/auth/refresh", json=beside)
                self.assertEqual((answer.status, names & set(answer.json())), (200, set()), answer)
        form = {"grant_type": "refresh_token", "refresh_token": browser.jar.value("cardea_refresh")}
        self.assert_refused(browser.post("/auth/token", form=form), 400, "invalid_grant", "wrong_transport")

    def test_a_browser_uses_its_cookies_all_the_same(self):
        browser = self.newcomer()
        self.assertEqual(browser.get("/auth/verify").status, 204)
        self.assertEqual(browser.post("/auth/refresh").status, 200)
        self.assertEqual(browser.post("/auth/logout").status, 204)

    def test_body_and_cookie_carry_the_same_tokens(self):
        answer = self.sign_in_by(self.newcomer())
        self.assertEqual(answer.json()["access_token"], answer.cookie("cardea_access").value)
        self.assertEqual(answer.json()["refresh_token"], answer.cookie("cardea_refresh").value)

    def test_the_cookie_is_asked_before_the_header(self):
        person, other = self.newcomer(), self.newcomer()
        answer = person.get("/auth/me", headers=bearer(other.jar.value("cardea_access")))
        self.assertEqual(answer.json()["email"], person.email)

    def test_an_access_token_given_beside_must_be_of_the_same_session(self):
        person, other = self.newcomer(), self.newcomer()
        refresh, own, foreign = (browser.jar.value(name) for browser, name in (
            (person, "cardea_refresh"), (person, "cardea_access"), (other, "cardea_access")))
        self.assert_refused(self.refresh_by_body(refresh, access_token=foreign), 401, "invalid_grant", "other_session")
        self.assert_refused(self.refresh_by_body(refresh, access_token="rubbish"), 401, "invalid_grant", "bad_signature")
        self.assertEqual(self.refresh_by_body(refresh, access_token=own).status, 200)


class ByHeader(Travelling):
    settings = {"transport": {"mode": "header"}}

    def test_a_program_uses_the_body_and_the_header(self):
        self.check_header_round(self.sign_in_by(self.newcomer()).json(), cookies=False)

    def test_no_cookie_is_set_nor_read(self):
        person = self.newcomer()
        self.assertEqual(person.signed_in.cookies, [])
        person.jar.set("cardea_access", person.signed_in.json()["access_token"])
        person.jar.set("cardea_refresh", person.signed_in.json()["refresh_token"], "/auth")
        self.assert_refused(person.get("/auth/verify"), 401, "invalid_token", "missing")
        self.assert_refused(person.post("/auth/refresh"), 401, "invalid_grant", "missing")


class AfterTheSunset(Travelling):
    settings = {"transport": {"mode": "both", "header_sunset": PAST}}

    def test_headers_have_ended(self):
        self.check_cookie_only(self.newcomer())


class WithTheAccessToken(Travelling):
    settings = {"transport": {"mode": "both"}, "tokens": {"refresh_needs_access_token": "yes"}}

    def test_a_refresh_token_in_a_body_is_of_no_use_alone(self):
        tokens = self.sign_in_by(self.newcomer()).json()
        self.assert_refused(self.refresh_by_body(tokens["refresh_token"]), 401, "invalid_grant", "missing")
        by_header = self.here.browser().post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]},
                                             headers={**bearer(tokens["access_token"]), "Origin": None})
        self.assertEqual(by_header.status, 200, by_header)
