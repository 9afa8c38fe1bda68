"""htdocs/php/guard.php where the gate's table does not look: what kind of file it is, parts of it, and files that are nobody's."""

import os
import re

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
        for name, kind in (("letter.DOCX", "application/vnd.openxml"), ("font.woff2", "font/woff2"), ("film.webm", "video/webm")):
            self.write(name, b"x")
            self.assertTrue(self.ask(name).header("Content-Type").startswith(kind), name)

    def test_the_guard_as_it_is_shipped_refuses_who_was_signed_out(self):
        for page in ("page.html", "page.php"):
            person = self.here.sign_in()
            self.assertEqual(person.get("/members/" + page).status, 200)
            token = person.jar.value("cardea_access")
            self.assertEqual(person.post("/auth/logout", json={}).status, 204)
            refused = self.visit.ask("/members/" + page, token)
            self.assertEqual((refused.status, refused.json()["reason"]), (401, "revoked"), page)

    def test_only_what_is_meant_for_visitors_is_sent_and_only_pages_are_run(self):
        source = "<?php echo 'I RAN'; // " + SECRET
        endings = ("php5 php7 php8 pht phtml phps phar PHP Php php~ php.bak php.old php.orig php.swp php.save php.1 php.dist php_ php- inc ini env sql "
                   "sqlite db log conf cfg yml yaml toml lock key pem cgi fcgi pl py rb sh asp aspx jsp shtml bak old orig swp swo save tmp git "
                   "xyz php.jpg php5.txt phtml.html pht.pdf inc.txt sql.gz env.zip shtml.html PHP.JPG").split()
        for name in [f"a.{ending}" for ending in endings] + ["README", "Makefile", "a.", "a.php ", "#a.php#", "a.php,v", "a~", ".a.php.swp"]:
            self.write(name, source)
            answer = self.ask(name.replace("#", "%23").replace(" ", "%20"))
            self.assertIn(answer.status, (403, 404), name)  # 403: the .htaccess above keeps some from everybody
            self.assertNotIn(SECRET, answer.text, name)
            self.assertNotIn("I RAN", answer.text, name)
        os.symlink("a.inc", self.here.place.file("documents", "members", "renamed.txt"))
        os.symlink("a.php.jpg", self.here.place.file("documents", "members", "renamed.jpg"))
        for name in ("renamed.txt", "renamed.jpg"):
            self.assertEqual(self.ask(name).status, 404, name)
        for name in ("a.inc.php", "jquery.min.js", "report.2024.pdf", "v1.phpdoc.txt"):
            self.write(name, "<?php echo 'I RAN';" if name.endswith(".php") else "plain")
            self.assertEqual(self.ask(name).text, "I RAN" if name.endswith(".php") else "plain", name)

    def part(self, wanted, **headers):
        return self.ask("a%20b.pdf", headers={"Range": wanted, **{name.replace("_", "-"): value for name, value in headers.items()}})

    def test_parts_of_a_file(self):
        size = len(PDF)
        for wanted, (first, end) in {"0-3": (0, 4), "10-": (10, size), "100-9999999": (100, size), "-5": (size - 5, size),
                                     f"-{size * 2}": (0, size), "0-99999999999999999999": (0, size)}.items():
            answer = self.part("bytes=" + wanted)
            self.assertEqual((answer.status, answer.body), (206, PDF[first:end]), wanted)
            self.assertEqual(answer.header("Content-Range"), f"bytes {first}-{end - 1}/{size}")
        self.assertEqual(self.part("Bytes=0-3").status, 206)
        for odd in ("bytes=5-2", "lines=1-2", "bytes=x", "bytes=", "bytes=-", "bytes=1", "bytes=0-1;2-3", "bytes=0-,0-", "bytes=" + "0-0," * 20 + "1-1"):
            answer = self.part(odd)
            self.assertEqual((answer.status, answer.body), (200, PDF), odd)
        for beyond in ("bytes=999999999-", f"bytes={size}-", "bytes=-0", "bytes=999999999-,888888888-"):
            answer = self.part(beyond)
            self.assertEqual((answer.status, answer.header("Content-Range")), (416, f"bytes */{size}"), beyond)
        head = self.ask("a%20b.pdf", method="HEAD", headers={"Range": "bytes=0-3"})
        self.assertEqual((head.status, head.body), (200, b""))

    def test_several_parts_of_a_file_come_in_one_answer(self):
        answer = self.part("bytes=0-3, 10-11 ,-2,99999999-")
        self.assertEqual(answer.status, 206)
        boundary = re.fullmatch("multipart/byteranges; boundary=([0-9a-f]{32})", answer.header("Content-Type"))[1]
        parts = answer.body.split(b"\r\n--" + boundary.encode())
        self.assertEqual((parts[0], parts[-1]), (b"", b"--\r\n"))
        size = len(PDF)
        self.assertEqual([part.partition(b"\r\n\r\n")[2] for part in parts[1:-1]], [PDF[0:4], PDF[10:12], PDF[-2:]])
        self.assertIn(f"Content-Range: bytes 10-11/{size}\r\n".encode(), parts[2] + b"\r\n")

    def test_a_part_is_only_sent_of_the_version_that_the_client_has(self):
        whole = self.ask("a%20b.pdf")
        tag, changed = whole.header("ETag"), whole.header("Last-Modified")
        for mine in (tag, changed):
            self.assertEqual(self.part("bytes=0-3", If_Range=mine).body, PDF[:4], mine)
        for other in ('"other"', "W/" + tag, "Mon, 01 Jan 2001 00:00:00 GMT", "Mon, 01 Jan 2040 00:00:00 GMT", "x"):
            answer = self.part("bytes=0-3", If_Range=other)
            self.assertEqual((answer.status, answer.body), (200, PDF), other)

    def test_what_the_browser_has_already_is_not_sent_again(self):
        whole = self.ask("a%20b.pdf")
        tag, changed = whole.header("ETag"), whole.header("Last-Modified")
        known = [{"If-None-Match": value} for value in (tag, "W/" + tag, f'"x", {tag}', "*", tag[:-1] + '-gzip"')] + [{"If-Modified-Since": changed}]
        for headers in known:
            for method in ("GET", "HEAD"):
                answer = self.ask("a%20b.pdf", headers={**headers, "Range": "bytes=0-3"}, method=method)
                self.assertEqual((answer.status, answer.body), (304, b""), headers)
                self.assertEqual((answer.header("ETag"), answer.header("Cache-Control")), (tag, "private, no-cache"))
            self.assertEqual(self.visit.ask("/members/a%20b.pdf", headers=headers).status, 401)
        for headers in ({"If-None-Match": '"other"', "If-Modified-Since": changed}, {"If-None-Match": tag[:-2] + '"'},
                        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, {"If-Modified-Since": "x"}):
            self.assertEqual(self.ask("a%20b.pdf", headers=headers).body, PDF, headers)
        for headers in ({"If-Match": '"other"'}, {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}):
            self.assertEqual(self.ask("a%20b.pdf", headers=headers).status, 412, headers)
        self.assertEqual(self.ask("a%20b.pdf", headers={"If-Match": tag, "If-Unmodified-Since": changed}).status, 200)
        self.write("a b.pdf", PDF + b"more")
        try:
            self.assertEqual(self.ask("a%20b.pdf", headers={"If-None-Match": tag}).body, PDF + b"more")
        finally:
            self.write("a b.pdf", PDF)

    def test_a_file_can_be_read_and_nothing_else(self):
        for method in ("PUT", "DELETE", "POST", "PATCH", "OPTIONS", "PROPFIND"):
            answer = self.ask("a%20b.pdf", method=method, headers={"Content-Length": "0"})
            self.assertEqual((answer.status, answer.header("Allow")), (405, "GET, HEAD"), method)
            self.assertEqual(self.ask("page.php", method=method, headers={"Content-Length": "0"}).json()["method"], method)
        self.assertEqual(self.ask("a%20b.pdf").body, PDF)

    def test_a_large_file_is_not_held_in_memory(self):
        self.write("large.zip", "")
        with open(self.here.place.file("documents", "members", "large.zip"), "wb") as file:
            file.truncate(160 << 20)  # PHP may have 128 MB
        answer = self.ask("large.zip")
        self.assertEqual((answer.status, len(answer.body)), (200, 160 << 20))
        self.assertEqual(len(self.ask("large.zip", headers={"Range": f"bytes={159 << 20}-"}).body), 1 << 20)

    def test_a_directory_leads_to_its_page(self):
        for path in ("/members/sub?x=%2F", "//members//sub?x=%2F"):
            answer = self.visit.ask(path, self.visit.tokens.good)
            self.assertEqual((answer.status, answer.header("Location").removeprefix(self.here.cardea.url)), (301, "/members/sub/?x=%2F"), path)
            self.assertEqual(self.visit.ask(path).status, 301)  # by Apache itself, before any rule: there is such a directory
            self.assertEqual(self.visit.ask(path.replace("?", "/?")).status, 401)
        self.assertEqual(self.ask("sub/").status, 200)
        self.assertEqual(self.visit.ask("//members//sub//", self.visit.tokens.good).status, 200)
        self.here.place.directory("documents/members/a & b", mode=0o755)
        self.assertRegex(self.ask("a%20&%20b").header("Location"), "/members/a%20(&|%26)%20b/$")
        self.assertEqual(self.ask("a%20&%20b/").status, 404)

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

    def test_a_page_finds_the_variables_that_it_would_find_without_a_guard(self):
        names = ("SCRIPT_NAME", "PHP_SELF", "PATH_INFO", "PATH_TRANSLATED", "SCRIPT_FILENAME", "DOCUMENT_ROOT", "QUERY_STRING", "REQUEST_URI")
        show = ("<?php header('Content-Type: application/json'); $own = 1; function there() { global $own; return $own; } "
                "echo json_encode(['own' => there(), 'globals' => array_keys($GLOBALS), 'here' => getcwd() === __DIR__, "
                f"'server' => array_intersect_key($_SERVER, array_flip({list(names)}))]);")
        self.write("sub/wiki.php", show)
        self.here.place.directory("documents/public", mode=0o755)
        self.here.place.directory("documents/public/sub", mode=0o755)
        self.here.place.write("documents/public/sub/wiki.php", show, mode=0o644)
        for behind in ("", "?a=b", "/", "/Article", "/A%20b/%EA%B0%80?x=/y", "/a//b/", "/.hidden/x.php"):
            guarded, plain = self.ask("sub/wiki.php" + behind).json(), self.visit.ask("/public/sub/wiki.php" + behind).json()
            expected = {name: value.replace("/public/", "/members/") for name, value in plain["server"].items() if name != "PATH_TRANSLATED"}
            self.assertEqual({name: value for name, value in guarded["server"].items() if name != "PATH_TRANSLATED"}, expected, behind)
            self.assertEqual((guarded["own"], guarded["here"], sorted(guarded["globals"])), (1, True, sorted(plain["globals"])), behind)
        for path in ("page.html/Article", "page.html/", "sub/nothing.php/x", "a%20b.pdf/page.php"):
            self.assertEqual(self.ask(path).status, 404, path)

    def test_a_key_file_that_cannot_be_read_is_told_to_the_site_and_not_to_visitors(self):
        keys = self.here.place.file("keys.json")
        os.rename(keys, keys + ".away")
        try:
            answer = self.ask("page.html")
        finally:
            os.rename(keys + ".away", keys)
        self.assertEqual(answer.status, 503)
        self.assertNotIn(self.here.place.path, answer.text)
        self.assertNotIn(SECRET, answer.text)
