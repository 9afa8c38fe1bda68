"""A provider that others wrote: npm's oidc-provider, installed once into build/oidc."""

import json
import os
import shutil
import subprocess
import unittest
import urllib.parse

from browser import Browser
from processes import ROOT, Failure, Process, clean_environment, listens, wait_until

SOURCES = os.path.join(ROOT, "tests", "server", "oidc")
INSTALLED = os.path.join(ROOT, "build", "oidc")
SECRET = "s3cret for the test"


def install():
    """Installs it, or leaves the test out with the reason."""
    lock = os.path.join(INSTALLED, "package-lock.json")
    wanted = open(os.path.join(SOURCES, "package-lock.json"), encoding="utf-8").read()
    done = os.path.join(INSTALLED, "installed")
    if os.path.exists(done) and open(done, encoding="utf-8").read() == wanted:
        return
    if not shutil.which("node") or not shutil.which("npm"):
        raise unittest.SkipTest("node and npm are not to be had")
    os.makedirs(INSTALLED, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(SOURCES, name), INSTALLED)
    more = {name: value for name, value in os.environ.items() if name.lower().startswith("npm_config")}
    ran = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=INSTALLED,
                         env=clean_environment(more), capture_output=True, text=True)
    if ran.returncode != 0:
        raise unittest.SkipTest("npm cannot install oidc-provider: " + ran.stderr.strip()[:200])
    with open(lock, encoding="utf-8") as file, open(done, "w", encoding="utf-8") as note:
        note.write(file.read())


class OidcProvider:
    """Runs on a port of its own. .issuer"""

    def __init__(self, place, port, redirect_uri):
        self.place, self.port, self.redirect_uri = place, port, redirect_uri
        self.issuer = f"http://127.0.0.1:{port}"
        self._process = None

    def start(self):
        """Starts it, or starts it anew: with new keys, and without memory of anybody."""
        self.stop()
        script = os.path.join(SOURCES, "provider.mjs")
        self._process = Process(["node", script, str(self.port), INSTALLED, self.redirect_uri],
                                self.place.log("oidc-provider"), environment={"NODE_NO_WARNINGS": "1"})
        wait_until(lambda: listens(self.port) or not self._process.alive(), "oidc-provider listens", timeout=100)
        if not self._process.alive():
            raise Failure("oidc-provider ended")
        return self

    def stop(self):
        if self._process is not None:
            self._process.stop()
            self._process = None

    close = stop

    def be(self, sub, **claims):
        """Whoever signs in from now on is this person."""
        answer = Browser(self.port).post("/test/person", json={"sub": sub, **claims})
        assert answer.status == 204, answer

    def visit(self, url):
        """A browser goes there and wherever the provider sends it, until it leaves: the address it leaves for."""
        browser = Browser(self.port)
        for _ in range(12):
            assert url.startswith(self.issuer + "/"), url
            answer = browser.get(url[len(self.issuer):])
            assert answer.status in (302, 303), answer
            url = urllib.parse.urljoin(url, answer.header("Location"))
            if not url.startswith(self.issuer + "/"):
                return url
        raise Failure("the provider sends the browser round in circles")

    def app_token(self, nonce):
        """An ID token as the library of an app would get it."""
        verifier = "v" * 43
        challenge = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
        query = urllib.parse.urlencode({
            "client_id": "cardea-app", "response_type": "code", "redirect_uri": "com.example.app:/callback", "nonce": nonce,
            "scope": "openid email profile", "code_challenge": challenge, "code_challenge_method": "S256"})
        back = urllib.parse.parse_qs(urllib.parse.urlsplit(self.visit(f"{self.issuer}/auth?{query}")).query)
        answer = Browser(self.port).post("/token", headers={"Origin": None}, form={
            "grant_type": "authorization_code", "client_id": "cardea-app", "code": back["code"][0],
            "redirect_uri": "com.example.app:/callback", "code_verifier": verifier})
        assert answer.status == 200, answer
        return json.loads(answer.body)["id_token"]
