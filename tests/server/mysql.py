"""A private MySQL of Oracle's, which Debian 12 does not have: unpacked from another Debian by tests/tools/debian-root.

Nothing is installed. $CARDEA_MYSQL_SUITE: which Debian (sid).
"""

import os
import secrets
import signal
import subprocess
import unittest

from mariadb import MariaDB
from processes import ROOT, Failure, Process, clean_environment, free_port, listens, wait_until

SUITE = os.environ.get("CARDEA_MYSQL_SUITE") or "sid"


def unpacked():
    """Where the server is. The test is left out where it cannot be fetched."""
    done = subprocess.run([os.path.join(ROOT, "tests/tools/debian-root"), SUITE, "mysql-server-core"], capture_output=True,
                          text=True)
    if done.returncode != 0:
        raise unittest.SkipTest("no MySQL: " + (done.stderr.strip().splitlines() or ["?"])[-1])
    return done.stdout.strip()


class Mysql(MariaDB):
    """A server with an empty database and a user for Cardea who signs in by caching_sha2_password."""

    def __init__(self, place, name="mysql", options=()):
        self.root = unpacked()
        self.place, self.name, self.options = place, name, list(options)
        self.port, self.socket = free_port(), place.socket(name + ".sock")
        self.data = place.directory(name)
        self.user, self.password, self.schema = "cardea", secrets.token_hex(16), "cardea"
        self._process = None
        self._install()
        self.start()
        self.sql(f"CREATE DATABASE {self.schema};"
                 f"CREATE USER '{self.user}'@'%' IDENTIFIED WITH caching_sha2_password BY '{self.password}';"
                 f"GRANT ALL ON {self.schema}.* TO '{self.user}'@'%';")

    def _command(self, *arguments):
        """The server under the loader and with the libraries that it came with: this machine's may be older."""
        at = {name: os.path.join(self.root, "usr", path) for name, path in {
            "loader": "lib64/ld-linux-x86-64.so.2", "libraries": "lib/x86_64-linux-gnu", "own libraries": "lib/mysql/private",
            "server": "sbin/mysqld", "messages": "share/mysql", "plugins": "lib/mysql/plugin"}.items()}
        return [at["loader"], "--library-path", at["libraries"] + ":" + at["own libraries"], at["server"], "--no-defaults",
                f"--basedir={self.root}/usr", f"--lc-messages-dir={at['messages']}", f"--plugin-dir={at['plugins']}",
                f"--datadir={self.data}", "--secure-file-priv=NULL", *(["--user=root"] if os.geteuid() == 0 else []), *arguments]

    def _install(self):
        done = subprocess.run(self._command("--initialize-insecure"), capture_output=True, text=True, env=clean_environment())
        if done.returncode != 0:
            raise Failure(f"mysqld --initialize-insecure: {done.stdout}{done.stderr}")

    def start(self):
        self._process = Process(
            self._command(f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1", "--mysqlx=OFF",
                          f"--pid-file={self.place.file(self.name + '.pid')}", "--innodb-buffer-pool-size=32M",
                          "--performance-schema=OFF", "--skip-log-bin", *self.options),
            self.place.log(self.name))
        wait_until(lambda: listens(self.port) or not self._process.alive(), "mysqld listens", timeout=120, pause=0.1)
        if not self._process.alive():
            raise Failure(f"mysqld ended with {self._process.exit_status()}")

    def forget_who_signed_in(self):
        """As after a restart: the next one has to tell the password, and not only to prove it."""
        self.sql("FLUSH PRIVILEGES")

    def stop(self):
        return self._process.stop(signal.SIGTERM, patience=60)
