"""Laravel's own router, requests and guards behind Apache and an optional gate, as conf/README.md and htdocs/php/README.md say.

Not a whole application: Debian packages the framework only, and the page that uses it is tests/server/laravel/index.php.
"""

import os
import unittest

from harness import ROOT, Installed
from wordpress import WordPressApache

HTACCESS = """RewriteEngine On
RewriteCond %{REQUEST_FILENAME} !-d
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule ^ index.php [L]
"""
NAVIGATION = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


class LaravelsRouterAndGuards(Installed):
    way, settings = "apache-fcgid", {"transport": {"mode": "both"}}
    server = {"server_class": WordPressApache, "modules": ("rewrite",)}

    @classmethod
    def setUpClass(cls):
        if not os.path.exists("/usr/share/php/Illuminate/Routing/Router.php"):
            raise unittest.SkipTest("the package php-laravel-framework is not installed")
        super().setUpClass()
        place, cardea = cls.here.place, cls.here.cardea
        for directory in ("members", "staff", "app"):
            place.directory("documents", directory, mode=0o755)
        cardea.command("key", "export", "--file", place.file("keys.json"))
        with open(os.path.join(ROOT, "htdocs/php/cardea.php"), "rb") as file:
            include = place.write("cardea.php", file.read())
        with open(os.path.join(ROOT, "tests/server/laravel/index.php"), encoding="utf-8") as file:
            text = file.read()
        for name, value in {"include": include, "url": cardea.url, "keys": place.file("keys.json")}.items():
            text = text.replace("{" + name + "}", value)
        place.write("documents/app/index.php", text, mode=0o644)
        place.write("documents/app/.htaccess", HTACCESS, mode=0o644)

    def seen(self, browser, path, **more):
        answer = browser.get(path, **more)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def test_a_rewritten_address_has_one_user_in_the_gate_and_in_the_guard(self):
        person = self.newcomer()
        user = person.signed_in.json()["user"]["id"]
        for path, query in (("/app/posts/first?x=1", {"x": "1"}), ("/app/account/orders/7", []), ("/app/", [])):
            seen = self.seen(person, path)
            self.assertEqual((seen["user"], seen["remote"], seen["query"]), (user, user, query), path)

    def test_a_stranger_reads_public_pages_and_is_sent_to_sign_in_for_others(self):
        stranger = self.here.browser()
        self.assertIsNone(self.seen(stranger, "/app/posts/first", headers={"Remote-User": "x", "Authorization": "Bearer x.y.z"})["user"])
        answer = stranger.get("/app/account/orders?page=2", headers=NAVIGATION)
        self.assertEqual(answer.status, 302, answer)
        self.assertEqual(answer.header("Location"), self.here.cardea.url + "/auth/continue?return_to=/app/account/orders%3Fpage%3D2")
        answer = stranger.get("/app/account/orders", headers={"Accept": "application/json"})
        self.assertEqual((answer.status, answer.json()), (401, {"message": "Unauthenticated."}))

    def test_whoever_has_signed_in_comes_back_to_the_page(self):
        person = self.newcomer()
        answer = person.get("/auth/continue?return_to=/app/account/orders%3Fpage%3D2", headers=NAVIGATION)
        self.assertEqual(answer.status, 303, answer)
        where = answer.header("Location").removeprefix(self.here.cardea.url)
        seen = self.seen(person, where, headers=NAVIGATION)
        self.assertEqual((seen["user"], seen["query"]), (person.signed_in.json()["user"]["id"], {"page": "2"}))

    def test_an_app_sends_its_token_in_the_header(self):
        signed_in = self.newcomer().signed_in.json()
        headers = {"Authorization": "Bearer " + signed_in["access_token"], "Accept": "application/json"}
        seen = self.seen(self.here.browser(), "/app/account/orders", headers=headers)
        self.assertEqual((seen["user"], seen["remote"]), (signed_in["user"]["id"],) * 2)
