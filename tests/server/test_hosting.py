"""How hosts run it: behind a machine that ends TLS, as a service, under suexec, with its log turned over, updated."""

import contextlib
import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest

import apache
from conf_files import filled_in, text_of
from gate_visit import SECRET, Visit, known_as
from harness import PASSWORD, Cardea, Place, Process, Site, at_once, free_port, listens, site, wait_until
from processes import clean_environment
from test_gate import SETTINGS, lay_out

HTTPS = {"site": {"url": "https://example.com"}}
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=clean_environment())


# ---- TLS ends in front -------------------------------------------------------------------------------------------------

def check_https_behind_the_balancer(here):
    """What the balancer sends on counts as https, with the client's own address."""
    browser = here.browser()
    account = {"email": "alice@example.com", "password": PASSWORD}
    refused = browser.post("/auth/login", json=account)
    assert (refused.status, refused.json()["error"]) == (403, "https_required"), refused
    answer = browser.post("/auth/login", json=account, headers=FORWARDED)
    assert answer.status == 200 and all(cookie.secure for cookie in answer.cookies), answer
    assert {cookie.name for cookie in answer.cookies} == {
        "__Host-cardea_access", "__Secure-cardea_refresh", "__Secure-cardea_device"}, answer
    devices = browser.get("/auth/devices", headers=FORWARDED).json()["devices"]
    assert [device["ip"] for device in devices] == ["203.0.113.7"], devices
    page = browser.get("/members/page.html", headers=FORWARDED)
    assert page.status == 200 and SECRET in page.text, page
    answer = here.browser().get("/members/page.html?a=1", headers={**FORWARDED, "Accept": "text/html"})
    assert answer.header("Location") == "https://example.com/auth/continue?return_to=/members/page.html%3Fa%3D1", answer


def test_tls_ends_in_front_and_lighttpd_says_so():
    with site("extforward", way="lighttpd-conf", settings=HTTPS, with_proxy=True) as here:
        lay_out(here)
        check_https_behind_the_balancer(here)


def test_tls_ends_in_front_and_the_settings_say_so():
    settings = {"site": {**HTTPS["site"], "trusted_proxies": "127.0.0.1"}}
    with site("trusted", way="lighttpd-conf", settings=settings) as here:
        lay_out(here)
        check_https_behind_the_balancer(here)


def test_a_client_that_claims_https_by_itself_is_not_believed():
    with site("claims", way="lighttpd-conf", settings=HTTPS) as here:
        account = {"email": "alice@example.com", "password": PASSWORD}
        answer = here.browser().post("/auth/login", json=account, headers=FORWARDED)
        assert (answer.status, answer.json()["error"], answer.cookies) == (403, "https_required", []), answer


# ---- The service -------------------------------------------------------------------------------------------------------

def test_the_service_starts_with_its_own_command_line():
    place = Place("service")
    with contextlib.ExitStack() as stack:
        stack.callback(place.close)
        cardea = Cardea(place, free_port()).prepare()
        socket = place.socket("cardea.sock")
        text = filled_in("cardea.service", {"/usr/local/lib/cardea/cardea": cardea.binary, "/run/cardea/cardea.sock": socket,
                                            "/etc/cardea/cardea.ini": cardea.config})
        command = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)[1]
        process = Process(shlex.split(command), place.log("cardea"))
        stack.callback(process.release)
        wait_until(lambda: listens(socket) or not process.alive(), "the service listens")
        assert os.stat(socket).st_mode & 0o777 == 0o660, "the web server's group may use it, others may not"
        assert process.stop() in (0, -signal.SIGTERM)


def test_systemd_understands_the_service_and_finds_it_well_locked_up():
    program = shutil.which("systemd-analyze")
    if not program:
        raise unittest.SkipTest("systemd-analyze is not here")
    with tempfile.TemporaryDirectory() as directory:
        unit = os.path.join(directory, "cardea.service")
        with open(unit, "w", encoding="utf-8") as file:
            file.write(text_of("cardea.service").replace("/usr/local/lib/cardea/cardea", "/bin/true"))
        done = run([program, "verify", "--man=no", unit])
        complaints = [line for line in done.stderr.splitlines() if "cardea.service" in line and "User" not in line]
        assert not complaints, done.stderr
        done = run([program, "security", "--offline=yes", unit])
        exposure = re.search(r"Overall exposure level for cardea.service: ([0-9.]+)", done.stdout)
        if exposure:  # older ones cannot look at a file
            assert float(exposure[1]) < 3.0, done.stdout[-300:]


# ---- The log -----------------------------------------------------------------------------------------------------------

def test_the_log_is_turned_over_while_the_program_writes_on():
    with site("log", way="lighttpd-conf") as here:
        log = here.place.file("cardea.jsonl")
        here.sign_in()
        wait_until(lambda: '"path":"/auth/login"' in read(log), "the first line")
        text = filled_in("logrotate", {"/var/log/lighttpd/": here.place.path + "/"})
        rule = here.place.write("logrotate.conf", text, mode=0o644)
        program = shutil.which("logrotate") or "/usr/sbin/logrotate"
        done = run([program, "--force", "--state", here.place.file("logrotate.state"), rule])
        assert done.returncode == 0, done.stderr
        assert '"path":"/auth/login"' in read(log + ".1")
        assert here.browser().post("/auth/logout").status == 204
        wait_until(lambda: read(log).startswith('{"at":') and "/auth/logout" in read(log), "the line after that")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


# ---- A new program -----------------------------------------------------------------------------------------------------

def rename_over(program, new):
    """What an upload does: whole beside the old one, then in its place at once."""
    shutil.copy(new, program + ".new")
    os.rename(program + ".new", program)


def test_an_upload_of_a_new_program_is_taken_up_without_a_pause():
    with site("upload", way="apache-fcgid", settings=SETTINGS) as here:
        lay_out(here)
        browser = here.sign_in()
        old, over = set(here.server.workers()), threading.Event()

        def go_on_reading(_):
            asked = 0
            while not over.is_set() or asked < 5:
                assert browser.twin().get("/auth/verify").status == 204
                assert SECRET in browser.twin().get("/members/page.html").text
                assert browser.twin().post("/auth/refresh").status == 200
                asked += 1

        def upload():
            rename_over(here.cardea.binary, here.cardea.binary)
            wait_until(lambda: set(here.server.workers()) - old, "somebody runs the new one")
            assert old & set(here.server.workers()), "nobody runs the old one any more"
            over.set()
        at_once(4, lambda number: upload() if number == 0 else go_on_reading(number))


# ---- suexec ------------------------------------------------------------------------------------------------------------

SUEXEC = "/usr/lib/apache2/suexec"
SUEXEC_ROOT = "/var/www"  # what Debian's suexec is willing to run lies below

# A page as plain CGI: suexec lets few variables through to it.
WHO_CGI = """#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n%s\\nuser %s\\nid %s\\n' "$(id -un)" "$REMOTE_USER" "$AUTH_USER_ID"
"""


class SuexecApache(apache.Apache):
    """Apache as a host of many customers runs it: started by root, programs run as the customer who owns them."""

    def __init__(self, cardea, customer):
        super().__init__(cardea, "htaccess-fcgid", modules=("suexec", "cgid"))
        self.customer = customer

    def _run_as(self):
        return None

    def _user_lines(self):
        return f"User www-data\nGroup www-data\nSuexecUserGroup {self.customer} nogroup"

    def _fcgid_lines(self):
        lines = super()._fcgid_lines()
        www_data = pwd.getpwnam("www-data")
        os.chown(self.place.file("fcgid"), www_data.pw_uid, www_data.pw_gid)
        return lines

    def _start_php(self):
        return None

    def _php_lines(self):
        return "Options +ExecCGI\nAddHandler cgi-script .cgi"


def test_as_another_user_under_suexec():
    """A customer of a shared host: by .htaccess alone, in processes of his own, with next to no environment."""
    if os.geteuid() != 0 or not os.path.exists(SUEXEC) or not os.path.isdir(SUEXEC_ROOT):
        raise unittest.SkipTest("suexec is for root to try, below " + SUEXEC_ROOT)
    customer = pwd.getpwnam("nobody")
    place = Place("suexec", (customer.pw_uid, customer.pw_gid), parent=SUEXEC_ROOT)
    os.chmod(place.path, 0o755)
    with contextlib.ExitStack() as stack:
        stack.callback(place.close)
        try:
            cardea = Cardea(place, free_port(), SETTINGS).prepare()
            os.chown(cardea.binary, *place.owner)
            for email in ("alice@example.com", "staff@example.com"):
                cardea.add_user(email)
            server = stack.enter_context(contextlib.closing(SuexecApache(cardea, customer.pw_name)))
            place.directory("apache-run", mode=0o755)
            here = Site(place, cardea, server.start(), None)
            check_suexec(here, customer)
        except Exception:
            place.note_failure()
            raise


def check_suexec(here, customer):
    lay_out(here)
    here.place.write("documents/members/who.cgi", WHO_CGI, mode=0o755)
    visit = Visit(here)
    assert here.browser().get("/auth/health").status == 200
    assert visit.ask("/members/page.html").json()["reason"] == "missing"
    assert SECRET in visit.ask("/members/page.html", visit.tokens.good).text
    answer = visit.ask("/members/who.cgi", visit.tokens.good)
    # AUTH_USER_ID is not on suexec's list; REMOTE_USER is.
    assert answer.text.splitlines() == [customer.pw_name, "user " + visit.tokens.user, "id "], answer
    workers = here.server.workers()
    assert {uid_of(pid) for pid in workers} == {customer.pw_uid}, workers


def uid_of(pid):
    return int(re.search(r"^Uid:\s+(\d+)", read(f"/proc/{pid}/status"), re.MULTILINE)[1])
