"""The gate on real servers, by the files of conf/: the table of gate_cases, and doors that must not stand open."""

import os

from gate_cases import CASES
from gate_visit import SECRET, Visit
from harness import ROOT, Installed

TABLE = os.path.join(ROOT, "build", "gate-table.md")
PAGES = os.path.join(ROOT, "tests", "server", "pages", "who.php")
SETTINGS = {"tokens": {"algorithm": "HS256"}, "transport": {"mode": "both"}}

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
    for page in ("members/page.php", "staff/page.php", "app/page.php", "app/index.php", "members/php/index.php",
                 "members/rewritten/index.php"):
        here.place.directory("documents", os.path.dirname(page), mode=0o755)
        here.place.write(f"documents/{page}", php, mode=0o644)
    if here.server.way.startswith("apache"):
        here.place.write("documents/members/rewritten/.htaccess", APACHE_REWRITE, mode=0o644)


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
        cls.visit = Visit(cls.here)
        outcomes[cls.column] = {}

    def check(self, case):
        difference, run = case.differs.get(self.column, ("ok", case.run))
        if run is not None:
            run(self.visit)
        outcomes[self.column][case.name] = difference

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        if all(len(outcomes.get(column, ())) == len(CASES) for column in COLUMNS):
            write_table()


def write_table():
    lines = ["| case | " + " | ".join(COLUMNS) + " |", "|---|" + "---|" * len(COLUMNS)]
    lines += [f"| {case.name} | " + " | ".join(outcomes[column][case.name] for column in COLUMNS) + " |" for case in CASES]
    os.makedirs(os.path.dirname(TABLE), exist_ok=True)
    with open(TABLE, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


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


COLUMNS = [gate.column for gate in (ModFcgid, ModAuthnzFcgi, Lighttpd, Nginx)]
