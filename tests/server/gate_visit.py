"""A site with gates as its visitors see it: tokens good and bad, requests, and what must come back."""

import glob
import json
import re
import time
import urllib.parse

import jws
from harness import raw_request, request_bytes

SECRET = "WHAT MEMBERS SEE"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Mode": "navigate",
           "Sec-Fetch-Dest": "document"}
PROGRAM = {"Accept": "application/json"}

# Ways to write the same address. None may show the page to a stranger.
SPELLINGS = (
    "//members/page.html", "/./members/page.html", "/x/../members/page.html", "/members//page.html",
    "/members/./page.html", "/%6dembers/page.html", "/members/%70age.html", "/members%2fpage.html",
    "/members%2Fpage.html", "/%2e/members/page.html", "/x/%2e%2e/members/page.html", "/members/sub/../page.html",
    "/members/page.html/", "/members/page.html?x=/auth/verify", "/auth/../members/page.html",
    "/auth/verify/../../members/page.html", "/auth/%2e%2e/members/page.html", "/Members/page.html",
    "/members/page.html%00", "/members/page.html;x", "/members\\page.html", "/.//members/page.html",
    "/public/..%2fmembers/page.html", "http://127.0.0.1/members/page.html", "/members/page.html#/auth/verify")


class Tokens:
    """Access tokens of one signed-in person, and forgeries of them: an attribute for each."""

    def __init__(self, here, good):
        self._secret = _secret_of(here.cardea.keys)
        self._header, self._claims = jws.header_of(good), jws.claims_of(good)
        now = int(time.time())
        head, body, signature = good.split(".")
        self.good = good
        self.user, self.session = self._claims["sub"], self._claims["sid"]
        self.expired = self._forged({"iat": now - 7200, "exp": now - 3600})
        self.from_the_future = self._forged({"iat": now + 7200, "exp": now + 9000})
        self.of_another_site = self._forged({"iss": "https://elsewhere.example"})
        somebody_else = json.dumps({**self._claims, "sub": "0" * 8 + self.user[8:]}).encode()
        self.other_claims = ".".join((head, jws.encode(somebody_else), signature))
        self.other_signature = ".".join((head, body, ("AA" if signature[:2] != "AA" else "BB") + signature[2:]))
        self.unsigned = ".".join((jws.encode(b'{"alg":"none","typ":"at+jwt"}'), body, ""))
        self.of_an_unknown_key = jws.hs256({**self._header, "kid": "nobody"}, self._claims, self._secret)
        self.garbage = '%00";\\x1f=='

    def _forged(self, changes):
        return jws.hs256(self._header, {**self._claims, **changes}, self._secret)


def _secret_of(keys):
    with open(glob.glob(keys + "/*-hs256.pem")[0], encoding="ascii") as file:
        return jws.pem_bytes(file.read())


class Visit:
    """A running site as the cases see it: .here .tokens .staff .caches, and ask().

    caches: {name: a shared cache in front of the site}.
    """

    def __init__(self, here, caches=None):
        self.here, self.caches = here, caches or {}
        self.tokens = Tokens(here, here.sign_in().jar.value("cardea_access"))
        self.staff = Tokens(here, here.sign_in("staff@example.com").jar.value("cardea_access"))

    def ask(self, path, token=None, *, method="GET", headers=(), body=b"", cookie=None, through=None):
        """The answer to a request as it is; token goes into the cookie. Bytes of the path are not touched.

        through: the name of the cache that the request passes.
        """
        sent = dict(PROGRAM) | dict(headers)
        cookie = cookie if cookie is not None else token and "cardea_access=" + token
        if cookie:
            sent["Cookie"] = cookie
        request = request_bytes(method, path, sent.items(), body, f"127.0.0.1:{self.here.port}")
        answer = raw_request(self.caches[through].port if through else self.here.port, request)
        assert answer is not None, f"no answer to {method} {path}"
        assert not answer.cookies, f"the gate set a cookie: {answer}"
        return answer


# ---- What must come back ----------------------------------------------------------------------------------------------

def shut(answer):
    assert SECRET not in answer.text and answer.status != 200, answer


def directives(answer):
    """What an answer tells caches, in all lines of it."""
    return [word.strip().lower() for line in answer.all("Cache-Control") for word in line.split(",")]


def for_one_visitor(answer):
    """No shared cache may keep it."""
    assert {"private", "no-store"} & set(directives(answer)), answer


def refused(reason, status=401):
    """An error for programs. reason None: the JSON has none."""
    def check(answer):
        shut(answer)
        assert (answer.status, answer.json().get("reason")) == (status, reason), answer
        told = directives(answer)
        assert "no-store" in told and len(told) == len(set(told)), answer
        challenge = answer.header("WWW-Authenticate") or ""
        assert challenge.count("Bearer") == (status == 401), answer
    return check


def status(*allowed):
    """One of these, and nothing of the page."""
    def check(answer):
        assert SECRET not in answer.text and answer.status in allowed, answer
    return check


def sent_to_sign_in(back):
    def check(answer):
        shut(answer)
        assert answer.status == 303, answer
        where = urllib.parse.urlsplit(answer.header("Location"))
        assert where.path == "/auth/continue" and where.netloc.startswith("127.0.0.1:"), answer
        assert urllib.parse.parse_qs(where.query, strict_parsing=True) == {"return_to": [back]}, answer
    return check


def served(answer):
    assert answer.status == 200 and SECRET in answer.text, answer


def told(answer):
    """What the PHP page was told, without what the client's headers became."""
    served(answer)
    return {name: value for name, value in answer.json()["told"].items() if not name.startswith("HTTP_")}


def known_as(tokens, scope=""):
    def check(answer):
        said = told(answer)
        wanted = {"REMOTE_USER": tokens.user, "AUTH_USER_ID": tokens.user, "AUTH_SESSION_ID": tokens.session}
        assert {name: said.get(name) for name in wanted} == wanted, said
        assert said.get("AUTH_SCOPE", "") == scope, said
        assert not answer.json()["told"].get("HTTP_PROXY"), answer
    return check


def stranger(answer):
    ours = re.compile(r"(REDIRECT_)*(REMOTE_USER|AUTH_(USER_ID|SESSION_ID|SCOPE))")
    named = {name: value for name, value in told(answer).items() if ours.fullmatch(name) and value}
    assert not named, named
