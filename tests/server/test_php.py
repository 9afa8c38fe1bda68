"""htdocs/php/cardea.php: what a PHP page learns about who is asking, in each way in which a host runs PHP."""

import json
import os
import subprocess
import time
import unittest

from cardea import Cardea
from harness import Browser, Place, free_port, request_bytes
from php import RUNS, missing_php, php_site, run_script
from processes import ROOT, wait_until
from tokens import Forge, base64url, hostile_tokens

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


def require_php():
    if missing_php():
        raise unittest.SkipTest("missing: " + ", ".join(missing_php()))


class PhpCases:
    """The same sentences for each way; .here is a PhpSite."""

    runs = None

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

    @classmethod
    def enterClassContext(cls, context):  # of Python 3.11
        value = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        return value

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


class Wycheproof(unittest.TestCase):
    """Project Wycheproof's vectors get the answers that they get in tests/token/wycheproof_test.cpp."""

    DIRECTORY = os.path.join(ROOT, "tests", "vectors", "wycheproof")
    JWS = "json_web_signature_test.json"
    # Why, stands in the C++ test.
    DEVIATIONS = {367, 370, 372, 373}

    @classmethod
    def setUpClass(cls):
        require_php()
        names = sorted(name for name in os.listdir(cls.DIRECTORY) if name.endswith(".json") and not name.startswith("hmac"))
        cls.files = {}
        for name in names:
            with open(os.path.join(cls.DIRECTORY, name), encoding="utf-8") as file:
                cls.files[name] = json.load(file)
        cls.answers = run_script("wycheproof.php", *(os.path.join(cls.DIRECTORY, name) for name in names))

    def test_all_401_signed_texts_get_the_answer_they_deserve(self):
        answers = self.answers[self.JWS]
        for group in self.files[self.JWS]["testGroups"]:
            key = group.get("public", group.get("private"))
            offered = key.get("alg", "ES256") in ("ES256", "EdDSA", "RS256", "HS256")
            for test in group["tests"]:
                expected = (test["result"] == "valid" and offered) != (test["tcId"] in self.DEVIATIONS)
                self.assertEqual(answers[str(test["tcId"])], expected, test)
        self.assertEqual((len(answers), sum(answers.values())), (401, 20))

    def test_signatures_of_every_kind(self):
        counts = {}
        for name, file in self.files.items():
            if name == self.JWS:
                continue
            for group in file["testGroups"]:
                for test in group["tests"]:
                    counts[name] = counts.get(name, 0) + 1
                    if test["result"] != "acceptable":
                        self.assertEqual(self.answers[name][str(test["tcId"])], test["result"] == "valid", (name, test))
        self.assertEqual(sorted(counts.values()), [151, 259, 259, 262])


def rsa_key(place, bits):
    """(public JWK, file of the private key)."""
    file = place.file(f"rsa-{bits}.pem")
    subprocess.run(["openssl", "genrsa", "-out", file, str(bits)], check=True, capture_output=True)
    shown = subprocess.run(["openssl", "rsa", "-in", file, "-modulus", "-noout"], check=True, capture_output=True, text=True)
    modulus = bytes.fromhex(shown.stdout.strip().partition("=")[2])
    return {"kty": "RSA", "kid": f"rsa-{bits}", "n": base64url(modulus), "e": "AQAB"}, file


class Keyholes(unittest.TestCase):
    """Variables of the web server, as they come: one PHP process answers for many people."""

    @classmethod
    def setUpClass(cls):
        require_php()
        cls.place = Place("php-keyholes")
        cls.addClassCleanup(cls.place.close)
        cls.cardea = Cardea(cls.place, free_port(), {"site": {"url": "https://example.com"}}).prepare()
        cls.cardea.command("key", "new", "--algorithm", "hs256")
        cls.keys = cls.place.file("keys.json")
        cls.cardea.command("key", "export", "--file", cls.keys)
        cls.forge = Forge(cls.cardea)
        cls.alice, cls.bob = cls.forge.token(claims={"sub": UUID}), cls.forge.token(claims={"sub": OTHER_UUID})

    def ask(self, *cases):
        """The answers to (variables, changed settings)."""
        usual = {"url": "https://example.com", "keys": self.keys}
        cases = [case if isinstance(case, tuple) else (case, {}) for case in cases]
        return run_script("answers.php", stdin=json.dumps(
            [{"server": server, "settings": {**usual, **settings}} for server, settings in cases]))

    def ids(self, *cases):
        return [answer.get("id") for answer in self.ask(*cases)]

    def reasons(self, *cases):
        return [answer.get("reason") for answer in self.ask(*cases)]

    def test_one_process_does_not_mistake_people_for_each_other(self):
        alice, bob = ({"HTTP_COOKIE": f"__Host-cardea_access={token}"} for token in (self.alice, self.bob))
        self.assertEqual(self.ids(alice, bob, {}, alice, ({}, {"trust_gate": True}), ({"REMOTE_USER": OTHER_UUID}, {"trust_gate": True}),
                                  alice, {"REMOTE_USER": OTHER_UUID}), [UUID, OTHER_UUID, None, UUID, None, OTHER_UUID, UUID, None])

    def test_the_cookie_has_the_name_that_the_site_gives_it(self):
        def holding(name):
            return {"HTTP_COOKIE": f"{name}={self.alice}"}
        names = ("__Host-cardea_access", "__Secure-cardea_access", "cardea_access", "..Host-cardea_access", "__%48ost-cardea_access",
                 "__host-cardea_access", "__Host-cardea.access")
        self.assertEqual(self.ids(*map(holding, names)), [UUID] + [None] * 6)
        http = {"url": "http://example.com", "issuer": "https://example.com"}
        self.assertEqual(self.ids(*((holding(name), http) for name in names)), [None, None, UUID] + [None] * 4)
        shared = {"cookie": "__Secure-cardea_access"}
        self.assertEqual(self.ids(*((holding(name), shared) for name in names)), [None, UUID] + [None] * 5)

    def test_a_header_counts_until_its_sunset(self):
        sent, kept = {"HTTP_AUTHORIZATION": f"Bearer {self.alice}"}, {"REDIRECT_HTTP_AUTHORIZATION": f"bearer {self.alice}"}
        empty, forged = {"HTTP_AUTHORIZATION": "", **kept}, {"HTTP_REDIRECT_HTTP_AUTHORIZATION": f"Bearer {self.alice}"}
        for mode in ("both", "header"):
            self.assertEqual(self.ids(*((case, {"transport": mode}) for case in (sent, kept, empty, forged))), [UUID] * 3 + [None])
        both = {"transport": "both"}
        self.assertEqual(self.reasons((sent, {}), (sent, {**both, "header_sunset": "2000-01-01"}),
                                      (sent, {**both, "header_sunset": "2999-01-01"}), ({"HTTP_AUTHORIZATION": "Bearer "}, both)),
                         ["wrong_transport", "wrong_transport", None, "malformed"])
        cookie = {"HTTP_COOKIE": f"__Host-cardea_access={self.alice}"}
        self.assertEqual(self.reasons((cookie, {"transport": "header"}), (cookie, both)), ["missing", None])

    def test_issuer_audience_and_clock_are_configured(self):
        def holding(**claims):
            return {"HTTP_COOKIE": f"__Host-cardea_access={self.forge.token(claims=claims)}"}
        app = {"audience": "app"}
        self.assertEqual(self.reasons((holding(), app), (holding(aud="app"), app), (holding(aud=["x", "app"]), app),
                                      (holding(aud={"0": "app"}), app), (holding(aud=["apple", 0, None, True]), app),
                                      (holding(aud=True), app)),
                         ["wrong_issuer", None, None, "wrong_issuer", "wrong_issuer", "wrong_issuer"])
        other = {"issuer": "https://id.example.com"}
        self.assertEqual(self.reasons((holding(), other), (holding(iss=other["issuer"]), other)), ["wrong_issuer", None])
        now = int(time.time())
        late = holding(exp=now - 300)
        self.assertEqual(self.reasons(late, (late, {"clock_skew": 600}), (holding(exp=now - 5), {"clock_skew": 0})),
                         ["expired", None, "expired"])

    def test_of_several_bad_tokens_the_first_is_told_about(self):
        expired, header = self.forge.token(claims={"exp": 1}), {"HTTP_AUTHORIZATION": "Bearer x"}
        cookies = {"HTTP_COOKIE": f"__Host-cardea_access={expired}; __Host-cardea_access=x"}
        both = {"transport": "both"}
        self.assertEqual(self.reasons(cookies, ({**cookies, **header}, both), (header, both), header),
                         ["expired", "expired", "malformed", "wrong_transport"])

    def test_scopes_are_whole_words(self):
        asked = ["admin", "read", "read admin", " admin  read ", "", "adm", "min", "Admin", "write", "admin write", "admin,read"]
        for gate in (False, True):
            server = {"HTTP_COOKIE": f"__Host-cardea_access={self.forge.token(claims={'scope': 'admin  read'})}"}
            if gate:
                server = {"REMOTE_USER": UUID, "AUTH_SCOPE": "admin read"}
            (answer,) = run_script("answers.php", stdin=json.dumps([{
                "server": server, "scopes": asked, "settings": {"url": "https://example.com", "keys": self.keys, "trust_gate": gate}}]))
            self.assertEqual(answer["has"], asked[:5])

    def test_a_key_that_is_weak_or_meant_for_something_else_is_none(self):
        def answer(**changes):
            """The reason for a token under an RSA key of the file's, whose JWK is changed."""
            keys = self.place.write("changed.json", json.dumps({"keys": [{**rsa, **changes}]}))
            return self.reasons(({"HTTP_COOKIE": f"__Host-cardea_access={token}"}, {"keys": keys}))[0]
        for bits, reason in ((1024, "unknown_key"), (2040, "unknown_key"), (2048, None)):
            rsa, private = rsa_key(self.place, bits)
            token = self.forge.token(header={"kid": rsa["kid"]}, algorithm="RS256", file=private)
            self.assertEqual(answer(), reason, bits)
        for changes in ({"alg": "PS256"}, {"use": "enc"}, {"key_ops": ["sign"]}, {"e": "AQ"}, {"e": "AQAA"}, {"n": ""}, {"n": 1},
                        {"kty": "EC"}, {"kid": None}):
            self.assertEqual(answer(**changes), "unknown_key", changes)
        self.assertIsNone(answer(key_ops=["verify"], use="sig", alg="RS256"))

    def test_what_is_configured_wrongly_lets_nobody_in(self):
        cookie = {"HTTP_COOKIE": f"__Host-cardea_access={self.alice}"}
        secret = {"HTTP_COOKIE": f"__Host-cardea_access={self.forge.token(algorithm='HS256')}"}
        open_to_all = self.place.file("open.json")
        self.cardea.command("key", "export", "--with-secrets", "--file", open_to_all)
        self.assertEqual(self.reasons(secret, (secret, {"keys": open_to_all})), ["unknown_key", None])
        os.chmod(open_to_all, 0o644)
        broken = self.place.write("broken.json", '{"keys":')
        for settings, word in (({"keys": "/nowhere.json"}, "key file"), ({"keys": ""}, "key file"), ({"keys": "keys.json"}, "keys"),
                               ({"keys": broken}, "key file"), ({"keys": self.place.path}, "key file"), ({"url": ""}, "url"),
                               ({"url": "https://example.com/"}, "url"), ({"mount": "auth"}, "mount"), ({"transport": "cookies"}, "transport"),
                               ({"clock_skew": "60"}, "clock_skew"), ({"trust_gate": "no"}, "trust_gate"), ({"header_sunset": "soon"}, "sunset"),
                               ({"trust_gates": True}, "trust_gates"), ({"sign_in_page": "//evil.example"}, "sign_in_page")):
            (answer,) = self.ask((cookie, settings))
            self.assertIn(word, answer.get("error", "no error"), settings)
        (answer,) = self.ask((secret, {"keys": open_to_all}))
        self.assertIn("chmod", answer["error"])

    def test_return_to_is_a_path_of_this_site(self):
        for uri, expected in (("/a?b=c&d=%2F", "/a%3Fb%3Dc%26d%3D%252F"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("", "/"),
                              ("https://evil.example/", "/"), ("/a b", "/"), ("/a\r\nb", "/"), ("/\u00e9", "/"), ("/" + "a" * 2048, "/"),
                              ("/.//evil", "/.//evil"), ("/~a_b-c.d", "/~a_b-c.d")):
            (answer,) = self.ask({"REQUEST_URI": uri})
            self.assertEqual(answer["login_url"], "https://example.com/auth/continue?return_to=" + expected, uri)
        (answer,) = self.ask(({"REQUEST_URI": "/x"}, {"sign_in_page": "/cardea/sign-in.html"}))
        self.assertEqual(answer["login_url"], "https://example.com/cardea/sign-in.html?return_to=/x")
