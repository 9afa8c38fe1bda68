"""htdocs/php/guard.php where the gate's table does not look: what kind of file it is, parts of it, and files that are nobody's."""

import os

from gate_visit import SECRET, Visit
from harness import Installed
from test_gate import SETTINGS, lay_out, lay_out_guards

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 400


class Guard(Installed):
    way, settings = "htaccess-cgi", SETTINGS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here.cardea.add_user("alice@example.com")
        cls.here.cardea.add_user("staff@example.com", scope="staff")
        lay_out(cls.here)
        lay_out_guards(cls.here)
        cls.write("a b.pdf", PDF)
        cls.visit = Visit(cls.here)

    @classmethod
    def write(cls, name, content):
        return cls.here.place.write("documents/members/" + name, content, mode=0o644)

    def ask(self, path, **more):
        return self.visit.ask("/members/" + path, self.visit.tokens.good, **more)

    def test_a_file_comes_whole_with_its_type_and_is_not_guessed_at(self):
        answer = self.ask("a%20b.pdf?x=1")
        self.assertEqual((answer.status, answer.body), (200, PDF))
        self.assertEqual(answer.header("Content-Type"), "application/pdf")
        self.assertEqual(answer.header("X-Content-Type-Options"), "nosniff")
        self.assertIn("private", answer.header("Cache-Control"))
        self.write("data.xyz", b"<script>")
        self.assertEqual(self.ask("data.xyz").header("Content-Type"), "application/octet-stream")

    def test_parts_of_a_file(self):
        for wanted, expected in (("0-3", (0, 4)), ("10-", (10, len(PDF))), ("100-9999999", (100, len(PDF)))):
            answer = self.ask("a%20b.pdf", headers={"Range": "bytes=" + wanted})
            first, end = expected
            self.assertEqual((answer.status, answer.body), (206, PDF[first:end]), wanted)
            self.assertEqual(answer.header("Content-Range"), f"bytes {first}-{end - 1}/{len(PDF)}")
        for odd in ("bytes=-5", "bytes=5-2", "bytes=0-1,4-5", "bytes=999999999-", "lines=1-2", "bytes=x"):
            self.assertEqual(self.ask("a%20b.pdf", headers={"Range": odd}).body, PDF, odd)

    def test_what_is_nobodys_business_is_not_there(self):
        outside = self.here.place.write("outside.txt", SECRET, mode=0o644)
        for link in ("link.txt", "sub/link.txt"):
            os.symlink(outside, self.here.place.file("documents", "members", link))
        self.write(".secret", SECRET)
        self.write("settings.ini", SECRET)
        self.write("part.inc", SECRET)
        for path in ("link.txt", "sub/link.txt", ".secret", ".htaccess", "settings.ini", "part.inc", "guard.php", "guard.php/page.html",
                     "../outside.txt", "..%2foutside.txt", "sub/..%2f..%2f..%2foutside.txt", "%2e%2e/outside.txt", "page.html%00.pdf",
                     "..%5coutside.txt", "guard.php?/members/page.html"):
            answer = self.ask(path)
            self.assertNotIn(SECRET, answer.text, path)
            self.assertNotIn("<?php", answer.text, path)
            self.assertGreaterEqual(answer.status, 400, path)

    def test_a_page_believes_itself_called_by_its_own_name(self):
        self.write("sub/self.php", "<?php echo $_SERVER['SCRIPT_NAME'], ' ', getcwd() === __DIR__ ? 'here' : 'elsewhere';")
        self.assertEqual(self.ask("sub/self.php").text, "/members/sub/self.php here")
