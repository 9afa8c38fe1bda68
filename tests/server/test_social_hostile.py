"""Social sign-in with a provider that does everything wrong."""

import contextlib
import json
import ssl
import subprocess
import time
import urllib.parse

import jws
from harness import at_once, free_port, site
from hostile_provider import HostileProvider, Key
from social import MODES, age_provider_keys, come_back, forget_provider, parameters_of, set_out, social_site


@contextlib.contextmanager
def with_hostile(name, **more):
    with contextlib.closing(HostileProvider(free_port())) as provider:
        keys = {"issuer": provider.issuer, "client_id": "us", **more}
        with social_site(name, {"house": keys, "other": {**keys, "issuer": provider.issuer + "/other"}}) as here:
            yield here, provider


def travel(here, provider, query="", browser=None):
    """Sets out and comes back with a code: (browser, where it ends, what problem it is told)."""
    browser = browser or here.browser()
    sent = parameters_of(set_out(browser, "house"))
    provider.nonce = sent["nonce"]
    place = come_back(browser, f"{sent['redirect_uri']}?state={sent['state']}&code=c0de{query}")
    return browser, place.path, parameters_of(place.geturl()).get("problem")


def test_what_a_hostile_provider_says_signs_nobody_in():
    with with_hostile("hostile") as (here, provider):
        browser, path, problem = travel(here, provider)
        assert (path, problem) == ("/auth/continue", None)
        assert browser.get("/auth/me").status == 200

        stranger, now = Key(), int(time.time())
        public = json.dumps(provider.key.jwk).encode()
        bad_claims = ({"aud": "them"}, {"aud": ["us", "them"]}, {"aud": None}, {"azp": "them"}, {"iss": "https://evil.example"},
                      {"iss": provider.issuer + "/"}, {"nonce": "another"}, {"nonce": ""}, {"exp": now - 61}, {"exp": None},
                      {"iat": now + 120}, {"iat": None}, {"sub": None}, {"sub": 1098}, {"sub": ""})
        for changes in bad_claims:
            provider.claims = changes
            if None in changes.values():
                provider.token = lambda claims, gone=tuple(changes): provider.key.sign(
                    {name: value for name, value in claims.items() if name not in gone})
            browser, path, problem = travel(here, provider)
            assert path.endswith("/sign-in.html") and problem == "provider_refused", (changes, path, problem)
            assert browser.jar.find("cardea_access") is None, changes
            provider.claims, provider.token = {}, lambda claims: provider.key.sign(claims)

        bad_tokens = {
            "alg none": lambda claims: ".".join(jws.encode(json.dumps(part).encode()) for part in ({"alg": "none"}, claims)) + ".",
            "HS256 with the public key": lambda claims: jws.hs256({"alg": "HS256", "kid": provider.key.kid}, claims, public),
            "a stranger's key": lambda claims: stranger.sign(claims),
            "a stranger's key under a known name": lambda claims: stranger.sign(claims, kid=provider.key.kid),
            "another kind of token": lambda claims: provider.key.sign(claims, typ="at+jwt"),
            "a critical extension": lambda claims: provider.key.sign(claims, crit=["exp"]),
            "no token": lambda claims: "",
            "a megabyte": lambda claims: "a" * (1 << 20),
        }
        for name, token in bad_tokens.items():
            provider.token = token
            browser, path, problem = travel(here, provider)
            assert path.endswith("/sign-in.html") and problem in ("provider_refused", "temporarily_unavailable"), (name, problem)
            assert browser.jar.find("cardea_access") is None, name
        provider.token = lambda claims: provider.key.sign(claims)
        assert travel(here, provider)[1] == "/auth/continue", "and a good one is taken after all that"
        assert here.rows("SELECT COUNT(*) FROM cardea_provider_identity") == [["1"]]


def test_answers_that_are_too_large_too_slow_or_elsewhere_are_given_up():
    with with_hostile("flooding") as (here, provider):
        def is_unavailable(name="house"):
            answer = here.browser().get(f"/auth/oauth/{name}/start?return_to=/")
            return "problem=temporarily_unavailable" in (answer.header("Location") or "")

        def check_given_up(provider_name, asked_at, what):
            began = time.monotonic()
            assert is_unavailable(provider_name), what
            assert time.monotonic() - began < 30, what
            # It is left alone for a moment, so that it cannot hold up one request after the other.
            asked = provider.asked[asked_at]
            assert asked and is_unavailable(provider_name) and provider.asked[asked_at] == asked, what

        well_known = "/.well-known/openid-configuration"
        elsewhere = f"http://127.0.0.1:{here.port}/auth/health"
        for name, answer in {
                "another issuer": lambda handler: handler.reply(200, json.dumps(
                    {**provider.answer_to(well_known), "issuer": "https://evil.example"}).encode()),
                "no JSON": lambda handler: handler.reply(200, b"<html>"),
                "a redirect to a private address": lambda handler: handler.reply(302, b"", Location=elsewhere),
                "an error": lambda handler: handler.reply(500, b"{}"),
                "ten megabytes": lambda handler: handler.reply(200, b" " * (10 << 20))}.items():
            provider.answers = {well_known: answer}
            forget_provider(here)
            check_given_up("house", well_known, name)
        provider.answers = {well_known: provider.drip, "/other" + well_known: provider.hang}
        forget_provider(here)
        slow = [("house", well_known, "an answer that never ends"), ("other", "/other" + well_known, "no answer")]
        at_once(2, lambda number: check_given_up(*slow[number]))

        for name, answer in {"ten megabytes of keys": lambda handler: handler.reply(200, json.dumps(
                                 {"keys": [provider.key.jwk] * 50_000}).encode()),
                             "no keys": lambda handler: handler.reply(200, b'{"keys":[]}')}.items():
            provider.answers = {"/keys": answer}
            forget_provider(here)
            assert travel(here, provider)[2] == "temporarily_unavailable", name
        provider.answers = {}
        forget_provider(here)
        assert travel(here, provider)[1] == "/auth/continue"


def test_algorithms_that_are_not_accepted_are_named_and_hs256_goes_by_the_secret():
    with contextlib.closing(HostileProvider(free_port())) as provider:
        with site("social-algorithms", settings=MODES) as here:
            secret = "0123456789abcdef0123456789abcdef"
            keys = {"issuer": provider.issuer, "client_id": "us", "allow_private_addresses": "yes",
                    "client_secret_file": here.place.write("client-secret", secret + "\n")}

            def settings(**changes):
                here.cardea.configure({"provider.house": {**keys, **changes}})
                here.server.restart()
                forget_provider(here)

            def posted(header, key=secret.encode()):
                token = jws.hs256(header, {**provider.good_claims(), "nonce": "n"}, key)
                return here.browser().post("/auth/oauth/house/token", json={"id_token": token, "nonce": "n"})

            public = json.dumps(provider.key.jwk).encode()
            settings()
            for algorithm in ("HS256", "HS512", "ES256K", "none", "RS1"):
                answer = posted({"alg": algorithm, "kid": provider.key.kid})
                assert (answer.status, answer.json()["reason"]) == (401, "unsupported_algorithm"), (algorithm, answer)
            provider.token = lambda claims: jws.hs256({"alg": "HS256"}, claims, secret.encode())
            assert travel(here, provider)[2] == "provider_refused"
            log = "".join(open(path, encoding="utf-8", errors="replace").read() for path in here.place.logs.values())
            assert "unsupported_algorithm, HS256; see id_token_algorithms" in log, "the log names it"

            settings(id_token_algorithms="HS256")  # as LINE's web login signs
            assert travel(here, provider)[1] == "/auth/continue"
            assert posted({"alg": "HS256"}).status == 200
            for key in (public, b"x" * 32, b""):
                answer = posted({"alg": "HS256", "kid": provider.key.kid}, key)
                assert (answer.status, answer.json()["reason"]) == (401, "bad_signature"), answer
            provider.token = lambda claims: provider.key.sign(claims)
            assert travel(here, provider)[2] == "provider_refused", "only what is named"

            provider.discovery = {"id_token_signing_alg_values_supported": ["ES256", "HS256"]}
            settings(id_token_algorithms=None)
            assert travel(here, provider)[1] == "/auth/continue"
            assert posted({"alg": "HS256"}).status == 200


def test_a_page_that_is_loaded_again_after_the_sign_in_leads_on():
    with with_hostile("reloaded") as (here, provider):
        browser = here.browser()
        sent = parameters_of(set_out(browser, "house"))
        provider.nonce = sent["nonce"]
        url = f"{sent['redirect_uri']}?state={sent['state']}&code=c0de"
        first = come_back(browser, url)
        again = come_back(browser, url)
        assert again.path == parameters_of(first.geturl())["return_to"], (first, again)
        assert provider.asked["/token"] == 1
        browser.jar.drop("cardea_access")
        assert "provider_refused" in come_back(browser, url).query


def test_a_flood_of_unknown_keys_does_not_reach_the_provider():
    with with_hostile("unknown-keys") as (here, provider):
        assert travel(here, provider)[1] == "/auth/continue"
        browser = here.browser()
        for _ in range(30):
            answer = browser.post("/auth/oauth/house/token", json={"id_token": Key().sign(provider.good_claims())})
            assert (answer.status, answer.json()["reason"]) == (401, "unknown_key"), answer
        assert provider.asked["/keys"] == 1, provider.asked
        age_provider_keys(here)
        for _ in range(3):
            browser.post("/auth/oauth/house/token", json={"id_token": Key().sign(provider.good_claims())})
        assert provider.asked["/keys"] == 2, provider.asked


def test_responses_that_do_not_belong_to_this_browser_or_this_provider_are_refused():
    with with_hostile("mix-up") as (here, provider):
        browser = here.browser()
        sent = parameters_of(set_out(browser, "house"))
        provider.nonce = sent["nonce"]
        mine = f"{sent['redirect_uri']}?state={sent['state']}&code=c0de"
        for name, url in {"no state": f"{sent['redirect_uri']}?code=c0de",
                          "somebody else's state": f"{sent['redirect_uri']}?state={'A' * 43}&code=c0de",
                          "another provider's callback": mine.replace("/house/", "/other/")}.items():
            place = come_back(browser, url)
            assert parameters_of(place.geturl())["problem"] == "expired", (name, place)
        assert "expired" in come_back(here.browser(), mine).query, "another browser"
        assert "provider_refused" in come_back(browser.twin(), mine + "&iss=https%3A%2F%2Fevil.example").query
        assert "provider_refused" in come_back(browser.twin(), mine).query, "a state is good once"
        assert "/token" not in provider.asked, "no code was given to anybody"
        answer = browser.get(f"/auth/oauth/house/callback?{urllib.parse.urlsplit(mine).query}", headers={"Cookie": None})
        assert answer.status == 303 and not answer.cookie("cardea_access")


def test_private_addresses_and_plain_http_are_refused_unless_allowed():
    with contextlib.closing(HostileProvider(free_port())) as provider:
        keys = {"issuer": provider.issuer, "client_id": "us"}
        with social_site("private", {"house": keys}) as here:
            here.cardea.configure({"provider.house": {"allow_private_addresses": "no"}})
            checked = here.cardea.run("check", "--offline")
            assert checked.returncode == 2 and "[provider.house] issuer: it must begin with https://" in checked.stderr, checked
            here.cardea.configure({"provider.house": {"issuer": provider.issuer.replace("http:", "https:")}})
            here.server.restart()
            answer = here.browser().get("/auth/oauth/house/start?return_to=/")
            assert "problem=temporarily_unavailable" in answer.header("Location"), answer
            assert provider.asked == {}


def test_the_certificate_of_a_provider_must_be_good():
    with site("social-tls", settings=MODES) as here:
        key, certificate = here.place.file("tls.key"), here.place.file("tls.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-keyout", key, "-out", certificate, "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        with contextlib.closing(HostileProvider(free_port(), tls)) as provider:
            keys = {"issuer": provider.issuer, "client_id": "us", "allow_private_addresses": "yes", "ca_file": certificate}

            def finding(**changes):
                here.cardea.configure({"provider.house": {**keys, **changes}})
                findings = json.loads(here.cardea.run("check", "--json").stdout)
                return next((one["result"], one["text"]) for one in findings if one["area"] == "providers")

            assert finding() == ("ok", f"house: {provider.issuer} answers, with 1 keys")
            here.server.restart()
            assert travel(here, provider)[1] == "/auth/continue"
            provider.discovery = {"id_token_signing_alg_values_supported": ["ES256", "HS256", "ES256K"]}
            result, text = finding()
            assert result == "ok" and text.endswith("not verified here: HS256 (needs a client_secret_file of at least 32 bytes), "
                                                    "ES256K"), text
            secret = here.place.write("mac-secret", "5" * 32 + "\n")
            assert finding(client_secret_file=secret)[1].endswith("not verified here: ES256K")
            assert "not verified" not in finding(client_secret_file=secret, id_token_algorithms="ES256, HS256")[1]
            provider.discovery = {"id_token_signing_alg_values_supported": ["ES256K"]}
            result, text = finding(client_secret_file=None, id_token_algorithms=None)
            assert result == "FAIL" and "signed with ES256K, which is not verified here" in text, text
            provider.discovery = {}
            result, text = finding(ca_file=None)
            assert result == "FAIL" and "certificate is refused: self-signed certificate" in text, text
            result, text = finding(ca_file=certificate, issuer=provider.issuer.replace("localhost", "127.0.0.1"))
            assert result == "FAIL" and "certificate is refused: IP address mismatch" in text, text
            result, text = finding(issuer=provider.issuer, allow_private_addresses="no")
            assert result == "FAIL" and "its address is private" in text, text
            tls.maximum_version = ssl.TLSVersion.TLSv1_1
            assert finding(allow_private_addresses="yes")[0] == "FAIL"


def test_secrets_are_in_no_log_and_no_address_of_ours():
    with contextlib.closing(HostileProvider(free_port())) as provider:
        with site("social-log", settings=MODES) as here:
            secret = here.place.write("client-secret", "Xq7-secret-of-the-client\n")
            here.cardea.configure({"provider.house": {"issuer": provider.issuer, "client_id": "us",
                                                      "client_secret_file": secret, "allow_private_addresses": "yes"}})
            here.server.restart()
            assert travel(here, provider)[1] == "/auth/continue"
            provider.claims = {"aud": "them"}
            travel(here, provider)
            provider.answers = {"/token": lambda handler: handler.reply(
                400, b'{"error":"invalid_grant","error_description":"kim@example.com Xq7-secret-of-the-client"}')}
            travel(here, provider)
            text = "".join(open(path, encoding="utf-8", errors="replace").read() for path in here.place.logs.values())
            for word in ("Xq7-secret", "kim@example.com", "eyJ"):
                assert word not in text, word
            assert '"note"' in text, "but why it failed is there"


def test_check_looks_at_each_provider():
    with with_hostile("check") as (here, provider):
        findings = {finding["text"]: finding["result"] for finding in json.loads(here.cardea.run("check", "--json").stdout)}
        house = [text for text in findings if text.startswith("house")]
        assert house and findings[house[0]] == "ok", findings
        other = [text for text in findings if text.startswith("other")]
        assert other and findings[other[0]] == "FAIL", findings
