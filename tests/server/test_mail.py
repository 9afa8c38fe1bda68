"""Mail: what a user gets when something looks wrong or a password is forgotten, through a mail program that keeps what it gets."""

import contextlib
import email
import email.policy
import email.utils
import glob
import os
import re
import time

from harness import Installed, Threads, for_each, free_port, site, wait_until
from hostile_provider import HostileProvider
from test_crash import kill_hard

PASSWORD, NEW_PASSWORD = "correct horse battery", "a wholly new pass phrase"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
ANDROID = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36"
EMAIL = "alice@example.com"


class Mailbox:
    """A program that takes mail: each message becomes a file, whole at once. It waits while `holding`, and fails while `down`."""

    def __init__(self, place):
        self.directory = place.directory("mailbox", mode=0o777)
        os.chmod(self.directory, 0o777)
        self.held = os.path.join(self.directory, "held")
        self.broken = os.path.join(self.directory, "broken")
        script = (f"#!/bin/sh\ncd {self.directory} || exit 1\nwhile [ -e held ]; do sleep 0.05; done\n"
                  "[ -e broken ] && { cat > /dev/null; echo x >> refused; exit 75; }\n"
                  'cat > "part-$$" && printf "%s\\n" "$@" > "arguments-$$" && env > "environment-$$" && mv "part-$$" "mail-$$"\n')
        self.program = place.write("sendmail", script, mode=0o755)

    def settings(self):
        return {"mail": {"sendmail": f"{self.program} -t -i", "from": "Cardea 시험 <noreply@example.com>"}}

    def files(self, kind="mail"):
        return sorted(glob.glob(os.path.join(self.directory, kind + "-*")))

    def take(self, count=1):
        """The next messages, parsed and removed."""
        wait_until(lambda: len(self.files()) >= count, f"{count} mails have come", timeout=60)
        messages = []
        for path in self.files():
            with open(path, "rb") as file:
                messages.append(email.message_from_bytes(file.read(), policy=email.policy.default))
            os.remove(path)
        assert len(messages) == count, [(message["Subject"], message["Message-ID"]) for message in messages]
        return messages

    def refusals(self):
        """How often the program was asked while it was down."""
        try:
            with open(os.path.join(self.directory, "refused"), encoding="utf-8") as file:
                return len(file.readlines())
        except FileNotFoundError:
            return 0

    @contextlib.contextmanager
    def holding(self):
        open(self.held, "w").close()
        try:
            yield
        finally:
            os.remove(self.held)

    @contextlib.contextmanager
    def down(self):
        open(self.broken, "w").close()
        try:
            yield
        finally:
            os.remove(self.broken)


@contextlib.contextmanager
def site_with_mail(name, way="fastcgi", **more):
    with site(name, way=way, **more) as here:
        box = Mailbox(here.place)
        here.cardea.configure(box.settings())
        if here.server.served is not None:
            here.server.served.stop()
        here.server.restart()
        yield here, box


def text_of(message):
    return message.get_body(("plain",)).get_content()


def html_of(message):
    return message.get_body(("html",)).get_content()


def code_in(message):
    found = re.search(r"^ {4}([B-Z]{4}-[B-Z]{4})$", text_of(message), re.MULTILINE)
    assert found, text_of(message)
    return found[1]


def token_in(message, page):
    found = re.search(rf"/cardea/(?:\w\w/)?{page}\.html#([A-Za-z0-9_-]+)", text_of(message))
    assert found, text_of(message)
    return found[1]


def renew_elsewhere(browser):
    """A renewal that says another platform than the sign-in did."""
    answer = browser.post("/auth/refresh", body=b"", headers={"User-Agent": ANDROID})
    assert answer.status == 200, answer


def sign_in(here, user_agent=WINDOWS, **more):
    browser = here.browser()
    answer = browser.post("/auth/login", json={"email": EMAIL, "password": PASSWORD, **more}, headers={"User-Agent": user_agent})
    assert answer.status == 200, answer
    return browser


def logs_of(here):
    text = ""
    for path in {*here.place.logs.values(), here.place.file("lighttpd-access.log")}:
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                text += file.read()
    return text


@for_each(way=("fastcgi", "serve", "cgi"))
def test_another_platform_is_told_and_the_link_signs_the_device_out(way):
    with site_with_mail("mail-alert", way) as (here, box):
        thief, other = sign_in(here, device_name="Büro", language="ko"), sign_in(here)
        renew_elsewhere(thief)
        message, = box.take()
        assert message["To"] == EMAIL and "noreply@example.com" in message["From"]
        assert message["Auto-Submitted"] == "auto-generated" and message["Content-Language"] == "ko"
        assert message["Message-ID"].endswith("@example.com>")
        assert abs(email.utils.parsedate_to_datetime(message["Date"]).timestamp() - time.time()) < 300
        assert "본인이 하신 일인지 확인해 주세요" in message["Subject"], message["Subject"]
        assert "Windows에서 로그인한 정보가 Android에서 사용되었습니다." in text_of(message), text_of(message)
        assert "기기: Android" in text_of(message) and "Büro" not in text_of(message), text_of(message)
        assert '<html lang="ko">' in html_of(message) and "기기: Android<br>" in html_of(message), html_of(message)
        assert token_in(message, "alert") in html_of(message) and "Büro" not in html_of(message)

        token = token_in(message, "alert")
        stranger = here.browser()
        assert stranger.post("/auth/alert", json={"token": token[:-1] + ("A" if token[-1] != "A" else "B")}).status == 400
        assert stranger.get("/auth/alert?token=" + token).status == 405
        assert thief.get("/auth/me").status == 200
        answer = stranger.post("/auth/alert", json={"token": token})
        assert answer.status == 200 and answer.json()["signed_out"] and answer.json()["device"]["name"] == "Büro", answer
        assert thief.get("/auth/me").status == 401 and other.get("/auth/me").status == 200
        said = here.cardea.command("events")
        assert "A sign-in from Windows was used on Android" in said and "with the link in an email" in said, said
        # stranger.get put the token into the query on purpose: no log of ours may repeat it, the server's own did.
        with open(here.place.file("lighttpd-access.log"), encoding="utf-8") as file:
            own = logs_of(here).replace(file.read(), "")
        assert token not in own and token[-32:] not in own


@for_each(way=("fastcgi", "cgi"))
def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(way):
    with site_with_mail("mail-reset", way) as (here, box):
        browser = sign_in(here)
        for address in (EMAIL, "nobody@example.com"):
            answer = here.browser().post("/auth/password/forgot", json={"email": address}, headers={"Accept-Language": "ja"})
            assert (answer.status, answer.json()) == (202, {"accepted": True}), answer
        message, = box.take()
        token = token_in(message, "reset")
        assert message["Content-Language"] in ("ja", "en")
        form = {"token": token, "new_password": NEW_PASSWORD, "return_to": "/cardea/sign-in.html"}
        answer = here.browser().post("/auth/password/reset", form=form)
        assert answer.status == 303 and answer.header("Location").endswith("/cardea/sign-in.html"), answer
        assert browser.get("/auth/me").status == 401
        assert here.sign_in(EMAIL, NEW_PASSWORD).get("/auth/me").status == 200
        again = here.browser().post("/auth/password/reset", json={"token": token, "new_password": "yet another one"})
        assert (again.status, again.json()["error"]) == (400, "invalid_link"), again
        told, = box.take()  # that it was done
        assert told["To"] == EMAIL
        logs = logs_of(here)
        assert token not in logs and token[-32:] not in logs and NEW_PASSWORD not in logs and EMAIL not in logs


def test_what_a_child_of_plain_cgi_writes_beside_another_request_stays():
    """It marks its letter as sent while the next request opens and closes the same file of SQLite."""
    people = [f"person{number}@example.com" for number in range(4)]
    with site_with_mail("mail-children", "cgi") as (here, box):
        for person in people:
            here.cardea.add_user(person)
            here.browser().post("/auth/password/forgot", json={"email": person})
            here.browser().post("/auth/password/forgot", json={"email": "nobody@example.com"})
        wait_until(lambda: here.rows("SELECT 1 FROM cardea_outbox WHERE outcome = 0") == [], "every letter is marked")
        assert sorted(message["To"] for message in box.take(len(people))) == people


@for_each(way=("fastcgi", "cgi"))
def test_a_code_of_the_letter_is_typed_where_the_link_is_not_at_hand(way):
    with site_with_mail("mail-code", way) as (here, box):
        here.browser().post("/auth/password/forgot", json={"email": EMAIL})
        message, = box.take()
        code = code_in(message)
        form = {"email": EMAIL, "code": code.lower(), "new_password": NEW_PASSWORD, "return_to": "/cardea/sign-in.html"}
        wrong = here.browser().post("/auth/password/reset", json={**form, "code": "BBBB-BBBB"})
        assert (wrong.status, wrong.json()["error"], wrong.json()["tries_left"]) == (400, "invalid_code", 4), wrong
        answer = here.browser().post("/auth/password/reset", form=form)
        assert answer.status == 303 and answer.header("Location").endswith("/cardea/sign-in.html"), answer
        assert here.sign_in(EMAIL, NEW_PASSWORD).get("/auth/me").status == 200
        logs = logs_of(here)
        assert code not in logs and code.lower() not in logs and EMAIL not in logs


def waiting(here):
    """The letters of the outbox that wait: kind and number of tries."""
    return here.rows("SELECT kind, tries FROM cardea_outbox WHERE next_try_at > 0")


def is_settled(here):
    """Whether the one letter that waits was tried, and no process has it in hand: a claim lasts for minutes."""
    rows = here.rows("SELECT tries, next_try_at FROM cardea_outbox WHERE next_try_at > 0")
    return len(rows) == 1 and int(rows[0][0]) >= 1 and int(rows[0][1]) < (time.time() + 90) * 1000


def kill_the_program(here, way):
    """kill -9, and what the host does then: lighttpd starts a FastCGI program again by itself."""
    pids = here.server.workers()
    if way == "serve":
        here.server.served.kill_alone()
        here.server.served = here.cardea.serve(here.server.served.address)
    else:
        kill_hard(pids)


@for_each(way=("fastcgi", "serve", "cgi"))
def test_no_letter_is_lost_while_the_mail_program_is_down_and_the_program_is_killed(way):
    """A letter is asked for while nobody takes it; the program dies; the letter arrives once all is well, once."""
    with site_with_mail("mail-outage", way, deaths="they are killed") as (here, box):
        with box.down():
            assert here.browser().post("/auth/password/forgot", json={"email": EMAIL}).status == 202
            wait_until(lambda: box.refusals() >= 1 and is_settled(here), "the mail program was asked", timeout=60)
            kill_the_program(here, way)
            end = time.monotonic() + 20
            while time.monotonic() < end:  # a site that goes on being visited
                until_up(here)
                time.sleep(1)
            assert box.refusals() >= 2 and box.files() == []
            (kind, tries), = waiting(here)
            assert kind == "reset" and int(tries) >= 2, (kind, tries)
            wait_until(lambda: is_settled(here), "no process has the letter in hand")
            kill_the_program(here, way)
        wait_until(lambda: until_up(here) and box.files(), "the letter has come", timeout=240, pause=1)
        message, = box.take()
        token = token_in(message, "reset")
        assert here.browser().post("/auth/password/reset", json={"token": token, "new_password": NEW_PASSWORD}).status == 204
        assert "Activity" in box.take()[0]["Subject"]
        wait_until(lambda: not waiting(here), "nothing waits any more")
        assert here.rows("SELECT address, parameters FROM cardea_outbox WHERE address <> '' OR parameters <> ''") == []


def until_up(here):
    """A request that needs the program, and is repeated until it is there again; the next request sends what waits in plain CGI."""
    for _ in range(100):
        with contextlib.suppress(OSError):
            if here.browser().get("/auth/health").status in (200, 503):
                return True
        time.sleep(0.1)
    raise AssertionError("the program did not come back")


def test_a_letter_whose_process_died_while_it_was_sent_comes_again_with_the_same_message_id():
    with site_with_mail("mail-twice", "serve", deaths="it is killed") as (here, box):
        with box.holding():
            here.browser().post("/auth/password/forgot", json={"email": EMAIL})
            wait_until(lambda: [tries for _, tries in waiting(here) if int(tries) == 1], "the letter is being sent", timeout=60)
            here.server.served.kill_alone()
        first, = box.take()  # the mail program lives on and takes it
        here.server.served = here.cardea.serve(here.server.served.address)
        here.rows("UPDATE cardea_outbox SET next_try_at = 1")  # instead of minutes of waiting
        second, = box.take()
        assert first["Message-ID"] == second["Message-ID"] and first["Date"] == second["Date"]


def test_changes_of_a_password_send_few_letters_and_none_goes_untold():
    with site_with_mail("mail-relay") as (here, box):
        browser, password, changed = sign_in(here, device_name="Buy pills at spam.example"), PASSWORD, 0
        for number in range(20):
            chosen = f"{NEW_PASSWORD} {number}"
            answer = browser.post("/auth/password", json={"current_password": password, "new_password": chosen})
            assert answer.status in (200, 429), answer
            if answer.status == 200:
                password, changed = chosen, changed + 1
            else:
                assert int(answer.header("Retry-After")) > 1800, answer
        assert 1 <= changed <= 5
        for message in box.take(changed):
            assert "pills" not in text_of(message), text_of(message)
        assert here.sign_in(EMAIL, password).get("/auth/me").status == 200


def linked_by(browser, provider, subject, **more):
    token = provider.id_token(sub=subject, email=None, email_verified=None)
    return browser.post("/auth/oauth/google/link", json={"id_token": token, "nonce": provider.nonce, **more})


def signed_in_by(here, provider, subject):
    token = provider.id_token(sub=subject, email=None, email_verified=None)
    return here.browser().post("/auth/oauth/google/token", json={"id_token": token, "nonce": provider.nonce})


@for_each(database=("sqlite", "mysql"))
def test_a_stranger_in_the_account_is_put_out_by_the_owner_s_reset(database):
    with contextlib.closing(HostileProvider(free_port())) as provider:
        provider.nonce = "of the app"
        google = {"provider.google": {"type": "oidc", "label": "Google", "client_id": "us", "issuer": provider.issuer,
                                      "allow_private_addresses": "yes"}}
        provider.claims = {"aud": "us"}
        with site_with_mail("takeover", settings=google, database=database) as (here, box):
            stranger = here.browser()
            victim = {"email": "victim@example.com", "password": PASSWORD, "language": "ko"}
            assert stranger.post("/auth/register", json=victim).status == 201
            box.take()  # to verify the address
            assert linked_by(stranger, provider, "mallory").status == 204
            assert "Google" in text_of(box.take()[0])
            assert signed_in_by(here, provider, "mallory").json()["user"]["email"] == "victim@example.com"

            here.browser().post("/auth/password/forgot", json={"email": "victim@example.com"})
            token = token_in(box.take()[0], "reset")
            assert here.browser().post("/auth/password/reset", json={"token": token, "new_password": NEW_PASSWORD}).status == 204
            told, = box.take()
            assert "Google" in text_of(told) and "삭제" in text_of(told), text_of(told)

            assert stranger.post("/auth/refresh").status == 401 and stranger.get("/auth/me").status == 401
            assert linked_by(stranger, provider, "mallory").status == 401
            later = signed_in_by(here, provider, "mallory")  # an account of their own
            assert later.status == 200 and later.json()["user"]["email"] != "victim@example.com", later
            owner = here.sign_in("victim@example.com", NEW_PASSWORD)
            assert owner.get("/auth/identities").json()["identities"] == []


@for_each(way=("fastcgi", "cgi"))
def test_no_answer_waits_for_the_mail_program_and_none_is_left_behind(way):
    with site_with_mail("mail-slow", way) as (here, box):
        browser = sign_in(here)
        with box.holding():
            renew_elsewhere(browser)  # would time out after 20 s if it waited
            assert browser.get("/auth/me").status == 200
            assert box.files() == []
        message, = box.take()
        assert message["To"] == EMAIL
        with open(box.files("arguments")[0], encoding="utf-8") as file:
            assert file.read() == "-t\n-i\n"
        with open(box.files("environment")[0], encoding="utf-8") as file:
            names = {line.partition("=")[0] for line in file}
        assert names <= {"PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"}, names
        # The mail has been taken before its program has ended: it is gone a moment later.
        wait_until(lambda: not [pid for pid in here.server.workers() if state_of(pid) == "Z"], "no mail program is left behind")


def state_of(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"


def test_a_mail_program_that_fails_is_logged_and_harms_no_answer():
    with site_with_mail("mail-broken") as (here, _):
        here.cardea.configure({"mail": {"sendmail": "/nonexistent/sendmail -t"}})
        here.server.restart()
        renew_elsewhere(sign_in(here))
        wait_until(lambda: "mail: /nonexistent/sendmail: not started" in logs_of(here), "the failure is logged", timeout=60)
        assert EMAIL not in logs_of(here)


def test_the_server_sends_what_waits_before_it_stops():
    with site_with_mail("mail-stop", "serve") as (here, box):
        browser = sign_in(here)
        with box.holding():
            renew_elsewhere(browser)
            stopping = Threads()
            stopping.start(here.server.served.stop)
        stopping.wait()
        assert box.take()[0]["To"] == EMAIL


class WithoutMail(Installed):
    """A site that has not set [mail] from."""

    def test_forgotten_passwords_are_not_offered_and_tell_is_record(self):
        browser = self.here.browser()
        self.assert_refused(browser.post("/auth/password/forgot", json={"email": EMAIL}), 404, "not_found")
        self.assertFalse(browser.get("/auth/site").json()["mail"])
        self.assertIn("no email is sent", self.here.cardea.run("check", "--offline").stdout)
        person = self.here.browser()
        person.post("/auth/register", json={"email": "bob@example.com", "password": PASSWORD}, headers={"User-Agent": WINDOWS})
        renew_elsewhere(person)
        newest = person.get("/auth/events").json()["events"][0]
        self.assertEqual(newest["kind"], "platform_changed")
        self.assertEqual(newest["text"], "A sign-in from Windows was used on Android.")
