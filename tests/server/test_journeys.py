"""The ways of conf/README.md to install Cardea that no other test follows: a shared host with FTP and nothing else, and a VPS with lighttpd.

WordPress and Laravel behind Apache are in test_wordpress.py and test_laravel.py.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import unittest

from gate_visit import SECRET
from harness import PASSWORD, ROOT, Cardea, MariaDB, Place, Site, free_port, site
from processes import clean_environment
from test_hosting import SUEXEC, SUEXEC_ROOT, SuexecApache, rename_over

NAVIGATION = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


# ---- Only FTP ----------------------------------------------------------------------------------------------------------

def import_tables(database):
    """What the command in conf/README.md makes of the files of sql/, as phpMyAdmin imports it."""
    done = subprocess.run(["bash", "-c", "sed 's/{prefix}/cardea_/g' sql/*.sql"], cwd=ROOT, capture_output=True, text=True, check=True)
    database.sql(done.stdout, database.schema)


def upload_keys(place, cardea):
    """Made at home, where there is a shell but no way to the host's database, and uploaded."""
    home = Cardea(place, cardea.port, name="home")
    home.configure({"database": {"url": "mysql://cardea:password@127.0.0.1:1/cardea"}})
    home.command("key", "new")
    home.command("key", "export", "--file", place.file("keys.json"))
    for name in os.listdir(home.keys):
        with open(os.path.join(home.keys, name), "rb") as file:
            cardea.place.write(os.path.join(os.path.basename(cardea.keys), name), file.read())


@contextlib.contextmanager
def shared_host():
    """A Site of a customer who has uploaded files, and imported tables, and run nothing."""
    if os.geteuid() != 0 or not os.path.exists(SUEXEC) or not os.path.isdir(SUEXEC_ROOT):
        raise unittest.SkipTest("suexec is for root to try, below " + SUEXEC_ROOT)
    customer = pwd.getpwnam("nobody")
    with contextlib.ExitStack() as stack:
        places = [Place("ftp-database"), Place("ftp", (customer.pw_uid, customer.pw_gid), parent=SUEXEC_ROOT)]
        for place in places:
            stack.callback(place.close)
        try:
            os.chmod(places[1].path, 0o755)
            database = stack.enter_context(contextlib.closing(MariaDB(places[0])))
            cardea = Cardea(places[1], free_port(), {"database": {"url": database.url(tcp=True)}}, database)
            os.chown(cardea.binary, *places[1].owner)
            import_tables(database)
            upload_keys(places[0], cardea)
            server = stack.enter_context(contextlib.closing(SuexecApache(cardea, customer.pw_name)))
            places[1].directory("apache-run", mode=0o755)
            yield Site(places[1], cardea, server.start(), database)
        except Exception:
            for place in places:
                place.note_failure()
            raise


def test_a_customer_with_ftp_alone_signs_up_opens_his_members_area_and_upgrades():
    with shared_host() as here:
        for name in ("page.html", "picture.png"):
            here.place.write("documents/members/" + name, SECRET, mode=0o644)
        browser = here.browser()
        assert browser.get("/auth/health").json()["status"] == "ok"
        answer = browser.get("/members/page.html", headers=NAVIGATION)
        assert answer.status == 303 and "/auth/continue?return_to=/members/page.html" in answer.header("Location"), answer
        assert browser.get("/members/picture.png").status == 401
        account = {"email": "owner@example.com", "password": PASSWORD, "return_to": "/members/page.html"}
        answer = browser.post("/auth/register", form=account)
        assert answer.status == 303 and answer.header("Location").endswith("/members/page.html"), answer
        assert SECRET in browser.get("/members/page.html").text
        rename_over(here.cardea.binary, here.cardea.binary)
        os.chown(here.cardea.binary, *here.place.owner)
        assert SECRET in browser.get("/members/picture.png").text
        assert browser.post("/auth/refresh").status == 200
        assert here.rows("SELECT COUNT(*) FROM cardea_user") == [["1"]]


# ---- A VPS with lighttpd -----------------------------------------------------------------------------------------------

def test_make_install_puts_everything_where_the_files_of_conf_look_for_it():
    with site("install", way="lighttpd-conf") as here:
        root = here.place.directory("root")
        done = subprocess.run(["make", "--no-print-directory", "install", f"DESTDIR={root}"], cwd=ROOT, capture_output=True, text=True,
                              env=clean_environment())
        assert done.returncode == 0, done.stderr
        for path, mode in {"usr/local/lib/cardea/cardea": 0o755, "etc/cardea": 0o750, "etc/cardea/cardea.ini": 0o600,
                           "usr/local/share/cardea/htdocs/cardea/sign-in.html": 0o644, "usr/local/share/cardea/htdocs/php/cardea.php": 0o644,
                           "usr/local/share/cardea/conf/lighttpd.conf": 0o644, "usr/local/share/cardea/sql/001_first_tables.sql": 0o644}.items():
            assert os.stat(os.path.join(root, path)).st_mode & 0o777 == mode, path
        said = subprocess.run([os.path.join(root, "usr/local/bin/cardea"), "--help"], capture_output=True, text=True)
        assert said.returncode == 0 and "migrate" in said.stdout, said
        settings = os.path.join(root, "etc/cardea/cardea.ini")
        shutil.copy(here.cardea.config, settings)
        again = subprocess.run(["make", "--no-print-directory", "install", f"DESTDIR={root}"], cwd=ROOT, capture_output=True, text=True,
                               env=clean_environment())
        assert again.returncode == 0, again.stderr
        with open(settings, encoding="utf-8") as kept, open(here.cardea.config, encoding="utf-8") as written:
            assert kept.read() == written.read(), "the settings were overwritten"
