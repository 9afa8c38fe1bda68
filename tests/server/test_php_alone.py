"""htdocs/php/cardea.php alone, by scripts of tests/server/php: keyholes, settings, and other people's vectors."""

import json
import os
import shutil
import subprocess
import time
import unittest
import unittest.mock
import uuid

from cardea import Cardea
from harness import Place, free_port
from php import require_php, run_script
from processes import ROOT
from tokens import Forge, base64url

UUID = "0192f3c4-0000-7000-8000-0000000000ab"
OTHER_UUID = "0192f3c4-0000-7000-8000-0000000000cd"


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

    def test_cookie_lines_that_a_server_joined_by_a_comma_are_told_apart(self):
        """Apache joins them so. A browser sends one line, and a sibling subdomain can plant a value with a comma."""
        joined = {"HTTP_COOKIE": f"a=1, __Host-cardea_access={self.alice}"}
        browser = {**joined, "HTTP_USER_AGENT": "Mozilla/5.0"}
        plain = ({"HTTP_COOKIE": f"a=1,cardea_access={self.alice}, b=2", "HTTP_USER_AGENT": "Mozilla/5.0"},
                 {"url": "http://example.com", "issuer": "https://example.com"})
        self.assertEqual(self.ids(joined, browser, {**joined, "HTTP_SEC_FETCH_SITE": "none"}), [UUID, None, None])
        first = {"HTTP_COOKIE": f"__Host-cardea_access={self.alice}, a=1", "HTTP_USER_AGENT": "Mozilla/5.0"}
        self.assertEqual(self.ids(plain, first), [UUID, UUID])

    def test_times_may_have_a_fraction(self):
        now = int(time.time())
        cases = [{"HTTP_COOKIE": f"__Host-cardea_access={self.forge.token(claims=claims)}"} for claims in (
            {"exp": now + 60.5, "iat": now - 1.25, "nbf": now - 1.25}, {"exp": now - 300.5}, {"exp": -0.5}, {"exp": 1e300}, {"exp": "9999999999.5"})]
        self.assertEqual(self.reasons(*cases), [None, "expired", "malformed", "malformed", "malformed"])

    def test_a_header_counts_until_its_sunset(self):
        sent, kept = {"HTTP_AUTHORIZATION": f"Bearer {self.alice}"}, {"REDIRECT_HTTP_AUTHORIZATION": f"bearer {self.alice}"}
        empty, forged = {"HTTP_AUTHORIZATION": "", **kept}, {"HTTP_REDIRECT_HTTP_AUTHORIZATION": f"Bearer {self.alice}"}
        for mode in ("both", "header"):
            self.assertEqual(self.ids(*((case, {"transport": mode}) for case in (sent, kept, empty, forged))), [UUID] * 3 + [None])
        both = {"transport": "both"}
        self.assertEqual(self.reasons((sent, {}), (sent, {**both, "header_sunset": "2000-01-01"}),
                                      (sent, {**both, "header_sunset": "2999-01-01"}), ({"HTTP_AUTHORIZATION": "Bearer "}, both)),
                         ["wrong_transport", "wrong_transport", None, "malformed"])
        self.assertEqual(self.ids(*(({"HTTP_AUTHORIZATION": scheme + self.alice}, both) for scheme in ("Bearer  ", "bearer    ", "Bearer\t"))),
                         [UUID] * 3)
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
                               ({"trust_gates": True}, "trust_gates"), ({"revocations": "revoked"}, "revocations"), ({"sign_in_page": "//evil.example"}, "sign_in_page")):
            (answer,) = self.ask((cookie, settings))
            self.assertIn(word, answer.get("error", "no error"), settings)
        (answer,) = self.ask((secret, {"keys": open_to_all}))
        self.assertIn("chmod", answer["error"])

    def revocations(self, path, session=None):
        """A file as the program writes it (src/ended/sessions.h), with one session in it."""
        slots = [bytes(32)] * 4
        if session:
            name = uuid.UUID(session).bytes
            entry, mark = (2 ** 60).to_bytes(8, "big") + name, 0xcbf29ce484222325
            for byte in entry:
                mark = (mark ^ byte) * 0x100000001b3 % 2 ** 64
            slots[name[-1] & 3] = entry + mark.to_bytes(8, "big")
        header = b"CARDEAR1" + (4).to_bytes(8, "big") + bytes(48)
        os.makedirs(os.path.dirname(self.place.file(path)), exist_ok=True)
        return self.place.write(path, header + b"".join(slots))

    def test_who_was_signed_out_is_looked_up_beside_the_keys_unless_the_site_says_otherwise(self):
        session = "0192f3c4-0000-7000-8000-0000000000ee"
        cookie = {"HTTP_COOKIE": f"__Host-cardea_access={self.forge.token(claims={'sid': session})}"}
        other = {"HTTP_COOKIE": f"__Host-cardea_access={self.alice}"}
        for place, sister in (("a", "a/keys/revoked"), ("b", "b/revoked")):
            os.makedirs(self.place.file(place))
            keys = self.place.file(place, "keys.json")
            shutil.copy(self.keys, keys)
            beside = {"keys": keys}
            self.assertEqual(self.reasons((cookie, beside)), [None])
            file = self.revocations(sister, session)
            self.assertEqual(self.reasons((cookie, beside), (other, beside), (cookie, {**beside, "revocations": "none"}),
                                          (cookie, {"revocations": file}), (cookie, {})), ["revoked", None, None, "revoked", None])
            self.place.write(sister, b"CARDEAR1" + bytes(99))
            self.assertEqual(self.reasons((other, beside), (other, {"revocations": file})), ["temporarily_unavailable"] * 2)
            os.remove(file)
            os.mkdir(file)
            self.assertEqual(self.reasons((other, beside)), ["temporarily_unavailable"])
        self.assertEqual(self.reasons((other, {"revocations": self.place.file("nothing")})), ["temporarily_unavailable"])

    def test_what_cannot_be_read_is_told_with_its_reason(self):
        cookie = {"HTTP_COOKIE": f"__Host-cardea_access={self.alice}"}
        broken = self.place.write("empty.json", "{}")
        with unittest.mock.patch.dict(os.environ, {"PHP": f"php -d open_basedir={ROOT}/htdocs:{ROOT}/tests:{self.place.path}"}):
            told = [answer["error"] for answer in self.ask((cookie, {"keys": "/etc/keys.json"}), (cookie, {"keys": self.place.file("none")}),
                                                           (cookie, {"keys": broken}), (cookie, {"keys": self.place.path}))]
        for message, words in zip(told, ("outside of what open_basedir allows", "is not there", "holds no keys", "is a directory")):
            self.assertIn(words, message)
            self.assertEqual("open_basedir" in message, "outside" in words, message)

    def test_return_to_is_a_path_of_this_site(self):
        for uri, expected in (("/a?b=c&d=%2F", "/a%3Fb%3Dc%26d%3D%252F"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("", "/"),
                              ("https://evil.example/", "/"), ("/a b", "/a%2520b"), ("/a\r\nb", "/"), ("/\u00e9\ud55c", "/%25C3%25A9%25ED%2595%259C"),
                              ("/a\\b?c=100%", "/a%255Cb%3Fc%3D100%2525"), ("/a\tb", "/"), ("/a\x7fb", "/"), ("/%ed%95%9c", "/%25ed%2595%259c"), ("/" + "a" * 2048, "/"),
                              ("/.//evil", "/.//evil"), ("/~a_b-c.d", "/~a_b-c.d")):
            (answer,) = self.ask({"REQUEST_URI": uri})
            self.assertEqual(answer["login_url"], "https://example.com/auth/continue?return_to=" + expected, uri)
        (answer,) = self.ask(({"REQUEST_URI": "/x"}, {"sign_in_page": "/cardea/sign-in.html"}))
        self.assertEqual(answer["login_url"], "https://example.com/cardea/sign-in.html?return_to=/x")
