"""The gate on real servers, by the files of conf/: the table of gate_cases, and doors that must not stand open."""

import os
import re
import subprocess
import unittest

from conf_files import text_of
from gate_cases import CASES, PARTNER
from gate_visit import SECRET, Visit
from harness import ROOT, Installed
from processes import clean_environment
from shared_cache import shared_caches

TABLE = os.path.join(ROOT, "build", "gate-table.md")
LONG_AGO = 1_600_000_000
PAGES = os.path.join(ROOT, "tests", "server", "pages", "who.php")
SETTINGS = {"site": {"allowed_origins": PARTNER}, "tokens": {"algorithm": "HS256"}, "transport": {"mode": "both"}}

# What an application does that has one entry for all addresses, in the words of each server.
APACHE_REWRITE = "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^ index.php [L]\n"
LIGHTTPD_REWRITE = ('$HTTP["url"] =~ "^/members/rewritten/" { '
                    'url.rewrite-if-not-file = ( "" => "/members/rewritten/index.php" ) }')
NGINX_REWRITE = "    rewrite ^/members/rewritten/ /members/rewritten/index.php last;\n"

outcomes = {}  # server: {case: "ok" or what is different}


def lay_out(here):
    """Pages in the gated directories."""
    for directory in ("members", "members/sub", "staff", "app"):
        here.place.directory("documents", directory, mode=0o755)
        here.place.write(f"documents/{directory}/page.html", SECRET, mode=0o644)
    here.place.write("documents/members/index.html", SECRET, mode=0o644)
    here.place.write("documents/members/sub/index.html", SECRET, mode=0o644)
    with open(PAGES, "rb") as file:
        php = file.read()
    here.place.write("documents/public.html", "WHAT EVERYBODY SEES", mode=0o644)
    with open(os.path.join(os.path.dirname(PAGES), "says.php"), "rb") as file:
        here.place.write("documents/members/says.php", file.read(), mode=0o644)
    for page in ("members/page.php", "staff/page.php", "app/page.php", "app/index.php", "members/php/index.php",
                 "members/rewritten/index.php"):
        here.place.directory("documents", os.path.dirname(page), mode=0o755)
        here.place.write(f"documents/{page}", php, mode=0o644)
    if here.server.way.startswith("apache"):
        here.place.write("documents/members/rewritten/.htaccess", APACHE_REWRITE, mode=0o644)
    for folder, _, files in os.walk(here.server.documents):  # caches keep an old page longer than a new one
        for name in files:
            os.utime(os.path.join(folder, name), (LONG_AGO, LONG_AGO))


def lay_out_guards(here):
    """The guard in each of the gated directories, with nothing but its settings replaced."""
    keys = here.place.file("keys.json")
    here.cardea.command("key", "export", "--with-secrets", "--file", keys)
    with open(os.path.join(ROOT, "htdocs", "php", "cardea.php"), "rb") as file:
        include = here.place.write("cardea.php", file.read())
    with open(os.path.join(ROOT, "htdocs", "php", "guard.php"), encoding="utf-8") as file:
        guard = file.read()
    settings = {"'/home/USER/cardea/cardea.php'": f"'{include}'", "'/home/USER/cardea/keys.json'": f"'{keys}', 'transport' => 'both'",
                "/home/USER/cardea/keys/revoked": os.path.join(here.cardea.keys, "revoked"), "https://example.com": here.cardea.url}
    changes = {"members": {}, "members/rewritten": {"GUARD_ENTRY = ''": "GUARD_ENTRY = 'index.php'"}, "staff": {"GUARD_SCOPE = ''": "GUARD_SCOPE = 'staff'"},
               "app": {"GUARD_OPTIONAL = false": "GUARD_OPTIONAL = true", "GUARD_ENTRY = ''": "GUARD_ENTRY = 'index.php'"}}
    for directory, change in changes.items():
        here.place.write(f"documents/{directory}/guard.php", replaced(guard, {**settings, **change}), mode=0o644)
        here.place.write(f"documents/{directory}/.htaccess", text_of("htaccess/guard.htaccess"), mode=0o644)


def replaced(text, replacements):
    for old, new in replacements.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


class Gate(Installed):
    """All cases on one server; the classes below say which."""

    settings = SETTINGS
    column = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here.cardea.add_user("alice@example.com")
        cls.here.cardea.add_user("staff@example.com", scope="other staff")
        lay_out(cls.here)
        cls.visit = Visit(cls.here, cls.enterClassContext(shared_caches(cls.here.port)))
        outcomes[cls.column] = {}

    def check(self, case):
        difference, run = case.differs.get(self.column, ("ok", case.run))
        if run is not None:
            run(self.visit)
        outcomes[self.column][case.name] = difference
        if run is None:
            self.skipTest(difference)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        if every_case_was_seen():
            write_table()


def every_case_was_seen():
    return all(len(outcomes.get(column, ())) == len(CASES) for column in COLUMNS)


def table():
    lines = ["| case | " + " | ".join(COLUMNS) + " |", "|---|" + "---|" * len(COLUMNS)]
    lines += [f"| {case.name} | " + " | ".join(outcomes[column][case.name] for column in COLUMNS) + " |" for case in CASES]
    return "\n".join(lines) + "\n"


def write_table():
    os.makedirs(os.path.dirname(TABLE), exist_ok=True)
    with open(TABLE, "w", encoding="utf-8") as file:
        file.write(table())


def with_all_cases(cls):
    """Gives the class a test for each case, named by its sentence."""
    for number, case in enumerate(CASES):
        words = "".join(letter if letter.isalnum() else "_" for letter in case.name)
        setattr(cls, f"test_{number:02}_{words}", lambda self, case=case: self.check(case))
    return cls


@with_all_cases
class ModFcgid(Gate):
    way, column, server = "apache-fcgid", "mod_fcgid", {"modules": ("rewrite",)}


@with_all_cases
class ModAuthnzFcgi(Gate):
    way, column, server = "apache-authnz", "mod_authnz_fcgi", {"modules": ("rewrite",)}


@with_all_cases
class Lighttpd(Gate):
    way, column, server = "lighttpd-conf", "lighttpd", {"extra": LIGHTTPD_REWRITE}


@with_all_cases
class Nginx(Gate):
    way, column = "nginx", "nginx"
    server = {"edit": lambda text: text.replace("    location /auth/ {", NGINX_REWRITE + "    location /auth/ {", 1)}


@with_all_cases
class PhpAlone(Gate):
    """No gate of the server's: Cardea as plain CGI, and htdocs/php/guard.php in front of the pages, by .htaccess files."""

    way, column = "htaccess-cgi", "PHP alone"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lay_out_guards(cls.here)


COLUMNS = [gate.column for gate in (ModFcgid, ModAuthnzFcgi, Lighttpd, Nginx, PhpAlone)]


def test_the_readme_shows_the_table_of_this_run():
    if not every_case_was_seen():
        raise unittest.SkipTest("not every case on every server was run, and passed")
    with open(os.path.join(ROOT, "conf", "README.md"), encoding="utf-8") as file:
        assert table() in file.read(), f"it is in {TABLE}"


# What this machine runs: the row of the table of versions in conf/README.md, and how to ask for it.
VERSIONS = {"Apache": ("/usr/sbin/apache2 -v", r"Apache/(\d+\.\d+)"), "lighttpd": ("/usr/sbin/lighttpd -v", r"lighttpd/([\d.]+)"),
            "nginx": ("/usr/sbin/nginx -v", r"nginx/(\d+\.\d+)"), "PHP": ("/usr/bin/php-cgi -n -v", r"PHP (\d+\.\d+)"),
            "MariaDB": ("/usr/sbin/mariadbd --version", r"Ver (\d+\.\d+)"), "WordPress": ("dpkg-query -W wordpress", r"\t(\d+\.\d+)"),
            "Laravel": ("dpkg-query -W php-laravel-framework", r"\t(\d+)"), "OpenSSL": ("openssl version", r"OpenSSL (\d+\.\d+)")}


def version_of(command, pattern):
    done = subprocess.run(command.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=clean_environment())
    found = re.search(pattern, done.stdout)
    assert found, (command, done.stdout)
    return found[1]


def test_the_readme_names_the_versions_of_this_run():
    with open("/etc/os-release", encoding="utf-8") as file:
        debian = re.search(r'^VERSION_ID="?(\d+)', file.read(), re.MULTILINE)[1]
    rows = ["| run on | " + " | ".join(VERSIONS) + " |",
            f"| Debian {debian} | " + " | ".join(version_of(*how) for how in VERSIONS.values()) + " |"]
    with open(os.path.join(ROOT, "conf", "README.md"), encoding="utf-8") as file:
        text = file.read()
    for row in rows:
        assert row + "\n" in text, row
