"""A private MariaDB server: data, socket and port of its own, nothing shared with one that the machine may run."""

import os
import secrets
import shutil
import signal
import subprocess
import urllib.parse

from processes import Failure, Place, Process, clean_environment, free_port, wait_until

DURABLE = ["--innodb-flush-log-at-trx-commit=1"]  # as a site would run it: each commit is on the disk
LOG_SIZE = "--innodb-log-file-size=16M"  # small, and the same from the beginning: each server copies it


class Blank(Place):
    """The data of a server that has never run: made once, copied for each server, of no interest when a test fails."""

    _made = None

    @classmethod
    def data(cls):
        if cls._made is None:
            blank = cls("mariadb-blank")
            blank._install()
            cls._made = blank
        return cls._made.file("data")

    def _install(self):
        done = subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={self.file('data')}", f"--tmpdir={self.path}", "--skip-test-db",
             "--auth-root-authentication-method=normal", "--skip-name-resolve", LOG_SIZE, *_as_root()],
            capture_output=True, text=True, env=clean_environment())
        if done.returncode != 0:
            raise Failure(f"mariadb-install-db: {done.stdout}{done.stderr}")

    def note_failure(self):
        pass


class MariaDB:
    """A server with one empty database and one user for Cardea. Survives kill() as a real one must."""

    environment = None  # of the server

    def __init__(self, place, name="mariadb", options=()):
        self.place, self.name, self.options = place, name, list(options)
        self.port = free_port()
        self.data = place.file(name)
        self.socket = place.socket(name + ".sock")
        self.user, self.password, self.schema = "cardea", secrets.token_hex(16), "cardea"
        self._process = None
        shutil.copytree(Blank.data(), self.data)
        self.start()
        self.sql(f"CREATE DATABASE {self.schema} CHARACTER SET utf8mb4;"
                 f"CREATE USER '{self.user}'@'%' IDENTIFIED BY '{self.password}';"
                 f"GRANT ALL ON {self.schema}.* TO '{self.user}'@'%';")

    def start(self):
        server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        self._process = Process(
            [server, "--no-defaults", f"--datadir={self.data}", f"--socket={self.socket}", f"--port={self.port}",
             # Of its own: each server empties its directory of temporary tables when it starts.
             f"--tmpdir={self.place.directory(self.name + '-tmp')}",
             "--bind-address=127.0.0.1", f"--pid-file={self.place.file(self.name + '.pid')}", "--skip-name-resolve",
             "--innodb-buffer-pool-size=32M", LOG_SIZE, "--performance-schema=OFF",
             # What was acknowledged survives the server's crash; that of the whole machine is not tried here.
             "--innodb-flush-log-at-trx-commit=2",
             *_as_root(), *self.options],
            self.place.log(self.name), environment=self.environment)
        wait_until(lambda: self._answers() or not self._process.alive(), "mariadbd answers", timeout=60, pause=0.1)
        if not self._process.alive():
            raise Failure(f"mariadbd ended with {self._process.exit_status()}")

    def url(self, tcp=False):
        """The value of [database] url, over the unix socket or over TCP."""
        credentials = f"mysql://{self.user}:{self.password}@"
        if tcp:
            return f"{credentials}127.0.0.1:{self.port}/{self.schema}"
        return f"{credentials}localhost/{self.schema}?socket={urllib.parse.quote(self.socket)}"

    def sql(self, statements, schema=None):
        """Runs statements as the administrator; returns the rows as lists of text."""
        done = self._client(["--batch", "--skip-column-names", *([schema] if schema else [])], statements)
        if done.returncode != 0:
            raise Failure(f"mariadb: {done.stderr.strip()}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def rows(self, query):
        """The rows of a query in Cardea's database."""
        return self.sql(query, self.schema)

    def stop(self):
        """An orderly end."""
        return self._process.stop(signal.SIGTERM, patience=60)

    def kill(self):
        """A crash: what was acknowledged must be there after start()."""
        return self._process.kill()

    def restart(self):
        self.stop()
        self.start()

    def freeze(self):
        """It keeps its connections and answers nothing, like a server that swaps, until thaw()."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def close(self):
        if self._process is not None:
            self._process.kill()

    def _answers(self):
        return os.path.exists(self.socket) and self._client([], "SELECT 1").returncode == 0

    def _client(self, arguments, statements):
        return subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", *arguments], input=statements,
            capture_output=True, text=True, errors="replace", env=clean_environment(), timeout=60)


def _as_root():
    return ["--user=root"] if os.geteuid() == 0 else []
