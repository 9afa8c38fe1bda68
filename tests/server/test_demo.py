"""htdocs as a visitor finds it: the sign-in pages and the demo, walked through without JavaScript."""

import contextlib
import glob
import html.parser
import os
import re
import unittest

from cardea import Cardea
from harness import PASSWORD, Browser, Gate, Lighttpd, Place, free_port
from php import Pages, require_php
from processes import ROOT

HTDOCS = os.path.join(ROOT, "htdocs")
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}


class Form(html.parser.HTMLParser):
    """The first form of a page: .action .method .inputs {name: attributes}; and .scripts, .inline of the whole page."""

    def __init__(self, text):
        super().__init__()
        self.action = self.method = None
        self.inputs, self.scripts, self.inline = {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form" and self.action is None:
            self.action, self.method = attributes["action"], attributes.get("method")
        elif tag == "input":
            if attributes["name"] not in self.inputs:
                self.inputs[attributes["name"]] = attributes
        elif tag == "script":
            self.scripts.append(attributes.get("src"))
        if tag == "style" or "style" in attributes or any(name.startswith("on") for name in attributes):
            self.inline.append(self.get_starttag_text())

    def filled_in(self, **typed):
        values = {name: attributes.get("value", "") for name, attributes in self.inputs.items()}
        return {**values, **typed}


class Visitor(Browser):
    """A browser without JavaScript: loads pages, follows redirects within the site, sends forms and says from where."""

    path = "/"

    def visit(self, path):
        self.path = path
        return self._follow(self.get(path, headers=NAVIGATION))

    def send(self, form, **typed):
        headers = {**NAVIGATION, "Referer": self.origin + self.path.partition("#")[0]}
        return self._follow(self.post(form.action.removeprefix(self.origin), form=form.filled_in(**typed), headers=headers))

    def _follow(self, answer):
        for _ in range(6):
            if answer.status not in (301, 302, 303):
                return answer
            target = answer.header("Location")
            assert target.startswith((self.origin + "/", "/")), target
            self.path = target.removeprefix(self.origin)
            answer = self.get(self.path.partition("#")[0], headers=NAVIGATION)
        raise AssertionError("goes round in circles: " + self.path)


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        require_php()
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        place = Place("demo")
        stack.callback(place.close)
        cls.cardea = Cardea(place, free_port()).prepare()
        cls.cardea.add_user("alice@example.com", PASSWORD, scope="admin")
        keys = place.file("keys.json")
        cls.cardea.command("key", "export", "--file", keys)
        pages = stack.enter_context(contextlib.closing(Pages("demo", "php-cgi")))
        environment = {"DEMO_URL": cls.cardea.url, "DEMO_KEYS": keys, "DEMO_GATE": "yes"}
        lighttpd = Lighttpd(cls.cardea, gates=[Gate("/demo/members/")], documents=HTDOCS, extra=pages.configuration(environment))
        stack.enter_context(contextlib.closing(lighttpd)).start()

    def visitor(self):
        return Visitor(self.cardea.port, self.cardea.url)

    def form_of(self, visitor, path):
        page = visitor.visit(path)
        self.assertEqual(page.status, 200, page)
        return Form(page.text)

    def test_a_stranger_signs_up_is_a_member_and_signs_out(self):
        visitor = self.visitor()
        form = self.form_of(visitor, "/cardea/sign-up.html")
        visitor.send(form, email="bob@example.com", password=PASSWORD, name="Bob")
        self.assertEqual(visitor.path, "/")
        self.assertIn("Welcome back", visitor.visit("/demo/").text)
        members = visitor.visit("/demo/members/")
        self.assertIn("Only people who are signed in", members.text)
        self.assertEqual(visitor.get("/demo/api/me.php").json()["scopes"], [])
        self.assertEqual(visitor.visit("/demo/admin/").status, 403)
        start = visitor.send(Form(members.text))
        self.assertEqual((start.status, visitor.path), (200, "/demo/"))
        self.assertIn("Welcome, stranger", start.text)
        self.assertEqual(visitor.get("/demo/api/me.php").status, 401)

    def test_whoever_asks_for_a_page_too_early_signs_in_and_gets_it(self):
        for page, sentence in (("/demo/members/?a=b&c", "Only people who are signed in"), ("/demo/admin/", "Only people with the scope")):
            with self.subTest(page):
                visitor = self.visitor()
                form = Form(visitor.visit(page).text)
                self.assertTrue(visitor.path.startswith("/cardea/en/sign-in.html?return_to=/demo/"), visitor.path)
                shown = visitor.send(form, email="alice@example.com", password=PASSWORD)
                self.assertEqual((shown.status, visitor.path), (200, page))
                self.assertIn(sentence, shown.text)

    def test_a_wrong_password_leads_back_with_a_word_for_it(self):
        visitor = self.visitor()
        form = self.form_of(visitor, "/cardea/ko/sign-in.html?return_to=/demo/")
        self.assertEqual(visitor.send(form, email="alice@example.com", password="wrong").status, 200)
        self.assertEqual(visitor.path,
                         "/cardea/ko/sign-in.html?return_to=/demo/&problem=invalid_credentials#invalid_credentials")

    def test_forms_help_password_managers_and_need_no_script(self):
        visitor = self.visitor()
        for path, action, password in (("sign-in", "/auth/login", "current-password"), ("sign-up", "/auth/register", "new-password")):
            form = self.form_of(visitor, f"/cardea/{path}.html")
            self.assertEqual((form.action, form.method), (action, "post"))
            self.assertEqual(form.inputs["email"]["autocomplete"], "username")
            self.assertEqual(form.inputs["password"]["autocomplete"], password)
            self.assertEqual(form.inputs["return_to"]["value"], "")

    def test_nothing_is_written_inline_and_the_policy_says_so(self):
        visitor = self.visitor()
        visitor.send(self.form_of(visitor, "/cardea/sign-in.html"), email="alice@example.com", password=PASSWORD)
        pages = [file.removeprefix(HTDOCS) for file in glob.glob(os.path.join(HTDOCS, "cardea", "**", "*.html"), recursive=True)]
        self.assertGreater(len(pages), 20)
        for path in (*pages, "/demo/", "/demo/members/", "/demo/admin/"):
            with self.subTest(path):
                page = visitor.get(path, headers=NAVIGATION)
                policy = page.header("Content-Security-Policy") or re.search('content="(default-src[^"]*)"', page.text)[1]
                self.assertTrue(policy.startswith("default-src 'none'"), policy)
                self.assertNotIn("unsafe", policy)
                parsed = Form(page.text)
                self.assertEqual((parsed.inline, [source for source in parsed.scripts if not source]), ([], []))
                self.assertEqual(visitor.get("/cardea/style.css").status, 200)

    def test_no_page_of_the_demo_shows_a_token_or_a_path_of_this_machine(self):
        visitor = self.visitor()
        visitor.send(self.form_of(visitor, "/cardea/sign-in.html"), email="alice@example.com", password=PASSWORD)
        token = visitor.jar.value("cardea_access").encode()
        for file in glob.glob(os.path.join(HTDOCS, "demo", "**", "*.php"), recursive=True):
            body = visitor.get(file.removeprefix(HTDOCS), headers=NAVIGATION).body
            self.assertNotIn(token, body)
            self.assertNotIn(ROOT.encode(), body)
