"""Browsers without JavaScript: renewed on the way, sent to sign in and back, not round in circles, not off the site."""

import os
import re
import time
import urllib.parse

import jws
from gate_visit import BROWSER, Tokens
from harness import PASSWORD, Installed, at_once, for_each, site
from test_gate import SETTINGS, lay_out

SERVERS = ("apache-fcgid", "apache-authnz", "lighttpd-conf", "nginx")
SIGN_IN_PAGE = "/cardea/en/sign-in.html"
PAGE = "/members/page.php?q=a%20b&next=/x%26y"

# What a return_to may try, decoded. None may lead a browser anywhere but to a path of this site.
HOSTILE = (
    "https://evil.example/", "http://evil.example", "//evil.example/", "///evil.example/", "////evil.example",
    "/\\evil.example/", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example",
    "/\r/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example", "https:evil.example",
    "https:/evil.example", "https:\\\\evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "vbscript:x", "mailto:a@b", "evil.example", ".evil.example", "@evil.example", ":80@evil.example", "", "..", "../",
    "?x", "#x", "*", "/x\r\nSet-Cookie: a=b", "/x\r\n\r\n<script>", "/x\0", "/x\x7f", "/x\u2028",
    "\u2215\u2215evil.example", "\uff0f\uff0fevil.example", "/" + "a" * 3000, "/x\\..\\evil",
    "http:///evil.example", "//%65vil.example", "/%09/evil.example\t")

# These look alike and are paths of this site all the same.
HARMLESS = (
    "/", "/page", "/page?to=//evil.example/", "/page#https://evil.example", "/.//evil.example", "/%2F%2Fevil.example",
    "/@evil.example", "/:80@evil.example", "/%5Cevil.example", "/x/../..//evil.example", "/members/page.php?q=a%20b",
    "/javascript:alert(1)")


# What a URL may not hold is encoded on the way.
ENCODED = {"/caf\u00e9": "/caf%C3%A9", "/\u3002evil.example": "/%E3%80%82evil.example",
           "/\ud55c\uae00 \ud398\uc774\uc9c0?q=\uac00": "/%ED%95%9C%EA%B8%80%20%ED%8E%98%EC%9D%B4%EC%A7%80?q=%EA%B0%80",
           "/%ED%95%9C": "/%ED%95%9C", "/a b": "/a%20b", "/page?path=C:\\x": "/page?path=C:%5Cx", "/100%": "/100%25",
           "/\uff0fevil.example": "/%EF%BC%8Fevil.example"}


class Person:
    """A browser without JavaScript: follows redirects within the site, and notes where it was."""

    def __init__(self, here, browser=None):
        self.here, self.browser, self.way = here, browser or here.browser(), []

    def open(self, path, cookies=True):
        """The answer at the end of the redirects."""
        answer = self.browser.get(path, headers=BROWSER, cookies=cookies)
        self.way.append(path)
        turns = 0
        while answer.status in (301, 302, 303, 307, 308):
            turns += 1
            assert turns < 12, f"round in circles: {self.way}"
            path = self.path_of(answer)
            answer = self.browser.get(path, headers=BROWSER, cookies=cookies)
            self.way.append(path)
        return answer

    def submit(self, path, **form):
        """Submits a form and goes where that leads."""
        answer = self.browser.post(path, form=form, headers=BROWSER)
        assert answer.status == 303, answer
        self.way.append(path)
        return self.open(self.path_of(answer))

    def path_of(self, answer):
        location = answer.header("Location")
        assert location.startswith(self.here.cardea.url + "/"), answer
        return location.removeprefix(self.here.cardea.url).partition("#")[0]

    def query(self):
        """What the last address said: {name: value}."""
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.way[-1]).query))


class Pages(Installed):
    """A site with gates and a sign-in page."""

    settings = SETTINGS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepare(cls.here)

    def expired(self, **changes):
        """A person whose access token ran out while reading."""
        return expired_person(self.here, self.newcomer(), **changes)


def prepare(here):
    lay_out(here)
    here.place.write("htdocs" + SIGN_IN_PAGE, "THE SIGN-IN PAGE", mode=0o644)


def expired_person(here, browser):
    person = Person(here, browser)
    browser.jar.set("cardea_access", Tokens(here, browser.jar.value("cardea_access")).expired)
    return person


def check_a_reader_is_renewed(here):
    browser = here.sign_in()
    before = browser.jar.value("cardea_refresh")
    reader = expired_person(here, browser)
    answer = reader.open(PAGE)
    assert answer.status == 200 and answer.json()["told"]["REQUEST_URI"] == PAGE, (reader.way, answer)
    assert len(reader.way) == 3 and reader.way[2] == PAGE, reader.way
    assert browser.jar.value("cardea_refresh") != before
    assert jws.claims_of(browser.jar.value("cardea_access"))["exp"] > time.time()
    assert reader.open(PAGE).status == 200 and len(reader.way) == 4, reader.way


def check_a_stranger_signs_in(here):
    person = Person(here)
    answer = person.open(PAGE)
    assert answer.text == "THE SIGN-IN PAGE" and person.query() == {"return_to": PAGE}, person.way
    answer = person.submit("/auth/login", email="alice@example.com", password="wrong", return_to=PAGE)
    assert answer.text == "THE SIGN-IN PAGE", person.way
    assert person.query() == {"return_to": PAGE, "problem": "invalid_credentials"}, person.way
    answer = person.submit("/auth/login", email="alice@example.com", password=PASSWORD, return_to=PAGE)
    assert answer.status == 200 and answer.json()["told"]["REQUEST_URI"] == PAGE, (person.way, answer)


def check_an_ended_session_signs_in_again(here):
    browser = here.sign_in()
    other = here.sign_in()
    assert other.post("/auth/logout", json={"all": True}).status == 204
    person = expired_person(here, browser)
    answer = person.open(PAGE)
    assert answer.text == "THE SIGN-IN PAGE", (person.way, answer)
    assert person.query() == {"return_to": PAGE, "problem": "signed_out"}, person.way


@for_each(way=SERVERS)
def test_a_reader_goes_on_reading_or_signs_in(way):
    with site("reader", way=way, settings=SETTINGS) as here:
        prepare(here)
        check_a_reader_is_renewed(here)
        check_a_stranger_signs_in(here)
        check_an_ended_session_signs_in_again(here)


class NoCircles(Pages):
    way = "lighttpd-conf"

    def test_a_browser_that_keeps_no_cookies_is_told_so(self):
        email = self.newcomer().email
        person = Person(self.here)
        form = {"email": email, "password": PASSWORD, "return_to": PAGE}
        answer = person.browser.post("/auth/login", form=form, cookies=False)
        answer = person.open(person.path_of(answer), cookies=False)
        self.assertEqual(answer.text, "THE SIGN-IN PAGE")
        self.assertEqual(person.query(), {"return_to": PAGE, "problem": "cookies_refused"})

    def test_a_refresh_token_without_its_companion_leads_to_the_sign_in_page(self):
        browser = self.newcomer()
        browser.jar.drop("cardea_access")
        person = Person(self.here, browser)
        self.assertEqual(person.open(PAGE).text, "THE SIGN-IN PAGE")
        self.assertEqual(person.query(), {"return_to": PAGE})

    def test_an_account_that_was_closed_is_told_so(self):
        browser = self.newcomer()
        self.here.cardea.command("user", "disable", browser.email)
        person = expired_person(self.here, browser)
        self.assertEqual(person.open(PAGE).text, "THE SIGN-IN PAGE")
        self.assertEqual(person.query(), {"return_to": PAGE, "problem": "account_disabled"})

    def test_a_spent_token_is_told_so(self):
        browser = self.newcomer()
        thief = browser.twin()
        for _ in range(3):
            self.assertEqual(browser.post("/auth/refresh").status, 200)
            self.here.cardea.rows("UPDATE cardea_session SET rotated_at = rotated_at - 60000000")
        person = expired_person(self.here, thief)
        self.assertEqual(person.open(PAGE).text, "THE SIGN-IN PAGE")
        self.assertEqual(person.query(), {"return_to": PAGE, "problem": "reused"})

    def test_ten_tabs_that_wake_up_together_all_show_their_pages(self):
        browser = self.expired().browser

        def wake_up(number):
            tab = Person(self.here, browser.twin())
            return tab.open(f"/members/page.php?tab={number}"), tab.way
        for answer, way in at_once(10, wake_up):
            self.assertEqual((answer.status, len(way)), (200, 3), way)

    def test_reading_on_all_day_is_no_circle(self):
        reader = self.expired()
        for number in range(6):
            reader.browser.jar.set("cardea_access", Tokens(self.here, reader.browser.jar.value("cardea_access")).expired)
            answer = reader.open(f"/members/page.php?chapter={number}")
            self.assertEqual(answer.status, 200, reader.way)

    def test_denied_asked_for_by_itself_is_an_answer_and_no_redirect(self):
        answer = self.here.browser().get("/auth/denied", headers=BROWSER)
        self.assertEqual((answer.status, answer.header("Location")), (401, None))
        self.assertIn("<!doctype html>", answer.text.lower())
        self.assert_refused(self.here.browser().get("/auth/denied"), 401, "invalid_token", "missing")


def members_gate_for_others(text):
    """Gives the gate of the members settings of its own, in which no token of this site will do."""
    config = re.search(r"--config (\S+)/cardea\.ini", text)[1]
    with open(config + "/cardea.ini", encoding="utf-8") as file:
        settings = file.read().replace("[tokens]", "[tokens]\naudience = others")
    with open(os.open(config + "/other.ini", os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(settings)
    head, gate, rest = text.partition('  "/members/" => ((')
    return head + gate + rest.replace("cardea.ini", "other.ini", 1)


def test_a_gate_that_refuses_what_was_just_renewed_is_noticed():
    with site("circle", way="lighttpd-conf", settings=SETTINGS, edit=members_gate_for_others) as here:
        prepare(here)
        for _ in range(2):
            person = Person(here, here.sign_in())
            answer = person.open(PAGE)
            assert answer.text == "THE SIGN-IN PAGE", (person.way, answer)
            assert person.query() == {"return_to": PAGE, "problem": "going_in_circles"}, person.way
            assert len(person.way) == 7, person.way  # the page and /continue in turn, three times; the sign-in page


def test_a_sign_in_page_behind_the_gate_is_refused_and_not_sent_to_itself():
    settings = {**SETTINGS, "site": {"sign_in_page": "/members/sign-in.html"}}
    with site("gated-page", way="lighttpd-conf", settings=settings) as here:
        lay_out(here)
        person = Person(here)
        answer = person.open("/members/page.html")
        assert answer.status == 401 and len(person.way) == 3, (person.way, answer)
        assert "<h1>" in answer.text, answer  # a page that says so


class NeverOffTheSite(Pages):
    way = "lighttpd-conf"

    def own_path(self, answer):
        """The path a browser goes to: it reads backslashes as slashes and passes over tabs and line ends."""
        location = answer.header("Location")
        url = self.here.cardea.url
        self.assertTrue(location.startswith(url + "/"), location)
        self.assertRegex(location, r"\A[\x21-\x7e]+\Z")
        path = location.removeprefix(url)
        self.assertNotIn("\\", path)
        self.assertEqual(urllib.parse.urlsplit(location).netloc, urllib.parse.urlsplit(url).netloc)
        return path

    def test_hostile_addresses_are_refused_by_continue(self):
        browser = self.newcomer()
        for target in HOSTILE:
            answer = browser.get("/auth/continue?return_to=" + urllib.parse.quote(target, safe=""), headers=BROWSER)
            # lighttpd refuses control characters in an address by itself.
            self.assertEqual((answer.status, answer.header("Location")), (400, None), target)

    def test_hostile_addresses_in_forms_lead_to_the_front_page(self):
        email = self.newcomer().email
        for target in HOSTILE:
            for password in (PASSWORD, "wrong"):
                if password == "wrong" and target not in HOSTILE[:3]:
                    continue  # the account would be slowed down
                browser = self.here.browser()
                answer = browser.post("/auth/login", form={"email": email, "password": password, "return_to": target})
                path = self.own_path(answer)
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
                self.assertEqual(query["return_to"], "/", target)
            answer = browser.post("/auth/logout", form={"return_to": target})
            self.assertEqual((answer.status, self.own_path(answer)), (303, "/"), target)

    def test_harmless_addresses_are_kept_to_the_letter(self):
        browser = self.newcomer()
        for target in HARMLESS:
            answer = browser.get("/auth/continue?return_to=" + urllib.parse.quote(target, safe=""), headers=BROWSER)
            self.assertEqual((answer.status, self.own_path(answer)), (303, target))
            browser.jar.drop("cardea_turns")

    def test_letters_of_any_script_and_spaces_are_encoded(self):
        browser, email = self.newcomer(), self.newcomer().email
        for target, path in ENCODED.items():
            quoted = urllib.parse.quote(target, safe="")
            answer = browser.get("/auth/continue?return_to=" + quoted, headers=BROWSER)
            self.assertEqual((answer.status, self.own_path(answer)), (303, path))
            browser.jar.drop("cardea_turns")
            answer = self.here.browser().post("/auth/logout", form={"return_to": target})
            self.assertEqual((answer.status, self.own_path(answer)), (303, path))
            for answer in (self.here.browser().post("/auth/login", form={"email": email, "password": PASSWORD, "return_to": target}),
                           self.here.browser().get("/auth/pages/sign-in?return_to=" + quoted, headers=BROWSER)):
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.own_path(answer)).query))
                self.assertEqual(query["return_to"], path)

    def test_two_ways_back_are_one_too_many(self):
        answer = self.newcomer().get("/auth/continue?return_to=/a&return_to=//evil.example", headers=BROWSER)
        self.assertEqual((answer.status, answer.header("Location")), (400, None))

    def test_a_host_header_leads_nowhere_else(self):
        for host in ("evil.example", "evil.example:80"):
            answer = self.newcomer().get("/auth/continue?return_to=/page", headers={"Host": host, **BROWSER})
            self.assertEqual((answer.status, self.own_path(answer)), (301, "/auth/continue?return_to=/page"))
            answer = self.here.browser().get("/members/page.html", headers={"Host": host, **BROWSER})
            self.assertEqual(self.own_path(answer), "/auth/continue?return_to=/members/page.html")

    def test_no_page_of_this_site_is_shown_in_a_frame_of_another(self):
        answer = self.newcomer().get("/auth/continue?return_to=/page", headers=BROWSER)
        self.assertEqual(answer.header("X-Frame-Options"), "DENY")
        self.assertIn("frame-ancestors 'none'", answer.header("Content-Security-Policy"))
