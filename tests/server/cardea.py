"""An installation of the program under test: configuration, keys, database, command line."""

import json
import os
import shutil
import sqlite3
import subprocess

from processes import ROOT, Failure, Process, as_owner, clean_environment, last_words, listens, wait_until

BINARY = os.environ.get("CARDEA_BINARY") or os.path.join(ROOT, "build", "cardea")

# Fast enough for a test that signs in often; the cost of a password has tests of its own.
QUICK_PASSWORDS = {"memory": "8MiB", "iterations": "1"}


class Cardea:
    """cardea.ini with its key directory and database in a Place, and the commands of build/cardea.

    settings is {section: {key: value}} and goes over the defaults; a value of None removes a key. A section or
    key that the program does not know is written all the same: it is for the program to refuse.
    """

    def __init__(self, place, port, settings=None, database=None, mount="/auth", name="cardea"):
        self.place, self.port, self.mount, self.database = place, port, mount, database
        self.config = place.file(name + ".ini")
        self.database_file = place.file(name + ".db")
        self.keys = place.directory(name + "-keys")
        self.binary = self.reachable(BINARY)
        self.environment = {}  # of everything that is started from here, besides the usual
        self.settings = self._defaults()
        self.configure(settings or {})

    def reachable(self, program):
        """The program, or a copy of it where the owner of our place may not reach build/."""
        if not self.place.owner:
            return program
        copy = os.path.join(self.place.directory("lib", mode=0o755), os.path.basename(program))
        if not os.path.exists(copy):
            shutil.copy(program, copy)
        return copy

    def _defaults(self):
        url = self.database.url() if self.database else "sqlite:" + self.database_file
        return {
            "site": {"url": f"http://127.0.0.1:{self.port}", "mount": self.mount},
            "database": {"url": url},
            "tokens": {"keys": self.keys},
            "password": dict(QUICK_PASSWORDS),
            "registration": {"limit": "address 10000 in 1h, network 10000 in 1h"},
        }

    def configure(self, settings):
        """Changes settings and writes the file. What runs already keeps the old ones until it is started anew."""
        for section, values in settings.items():
            merged = self.settings.setdefault(section, {})
            merged.update(values)
            self.settings[section] = {key: value for key, value in merged.items() if value is not None}
        self.place.write(os.path.basename(self.config), self.ini_text())

    def ini_text(self):
        lines = []
        for section, values in self.settings.items():
            lines.append(f"[{section}]")
            lines += [f"{key} = {value}" for key, value in values.items()]
            lines.append("")
        return "\n".join(lines)

    @property
    def url(self):
        return self.settings["site"]["url"]

    def run(self, *arguments, stdin="", environment=None, timeout=60):
        """Runs a command with our configuration; returns what subprocess.run returns, whatever the exit status."""
        return run_binary(*arguments, "--config", self.config, stdin=stdin, timeout=timeout,
                          environment={**self.environment, **(environment or {})},
                          directory=self.place.path, binary=self.binary, owner=self.place.owner)

    def run_as_cgi(self, variables):
        """Runs the program as a web server does for one request without a body."""
        return run_binary(environment=variables, directory=self.place.path, binary=self.binary, owner=self.place.owner)

    def command(self, *arguments, stdin=""):
        """Runs a command that must succeed, and returns what it prints."""
        done = self.run(*arguments, stdin=stdin)
        if done.returncode != 0:
            said = (done.stderr + done.stdout).strip()
            raise Failure(f"cardea {' '.join(arguments)} ended with {done.returncode}: {said}")
        return done.stdout

    def json(self, *arguments):
        """What a command prints with --json."""
        return json.loads(self.command(*arguments, "--json"))

    def prepare(self):
        """Tables and keys: what a new installation needs."""
        self.command("migrate")
        self.command("key", "new")
        return self

    def add_user(self, email="alice@example.com", password="correct horse battery", name=None, scope=None):
        """Adds a user; returns what the command prints."""
        options = ["--email", email]
        options += ["--name", name] if name else []
        options += ["--scope", scope] if scope else []
        return self.command("user", "add", *options, stdin=password + "\n").strip()

    def serve(self, listen=None, *more):
        """Starts `cardea serve`, by default on a unix socket; the result has .address and is a Process."""
        address = listen or "unix:" + self.place.socket("serve.sock")
        process = Process([self.binary, "serve", "--listen", address, *more, "--config", self.config],
                          self.place.log("cardea-serve"), self.environment, directory=self.place.path,
                          owner=self.place.owner, tested=True)
        process.address = address
        where = address[5:] if address.startswith("unix:") else int(address.rpartition(":")[2])
        wait_until(lambda: listens(where) or not process.alive(), "cardea serve listens")
        if not process.alive():
            process.kill()
            raise Failure(f"cardea serve ended with {process.exit_status()}: {last_words(self.place)}")
        return process

    def rows(self, query, *parameters):
        """The rows of a query of the test's own, on SQLite only: tables have the prefix cardea_."""
        connection = sqlite3.connect(self.database_file, timeout=10)
        try:
            with connection:
                return connection.execute(query, parameters).fetchall()
        finally:
            connection.close()


def run_binary(*arguments, stdin="", environment=None, timeout=60, directory=None, binary=BINARY, owner=None):
    """Runs build/cardea as it is, without a configuration of ours."""
    return subprocess.run([binary, *arguments], input=stdin, capture_output=True, text=True, errors="replace",
                          timeout=timeout, env=clean_environment(environment),
                          cwd=directory or ROOT, **as_owner(owner))
