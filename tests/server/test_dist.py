"""The archive of `make dist`: what is in it, and that its program runs where there is nothing else, or another glibc."""

import contextlib
import os
import re
import shutil
import subprocess
import tarfile
import unittest

from harness import PASSWORD, ROOT, Browser, Cardea, MariaDB, Place, Process, free_port, listens, site, wait_until
from processes import clean_environment

# Another libc than the one in the program, with modules for sources of names.
OLD_LIBC = [os.path.join(ROOT, "tests/tools/debian-root"), "bullseye", "libc6"]
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
LIBRARIES = "lib/x86_64-linux-gnu"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=clean_environment())


class Dist(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = run("make", "--no-print-directory", "dist")
        assert made.returncode == 0, made.stdout + made.stderr
        cls.place = Place("dist")
        cls.addClassCleanup(cls.place.close)
        archive = re.search(r"build/dist/\S+\.tar\.gz", made.stdout)[0]
        with tarfile.open(os.path.join(ROOT, archive)) as packed:
            packed.extractall(cls.place.path, filter="tar")
        cls.name = os.path.basename(archive).removesuffix(".tar.gz")
        cls.unpacked = cls.place.file(cls.name)
        cls.program = os.path.join(cls.unpacked, "cardea")

    def chroot(self, name):
        """A directory with the program, and nothing else but what a test puts there."""
        if os.geteuid() != 0:
            self.skipTest("only root may chroot")
        root = self.place.directory(name, mode=0o755)
        shutil.copy(self.program, root)
        return root

    def database(self):
        place = Place("dist-database")
        self.addCleanup(place.close)
        database = MariaDB(place)
        self.addCleanup(database.close)
        return database

    def test_it_has_what_an_installation_needs_and_every_licence(self):
        with contextlib.chdir(self.unpacked):
            self.assertEqual(run_here("sha256sum", "--check", "--quiet", "SHA256SUMS").stdout, "")
            self.assertEqual(set(os.listdir(".")), {"cardea", "conf", "htdocs", "sql", "licences", "LICENSE", "README.txt",
                                                    "README.md", "src", "CHANGELOG.md", "SHA256SUMS"})
            listed = {line.split("  ./")[1].rstrip("\n") for line in open("SHA256SUMS", encoding="utf-8")}
            self.assertEqual(listed | {"SHA256SUMS"}, {os.path.relpath(os.path.join(where, name), ".")
                                                       for where, _, names in os.walk(".") for name in names})
            with open("README.txt", encoding="utf-8") as file:
                text = file.read()
            self.assertNotIn("@", text)
            for path in re.findall(r"licences/\S+\.txt", text):
                self.assertGreater(os.path.getsize(path), 300, path)
            for library in ("libmysqlcppconn-dev", "libmariadb-dev", "libssl-dev", "libsodium-dev", "libsqlite3-dev", "libfcgi-dev"):
                self.assertIn(library, text)
            for folder in ("conf", "htdocs", "sql"):
                self.assertEqual(run_here("diff", "-r", folder, os.path.join(ROOT, folder)).stdout, "")

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
