"""htdocs/php/cardea.php behind lighttpd, in the three ways in which a host runs PHP.

    with php_site("members", "php-fpm") as here:
        here.area("open")                       # /open/who.php, /open/member.php, /open/admin.php
        here.sign_in().get("/open/who.php")

An area is a directory of pages with settings of its own for cardea.php. /gated/ lies behind the gate.
"""

import contextlib
import glob
import json
import os
import shlex
import shutil
import subprocess
import unittest

from harness import Gate, Place, Process, site
from processes import ROOT, Failure, clean_environment, listens, wait_until

RUNS = ("php-cgi", "php-fpm", "cgi")
CARDEA_PHP = os.path.join(ROOT, "htdocs", "php", "cardea.php")
SCRIPTS = os.path.join(ROOT, "tests", "server", "php")


def missing_php():
    """Which of PHP's programs are not here."""
    return [name for name in ("php", "php-cgi") if not shutil.which(name)] + ([] if fpm_program() else ["php-fpm"])


def require_php():
    """Leaves the test out where PHP is missing."""
    if missing_php():
        raise unittest.SkipTest("missing: " + ", ".join(missing_php()))


def fpm_program():
    """Debian gives it the version in its name."""
    return shutil.which("php-fpm") or next(iter(sorted(glob.glob("/usr/sbin/php-fpm*"))), None)


def run_script(name, *arguments, stdin=""):
    """What a script of tests/server/php prints, read as JSON. $PHP: another PHP than this machine's."""
    done = subprocess.run([*shlex.split(os.environ.get("PHP") or "php"), os.path.join(SCRIPTS, name), *arguments], input=stdin, capture_output=True, text=True,
                          timeout=120, env=clean_environment())
    complaints = [line for line in done.stderr.splitlines() if not line.startswith("cardea: ")]  # those are cardea.php's own
    if done.returncode != 0 or complaints:
        raise Failure(f"{name} ended with {done.returncode}: {done.stderr}{done.stdout[-400:]}")
    return json.loads(done.stdout)


class Pages:
    """The document root, and what runs its PHP."""

    def __init__(self, name, runs):
        self.place, self.runs = Place(f"{name}-{runs}"), runs
        self.documents = self.place.directory("documents", mode=0o755)
        self._fpm = None

    def configuration(self, environment=None):
        """What lighttpd is told about PHP. environment: variables for it, with php-cgi only."""
        program = shutil.which("php-cgi")
        if self.runs == "cgi":
            return f'cgi.assign = ( ".php" => "{program}" )'
        backend = f'"socket" => "{self.place.socket("php.sock")}", "broken-scriptfilename" => "enable"'
        if self.runs == "php-cgi":
            variables = {"PHP_FCGI_CHILDREN": "0", **(environment or {})}
            shown = ", ".join(f'"{name}" => "{value}"' for name, value in variables.items())
            backend += f', "bin-path" => "{program}", "max-procs" => 1, "bin-environment" => ( {shown} )'
        else:
            self._start_fpm()
        return f'fastcgi.server += ( ".php" => (( {backend} )) )'

    def _start_fpm(self):
        socket = self.place.socket("php.sock")
        user = "user = root\n" if os.geteuid() == 0 else ""
        config = self.place.write("fpm.conf", f"""[global]
error_log = {self.place.file("fpm-errors.log")}
[www]
{user}listen = {socket}
pm = static
pm.max_children = 2
catch_workers_output = yes
""")
        self._fpm = Process([fpm_program(), "--nodaemonize", "--allow-to-run-as-root", "--fpm-config", config],
                            self.place.log("php-fpm"))
        wait_until(lambda: listens(socket) or not self._fpm.alive(), "php-fpm listens")
        if not self._fpm.alive():
            raise Failure(f"php-fpm ended with {self._fpm.exit_status()}")

    def close(self):
        if self._fpm is not None:
            self._fpm.release()
        self.place.close()


class PhpSite:
    """A Site (harness.py) with areas of PHP pages: .site .keys and what Site offers."""

    def __init__(self, here, pages):
        self.site, self.pages = here, pages
        self.cardea, self.browser, self.sign_in = here.cardea, here.browser, here.sign_in
        self.keys = pages.place.file("keys.json")
        self.export_keys()

    def export_keys(self):
        self.cardea.command("key", "export", "--with-secrets", "--file", self.keys)

    def settings(self, **changes):
        return {"url": self.cardea.url, "keys": self.keys, **changes}

    def area(self, name, **changes):
        """Makes the directory /name/ of pages with these settings over the usual ones."""
        target = self.pages.place.directory("documents", name, mode=0o755)
        for page in os.listdir(os.path.join(SCRIPTS, "pages")):
            shutil.copy(os.path.join(SCRIPTS, "pages", page), target)
        settings = json.dumps(self.settings(**changes))
        self.pages.place.write(f"documents/{name}/config.php", f"""<?php
require_once '{CARDEA_PHP}';
Cardea\\configure(json_decode('{settings}', true));
""")


@contextlib.contextmanager
def php_site(name, runs, settings=None, extra="", **options):
    """A running PhpSite. Pages of /gated/ are behind a gate in mode required, those of /optional/ behind one in optional."""
    pages = Pages(name, runs)
    try:
        gates = [Gate("/gated/"), Gate("/optional/", mode="optional")]
        with site(name, settings=settings, documents=pages.documents, gates=gates,
                  extra=pages.configuration() + "\n" + extra, **options) as here:
            yield PhpSite(here, pages)
    except Exception:
        pages.place.note_failure()
        raise
    finally:
        pages.close()
