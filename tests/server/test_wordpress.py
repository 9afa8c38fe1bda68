"""WordPress itself behind Apache and Cardea, as the README's journey goes, with the plugin in htdocs/php/wordpress."""

import re

from harness import Installed, at_once
from test_gate import SETTINGS
from wordpress import ADMIN, ADMIN_PASSWORD, WordPressApache, install, require_wordpress

NAVIGATION = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


class WordPress(Installed):
    way, database, settings = "apache-fcgid", "mysql", {"transport": SETTINGS["transport"]}
    server = {"server_class": WordPressApache, "modules": ("rewrite",)}

    @classmethod
    def setUpClass(cls):
        require_wordpress()
        super().setUpClass()
        cls.here.place.directory("documents/members", mode=0o755)
        cls.here.place.directory("documents/staff", mode=0o755)
        install(cls.here)

    def seen(self, browser, path="/app/", **more):
        """Whom WordPress takes the browser for, and the user in its variables."""
        answer = browser.get(path, **more)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def administrator(self):
        """A browser that came in by WordPress's own password."""
        browser = self.here.browser()
        browser.get("/app/wp-login.php")
        answer = browser.post("/app/wp-login.php", form={"log": ADMIN, "pwd": ADMIN_PASSWORD, "testcookie": "1"})
        self.assertEqual(answer.status, 302, answer)
        return browser

    def test_whoever_is_signed_in_at_cardea_is_signed_in_at_wordpress(self):
        person = self.newcomer()
        first, again = self.seen(person), self.seen(person, "/app/hello-world/?x=1")
        self.assertNotEqual(first["id"], 0)
        self.assertEqual(first["id"], again["id"])
        self.assertEqual(first["roles"], ["subscriber"])
        self.assertEqual(first["meta"], person.signed_in.json()["user"]["id"])
        self.assertNotEqual(self.seen(self.newcomer())["id"], first["id"])
        self.assertEqual(person.get("/app/wp-admin/profile.php").status, 200)

    def test_a_rewritten_address_has_one_name_and_the_gate_knows_it_too(self):
        person = self.newcomer()
        seen = self.seen(person, "/app/hello-world/")
        self.assertEqual(seen["title"], "Hello world!")
        self.assertEqual(seen["remote"], person.signed_in.json()["user"]["id"])

    def test_a_stranger_reads_the_public_pages_and_is_sent_to_cardea_for_others(self):
        stranger = self.here.browser()
        headers = {"Remote-User": "admin", "X-Remote-User": "admin", "REMOTE_USER": "admin", "Auth-User-Id": "1"}
        self.assertEqual(self.seen(stranger, headers=headers)["id"], 0)
        answer = stranger.get("/app/wp-admin/profile.php?x=1", headers=NAVIGATION)
        self.assertEqual(answer.status, 302, answer)
        self.assertEqual(answer.header("Location"), self.here.cardea.url + "/auth/continue?return_to=/app/wp-admin/profile.php%3Fx%3D1")
        self.assertIn("/auth/continue?return_to=", self.seen(stranger)["login_url"])

    def test_an_administrators_address_makes_no_administrator(self):
        thief = self.here.browser()
        thief.post("/auth/register", json={"email": "admin@example.com", "password": "correct horse battery"})
        seen = self.seen(thief)
        self.assertEqual(seen["roles"], ["subscriber"])
        self.assertNotEqual(seen["login"], ADMIN)

    def test_wordpresss_own_password_goes_on_to_work_and_wins(self):
        browser = self.administrator()
        self.assertEqual(self.seen(browser)["login"], ADMIN)
        self.assertEqual(browser.get("/app/wp-admin/users.php").status, 200)

    def test_an_administrator_connects_an_account_that_was_there_before(self):
        person, browser = self.newcomer(), self.administrator()
        page = browser.get("/app/wp-admin/profile.php").text
        fields = dict(re.findall(r'<input[^>]*name="(_wpnonce|user_id|from|checkuser_id|nickname|email)"[^>]*value="([^"]*)"', page))
        fields |= {"action": "update", "cardea_user_id": person.signed_in.json()["user"]["id"], "email": "admin@example.com", "nickname": ADMIN}
        answer = browser.post("/app/wp-admin/profile.php", form=fields)
        self.assertEqual(answer.status, 302, answer)
        try:
            self.assertEqual(self.seen(person)["login"], ADMIN)
            self.assertEqual(person.get("/app/wp-admin/users.php").status, 200)
        finally:
            browser.post("/app/wp-admin/profile.php", form=fields | {"cardea_user_id": ""})
        self.assertNotEqual(self.seen(person)["login"], ADMIN)

    def test_a_member_cannot_connect_himself(self):
        person = self.newcomer()
        page = person.get("/app/wp-admin/profile.php").text
        self.assertNotIn("cardea_user_id", page)
        fields = dict(re.findall(r'<input[^>]*name="(_wpnonce|user_id|from|checkuser_id)"[^>]*value="([^"]*)"', page))
        fields |= {"action": "update", "cardea_user_id": "0192f3c4-0000-7000-8000-0000000000ab", "email": "x@example.com", "nickname": "x"}
        person.post("/app/wp-admin/profile.php", form=fields)
        self.assertEqual(self.seen(person)["meta"], person.signed_in.json()["user"]["id"])

    def test_a_program_call_without_a_nonce_is_nobodys(self):
        person = self.newcomer()
        me = "/app/index.php?rest_route=/wp/v2/users/me"
        self.assertEqual(person.get(me).status, 401)
        self.assertEqual(person.get(me, headers={"X-WP-Nonce": "0123456789"}).status, 403)
        answer = person.get(me, headers={"X-WP-Nonce": self.seen(person)["nonce"]})
        self.assertEqual((answer.status, answer.json()["id"]), (200, self.seen(person)["id"]))

    def test_signing_out_of_wordpress_signs_out_at_cardea(self):
        person = self.newcomer()
        page = person.get(self.seen(person)["logout"].removeprefix(self.here.cardea.url))
        self.assertEqual(page.status, 200, page)
        self.assertIn(f'method="post" action="{self.here.cardea.url}/auth/logout"', page.text)
        self.assertEqual(person.post("/auth/logout", form={"return_to": "/"}).status, 303)
        self.assertEqual(self.seen(person)["id"], 0)

    def test_the_first_requests_at_once_make_one_account(self):
        person = self.newcomer()
        accounts = set(at_once(6, lambda _: self.seen(person.twin())["id"]))
        self.assertEqual(len(accounts), 1)
        self.assertNotIn(0, accounts)
