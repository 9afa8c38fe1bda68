"""Apache with Cardea behind it, by the files of conf/: as modules, as a service, as CGI, and by .htaccess alone."""

import contextlib
import os
import pwd
import re
import shutil
import signal

from conf_files import Php, filled_in, sign_in_pages, text_of
from processes import Failure, Process, free_port, last_words, listens, note_finding, wait_until

MODULES = "/usr/lib/apache2/modules"
# What Debian's Apache has on after installation, as far as it matters here; the files name what they need besides.
STANDARD = ("mpm_event", "authz_core", "authz_host", "authz_user", "authn_core", "alias", "dir", "env", "mime", "setenvif",
            "reqtimeout", "filter")
NEEDS = {"proxy_fcgi": ("proxy",), "authnz_fcgi": ("authn_core",)}

# way: the files of conf/, and what has to be switched on for those that do not say it themselves.
FILES = {
    "apache-fcgid": ("apache-fcgid.conf",),
    "apache-authnz": ("apache-authnz.conf",),
    "apache-proxy-fcgi": ("apache-proxy-fcgi.conf",),
    "apache-cgi": ("apache-cgi.conf",),
    "htaccess-fcgid": ("htaccess/auth.htaccess", "htaccess/members.htaccess"),
    "htaccess-cgi": ("htaccess/public_html.htaccess",),
}
HTACCESS_MODULES = {"htaccess-fcgid": ("fcgid", "headers"), "htaccess-cgi": ("cgid", "rewrite", "headers")}
WAYS = tuple(FILES)
ENDED_WELL = re.compile(r"terminated by calling exit\(\), return code: 0")


def server_owner():
    """Whom Apache runs as in these tests: it refuses to serve as root, so root lends it another user."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("www-data")
    return entry.pw_uid, entry.pw_gid


class Apache:
    """A server on cardea.port in one of WAYS, with files from .documents and PHP. Its place needs server_owner().

    edit: a function that changes the text of each file of conf/, for a test of what would be wrong with it.
    extra: more configuration. modules: more modules.
    """

    def __init__(self, cardea, way="apache-fcgid", edit=None, extra="", modules=()):
        self.cardea, self.way, self.edit, self.extra = cardea, way, edit or (lambda text: text), extra
        self.place, self.port, self.mount = cardea.place, cardea.port, cardea.mount
        self.documents = self.place.directory("documents", mode=0o755)
        self.modules = [*modules, *self._documented_modules()]
        self.php = self.served = self._process = None
        self.deaths = None  # why programs die before the end: the test kills them, or a gate has a mistake

    def start(self):
        self.php = self.php or self._start_php()
        if self.served is None or not self.served.alive():
            self.served = self._serve()
        config = self.place.write("apache.conf", self.configuration())
        program = shutil.which("apache2") or "/usr/sbin/apache2"
        self.place.logs["apache"] = self.place.file("apache-error.log")
        self._process = Process([program, "-d", self.place.path, "-f", config, "-DFOREGROUND"],
                                self.place.log("apache-output"), directory=self.place.path, owner=self._run_as())
        wait_until(lambda: listens(self.port) or not self._process.alive(), "Apache listens")
        if not self._process.alive():
            raise Failure(f"Apache ended with {self._process.exit_status()}: {last_words(self.place)}")
        return self

    def stop(self):
        """An orderly end: running requests are answered first."""
        return self._end(signal.SIGWINCH)

    def _end(self, number=signal.SIGTERM):
        """mod_fcgid sends SIGTERM to a program that it has started this moment, too: so first each must be able to heed it."""
        return self._process.stop(number, program=None if self.deaths else self.cardea.binary)

    def restart(self):
        self.stop()
        self.start()

    def close(self):
        if self._process is not None and self._process.alive():
            self._end()  # killed, it would leave mod_fcgid's shared memory behind
        for process in (self._process, self.served):
            if process is not None:
                process.release()
        if self.php is not None:
            self.php.close()
        if not self.deaths:
            self._look_for_deaths()

    def _look_for_deaths(self):
        """mod_fcgid starts a program anew that has ended; its log says how each has ended."""
        with contextlib.suppress(FileNotFoundError), open(self.place.file("apache-error.log"), encoding="utf-8", errors="replace") as log:
            for died in re.findall(r"mod_fcgid: process \S+ (exit\(.*)", log.read()):
                if not ENDED_WELL.search(died):
                    note_finding("a program of Apache", f"this in its log: {died}")

    def workers(self):
        """Ids of the processes that answer for the program."""
        if self.served is not None:
            return [self.served.pid, *self.served.family()]
        name = os.path.basename(self.cardea.binary)  # all that suexec leaves of the path
        return [pid for pid in self._process.family() if os.path.basename(_program_of(pid) or "") == name]

    def configuration(self):
        return "\n".join([self._base(), *self._conf_files(), self.extra, ""])

    def _run_as(self):
        return self.place.owner

    def _user_lines(self):
        return "Suexec Off"

    def _fcgid_lines(self):
        """By default all Apaches of a machine would share these."""
        if "fcgid" not in self.modules:
            return ""
        return (f"LogLevel warn fcgid:info\nFcgidIPCDir {self.place.directory('fcgid', mode=0o755)}\n"
                f"FcgidProcessTableFile {self.place.file('fcgid-processes')}")

    def _start_php(self):
        return Php(self.place)

    def _php_lines(self):
        return f"""<FilesMatch "\\.php$">
  SetHandler "proxy:unix:{self.php.socket}|fcgi://localhost"
  ProxyFCGIBackendType GENERIC
</FilesMatch>"""

    def _serve(self):
        if self.way == "apache-proxy-fcgi":
            return self.cardea.serve()
        if self.way == "apache-authnz":
            return self.cardea.serve(f"127.0.0.1:{free_port()}")
        return None

    def _documented_modules(self):
        """The modules that the file tells its reader to switch on, so that what it says is what is tested."""
        for name in FILES[self.way]:
            said = re.search(r"a2enmod ([a-z_ ]+) &&", text_of(name))
            if said:
                return said[1].split()
        return HTACCESS_MODULES[self.way]

    def _conf_files(self):
        """The files in place; the text of those that are part of the server's configuration."""
        for name in FILES[self.way]:
            text = self.edit(filled_in(name, self._replacements(name)))
            if name.startswith("htaccess/"):
                self._upload(os.path.basename(name), text)
            else:
                yield text

    def _replacements(self, name):
        program = {"/usr/local/lib/cardea": os.path.dirname(self.cardea.binary),
                   "/etc/cardea/cardea.ini": self.cardea.config}
        pages = {"/usr/local/share/cardea/htdocs": sign_in_pages(self.place)}
        served = self.served.address if self.served else ""
        # The longer path first: the one begins with the other.
        home = {"/home/USER/cardea/cardea.ini": self.cardea.config, "/home/USER/cardea/cardea": self.cardea.binary}
        return {
            "apache-fcgid.conf": {**program, **pages, "/var/www/html": self.documents},
            "apache-authnz.conf": {**pages, "127.0.0.1:9100": served, "/var/www/html": self.documents},
            "apache-proxy-fcgi.conf": {**pages, "unix:/run/cardea/cardea.sock": served},
            "apache-cgi.conf": {**program, **pages},
            "htaccess/auth.htaccess": home,
            "htaccess/members.htaccess": home,
            "htaccess/public_html.htaccess": {"/home/USER/cardea/cardea.ini": self.cardea.config},
        }[name]

    def _upload(self, name, text):
        """A file of conf/htaccess to where it says that it belongs."""
        directory = {"auth.htaccess": "auth", "members.htaccess": "members", "public_html.htaccess": ""}[name]
        self.place.directory(os.path.join("documents", directory).rstrip("/"), mode=0o755)
        self.place.write(os.path.join("documents", directory, ".htaccess"), text, mode=0o644)
        if name == "public_html.htaccess":
            cgi_bin = self.place.directory("documents", "cgi-bin", mode=0o755)
            shutil.copy(self.cardea.binary, os.path.join(cgi_bin, "cardea.cgi"))

    def _base(self):
        modules = dict.fromkeys([*STANDARD, "proxy", "proxy_fcgi", *self._needed()])
        loads = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in modules)
        return f"""{loads}
ServerName 127.0.0.1
{self._user_lines()}
Listen 127.0.0.1:{self.port}
PidFile {self.place.file("apache.pid")}
DefaultRuntimeDir {self.place.directory("apache-run")}
{self._fcgid_lines()}
ErrorLog {self.place.file("apache-error.log")}
LogFormat "%h %u \\"%r\\" %>s" short
CustomLog {self.place.file("apache-access.log")} short
ServerLimit 1
StartServers 1
ThreadsPerChild 16
MaxRequestWorkers 16
TypesConfig /dev/null
AddType text/html .html
AddType text/plain .txt
AddType text/css .css
AddType text/javascript .js
AddType image/svg+xml .svg
DirectoryIndex index.html index.php
DocumentRoot {self.documents}
<Directory {self.documents}>
  Require all granted
  AllowOverride All
</Directory>
{self._php_lines()}
"""

    def _needed(self):
        for name in self.modules:
            yield from NEEDS.get(name, ())
            yield name


def _program_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            return file.read().split("\0")[0]
    except OSError:
        return None
