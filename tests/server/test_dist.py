"""The archives of `make dist`: what is in them, the same bytes twice, and that the program runs where there is nothing else, or another glibc."""

import contextlib
import hashlib
import html.parser
import os
import platform
import re
import shutil
import subprocess
import tarfile
import unittest
import zipfile

from harness import PASSWORD, ROOT, Browser, Cardea, MariaDB, Place, Process, free_port, listens, site, wait_until
from processes import clean_environment

# Another libc than the one in the program, with modules for sources of names.
OLD_LIBC = [os.path.join(ROOT, "tests/tools/debian-root"), "bullseye", "libc6"]
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
LIBRARIES = "lib/x86_64-linux-gnu"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=clean_environment())


PROGRAM = "public_html/cgi-bin/cardea.cgi"


def files_in(directory):
    return [os.path.relpath(os.path.join(where, name), directory) for where, _, names in os.walk(directory) for name in names]


def contents_of(archive, entry):
    return archive.extractfile(entry).read() if entry.isfile() else b""


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Page(html.parser.HTMLParser):
    """The languages of a page's sections, where it leads or what it loads, and how many pictures are drawn in it."""

    def __init__(self, path):
        super().__init__()
        self.languages, self.addresses, self.pictures = [], set(), 0
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "section":
            self.languages.append(values["lang"])
        self.pictures += tag == "use"
        self.addresses |= {values[name] for name in ("href", "src", "data", "action", "srcset") if name in values}


class Dist(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Place("dist")
        cls.addClassCleanup(cls.place.close)
        cls.tar, cls.zip = cls.make()
        cls.unpacked = cls.place.directory("unpacked", mode=0o755)
        with tarfile.open(cls.tar) as packed:
            packed.extractall(cls.unpacked, filter="tar")
        cls.program = os.path.join(cls.unpacked, PROGRAM)

    @classmethod
    def make(cls):
        """The paths of both archives."""
        made = run("make", "--no-print-directory", "dist")
        assert made.returncode == 0, made.stdout + made.stderr
        return [os.path.join(ROOT, re.search(rf"build/dist/\S+\{ending}", made.stdout)[0]) for ending in (".tar.gz", ".zip")]

    def chroot(self, name):
        """A directory with the program, and nothing else but what a test puts there."""
        if os.geteuid() != 0:
            self.skipTest("only root may chroot")
        root = self.place.directory(name, mode=0o755)
        shutil.copy(self.program, os.path.join(root, "cardea"))
        return root

    def database(self):
        place = Place("dist-database")
        self.addCleanup(place.close)
        database = MariaDB(place)
        self.addCleanup(database.close)
        return database

    def test_it_is_laid_out_as_it_is_uploaded(self):
        machine = platform.machine()
        self.assertRegex(os.path.basename(self.tar), rf"^cardea-[0-9.]+-linux-{machine}\.tar\.gz$")
        self.assertEqual(self.zip, self.tar.replace(".tar.gz", ".zip"))
        self.assertEqual(set(os.listdir(self.unpacked)), {"READ-ME-FIRST.html", "public_html", "cardea"})
        shown = os.path.join(self.unpacked, "public_html")
        self.assertEqual(set(os.listdir(shown)), {"auth", "cardea", "cardea-check", "cardea.js", "cgi-bin", "members"})
        for path in ("auth/.htaccess", "cgi-bin/.htaccess", "cardea/.htaccess", "cardea/ko/sign-in.html", "cardea-check/check.php",
                     "cardea-check/check.html", "members/.htaccess", "members/.htaccess-fcgid", "members/.htaccess-guard",
                     "members/guard.php", "../cardea/cardea.php"):
            self.assertTrue(os.path.isfile(os.path.join(shown, path)), path)
        for path in files_in(shown):
            if path != "cgi-bin/cardea.cgi":
                with open(os.path.join(shown, path), encoding="utf-8") as file:
                    self.assertNotRegex(file.read(), "/home/USER|YOUR-SITE", path)

    def test_nobody_may_enter_the_folder_for_members_before_set_up(self):
        with open(os.path.join(self.unpacked, "public_html/members/.htaccess"), encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith("#")]
        self.assertEqual(lines, ["Require all denied\n"])

    def test_it_has_what_people_with_a_shell_need_and_every_licence(self):
        folder = os.path.join(self.unpacked, "cardea")
        for name in ("conf", "htdocs", "sql"):
            different = run("diff", "-r", "--exclude=upload", os.path.join(folder, name), os.path.join(ROOT, name)).stdout
            self.assertEqual(different, "")
        with open(os.path.join(folder, "README.txt"), encoding="utf-8") as file:
            text = file.read()
        self.assertNotIn("@", text)
        for path in re.findall(r"licences/\S+\.txt", text):
            self.assertGreater(os.path.getsize(os.path.join(folder, path)), 300, path)
        for library in ("libmysqlcppconn-dev", "libmariadb-dev", "libssl-dev", "libsodium-dev", "libsqlite3-dev", "libfcgi-dev"):
            self.assertIn(library, text)

    def test_the_sums_are_those_of_all_files_and_of_both_archives(self):
        with contextlib.chdir(self.unpacked):
            self.assertEqual(run_here("sha256sum", "--check", "--quiet", "cardea/SHA256SUMS").stdout, "")
            with open("cardea/SHA256SUMS", encoding="utf-8") as file:
                listed = {line.split("  ")[1].rstrip("\n") for line in file}
            self.assertEqual(listed | {"cardea/SHA256SUMS"}, set(files_in(".")))
        with contextlib.chdir(os.path.dirname(self.tar)):
            self.assertEqual(run_here("sha256sum", "--check", "SHA256SUMS").stdout.count(": OK\n"), 2)

    def test_both_archives_hold_the_same_with_modes_that_need_no_change(self):
        with tarfile.open(self.tar) as packed:
            in_tar = {entry.name + ("/" if entry.isdir() else ""): (entry.mode, contents_of(packed, entry)) for entry in packed}
            self.assertEqual({(entry.uid, entry.gid, entry.uname, entry.gname) for entry in packed}, {(0, 0, "", "")})
            self.assertEqual(list(in_tar), sorted(in_tar))
        with zipfile.ZipFile(self.zip) as packed:
            in_zip = {entry.filename: (entry.external_attr >> 16 & 0o7777, b"" if entry.is_dir() else packed.read(entry))
                      for entry in packed.infolist()}
        self.assertEqual(in_zip, in_tar)
        executable = {name for name, (mode, _) in in_zip.items() if mode & 0o111 and not name.endswith("/")}
        self.assertEqual(executable, {PROGRAM})
        self.assertEqual({mode for name, (mode, _) in in_zip.items() if name.endswith(".ini")}, {0o600})
        self.assertFalse([name for name, (mode, _) in in_zip.items() if mode & 0o022])

    def test_two_builds_give_the_same_bytes(self):
        before = [digest_of(path) for path in (self.tar, self.zip)]
        umask = os.umask(0o077)
        try:
            again = self.make()
        finally:
            os.umask(umask)
        self.assertEqual([digest_of(path) for path in again], before)

    def test_the_first_page_needs_no_network_and_speaks_three_languages(self):
        for path in ("READ-ME-FIRST.html", "public_html/cardea-check/check.html"):
            page = Page(os.path.join(self.unpacked, path))
            self.assertEqual(page.languages, ["en", "ko", "ja"], path)
            # Only itself and what the archive brings, seen from the site.
            for address in page.addresses:
                self.assertRegex(address, r"^(#\w+|/auth/(setup|health)|/cardea-check/[\w./-]+)$", path)
                if address.startswith("/cardea-check/") and not address.startswith("/cardea-check/probe-rewrite/"):
                    self.assertTrue(os.path.isfile(os.path.join(self.unpacked, "public_html") + address), address)
        self.assertEqual(Page(os.path.join(self.unpacked, "READ-ME-FIRST.html")).pictures, 15)

    def test_the_program_needs_no_library_lies_anywhere_and_is_no_larger_than_it_may_be(self):
        headers = run("readelf", "-h", "-l", "-d", "-W", self.program).stdout
        self.assertNotIn("(NEEDED)", headers)
        self.assertNotIn("INTERP", headers)
        for word in ("DYN (", "GNU_RELRO", "(FLAGS_1)", "PIE"):
            self.assertIn(word, headers)
        self.assertRegex(headers, r"GNU_STACK .* RW ")
        self.assertLessEqual(os.path.getsize(self.program), 13 * 1024 * 1024)  # make-dist itself is stricter with OpenSSL 3.0
        self.assertEqual(os.stat(self.program).st_mode & 0o7777, 0o755)

    def test_it_runs_in_a_bare_chroot_on_mariadb(self):
        root = self.chroot("bare")
        database = self.database()
        os.link(database.socket, os.path.join(root, "mysql.sock"))
        socket = database.url().partition("?")[0] + "?socket=/mysql.sock"
        for way, url in (("TCP", database.url(tcp=True)), ("unix socket", socket)):
            with self.subTest(way):
                self.check_site_in(root, url)

    def test_it_loads_no_module_of_another_libc(self):
        """Names of hosts and accounts come from files and DNS, where nsswitch.conf wants a module asked first."""
        root = self.chroot("old")
        libc = run(*OLD_LIBC)
        if libc.returncode != 0:
            self.skipTest("Debian 11's libc cannot be fetched here")
        shutil.copytree(os.path.join(libc.stdout.strip(), LIBRARIES), os.path.join(root, LIBRARIES), symlinks=True)
        self.assertTrue(os.path.exists(os.path.join(root, LIBRARIES, "libnss_hesiod.so.2")))
        database = self.database()
        self.write_settings(root, free_port(), database.url(tcp=True).replace("127.0.0.1", "database.example"))
        self.place.write("old/etc/hosts", "127.0.0.1 database.example\n", mode=0o644)
        self.place.write("old/etc/nsswitch.conf", "hosts: hesiod files\npasswd: hesiod files\ngroup: hesiod files\n", mode=0o644)
        os.chmod(os.path.join(root, "etc"), 0o755)
        os.chmod(os.path.join(root, "etc/cardea"), 0o755)
        os.chown(self.place.directory("old/etc/cardea/keys"), 12345, 12345)  # whom the program becomes
        self.cardea_in(root, "migrate")
        self.cardea_in(root, "key", "new")
        self.assertIn("alice@example.com", self.cardea_in(root, "user", "add", "--email", "alice@example.com", stdin=PASSWORD + "\n")
                      + self.cardea_in(root, "user", "list"))

    def check_site_in(self, root, url):
        """Commands and the service in the chroot, behind a lighttpd outside."""
        port = free_port()
        self.write_settings(root, port, url)
        self.cardea_in(root, "migrate")
        self.cardea_in(root, "key", "new")
        email = f"alice{port}@example.com"
        self.cardea_in(root, "user", "add", "--email", email, stdin=PASSWORD + "\n")
        with self.served(root, port):
            browser = Browser(port, f"http://127.0.0.1:{port}")
            answer = browser.post("/auth/login", json={"email": email, "password": PASSWORD})
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(browser.get("/auth/verify").status, 204)
            before = browser.jar.value("cardea_refresh")
            self.assertEqual(browser.post("/auth/refresh").status, 200)
            self.assertNotEqual(browser.jar.value("cardea_refresh"), before)
            self.assertEqual(browser.get("/auth/health").json()["status"], "ok")
            self.assertEqual(browser.post("/auth/logout").status, 204)

    def write_settings(self, root, port, url):
        """Where the program looks when it finds none beside itself: without /proc it does not know where it lies."""
        settings = os.path.relpath(os.path.join(root, "etc", "cardea"), self.place.path)
        shutil.rmtree(os.path.join(root, "etc"), ignore_errors=True)
        self.place.directory(settings)
        text = f"""[site]
url = http://127.0.0.1:{port}
[database]
url = {url}
[password]
memory = 8MiB
iterations = 1
"""
        self.place.write(settings + "/cardea.ini", text)

    def cardea_in(self, root, *arguments, stdin=""):
        done = subprocess.run([CHROOT, root, "/cardea", *arguments], input=stdin, capture_output=True, text=True, env={})
        self.assertEqual(done.returncode, 0, (arguments, done.stderr))
        return done.stdout

    @contextlib.contextmanager
    def served(self, root, port):
        socket = os.path.join(root, "cardea.sock")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(socket)
        service = Process([CHROOT, root, "/cardea", "serve", "--listen", "unix:/cardea.sock"], self.place.log("service"))
        try:
            wait_until(lambda: listens(socket) or not service.alive(), "the service listens")
            with front(self.place, port, socket):
                yield
        finally:
            service.stop()

    def test_the_packed_program_and_the_built_one_serve_one_session_in_turn(self):
        """One site, one database, two programs of one version that run at the same time. For older tables see test_upgrade."""
        with site("packed", way="serve", settings={"tokens": {"rotation_grace": "0s"}}) as here:
            new = Cardea(here.place, here.port, here.cardea.settings)
            new.binary = self.program
            service, port = new.serve("unix:" + here.place.socket("new.sock")), free_port()
            self.addCleanup(service.release)
            with front(here.place, port, service.address.removeprefix("unix:")):
                browser, seen = here.sign_in(), set()
                for turn in range(6):
                    browser.port = port if turn % 2 else here.port
                    self.assertEqual(browser.get("/auth/verify").status, 204)
                    self.assertEqual(browser.post("/auth/refresh").status, 200)
                    seen.add(browser.jar.value("cardea_refresh"))
                self.assertEqual(len(seen), 6)


@contextlib.contextmanager
def front(place, port, socket):
    """A lighttpd that hands the mount to a program on a socket."""
    config = place.write(f"lighttpd-{port}.conf", f"""server.modules = ( "mod_fastcgi" )
server.port = {port}
server.bind = "127.0.0.1"
server.document-root = "{place.directory("documents")}"
fastcgi.server = ( "/auth/" => (( "socket" => "{socket}", "check-local" => "disable" )) )
""")
    server = Process([shutil.which("lighttpd") or "/usr/sbin/lighttpd", "-D", "-f", config], place.log(f"lighttpd-{port}"))
    try:
        wait_until(lambda: listens(port) or not server.alive(), "lighttpd listens")
        yield
    finally:
        server.stop()


def run_here(*command):
    return subprocess.run(command, capture_output=True, text=True, env=clean_environment())
