"""htdocs/php/cardea.php: what a PHP page learns about who is asking, in each way in which a host runs PHP."""

import json
import os
import unittest
import unittest.mock

from harness import PASSWORD, Browser, request_bytes
from php import RUNS, php_site, require_php, run_script
from processes import wait_until
from tokens import Forge, hostile_tokens

UUID = "0192f3c4-0000-7000-8000-0000000000ab"
OTHER_UUID = "0192f3c4-0000-7000-8000-0000000000cd"
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}
# What somebody would send to be taken for somebody else.
FORGED_HEADERS = {name: UUID for name in (
    "Remote-User", "REMOTE_USER", "Redirect-Remote-User", "REDIRECT_REMOTE_USER", "Auth-User-Id", "AUTH_USER_ID", "X-Auth-User-Id",
    "X-Remote-User", "Auth-Session-Id", "AUTH_SESSION_ID", "X-Forwarded-User", "Http-Remote-User", "PHP_AUTH_USER", "User")}
FORGED_HEADERS["Auth-Scope"] = FORGED_HEADERS["AUTH_SCOPE"] = "admin"
# Somebody else's authentication, as PHP would see it.
STRANGE_AUTHENTICATION = "".join(f'''
$HTTP["querystring"] == "as={name}" {{ setenv.add-environment = ( {variables} ) }}''' for name, variables in {
    "uuid": f'"REMOTE_USER" => "{UUID}", "AUTH_SCOPE" => "admin"',
    "redirected": f'"REDIRECT_REMOTE_USER" => "{UUID}", "REDIRECT_AUTH_SESSION_ID" => "{OTHER_UUID}", '
                  '"REDIRECT_AUTH_SCOPE" => "read admin"',
    "basic": '"REMOTE_USER" => "alice"',
    "twice": f'"REMOTE_USER" => "{UUID}, {UUID}"',
}.items())


class PhpCases:
    """The same sentences for each way; .here is a PhpSite."""

    runs = None
    has_curl = True

    @classmethod
    def setUpClass(cls):
        require_php()
        settings = {"transport": {"mode": "both"}}
        cls.here = cls.enterClassContext(php_site("php", cls.runs, settings=settings, extra=STRANGE_AUTHENTICATION))
        cls.here.area("open")
        cls.here.area("both", transport="both")
        cls.here.area("gated", keys="", trust_gate=True)
        cls.here.area("optional", keys="", trust_gate=True)
        cls.here.area("trusting", trust_gate=True)
        cls.here.cardea.add_user("root@example.com", scope="admin read")
        cls.alice = cls.here.sign_in()
        cls.root = cls.here.sign_in("root@example.com")

    def who(self, path="/open/who.php", browser=None, **options):
        answer = (browser or self.here.browser()).get(path, **options)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def test_a_page_knows_who_is_signed_in(self):
        known = self.who(browser=self.alice)
        signed_in = self.alice.signed_in.json()
        self.assertEqual(known["user"]["id"], signed_in["user"]["id"])
        self.assertEqual(known["user"]["device"], signed_in["device"]["id"])
        self.assertEqual(known["user"]["expires"], signed_in["access_exp"])
        self.assertEqual((known["user"]["scope"], known["user"]["scopes"], known["admin"]), ("", [], False))
        self.assertIsNone(known["reason"])
        known = self.who(browser=self.root)
        self.assertEqual((known["user"]["scopes"], known["admin"]), (["admin", "read"], True))

    def test_a_stranger_is_nobody_whatever_the_headers_say(self):
        for area in ("open", "both", "trusting", "optional"):
            with self.subTest(area):
                known = self.who(f"/{area}/who.php", headers=FORGED_HEADERS)
                self.assertEqual((known["user"], known["reason"], known["admin"]), (None, "missing", False))
        self.assertEqual(self.here.browser().get("/gated/who.php", headers=FORGED_HEADERS).status, 401)

    def test_headers_do_not_change_who_somebody_is(self):
        for area in ("open", "gated", "optional", "trusting"):
            with self.subTest(area):
                known = self.who(f"/{area}/who.php", self.alice, headers=FORGED_HEADERS)
                self.assertEqual(known["user"]["id"], self.alice.signed_in.json()["user"]["id"])
                self.assertFalse(known["admin"])

    def test_behind_a_gate_the_gates_word_is_taken(self):
        for area in ("gated", "optional"):
            with self.subTest(area):
                known = self.who(f"/{area}/who.php", self.root)["user"]
                self.assertEqual(known["id"], self.root.signed_in.json()["user"]["id"])
                self.assertEqual(known["scope"], "admin read")
                self.assertRegex(known["session_id"], "^[0-9a-f-]{36}$")
                self.assertEqual((known["device"], known["expires"]), (None, None))
        refused = self.here.browser().get("/gated/member.php?x=1", headers=NAVIGATION)
        self.assertEqual((refused.status, refused.header("Location")),
                         (303, self.here.cardea.url + "/auth/continue?return_to=/gated/member.php%3Fx%3D1"))
        anonymous = self.here.browser().get("/optional/member.php", headers=NAVIGATION)
        self.assertEqual(anonymous.status, 303, anonymous)

    def test_a_page_learns_name_address_and_language_of_its_visitor(self):
        person = self.here.sign_in(language="ko")
        person.post("/auth/me", json={"name": "Ada <b>"})
        for area in ("open", "both", "gated", "optional"):
            with self.subTest(area):
                profile = person.get(f"/{area}/profile.php").json()
                self.assertEqual((profile["email"], profile["name"], profile["language"]), ("alice@example.com", "Ada <b>", "ko"))
                self.assertTrue(profile["again"])
        self.assertIsNone(self.here.browser().get("/open/profile.php", headers=FORGED_HEADERS).json())
        self.assertEqual(self.root.get("/open/profile.php").json()["email"], "root@example.com")

    def test_a_page_with_a_session_asks_once_for_each_sign_in(self):
        person = self.here.sign_in()
        person.post("/auth/me", json={"name": "Before"})
        self.assertEqual(person.get("/open/profile.php?session=1").json()["name"], "Before")
        person.post("/auth/me", json={"name": "After"})
        self.assertEqual(person.get("/open/profile.php?session=1").json()["name"], "Before")
        self.assertEqual(person.get("/open/profile.php").json()["name"], "After")
        person.post("/auth/logout")
        self.assertIsNone(person.get("/open/profile.php?session=1").json())
        person.post("/auth/login", json={"email": "root@example.com", "password": PASSWORD})
        self.assertEqual(person.get("/open/profile.php?session=1").json()["email"], "root@example.com")

    def test_a_profile_comes_with_and_without_the_extension_curl(self):
        token = self.alice.signed_in.json()["access_token"]
        for with_curl, php in ((True, "php"), (False, "php -n -d allow_url_fopen=1")):
            for server, settings in (({"HTTP_COOKIE": f"cardea_access={token}"}, {}),
                                     ({"HTTP_AUTHORIZATION": f"Bearer {token}"}, {"transport": "header"})):
                case = json.dumps({"server": server, "settings": self.here.settings(**settings)})
                with unittest.mock.patch.dict(os.environ, PHP=php):
                    said = run_script("profile.php", stdin=case)
                self.assertEqual(said, {"curl": with_curl and self.has_curl, "email": "alice@example.com"})

    def test_a_cardea_that_cannot_be_reached_leaves_the_page_without_a_profile(self):
        self.here.area("far", server="http://127.0.0.1:9")
        self.assertIsNone(self.alice.get("/far/profile.php").json())
        self.here.area("near", server=self.here.cardea.url)
        self.assertEqual(self.alice.get("/near/profile.php").json()["email"], "alice@example.com")

    def test_other_peoples_authentication_is_believed_only_where_the_gate_is_trusted(self):
        for way in ("uuid", "redirected"):
            self.assertIsNone(self.who("/open/who.php?as=" + way)["user"])
        self.assertEqual(self.who("/trusting/who.php?as=uuid")["user"]["id"], UUID)
        redirected = self.who("/trusting/who.php?as=redirected")["user"]
        self.assertEqual((redirected["id"], redirected["session_id"], redirected["scope"]), (UUID, OTHER_UUID, "read admin"))
        # No name of Cardea's: then the token says who it is, or nobody is.
        for way in ("basic", "twice"):
            with self.subTest(way):
                self.assertIsNone(self.who("/trusting/who.php?as=" + way)["user"])
                known = self.who("/trusting/who.php?as=" + way, self.alice)
                self.assertEqual(known["user"]["id"], self.alice.signed_in.json()["user"]["id"])

    def test_a_token_comes_by_header_where_the_site_says_so(self):
        token = self.alice.signed_in.json()["access_token"]
        user = self.alice.signed_in.json()["user"]["id"]
        for scheme in ("Bearer", "bearer", "BEARER"):
            self.assertEqual(self.who("/both/who.php", headers={"Authorization": f"{scheme} {token}"})["user"]["id"], user)
        known = self.who("/open/who.php", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual((known["user"], known["reason"]), (None, "wrong_transport"))
        for value in (token, f"Basic {token}", "Bearer", "Digest x"):
            self.assertEqual(self.who("/both/who.php", headers={"Authorization": value})["reason"], "missing")
        # The cookie is read first, but a bad one is no reason to overlook a good header.
        both = {"Authorization": f"Bearer {token}"}
        self.assertNotEqual(self.who("/both/who.php", self.root, headers=both)["user"]["id"], user)
        spoiled = {**both, "Cookie": "cardea_access=garbage"}
        self.assertEqual(self.who("/both/who.php", cookies=False, headers=spoiled)["user"]["id"], user)

    def test_of_several_copies_of_the_cookie_the_good_one_counts(self):
        token, user = self.alice.jar.value("cardea_access"), self.alice.signed_in.json()["user"]["id"]
        for header in (f"cardea_access=x; cardea_access={token}", f"cardea_access={token}; cardea_access=x",
                       f'a=b;cardea_access="{token}"', f"cardea_access=; x; =y; cardea_access = {token}",
                       "; ".join(["cardea_access=x"] * 7 + [f"cardea_access={token}"])):
            with self.subTest(header[:40]):
                self.assertEqual(self.who(headers={"Cookie": header})["user"]["id"], user)
        for name in ("Cardea_access", "cardea.access", "cardea access", "cardea%5Faccess", "cardea_access[x]", "__Host-cardea_access"):
            self.assertEqual(self.who(headers={"Cookie": f"{name}={token}"})["reason"], "missing", name)
        nine = {"Cookie": "; ".join([f"cardea_access={token}"] * 9)}
        self.assertIsNone(self.who(headers=nine)["user"])
        refused = self.here.browser().get("/open/member.php", headers=nine)
        self.assertEqual((refused.status, refused.json()["error"]), (400, "invalid_request"))

    def test_a_browser_is_sent_to_sign_in_and_others_are_told(self):
        stranger = self.here.browser()
        page = "/open/member.php?a=b&c=%2F"
        wanted = self.here.cardea.url + "/auth/continue?return_to=/open/member.php%3Fa%3Db%26c%3D%252F"
        for headers in (NAVIGATION, {"Accept": "text/html,*/*"}):
            for method in ("GET", "HEAD"):
                answer = stranger.request(method, page, headers=headers)
                self.assertEqual((answer.status, answer.header("Location"), answer.body), (303, wanted, b""))
                self.assertEqual(answer.header("Cache-Control"), "no-store")
        for headers in ({}, {"Accept": "application/json"}, {**NAVIGATION, "Sec-Fetch-Dest": "iframe"},
                        {"Sec-Fetch-Mode": "cors", "Accept": "text/html"}):
            self.assert_refused(stranger.get(page, headers=headers), "missing")
        self.assert_refused(stranger.post(page, headers=NAVIGATION, form={"x": "y"}), "missing")
        self.assertEqual(self.who("/open/who.php?a=b")["login_url"],
                         self.here.cardea.url + "/auth/continue?return_to=/open/who.php%3Fa%3Db")

    def assert_refused(self, answer, reason):
        self.assertEqual((answer.status, answer.header("Content-Type"), answer.header("Cache-Control")),
                         (401, "application/json", "no-store"))
        program = self.here.browser().get("/auth/verify").json()
        self.assertEqual(set(answer.json()), set(program))
        for said in (answer.json(), program):
            self.assertNotIn("Apache", said["error_description"])  # lighttpd is in front
        self.assertEqual((answer.json()["code"], answer.json()["reason"]), (401, reason))
        self.assertTrue(answer.header("WWW-Authenticate").startswith('Bearer realm="cardea"'))

    def test_a_refusal_is_worded_like_the_programs(self):
        for cookie in (None, "cardea_access=garbage"):
            headers = {"Cookie": cookie}
            php = self.here.browser().get("/open/member.php", headers=headers)
            program = self.here.browser().get("/auth/verify", headers=headers)
            self.assertEqual(php.json(), program.json())
            self.assertEqual(php.header("WWW-Authenticate"), program.header("WWW-Authenticate"))

    def test_what_a_page_wrote_before_it_asked_is_not_sent_to_strangers(self):
        self.assertNotIn(b"too early", self.here.browser().get("/open/member.php").body)
        member = self.alice.get("/open/member.php")
        self.assertEqual(member.text, f"too early\nmember {self.alice.signed_in.json()['user']['id']}\n")
        self.assertEqual(member.header("Cache-Control"), "private, no-cache")

    def test_a_scope_is_asked_for(self):
        self.assertEqual(self.root.get("/open/admin.php").status, 200)
        self.assertEqual(self.root.get("/gated/admin.php").status, 200)
        for area in ("open", "gated"):
            refused = self.alice.get(f"/{area}/admin.php", headers=NAVIGATION)
            self.assertEqual(refused.status, 403, refused)
            self.assertEqual(refused.json(), {
                "code": 403, "error": "insufficient_scope",
                "error_description": "The access token provided does not carry the scope that is needed here."})
        self.assertEqual(self.here.browser().get("/open/admin.php", headers=NAVIGATION).status, 303)

    def test_return_to_never_leaves_the_site(self):
        # lighttpd has its own idea of a path; what it lets through must come back as a path of ours.
        for path in ("//evil.example/../open/member.php", "/open/member.php?//evil.example", "/open/member.php?\\evil"):
            answer = Browser(self.here.cardea.port).get(path, headers=NAVIGATION)
            if answer.status == 303:
                way = answer.header("Location").partition("?return_to=")[2]
                self.assertRegex(way, r"^/(?!/|%5C|%2F)[A-Za-z0-9._~/%-]*$")
                self.assertNotIn("%5C", way)

    def test_bytes_that_are_no_text_are_no_token(self):
        answer = self.here.site.raw(request_bytes("GET", "/open/who.php", [("Cookie", b"cardea_access=\xff\xfe".decode("latin-1"))]))
        self.assertEqual((answer.status, answer.json()["reason"]), (200, "malformed"))


class PhpByFastCgi(PhpCases, unittest.TestCase):
    runs = "php-cgi"


class PhpByFpm(PhpCases, unittest.TestCase):
    runs = "php-fpm"


class PhpByCgi(PhpCases, unittest.TestCase):
    runs = "cgi"


assert {PhpByFastCgi.runs, PhpByFpm.runs, PhpByCgi.runs} == set(RUNS)


def test_every_token_gets_the_answer_that_the_program_gives():
    require_php()
    with php_site("php-tokens", "php-fpm", settings={"transport": {"mode": "both"}}) as here:
        for algorithm in ("eddsa", "rs256", "hs256"):
            here.cardea.command("key", "new", "--algorithm", algorithm)
        here.export_keys()
        here.area("both", transport="both")
        with open(here.keys, encoding="utf-8") as file:
            public_keys = {key["alg"]: key for key in json.load(file)["keys"] if key["kty"] != "oct"}
        cases = hostile_tokens(Forge(here.cardea), public_keys)
        by_script = run_script("answers.php", stdin=json.dumps([
            {"server": {"HTTP_AUTHORIZATION": "Bearer " + token}, "settings": here.settings(transport="both")} for _, token, _ in cases]))
        browser, wrong, refused = here.browser(), [], 0
        for (name, token, expected), answer in zip(cases, by_script):
            sent = {"Authorization": "Bearer " + token}
            program = browser.get("/auth/verify", headers=sent)
            program_says = None if program.status == 204 else program.json()["reason"]
            php_says = browser.get("/both/who.php", headers=sent).json()["reason"]
            if not program_says == php_says == answer["reason"] == expected:
                wrong.append(f"{name}: expected {expected}, program {program_says}, PHP {php_says}, by script {answer}")
            refused += php_says is not None
        assert not wrong, "\n".join(wrong)
        assert refused > 190, refused


def test_a_key_is_known_as_soon_as_it_is_exported():
    require_php()
    with php_site("php-new-key", "php-fpm") as here:
        here.area("open")
        here.cardea.command("key", "new", "--in", "0s")
        browser = here.browser()

        def signed_with_the_new_key():  # the first second is the old key's
            browser.jar = here.sign_in().jar
            return browser.get("/open/who.php").json()["reason"] == "unknown_key"
        wait_until(signed_with_the_new_key, "the new key signs", pause=0.2)
        here.export_keys()
        assert browser.get("/open/who.php").json()["reason"] is None
