"""WordPress itself behind Apache and Cardea, as conf/README.md and htdocs/php/README.md say, with the plugin in htdocs/php/wordpress."""

import base64
import os
import re
import shutil
import subprocess
import time
import urllib.parse

from conf_files import text_of
from harness import ROOT, Browser, Installed, Process, at_once, free_port, listens, wait_until
from test_gate import SETTINGS, replaced
from tokens import Forge
from wordpress import ADMIN, ADMIN_PASSWORD, WordPressApache, add_page_cache, install, make_network, require_wordpress, run

NAVIGATION = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


class WordPressCase(Installed):
    """One WordPress for all tests of the class."""

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

    def end_token(self, person):
        """As if the access token had ended while nobody looked."""
        said, now = person.signed_in.json(), int(time.time())
        person.jar.set("cardea_access", Forge(self.here.cardea).token(claims={
            "sub": said["user"]["id"], "did": said["device"]["id"], "iat": now - 7200, "exp": now - 3600}))


class WordPress(WordPressCase):
    """By itself."""

    def test_whoever_is_signed_in_at_cardea_is_signed_in_at_wordpress(self):
        person = self.newcomer()
        first, again = self.seen(person), self.seen(person, "/app/hello-world/?x=1")
        self.assertNotEqual(first["id"], 0)
        self.assertEqual(first["id"], again["id"])
        self.assertEqual(first["roles"], ["subscriber"])
        self.assertEqual(first["meta"], person.signed_in.json()["user"]["id"])
        self.assertNotEqual(self.seen(self.newcomer())["id"], first["id"])
        self.assertEqual(person.get("/app/wp-admin/profile.php").status, 200)

    def test_name_and_address_come_from_cardea_at_each_sign_in(self):
        email = "ada@example.com"
        self.here.cardea.add_user(email)
        person = self.here.sign_in(email)
        person.post("/auth/me", json={"name": "Ada Lovelace"})
        seen = self.seen(person)
        self.assertEqual((seen["name"], seen["mail"]), ("Ada Lovelace", email))
        person.post("/auth/me", json={"name": "Countess"})
        self.assertEqual(self.seen(person)["name"], "Ada Lovelace")  # one question for each sign-in
        again = self.here.sign_in(email)
        self.assertEqual((self.seen(again)["name"], self.seen(again)["id"]), ("Countess", seen["id"]))

    def test_the_address_of_another_account_is_nobodys_twice(self):
        self.here.cardea.run("user", "delete", "--yes", "admin@example.com")  # of another test, if it was first
        self.here.cardea.add_user("admin@example.com")
        seen = self.seen(self.here.sign_in("admin@example.com"))
        self.assertEqual((seen["mail"], seen["roles"]), ("", ["subscriber"]))

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
        self.assertEqual(self.seen(person)["roles"], ["subscriber"])
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
        again = self.seen(person)
        self.assertNotEqual(again["login"], ADMIN)
        self.assertEqual(again["roles"], ["subscriber"])  # although the name of the first account is taken

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

    def test_the_way_back_from_signing_in_keeps_the_query(self):
        seen = self.seen(self.here.browser())
        back = urllib.parse.parse_qs(urllib.parse.urlsplit(seen["post_url"]).query)["return_to"]
        self.assertEqual(back, ["/app/?p=123&x=%2F"])
        self.assertEqual(urllib.parse.parse_qs(urllib.parse.urlsplit(seen["login_url"]).query)["return_to"], ["/app/"])

    def test_what_is_for_one_person_says_so_to_every_cache(self):
        person, page = self.newcomer(), "/app/hello-world/"
        for path in (page, page, "/app/wp-admin/profile.php", "/app/index.php?rest_route=/wp/v2/posts"):
            answer = person.get(path)
            self.assertIn("private", ", ".join(answer.all("Cache-Control")), path)
            self.assertIn("Cookie", ", ".join(answer.all("Vary")), path)
            self.assertEqual(answer.header("X-Accel-Expires"), "0", path)
        stranger = self.here.browser().get(page)
        self.assertEqual((stranger.header("X-Accel-Expires"), stranger.cookies), (None, []))

    def test_the_cookie_that_caches_look_for_comes_and_goes_and_opens_nothing(self):
        person = self.newcomer()
        marker = next(cookie for cookie in person.get("/app/").cookies if cookie.name.startswith("wordpress_logged_in_"))
        self.assertTrue(marker.http_only)
        self.assertEqual((marker.same_site, marker.path), ("Lax", "/app/"))
        self.assertEqual(person.get("/app/").cookies, [])
        thief = self.here.browser()
        thief.jar.set(marker.name, marker.value, "/app/")
        self.assertEqual(self.seen(thief)["id"], 0)
        self.assertIsNone(thief.jar.find(marker.name))
        person.get(self.seen(person)["logout"].removeprefix(self.here.cardea.url))
        self.assertIsNone(person.jar.find(marker.name))
        self.seen(person)
        person.post("/auth/logout", form={"return_to": "/"})
        self.seen(person)
        self.assertIsNone(person.jar.find(marker.name))

    def test_signing_out_after_the_token_has_ended_leads_to_cardea_too(self):
        person = self.newcomer()
        self.seen(person)
        self.end_token(person)
        asked = person.get("/app/wp-login.php?action=logout")
        link = re.search(r'href=[\'"]([^\'"]*action=logout[^\'"]*)', asked.text)[1].replace("&amp;", "&").replace("&#038;", "&")
        page = person.get(link.removeprefix(self.here.cardea.url))
        self.assertIn(f'action="{self.here.cardea.url}/auth/logout"', page.text)

    def test_who_came_by_wordpresss_own_password_signs_out_of_wordpress_alone(self):
        browser = self.administrator()
        answer = browser.get(self.seen(browser)["logout"].removeprefix(self.here.cardea.url))
        self.assertEqual(answer.status, 302, answer)
        where = urllib.parse.urlsplit(answer.header("Location"))
        self.assertEqual((where.path, urllib.parse.parse_qs(where.query)["return_to"]), ("/auth/continue", ["/app/"]))
        self.assertEqual(self.seen(browser)["id"], 0)

    def test_a_form_that_is_sent_too_late_can_be_sent_again(self):
        person = self.newcomer()
        self.seen(person)
        good = person.jar.value("cardea_access")
        self.end_token(person)
        answer = person.post("/app/wp-admin/post.php", form={"action": "editpost", "content": "long text"})
        self.assertEqual(answer.status, 403, answer)
        self.assertIn("/auth/continue?return_to=/app/wp-admin/", answer.text)
        self.assertIn('target="_blank"', answer.text)
        person.jar.set("cardea_access", good)
        self.assertNotIn("/auth/continue", person.post("/app/wp-admin/post.php", form={"action": "editpost"}).text)

    def test_the_editor_notices_that_the_session_is_over(self):
        person = self.newcomer()
        page = person.get("/app/wp-admin/profile.php").text
        self.assertRegex(page, r'id="wp-auth-check-wrap" class="hidden fallback"')  # a new tab; Cardea's page is in nobody's frame
        self.assertNotIn("interim-login", page)
        nonce = re.search(r'heartbeatSettings = \{"nonce":"(\w+)"', page)[1]
        beat = {"action": "heartbeat", "_nonce": nonce, "interval": "60", "screen_id": "profile", "has_focus": "true"}
        self.assertIs(person.post("/app/wp-admin/admin-ajax.php", form=beat).json()["wp-auth-check"], True)
        good = person.jar.value("cardea_access")
        self.end_token(person)
        self.assertIs(person.post("/app/wp-admin/admin-ajax.php", form=beat).json()["wp-auth-check"], False)
        refused = person.get("/app/index.php?rest_route=/wp/v2/users/me", headers={"X-WP-Nonce": nonce})
        self.assertEqual(refused.status, 403)
        self.assertEqual(refused.json()["code"], "rest_cookie_invalid_nonce")  # what the block editor knows
        person.jar.set("cardea_access", good)
        self.assertIs(person.post("/app/wp-admin/admin-ajax.php", form=beat).json()["wp-auth-check"], True)

    def test_pages_of_signed_in_people_renew_the_token(self):
        person = self.newcomer()
        for path in ("/app/wp-admin/profile.php", "/app/wp-admin/"):
            script = re.search(r'<script type="module">(.*?)</script>', person.get(path).text, re.S)[1]
            self.assertIn('import("\\/cardea.js")', script)
            self.assertIn('mount: "\\/auth"', script)
        self.assertEqual(self.here.browser().get("/cardea.js").status, 200)
        self.assertNotIn("cardea.js", self.administrator().get("/app/wp-admin/profile.php").text)
        self.assertEqual(self.renewals(script), "session renew session renew next session renew")

    def renewals(self, script):
        """What the script asks of Cardea's client: at once, before a call of the block editor, with the heartbeat."""
        client = ("data:text/javascript,globalThis.said = []; export class Cardea { constructor(options) { globalThis.options = options; } "
                  "async session() { said.push('session'); return { expiresIn: 100 }; } async renew() { said.push('renew'); } }")
        script = script.strip().rstrip(";").replace('"\\/cardea.js"', repr(client))
        page = f"""
let beat, middleware;
globalThis.document = {{}};
globalThis.jQuery = () => ({{ on: (name, heard) => {{ if (name === "heartbeat-send") beat = heard; }} }});
globalThis.wp = {{ apiFetch: {{ use: (used) => {{ middleware = used; }} }} }};
await {script};
await middleware({{}}, () => {{ said.push("next"); }});
await beat();
console.log(said.join(" "));
"""
        done = subprocess.run(["node", "--input-type=module", "-e", page], capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.strip()

    def test_an_application_password_goes_on_to_work(self):
        administrator = self.administrator()
        nonce = self.seen(administrator)["nonce"]
        made = administrator.post("/app/index.php?rest_route=/wp/v2/users/me/application-passwords", json={"name": "app"},
                                  headers={"X-WP-Nonce": nonce})
        self.assertEqual(made.status, 201, made)
        basic = {"Authorization": "Basic " + base64.b64encode(f"{ADMIN}:{made.json()['password']}".encode()).decode()}
        me = "/app/index.php?rest_route=/wp/v2/users/me"
        self.assertEqual(self.here.browser().get(me, headers=basic).json()["slug"], ADMIN)
        self.assertEqual(self.newcomer().get(me, headers=basic).json()["slug"], ADMIN)
        call = "<?xml version='1.0'?><methodCall><methodName>wp.getProfile</methodName><params><param><value>1</value></param>" \
               "<param><value>%s</value></param><param><value>%s</value></param></params></methodCall>"
        said = self.here.browser().post("/app/xmlrpc.php", body=call % (ADMIN, ADMIN_PASSWORD), headers={"Content-Type": "text/xml"}).text
        self.assertIn("<name>username</name><value><string>admin", said)
        self.assertIn("faultString", self.newcomer().post("/app/xmlrpc.php", body=call % (ADMIN, "x"), headers={"Content-Type": "text/xml"}).text)

    def test_the_clock_work_of_wordpress_goes_on(self):
        self.assertEqual(self.here.browser().get("/app/wp-cron.php?doing_wp_cron").status, 200)


class Network(WordPressCase):
    """Two sites of one WordPress."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_network(cls.here)

    def test_a_person_is_the_same_on_all_sites(self):
        for first, second in (("/app/", "/app/second/"), ("/app/second/", "/app/")):
            person = self.newcomer()
            here, there, again = self.seen(person, first), self.seen(person, second), self.seen(person, first)
            self.assertNotEqual(here["id"], 0)
            self.assertEqual({here["id"], there["id"], again["id"]}, {here["id"]})
            self.assertNotEqual(here["blog"], there["blog"])
            self.assertEqual((here["roles"], there["roles"]), (["subscriber"], ["subscriber"]))
            for site in (first, second):
                self.assertEqual(person.get(site + "wp-admin/profile.php").status, 200, site)

    def change(self, code):
        """Does something as the administrator of the network would."""
        self.here.place.write("change.php", f"<?php $_SERVER['HTTP_HOST'] = '127.0.0.1:{self.here.port}'; $_SERVER['REQUEST_URI'] = '/app/'; "
                              f"require 'wp-load.php'; {code} echo 'done';", mode=0o644)
        run(self.here, "change.php", "done")

    def test_who_was_removed_from_a_site_stays_removed(self):
        person = self.newcomer()
        seen = self.seen(person, "/app/second/")
        self.change(f"remove_user_from_blog({seen['id']}, 2);")
        self.assertEqual(self.seen(person, "/app/second/")["roles"], [])

    def test_who_was_marked_as_spam_is_nobody(self):
        person = self.newcomer()
        seen = self.seen(person)
        self.change(f"$wpdb->update($wpdb->users, ['spam' => 1], ['ID' => {seen['id']}]);")
        self.assertEqual(self.seen(person)["id"], 0)

    def test_a_role_that_somebody_has_already_is_kept(self):
        person = self.newcomer()
        seen = self.seen(person)
        self.change(f"add_user_to_blog(2, {seen['id']}, 'editor');")
        self.assertEqual(self.seen(person, "/app/second/")["roles"], ["editor"])

    def test_the_first_requests_to_both_sites_at_once_make_one_account(self):
        person = self.newcomer()
        accounts = set(at_once(6, lambda number: self.seen(person.twin(), ("/app/", "/app/second/")[number % 2])["id"]))
        self.assertEqual(len(accounts), 1)
        self.assertNotIn(0, accounts)


class PageCache(WordPressCase):
    """A page cache in WordPress, and nginx's in front of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add_page_cache(cls.here)
        cls.port = free_port()
        place = cls.here.place
        place.write("cache.conf", f"""{"user root;" if os.geteuid() == 0 else ""}
daemon off; pid {place.file("cache.pid")}; error_log {place.log("cache-error")}; events {{ worker_connections 64; }}
http {{
  {" ".join(f"{kind}_temp_path {place.directory('cache-' + kind)};" for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))}
  access_log off;
  proxy_cache_path {place.directory("cache")} keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{cls.port};
    set $skip 0;
    if ($http_cookie ~* "comment_author|wp-postpass|wordpress_logged_in") {{ set $skip 1; }}
    location / {{
      proxy_pass http://127.0.0.1:{cls.here.port};
      proxy_set_header Host 127.0.0.1:{cls.here.port};
      proxy_cache pages; proxy_cache_key $request_uri; proxy_cache_valid 200 60m;
      proxy_cache_bypass $skip; proxy_no_cache $skip;
      proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
      add_header X-Front $upstream_cache_status;
    }}
  }}
}}
""")
        server = Process([shutil.which("nginx") or "/usr/sbin/nginx", "-p", place.path, "-e", place.log("cache-error"), "-c", place.file("cache.conf")],
                         place.log("cache-output"))
        cls.addClassCleanup(server.release)
        wait_until(lambda: listens(cls.port), "the cache listens")

    def fronted(self, person=None):
        """The same browser, or a stranger's, by way of nginx."""
        browser = Browser(self.port, self.here.cardea.url)
        if person is not None:
            browser.jar = person.jar
        return browser

    def test_strangers_do_not_get_a_members_page(self):
        for number, way in enumerate((lambda person=None: person or self.here.browser(), self.fronted)):
            page = f"/app/hello-world/?visit={number}"
            person = self.newcomer()
            self.assertNotEqual(self.seen(way(person), page)["id"], 0)
            self.assertNotEqual(self.seen(way(person), page)["id"], 0)
            self.assertEqual(self.seen(way(), page)["id"], 0)
            cached = way().get(page)
            self.assertIn("hit", (cached.header("X-Cache") or "", (cached.header("X-Front") or "").lower()))  # there is a cache
            self.assertEqual(cached.json()["id"], 0)
            self.assertNotEqual(self.seen(way(person), page)["id"], 0)

    def test_who_has_just_signed_in_is_known_on_cached_pages(self):
        page = "/app/hello-world/?just=now"
        stranger = self.here.browser()
        self.seen(stranger, page)
        login = urllib.parse.urlsplit(self.seen(stranger, page)["login_url"])
        person = self.newcomer()
        self.assertEqual(self.seen(person, page)["id"], 0)  # the cache does not know yet
        back = person.get(urllib.parse.parse_qs(login.query)["return_to"][0])
        self.assertEqual((back.status, urllib.parse.urljoin(self.here.cardea.url, back.header("Location"))), (302, self.here.cardea.url + page))
        self.assertNotEqual(self.seen(person, page)["id"], 0)
        outside = person.get("/app/wp-login.php?action=cardea&redirect_to=https%3A%2F%2Fevil.example%2F").header("Location")
        self.assertNotIn("evil.example", outside)


class BehindGuard(WordPressCase):
    """WordPress by htdocs/php/guard.php, where there is no other gate."""

    way = "htaccess-cgi"
    server = {"server_class": WordPressApache}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        place = cls.here.place
        with open(os.path.join(ROOT, "htdocs", "php", "guard.php"), encoding="utf-8") as file:
            place.write("documents/app/guard.php", replaced(file.read(), {
                "/home/USER/cardea/cardea.php": place.file("cardea.php"), "/home/USER/cardea/keys.json": place.file("keys.json"),
                "/home/USER/cardea/keys/revoked": os.path.join(cls.here.cardea.keys, "revoked"), "https://example.com": cls.here.cardea.url,
                "GUARD_OPTIONAL = false": "GUARD_OPTIONAL = true", "GUARD_ENTRY = ''": "GUARD_ENTRY = 'index.php'"}), mode=0o644)
        place.write("documents/app/.htaccess", text_of("htaccess/guard.htaccess"), mode=0o644)

    def test_wordpress_runs(self):
        person, stranger = self.newcomer(), self.here.browser()
        self.assertEqual(self.seen(stranger)["id"], 0)
        seen = self.seen(person, "/app/hello-world/?x=1")
        self.assertEqual((seen["title"], seen["remote"]), ("Hello world!", person.signed_in.json()["user"]["id"]))
        tidy = person.get("/app/index.php/hello-world/")
        self.assertEqual((tidy.status, tidy.header("Location")), (301, self.here.cardea.url + "/app/hello-world/"))
        self.assertEqual(person.get("/app/wp-admin/").status, 200)
        self.assertEqual(person.get("/app/wp-admin").header("Location").removeprefix(self.here.cardea.url), "/app/wp-admin/")
        self.assertEqual(self.administrator().get("/app/wp-admin/users.php").status, 200)
        self.assertEqual(person.get("/app/wp-json/wp/v2/users/me", headers={"X-WP-Nonce": seen["nonce"]}).json()["id"], seen["id"])
        self.assertTrue(stranger.get("/app/wp-includes/css/dashicons.min.css").header("Content-Type").startswith("text/css"))
        for path in ("/app/.htaccess", "/app/wp-config.php.bak", "/app/guard.php"):
            self.here.place.write("documents/app/wp-config.php.bak", "<?php // SECRET", mode=0o644)
            self.assertNotIn("SECRET", stranger.get(path).text)
            self.assertNotIn("RewriteRule", stranger.get(path).text)
