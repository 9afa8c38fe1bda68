"""lighttpd with Cardea behind it, in the three ways in which a host can run the program."""

import contextlib
import os
import re
import shutil
import signal

from conf_files import Php, filled_in, sign_in_pages
from processes import Failure, Process, last_words, listens, note_finding, wait_until

WAYS = ("fastcgi", "serve", "cgi")


class Gate:
    """A path that only signed-in people may enter: lighttpd asks the program as FastCGI authorizer."""

    def __init__(self, path, mode=None, scope=None):
        self.path, self.mode, self.scope = path, mode, scope

    def arguments(self):
        mode = f" --gate-mode {self.mode}" if self.mode else ""
        return mode + (f" --gate-scope {self.scope}" if self.scope else "")


class Lighttpd:
    """A server on cardea.port that hands the mount to the program and serves files from .documents.

    way: "fastcgi" (lighttpd starts the program), "serve" (`cardea serve` on a unix socket), "cgi" (one process a
    request). gates: paths for the authorizer role. php: files ending in .php run in php-cgi. extra: more configuration.
    """

    programs_log = "lighttpd-programs.log"

    def __init__(self, cardea, way="fastcgi", gates=(), processes=2, documents=None, php=False, extra="",
                 max_body_kib=1024):
        assert way in WAYS, way
        self.cardea, self.way, self.gates, self.processes = cardea, way, list(gates), processes
        self.place, self.port, self.mount = cardea.place, cardea.port, cardea.mount
        self.documents = documents or self.place.directory("documents", mode=0o755)
        self.php, self.extra, self.max_body_kib = php, extra, max_body_kib
        self.served = None
        self.deaths = None  # why programs die before the end: the test kills them
        self._process = None

    def start(self):
        if self.way == "serve" and (self.served is None or not self.served.alive()):
            self.served = self.cardea.serve()
        config = self.place.write("lighttpd.conf", self.configuration())
        program = shutil.which("lighttpd") or "/usr/sbin/lighttpd"
        self.place.logs["lighttpd"] = self.place.file("lighttpd-error.log")
        self.place.logs["programs"] = self.place.file(self.programs_log)
        self._process = Process([program, "-D", "-f", config], self.place.log("lighttpd-output"))
        wait_until(lambda: listens(self.port) or not self._process.alive(), "lighttpd listens")
        if not self._process.alive():
            raise Failure(f"lighttpd ended with {self._process.exit_status()}: {last_words(self.place)}")
        return self

    def stop(self):
        """An orderly end: running requests are answered first."""
        return self._end(signal.SIGINT)

    def restart(self):
        self.stop()
        self.start()

    def terminate(self):
        """SIGTERM: clients are cut off, the program gets SIGTERM at once."""
        return self._end(signal.SIGTERM)

    def _end(self, number):
        return self._process.stop(number, program=None if self.deaths else self.cardea.binary)

    def crash(self):
        """kill -9 of lighttpd alone: what it has started lives on."""
        return self._process.kill_alone()

    def close(self):
        if self._process is not None and self._process.alive():
            self.terminate()
        for process in (self._process, self.served):
            if process is not None:
                process.release()
        if not self.deaths:
            self._look_for_deaths()

    def _look_for_deaths(self):
        """lighttpd starts a program anew that has ended; only its log says so."""
        with contextlib.suppress(FileNotFoundError), open(self.place.file("lighttpd-error.log"), encoding="utf-8", errors="replace") as log:
            for died in re.findall(r"child (?:exited|signall?ed|died).*|CGI pid \d+ (?:died|ended).*", log.read()):
                note_finding("a program of lighttpd", f"this in its log: {died}")

    def workers(self):
        """Ids of the processes that answer for the program."""
        if self.way == "serve":
            return [self.served.pid, *self.served.family()]
        return self._process.family()

    @property
    def pid(self):
        return self._process.pid

    def configuration(self):
        parts = [self._base()]
        if self.way == "cgi":
            parts.append(self._cgi())
        if self.way != "cgi" or self.gates or self.php:
            parts.append(self._fastcgi())
        return "\n".join([*parts, self.extra, ""])

    def _base(self):
        modules = ["mod_setenv", "mod_alias", "mod_rewrite", "mod_fastcgi", "mod_cgi", "mod_accesslog"]
        return f"""
server.modules = ( {", ".join(f'"{name}"' for name in modules)} )
server.port = {self.port}
server.bind = "127.0.0.1"
server.document-root = "{self.documents}"
server.upload-dirs = ( "{self.place.directory("uploads")}" )
server.errorlog = "{self.place.file("lighttpd-error.log")}"
server.breakagelog = "{self.place.file("lighttpd-programs.log")}"
accesslog.filename = "{self.place.file("lighttpd-access.log")}"
server.max-request-size = {self.max_body_kib}
index-file.names = ( "index.html", "index.php" )
static-file.exclude-extensions = ( ".php", ".ini", ".db" )
mimetype.assign = ( ".html" => "text/html; charset=utf-8", ".js" => "text/javascript", ".css" => "text/css",
  ".json" => "application/json", ".svg" => "image/svg+xml", ".txt" => "text/plain; charset=utf-8" )
"""

    def _fastcgi(self):
        entries = []
        if self.way == "fastcgi":
            entries.append(self._entry(self.mount + "/", self._spawned("auth", "")))
        elif self.way == "serve":
            entries.append(self._entry(self.mount + "/", f'"socket" => "{self.served.address.removeprefix("unix:")}"'))
        for number, gate in enumerate(self.gates):
            backend = self._spawned(f"gate{number}", gate.arguments())
            entries.append(self._entry(gate.path, backend + ', "mode" => "authorizer"'))
        if self.php:
            entries.append(self._php_entry())
        return "fastcgi.server = (\n" + ",\n".join(entries) + "\n)"

    def _entry(self, path, backend):
        return f'  "{path}" => (( {backend}, "check-local" => "disable" ))'

    def _spawned(self, name, arguments):
        environment = f'"bin-environment" => ( "CARDEA_CONFIG" => "{self.cardea.config}" )'
        return (f'"bin-path" => "{self.cardea.binary}{arguments}", "socket" => "{self.place.socket(name + ".sock")}", '
                f'"max-procs" => {self.processes}, {environment}')

    def _php_entry(self):
        program = shutil.which("php-cgi") or "/usr/bin/php-cgi"
        return (f'  ".php" => (( "bin-path" => "{program}", "socket" => "{self.place.socket("php.sock")}", '
                '"max-procs" => 1, "bin-environment" => ( "PHP_FCGI_CHILDREN" => "0", "PHP_FCGI_MAX_REQUESTS" => "10000" ), '
                '"broken-scriptfilename" => "enable" ))')

    def _cgi(self):
        return f"""
alias.url += ( "{self.mount}/" => "{self.cardea.binary}/" )
cgi.assign = ( "{self.cardea.binary}" => "" )
$HTTP["url"] =~ "^{self.mount}(?:/|$)" {{
  setenv.add-environment = ( "CARDEA_CONFIG" => "{self.cardea.config}" )
}}
"""


# way: the file of conf/.
FILES = {"lighttpd-conf": "lighttpd.conf", "lighttpd-cgi": "lighttpd-cgi.conf"}


class LighttpdByConf(Lighttpd):
    """lighttpd with a file of conf/ as it stands: its gates and its way to the program, and PHP.

    edit: a function that changes the text of the file, for a test of what would be wrong with it. with_proxy: takes
    conf/lighttpd-proxy.conf as well, for a balancer on this machine.
    """

    def __init__(self, cardea, way="lighttpd-conf", edit=None, with_proxy=False, extra=""):
        super().__init__(cardea, "fastcgi", extra=extra)
        if way == "lighttpd-conf":
            self.programs_log = "cardea.jsonl"
        self.way, self.edit, self.with_proxy = way, edit or (lambda text: text), with_proxy
        self._php = None

    def start(self):
        self._php = self._php or Php(self.place)
        return super().start()

    def close(self):
        super().close()
        if self._php is not None:
            self._php.close()

    def configuration(self):
        # conf/lighttpd.conf says where the log is and which modules it needs.
        said = ("server.modules", "server.breakagelog")
        base = [line for line in self._base().splitlines() if not line.startswith(said)]
        parts = ['server.modules = ( "mod_accesslog" )', *base]
        if self.with_proxy:
            parts.append(filled_in("lighttpd-proxy.conf", {"10.0.0.0/8": "127.0.0.1"}))
        paths = {"/usr/local/lib/cardea/cardea": self.cardea.binary, "/etc/cardea/cardea.ini": self.cardea.config,
                 "/usr/local/share/cardea/htdocs": sign_in_pages(self.place)}
        if self.way == "lighttpd-conf":
            paths |= {"/run/lighttpd/": os.path.dirname(self.place.socket("x")) + "/",
                      "/var/log/lighttpd/": self.place.path + "/"}
        parts.append(self.edit(filled_in(FILES[self.way], paths)))
        if self.way == "lighttpd-cgi":
            parts.append('server.modules += ( "mod_fastcgi" )')
        parts.append('fastcgi.server += ( ".php" => (( "socket" => "%s", "broken-scriptfilename" => "enable" )) )'
                     % self._php.socket)
        return "\n".join([*parts, self.extra, ""])
