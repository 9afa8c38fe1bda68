"""Signing out counts at once: in every process of the host, on plain CGI, in PHP alone, at the gate; on other hosts soon."""

import json
import os
import re
import shutil
import unittest

from cardea import Cardea
from fastcgi import AUTHORIZER, RESPONDER, Peer, request_records
from harness import PASSWORD, MariaDB, Place, free_port, wait_until
from php import require_php, run_script
from processes import tail_of

EMAIL = "alice@example.com"


class Host:
    """An installation whose processes are asked directly, without a web server between."""

    def __init__(self, cardea, name="a"):
        self.cardea, self.name, self.count, self.processes = cardea, name, 0, []

    def start(self):
        """The address of one more process."""
        self.count += 1
        process = self.cardea.serve("unix:" + self.cardea.place.socket(f"{self.name}{self.count}.sock"))
        self.processes.append(process)
        return process.address

    def stop(self):
        for process in self.processes:
            process.stop()
        self.processes.clear()

    def cgi(self, path, cookie):
        """The status that the program gives as plain CGI."""
        variables = {"CARDEA_CONFIG": self.cardea.config, "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET",
                     "REQUEST_URI": path, "SCRIPT_NAME": path, "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
                     "HTTP_COOKIE": cookie}
        done = self.cardea.run_as_cgi(variables)
        return int(re.match(r"Status: (\d+)", done.stdout)[1])

    def php(self, cookie):
        """What cardea.php alone says: null, or why nobody is signed in."""
        keys = self.cardea.place.file(self.name + "-keys.json")
        self.cardea.command("key", "export", "--file", keys)
        settings = {"url": self.cardea.url, "keys": keys, "revocations": os.path.join(self.cardea.keys, "revoked")}
        return run_script("answers.php", stdin=json.dumps([{"settings": settings, "server": {"HTTP_COOKIE": cookie}}]))[0]["reason"]


def ask(address, method, path, cookie="", fields=None, role=RESPONDER):
    """(status, text)"""
    peer = Peer(address)
    try:
        body = json.dumps(fields).encode() if fields is not None else b""
        return peer.send(request_records(method, path, {"HTTP_COOKIE": cookie}, body, role)).answer()
    finally:
        peer.close()


def sign_in(address, device="phone", email=EMAIL):
    """The cookies of a new session, as a Cookie header."""
    status, text = ask(address, "POST", "/auth/login", fields={"email": email, "password": PASSWORD, "device_id": device})
    assert status == 200, text
    return "; ".join(re.findall(r"Set-Cookie: (cardea_\w+=[^;\r]*)", text))


def verify(address, cookie):
    status, text = ask(address, "GET", "/auth/verify", cookie)
    assert status != 401 or '"reason":"revoked"' in text, text
    return status


def gate(address, cookie):
    return ask(address, "GET", "/members/", cookie, role=AUTHORIZER)[0]


class OneHost(unittest.TestCase):
    """Two processes of one host; nobody asks the database for what ended elsewhere while a test runs (poll 5m)."""

    @classmethod
    def setUpClass(cls):
        place = Place("revocation-one")
        cls.addClassCleanup(place.close)
        settings = {"tokens": {"revocation_poll": "5m", "rotation_grace": "0s"}}
        cls.cardea = Cardea(place, free_port(), settings).prepare()
        cls.cardea.add_user(EMAIL, PASSWORD)
        cls.host = Host(cls.cardea)
        cls.addClassCleanup(cls.host.stop)
        cls.here, cls.there = cls.host.start(), cls.host.start()

    def refused_everywhere(self, cookie):
        self.assertEqual(verify(self.there, cookie), 401)
        self.assertEqual(verify(self.here, cookie), 401)
        self.assertEqual(gate(self.there, cookie), 401)
        self.assertEqual(self.host.cgi("/auth/verify", cookie), 401)

    def accepted_everywhere(self, cookie):
        self.assertEqual(verify(self.there, cookie), 204)
        self.assertEqual(verify(self.here, cookie), 204)
        self.assertEqual(gate(self.there, cookie), 200)
        self.assertEqual(self.host.cgi("/auth/verify", cookie), 204)

    def test_a_sign_out_counts_in_every_process_before_it_is_answered(self):
        for _ in range(6):
            phone, tablet = sign_in(self.here), sign_in(self.here, "tablet")
            self.accepted_everywhere(phone)
            self.assertEqual(ask(self.here, "POST", "/auth/logout", phone)[0], 204)
            self.refused_everywhere(phone)
            self.accepted_everywhere(tablet)

    def test_a_sign_in_right_after_a_sign_out_everywhere_is_good_and_what_was_before_is_not(self):
        for _ in range(6):
            phone, tablet = sign_in(self.here), sign_in(self.there, "tablet")
            self.assertEqual(ask(self.here, "POST", "/auth/logout", phone, {"all": True})[0], 204)
            again = sign_in(self.here)
            self.accepted_everywhere(again)
            self.refused_everywhere(phone)
            self.refused_everywhere(tablet)

    def test_a_device_signed_out_from_the_list_and_one_that_was_replaced(self):
        phone, tablet = sign_in(self.here), sign_in(self.here, "tablet")
        self.assertEqual(ask(self.here, "DELETE", "/auth/devices/tablet", phone)[0], 204)
        self.refused_everywhere(tablet)
        again = sign_in(self.there)
        self.refused_everywhere(phone)
        self.accepted_everywhere(again)

    def test_a_spent_token_that_comes_back_ends_the_access_tokens_too(self):
        stolen = sign_in(self.here)
        status, text = ask(self.here, "POST", "/auth/refresh", stolen)
        self.assertEqual(status, 200, text)
        renewed = "; ".join(re.findall(r"Set-Cookie: (cardea_\w+=[^;\r]*)", text))
        self.accepted_everywhere(renewed)
        self.assertEqual(ask(self.there, "POST", "/auth/refresh", stolen)[0], 401)
        self.refused_everywhere(renewed)

    def test_what_the_administrator_does_counts_when_the_command_returns(self):
        for command, arguments, stdin in (("device", ["revoke", "phone", "--user", EMAIL], ""),
                                          ("user", ["set-password", EMAIL], PASSWORD + "\n"),
                                          ("user", ["disable", EMAIL], "")):
            with self.subTest(" ".join([command, *arguments])):
                phone = sign_in(self.here)
                self.accepted_everywhere(phone)
                self.cardea.command(command, *arguments, stdin=stdin)
                self.refused_everywhere(phone)
        self.assertEqual(ask(self.here, "GET", "/auth/me", phone)[0], 403)  # the database knows more than that
        self.cardea.command("user", "enable", EMAIL)
        self.refused_everywhere(phone)
        self.cardea.add_user("bob@example.com", PASSWORD)
        bob = sign_in(self.here, email="bob@example.com")
        self.cardea.command("user", "delete", "bob@example.com", "--yes")
        self.refused_everywhere(bob)

    def test_php_alone_knows_it_too(self):
        require_php()
        phone, tablet = sign_in(self.here), sign_in(self.here, "tablet")
        self.assertIsNone(self.host.php(phone))
        self.assertEqual(ask(self.here, "POST", "/auth/logout", phone)[0], 204)
        self.assertEqual(self.host.php(phone), "revoked")
        self.assertIsNone(self.host.php(tablet))

    def test_a_damaged_file_lets_nobody_in_and_heals_by_itself(self):
        require_php()
        file = os.path.join(self.cardea.keys, "revoked")
        ended, standing = sign_in(self.here), sign_in(self.here, "tablet")
        self.assertEqual(ask(self.here, "POST", "/auth/logout", ended)[0], 204)
        for rubbish in (b"", b"rubbish", b"x" * 40000):
            with open(file, "r+b") as stream:  # in place, under the eyes of those that have it open
                stream.truncate(0)
                stream.write(rubbish)
            self.assertIn(self.host.php(standing), ("temporarily_unavailable", None))
            statuses = set()

            def is_open(statuses=statuses):
                statuses.add(verify(self.here, ended))
                return verify(self.there, standing) == 204
            wait_until(is_open, "the file is filled from the database")
            self.assertLessEqual(statuses, {401, 503})
            self.refused_everywhere(ended)
            self.accepted_everywhere(standing)
            self.assertEqual((self.host.php(ended), self.host.php(standing)), ("revoked", None))


class CgiAlone(unittest.TestCase):
    """No process that stays: what is due is done after an answer, by a child."""

    def test_a_damaged_file_heals_and_old_rows_go(self):
        place = Place("revocation-cgi")
        self.addCleanup(place.close)
        cardea = Cardea(place, free_port(), {"tokens": {"revocation_poll": "1s"}}).prepare()
        cardea.add_user(EMAIL, PASSWORD)
        host = Host(cardea)
        self.addCleanup(host.stop)
        address = host.start()
        ended, standing = sign_in(address), sign_in(address, "tablet")
        self.assertEqual(ask(address, "POST", "/auth/logout", ended)[0], 204)
        host.stop()
        cardea.rows("UPDATE cardea_event SET happened_at = 1 WHERE kind = 'signed_out'")
        place.write(os.path.relpath(os.path.join(cardea.keys, "revoked"), place.path), "rubbish")
        self.assertEqual(host.cgi("/auth/verify", standing), 503)
        wait_until(lambda: host.cgi("/auth/verify", standing) == 204, "the file is filled from the database")
        self.assertEqual(host.cgi("/auth/verify", ended), 401)
        wait_until(lambda: host.cgi("/auth/verify", standing) == 204
                   and not cardea.rows("SELECT id FROM cardea_event WHERE kind = 'signed_out'"), "the old row goes")


class ReadOnly(unittest.TestCase):
    """A host where the file cannot be written."""

    def test_signing_out_succeeds_and_the_log_and_check_say_so(self):
        place = Place("revocation-read-only")
        self.addCleanup(place.close)
        cardea = Cardea(place, free_port(), {"tokens": {"revocations": "/proc/cardea/revoked"}}).prepare()
        cardea.add_user(EMAIL, PASSWORD)
        host = Host(cardea)
        self.addCleanup(host.stop)
        address = host.start()
        phone = sign_in(address)
        self.assertEqual(ask(address, "POST", "/auth/logout", phone)[0], 204)
        self.assertEqual(ask(address, "GET", "/auth/me", phone)[0], 401)
        self.assertEqual(ask(address, "POST", "/auth/refresh", phone)[0], 401)
        log = "\n".join(tail_of(place.logs["cardea-serve"], 50))
        self.assertIn('"level":"error"', log.replace(" ", ""))
        self.assertIn("/proc/cardea/revoked: cannot be locked", log)
        done = cardea.run("check", "--offline")
        self.assertEqual(done.returncode, 1)
        self.assertIn("FAIL sign-outs: /proc/cardea/revoked: cannot be locked", done.stdout)


class TwoHosts(unittest.TestCase):
    """Two hosts that share a MariaDB and have a copy of the keys each."""

    @classmethod
    def setUpClass(cls):
        place = Place("revocation-two")
        cls.addClassCleanup(place.close)
        cls.database = MariaDB(place)
        cls.addClassCleanup(cls.database.close)
        settings = {"tokens": {"revocation_poll": "1s"}, "database": {"connect_timeout": "1s"}}
        port = free_port()
        cls.one = Cardea(place, port, settings, cls.database, name="one").prepare()
        cls.two = Cardea(place, port, settings, cls.database, name="two")
        for key in os.listdir(cls.one.keys):
            if key.endswith(".pem"):
                shutil.copy2(os.path.join(cls.one.keys, key), cls.two.keys)
        cls.one.add_user(EMAIL, PASSWORD)
        cls.first, cls.second = Host(cls.one, "one"), Host(cls.two, "two")
        for host in (cls.first, cls.second):
            cls.addClassCleanup(host.stop)
        cls.here = cls.first.start()

    def test_the_other_host_hears_of_every_kind_of_ending(self):
        there = self.second.start()
        for end in (lambda cookie: ask(self.here, "POST", "/auth/logout", cookie),
                    lambda cookie: ask(self.here, "POST", "/auth/logout", cookie, {"all": True}),
                    lambda _: self.one.command("user", "set-password", EMAIL, stdin=PASSWORD + "\n")):
            phone = sign_in(self.here)
            self.assertEqual((verify(self.here, phone), verify(there, phone)), (204, 204))
            end(phone)
            self.assertEqual(verify(self.here, phone), 401)
            wait_until(lambda: verify(there, phone) == 401, "the other host hears of it")
            again = sign_in(there)
            self.assertEqual((verify(self.here, again), verify(there, again)), (204, 204))

    def test_a_host_of_plain_cgi_hears_of_it_too_and_no_verify_waits_for_the_database(self):
        phone = sign_in(self.here)
        self.assertEqual(self.second.cgi("/auth/verify", phone), 204)
        ask(self.here, "POST", "/auth/logout", phone)
        wait_until(lambda: self.second.cgi("/auth/verify", phone) == 401, "the other host hears of it", pause=0.1)

    def test_after_an_outage_of_the_database_nothing_was_missed(self):
        there = self.second.start()
        phone = sign_in(self.here)
        self.assertEqual(verify(there, phone), 204)
        ask(self.here, "POST", "/auth/logout", phone)
        self.database.stop()
        try:
            self.assertIn(verify(there, phone), (204, 401))  # as far as it was heard
            self.assertEqual(verify(self.here, phone), 401)
        finally:
            self.database.start()
        wait_until(lambda: verify(there, phone) == 401, "the other host hears of it")
