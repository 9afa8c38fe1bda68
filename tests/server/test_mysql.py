"""On a real MySQL 9: its own way to sign in, which the program has inside, and everything that the rotation relies on.

The server is 60 MB from another Debian, so these run by `make mysql-test` only.
"""

import os
import subprocess
import unittest

import test_rotation
from harness import Cardea, Place, free_port
from mysql import Mysql

NO_PLUGINS = {"MARIADB_PLUGIN_DIR": "/nonexistent"}


def wanted():
    if os.environ.get("CARDEA_MYSQL") != "yes":
        raise unittest.SkipTest("make mysql-test fetches MySQL and runs it")


def certificate(place):
    """Options of a server whose certificate is for localhost, and the file to check it with."""
    key, file = place.file("server.key"), place.file("server.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", file], check=True, capture_output=True)
    return [f"--ssl-cert={file}", f"--ssl-key={key}", f"--ssl-ca={file}"], file


class SigningIn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        wanted()
        cls.place = Place("mysql")
        cls.addClassCleanup(cls.place.close)
        options, cls.authority = certificate(cls.place)
        cls.database = Mysql(cls.place, options=options)
        cls.addClassCleanup(cls.database.close)

    def outcome(self, url):
        """Exit status and complaint of a command that needs the database."""
        cardea = Cardea(self.place, free_port(), {"database": {"url": url}})
        done = cardea.run("migrate", environment=NO_PLUGINS)
        return done.returncode, done.stderr.strip()

    def urls(self):
        tcp = self.database.url(tcp=True)
        return {"TCP": tcp, "unix socket": self.database.url(),
                "TLS": tcp.replace("127.0.0.1", "localhost") + f"?tls=required&ca={self.authority}"}

    def test_the_server_is_what_this_is_about(self):
        ((version,),) = self.database.sql("SELECT VERSION()")
        self.assertNotIn("MariaDB", version)
        self.assertGreaterEqual(int(version.partition(".")[0]), 8, version)

    def test_an_account_signs_in_whether_the_server_knows_it_or_not(self):
        for way, url in self.urls().items():
            self.database.forget_who_signed_in()
            for known in (False, True):
                self.assertEqual(self.outcome(url), (0, ""), (way, known))

    def test_a_wrong_password_is_refused_and_said_so(self):
        for way, url in self.urls().items():
            for forget in (False, True):
                if forget:
                    self.database.forget_who_signed_in()
                status, complaint = self.outcome(url.replace(self.database.password, "wrong"))
                self.assertEqual(status, 1, way)
                self.assertIn("database error 1045: Access denied", complaint, way)
                self.assertNotIn("wrong", complaint)

    def test_an_account_without_a_password(self):
        self.database.sql("CREATE USER 'open'@'%' IDENTIFIED WITH caching_sha2_password BY '';"
                          f"GRANT ALL ON {self.database.schema}.* TO 'open'@'%';")
        for way, url in self.urls().items():
            self.assertEqual(self.outcome(url.replace(f"cardea:{self.database.password}@", "open@")), (0, ""), way)

    def test_a_long_password_with_every_kind_of_letter(self):
        password = "pässwörd-" + "0123456789" * 9
        self.database.sql(f"CREATE USER 'long'@'%' IDENTIFIED WITH caching_sha2_password BY '{password}';"
                          f"GRANT ALL ON {self.database.schema}.* TO 'long'@'%';")
        written = password.replace("ä", "%C3%A4").replace("ö", "%C3%B6")
        for way, url in self.urls().items():
            self.database.forget_who_signed_in()
            self.assertEqual(self.outcome(url.replace(f"cardea:{self.database.password}@", f"long:{written}@")), (0, ""), way)


class Rotation(test_rotation.Rotating, test_rotation.Races):
    @classmethod
    def setUpClass(cls):
        wanted()
        place = Place("mysql-rotation")
        cls.addClassCleanup(place.close)
        cls.database = Mysql(place)
        cls.addClassCleanup(cls.database.close)
        super().setUpClass()
