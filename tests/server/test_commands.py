"""The command line beside the running site: what an administrator does shows at once on the web, and the other way round."""

import re
import time

from harness import PASSWORD, Cardea, Installed, MariaDB, Place, at_once, for_each, free_port, site

DATABASES = ("sqlite", "mysql")
USER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Commands:
    def run_command(self, *arguments, stdin="", status=0):
        done = self.here.cardea.run(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, status, done)
        return done.stdout if status == 0 else done.stderr

    def login(self, email, password=PASSWORD):
        return self.here.browser().post("/auth/login", json={"email": email, "password": password})

    def kinds_of(self, person):
        return [event["kind"] for event in self.here.cardea.json("events", "--user", person)]

    def test_a_user_who_was_added_can_sign_in(self):
        email = f"added{next(self._people)}@example.com"
        printed = self.run_command("user", "add", "--email", email, "--name", "Zoë", "--scope", "read  admin", stdin=PASSWORD + "\n")
        self.assertRegex(printed.strip(), USER_ID)
        answer = self.login(email)
        self.assertEqual(answer.json()["user"], {"id": printed.strip(), "email": email, "name": "Zoë"})
        shown = self.here.cardea.json("user", "show", email)
        self.assertEqual((shown["id"], shown["status"], shown["scope"], shown["devices"]), (printed.strip(), "active", "read admin", 1))
        self.assertIsNotNone(shown["last_sign_in_at"])
        self.assertEqual(shown, self.here.cardea.json("user", "show", printed.strip()))
        self.assertIn(email, [user["email"] for user in self.here.cardea.json("user", "list")])
        self.assertIn(email, self.run_command("user", "list"))

    def test_what_cannot_be_added(self):
        email = self.newcomer().email
        for arguments, password, status, words in (
                (("--email", email), PASSWORD, 1, "in use"), (("--email", email.upper()), PASSWORD, 1, "in use"),
                (("--email", "no address"), PASSWORD, 2, "--email"), ((), PASSWORD, 2, "--email"),
                (("--email", "x@example.com"), "short", 1, "8"), (("--email", "x@example.com"), "", 1, "")):
            said = self.run_command("user", "add", *arguments, stdin=password + "\n", status=status)
            self.assertIn(words, said)

    def test_a_new_password_signs_out_everywhere(self):
        person = self.newcomer()
        phone, other = self.here.sign_in(person.email), self.newcomer()
        self.run_command("user", "set-password", person.email, stdin="a new long password\n")
        for browser in (person, phone):
            self.assert_refused(browser.get("/auth/me"), 401, "invalid_token", "revoked")
            self.assert_refused(browser.post("/auth/refresh"), 401, "invalid_grant", "revoked")
        self.assert_refused(self.login(person.email), 401, "invalid_credentials")
        self.assertEqual(self.login(person.email, "a new long password").status, 200)
        self.assertEqual(other.post("/auth/refresh").status, 200)
        self.assertIn("password_changed", self.kinds_of(person.email))

    def test_a_disabled_user_is_kept_out_until_enabled(self):
        person = self.newcomer()
        self.run_command("user", "disable", person.email)
        self.assertEqual(self.here.cardea.json("user", "show", person.email)["status"], "disabled")
        self.assert_refused(person.get("/auth/me"), 403, "account_disabled", "revoked")
        refused = person.twin().post("/auth/refresh")
        self.assert_refused(refused, 403, "account_disabled", "revoked")
        self.assertTrue(refused.cookie("cardea_refresh").deletes)
        self.assert_refused(self.login(person.email), 403, "account_disabled")
        self.assert_refused(self.login(person.email, "wrong"), 401, "invalid_credentials")
        self.run_command("user", "enable", person.email)
        self.assert_refused(person.post("/auth/refresh"), 401, "invalid_grant", "revoked")
        self.assertEqual(self.login(person.email).status, 200)
        told = [kind for kind in self.kinds_of(person.email) if kind.startswith("user_")]
        self.assertEqual(told, ["user_enabled", "user_disabled"])

    def test_a_deleted_user_is_gone_but_the_events_stay(self):
        person = self.newcomer()
        user = person.signed_in.json()["user"]["id"]
        self.assertIn("--yes", self.run_command("user", "delete", person.email, status=2))
        self.assertEqual(person.get("/auth/me").status, 200)
        self.run_command("user", "delete", person.email, "--yes")
        self.assert_refused(person.get("/auth/me"), 401, "invalid_token", "revoked")
        self.assertEqual(person.post("/auth/refresh").status, 401)
        self.assert_refused(self.login(person.email), 401, "invalid_credentials")
        self.run_command("user", "show", person.email, status=1)
        self.assertEqual(self.kinds_of(user)[0], "user_deleted")
        again = self.here.browser().post("/auth/register", json={"email": person.email, "password": PASSWORD})
        self.assertEqual(again.status, 201, again)
        self.assertNotEqual(again.json()["user"]["id"], user)

    def test_devices_are_listed_and_signed_out(self):
        desk = self.newcomer(device_id="desk", device_name="Desk")
        phone = self.here.sign_in(desk.email, device_id="phone")
        listed = {device["id"]: device for device in self.here.cardea.json("device", "list", desk.email)}
        self.assertEqual(set(listed), {"desk", "phone"})
        self.assertEqual((listed["desk"]["name"], listed["desk"]["signed_in"], listed["desk"]["ip"]), ("Desk", True, "127.0.0.1"))
        self.run_command("device", "revoke", "phone", "--user", desk.email)
        self.assert_refused(phone.get("/auth/me"), 401, "invalid_token", "revoked")
        self.assertEqual(desk.get("/auth/me").status, 200)
        self.run_command("device", "revoke", listed["desk"]["session"])
        self.assert_refused(desk.post("/auth/refresh"), 401, "invalid_grant", "revoked")
        self.run_command("device", "revoke", "desk", "--user", desk.email, status=1)
        self.assertEqual(self.here.cardea.json("device", "list", desk.email), [])
        self.assertEqual(len(self.here.cardea.json("device", "list", desk.email, "--all")), 2)
        self.assertIn("ended by an administrator", self.run_command("device", "list", desk.email, "--all"))

    def test_events_tell_a_persons_story(self):
        person = self.newcomer()
        self.login(person.email, "wrong")
        person.post("/auth/logout")
        self.login(person.email)
        told = self.kinds_of(person.email)
        self.assertEqual(told[:3], ["signed_in", "signed_out", "sign_in_failed"])
        self.assertEqual(set(told[3:]), {"signed_in", "registered"})  # both of the same moment
        newest = self.here.cardea.json("events", "--user", person.email, "--limit", "1")
        self.assertEqual([event["kind"] for event in newest], ["signed_in"])
        self.assertEqual(newest[0]["ip"], "127.0.0.1")
        self.assertIn("signed in", self.run_command("events", "--since", "1h"))
        self.run_command("events", "--user", "nobody@example.com", status=1)

    def test_purge_takes_what_ended_long_ago_and_nothing_else(self):
        person, gone = self.newcomer(), self.newcomer(device_id="purge-me")
        gone.post("/auth/logout")
        long_ago = int(time.time() * 1000) - 100 * 86400 * 1000
        self.here.rows(f"UPDATE cardea_session SET idle_until = {long_ago} WHERE device_id = 'purge-me'")
        self.here.rows(f"UPDATE cardea_event SET happened_at = {long_ago} WHERE kind = 'signed_out'")
        removed = self.here.cardea.json("purge")
        self.assertEqual((removed["sessions"], removed["throttles"], removed["keys"]), (1, 0, []))
        self.assertGreaterEqual(removed["events"], 1)
        self.assertEqual(self.here.rows("SELECT device_id FROM cardea_session WHERE device_id = 'purge-me'"), [])
        self.assertEqual(person.post("/auth/refresh").status, 200)
        self.assertEqual(self.here.cardea.json("purge"), {"closed_accounts": 0, "sessions": 0, "events": 0, "throttles": 0, "legacy_tokens": 0, "letters": 0, "keys": []})

    def test_check_finds_a_healthy_site(self):
        findings = self.here.cardea.json("check")
        text = "\n".join(f"{finding['result']} {finding['area']}: {finding['text']}" for finding in findings)
        self.assertEqual([finding for finding in findings if finding["result"] in ("FAIL", "fail")], [], text)
        for words in ("ok configuration: ", "ok web: " + self.here.cardea.url + "/auth/health answers 200",
                      "ok web: the Authorization header reaches the program", "ok database: tables at version",
                      "ok keys: ES256 key "):
            self.assertIn(words, text)

    def test_migrating_again_does_nothing(self):
        self.assertIn("nothing to do", self.run_command("migrate"))
        self.assertEqual(self.here.cardea.json("migrate")["applied"], [])

    def test_nobody_of_that_name(self):
        for arguments in (("user", "show"), ("user", "disable"), ("user", "enable"), ("device", "list"), ("user", "set-password")):
            self.assertIn("nobody@example.com", self.run_command(*arguments, "nobody@example.com", status=1))


class CommandsOnSqlite(Commands, Installed):
    pass


class CommandsOnMariaDB(Commands, Installed):
    database = "mysql"


class CommandsBesideCgi(Commands, Installed):
    way = "cgi"


@for_each(database=DATABASES)
def test_migrations_from_many_processes_at_once_are_made_once(database):
    place = Place("migrate")
    mariadb = MariaDB(place) if database == "mysql" else None
    try:
        cardea = Cardea(place, free_port(), database=mariadb)
        done = at_once(4, lambda _: cardea.run("migrate", "--json"))
        assert [each.returncode for each in done] == [0] * 4, done
        applied = [each for each in done if '"applied":[]' not in each.stdout]
        assert len(applied) == 1, done
        cardea.command("key", "new")
        assert USER_ID.match(cardea.add_user())
    finally:
        if mariadb:
            mariadb.close()
        place.close()


def test_check_says_what_is_wrong_with_a_site():
    with site("check-wrong", mount="/auth") as here:
        here.cardea.configure({"site": {"mount": "/elsewhere"}})
        done = here.cardea.run("check")
        assert (done.returncode, "FAIL web: " in done.stdout, "not by this program" in done.stdout) == (1, True, True), done
        here.server.stop()
        done = here.cardea.run("check")
        assert (done.returncode, "FAIL web: " in done.stdout) == (1, True), done
        assert here.cardea.run("check", "--offline").returncode == 0


def test_before_the_first_migration_the_program_says_so():
    place = Place("unmigrated")
    try:
        cardea = Cardea(place, free_port())
        cardea.command("key", "new")
        for arguments in (("user", "list"), ("events",)):
            done = cardea.run(*arguments)
            assert (done.returncode, "cardea migrate" in done.stderr) == (1, True), done
        done = cardea.run("check", "--offline")
        assert (done.returncode, "cardea migrate" in done.stdout) == (1, True), done
    finally:
        place.close()
