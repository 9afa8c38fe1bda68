"""What a host may take away: room on the disk, descriptors, memory, threads, the right to write. 503 with the cause, no end."""

import contextlib
import json
import os
import pwd
import re
import resource
import subprocess
import time
import unittest

from fastcgi import Peer, request_records
from harness import PASSWORD, WAYS, Cardea, Place, for_each, free_port, site, wait_until
from processes import as_owner, clean_environment

LOGIN = {"email": "alice@example.com", "password": PASSWORD}
CGI = {"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET", "REQUEST_URI": "/auth/health", "SCRIPT_NAME": "/auth",
       "PATH_INFO": "/health", "REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1"}
NOBODY = pwd.getpwnam("nobody")


def check_refused(answer):
    """Not now, and perhaps later."""
    assert (answer.status, answer.json()["error"]) == (503, "temporarily_unavailable"), answer
    assert int(answer.header("Retry-After")) > 0 and answer.cookies == [], answer


def log_of(here):
    """All that the program has said so far."""
    text = ""
    for name in ("lighttpd-programs.log", "lighttpd-error.log", "cardea-serve.log"):
        if os.path.exists(here.place.file(name)):
            with open(here.place.file(name), encoding="utf-8", errors="replace") as file:
                text += file.read()
    return text


def forget_proof(cardea):
    """As if it were long ago that somebody tried whether the database takes what is written."""
    cardea.rows("UPDATE cardea_schema SET applied_at = 0 WHERE version = 0")


def limit(here, what, value):
    """Sets the limit for everything that answers for the program, also for what is started from now on."""
    pids = {*here.server.workers(), here.server.pid}
    for pid in pids:
        _, hard = resource.prlimit(pid, what)
        resource.prlimit(pid, what, (value, hard))
    return pids


def limited(cardea, limits, *arguments, body="", variables=None):
    """What subprocess.run returns for the program under limits {resource.RLIMIT_…: value}."""
    def set_limits():
        for what, value in limits.items():
            resource.setrlimit(what, (value, value))
    return subprocess.run([cardea.binary, *arguments], input=body, capture_output=True, text=True, timeout=60,
                          cwd=cardea.place.path, preexec_fn=set_limits, env=clean_environment(variables),
                          **as_owner(cardea.place.owner))


def command(cardea, limits, *arguments):
    """The same for a command that asks for a password."""
    return limited(cardea, limits, *arguments, "--config", cardea.config, body=PASSWORD + "\n")


def as_cgi(cardea, limits, variables=None, body=""):
    """(status, json of the answer, what it logged) of one request under limits."""
    done = limited(cardea, limits, body=body, variables={**CGI, "CARDEA_CONFIG": cardea.config, **(variables or {})})
    head, _, text = done.stdout.partition("\n\n")  # text mode has taken the carriage returns away
    found = re.match(r"Status: (\d+)", head)
    assert found, (done.returncode, done.stdout, done.stderr)
    return int(found[1]), json.loads(text), done.stderr


def sign_in_by_cgi(cardea, limits):
    body = json.dumps(LOGIN)
    variables = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/auth/login", "PATH_INFO": "/login", "CONTENT_TYPE": "application/json",
                 "CONTENT_LENGTH": str(len(body))}
    return as_cgi(cardea, limits, variables, body)


@contextlib.contextmanager
def installation(name, settings=None, owner=None):
    place = Place(name, owner)
    try:
        cardea = Cardea(place, free_port(), settings).prepare()
        cardea.add_user()
        yield cardea
    except Exception:
        place.note_failure()
        raise
    finally:
        place.close()


# ---- Files may not grow ------------------------------------------------------------------------------------------------

@for_each(way=("fastcgi", "serve"))
def test_a_quota_is_an_answer_and_not_the_end(way):
    with site("quota", way=way, processes=1) if way == "fastcgi" else site("quota", way=way) as here:
        browser = here.sign_in()
        forget_proof(here.cardea)
        workers = here.server.workers()
        limit(here, resource.RLIMIT_FSIZE, os.path.getsize(here.cardea.database_file + "-wal"))
        check_refused(here.browser().post("/auth/login", json=LOGIN))
        assert browser.get("/auth/verify").status == 204
        health = here.browser().get("/auth/health")
        assert (health.status, health.json()) == (503, {"status": "degraded", "database": "not_writable"}), health
        assert here.server.workers() == workers, "nobody ended"
        assert "File too large" in log_of(here), log_of(here)
        limit(here, resource.RLIMIT_FSIZE, resource.RLIM_INFINITY)
        assert here.browser().post("/auth/login", json=LOGIN).status == 200
        assert here.browser().get("/auth/health").status == 200


def test_a_quota_by_plain_cgi_and_on_the_command_line():
    with installation("quota-cgi") as cardea:
        assert sign_in_by_cgi(cardea, {})[0] == 200
        forget_proof(cardea)
        status, answer, log = sign_in_by_cgi(cardea, {resource.RLIMIT_FSIZE: 1024})
        assert (status, answer["error"]) == (503, "temporarily_unavailable") and "File too large" in log, (answer, log)
        status, answer, log = as_cgi(cardea, {resource.RLIMIT_FSIZE: 1024})
        assert (status, answer) == (503, {"status": "degraded", "database": "not_writable"}), (answer, log)
        for arguments in (["check", "--offline"], ["user", "add", "--email", "bob@example.com"], ["key", "new"]):
            done = command(cardea, {resource.RLIMIT_FSIZE: 0}, *arguments)
            assert done.returncode == 1 and "File too large" in done.stdout + done.stderr, (arguments, done)
        assert sign_in_by_cgi(cardea, {})[0] == 200


# ---- The disk is full --------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def small_disk(directory, size):
    if os.geteuid() != 0:
        raise unittest.SkipTest("a small disk is for root to mount")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", directory], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", directory], check=True)


def fill(path):
    with open(path, "ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 512)


@for_each(way=WAYS)
def test_a_full_disk_is_told(way):
    place = Place(f"full-{way}-disk")
    disk = place.directory("disk")
    with contextlib.ExitStack() as stack:
        stack.callback(place.close)
        stack.enter_context(small_disk(disk, "1m"))
        here = stack.enter_context(site("full", way=way, settings={"database": {"url": f"sqlite:{disk}/cardea.db"}}))
        here.sign_in()
        here.cardea.database_file = disk + "/cardea.db"
        forget_proof(here.cardea)

        def on_full_disk(method, path, **more):
            fill(disk + "/ballast")  # what was given back meanwhile, too
            return here.browser().request(method, path, **more)
        # What lies in the log already may be written over: so many sign-ins until it has to grow.
        wait_until(lambda: on_full_disk("POST", "/auth/login", json=LOGIN).status != 200, "the disk is too full for a sign-in")
        check_refused(on_full_disk("POST", "/auth/login", json=LOGIN))
        health = wait_until(lambda: (answer := on_full_disk("GET", "/auth/health")).status != 200 and answer, "health tells")
        assert (health.status, health.json()["database"]) == (503, "not_writable"), health
        fill(disk + "/ballast")
        done = here.cardea.run("check", "--offline")
        assert done.returncode == 1 and re.search(r"^FAIL database: .*(No space|full)", done.stdout, re.MULTILINE), done.stdout
        assert "full" in log_of(here) or "No space" in log_of(here), log_of(here)
        os.unlink(disk + "/ballast")
        # That the database could not be opened is remembered for a second.
        wait_until(lambda: here.browser().post("/auth/login", json=LOGIN).status == 200, "the sign-in")
        assert here.browser().get("/auth/health").status == 200


# ---- Nobody may write --------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def as_nobody(name, settings=None):
    if os.geteuid() != 0:
        raise unittest.SkipTest("another user's files are for root to make")
    with installation(name, settings, (NOBODY.pw_uid, NOBODY.pw_gid)) as cardea:
        yield cardea


@for_each(what=("file", "directory"))
def test_a_database_file_that_may_not_be_written_is_told(what):
    with as_nobody("read-only") as cardea:
        path = os.path.dirname(cardea.database_file) if what == "directory" else cardea.database_file
        data = cardea.place.directory("data")
        os.rename(cardea.database_file, data + "/cardea.db")
        cardea.configure({"database": {"url": f"sqlite:{data}/cardea.db"}})
        path = data if what == "directory" else data + "/cardea.db"
        assert cardea.run("check", "--offline").returncode == 0
        process = cardea.serve()
        cardea.database_file = data + "/cardea.db"
        forget_proof(cardea)
        try:
            os.chmod(path, 0o500 if what == "directory" else 0o400)
            cardea.run("user", "list")  # who comes last removes the log, and leaves the file as it is
            done = cardea.run("check", "--offline")
            assert done.returncode == 1 and "FAIL database" in done.stdout, done.stdout
            status, answer, log = as_cgi(cardea, {})
            assert (status, answer["status"]) == (503, "degraded"), (answer, log)
            assert sign_in_by_cgi(cardea, {})[0] == 503
        finally:
            process.stop()
            os.chmod(path, 0o700 if what == "directory" else 0o600)
            for name in os.listdir(data):  # the files beside it were made with its mode
                os.chmod(os.path.join(data, name), 0o600)
        assert sign_in_by_cgi(cardea, {})[0] == 200


@for_each(way=WAYS, privilege=("INSERT", "UPDATE", "DELETE"))
def test_a_revoked_privilege_is_told(way, privilege):
    with site("revoked", way=way, database="mysql") as here:
        browser = here.sign_in()
        here.database.sql(f"REVOKE {privilege} ON cardea.* FROM cardea@'%'; UPDATE cardea.cardea_schema SET applied_at = 0"
                          " WHERE version = 0; KILL USER cardea")
        health = here.browser().get("/auth/health")
        assert (health.status, health.json()) == (503, {"status": "degraded", "database": "not_writable"}), health
        done = here.cardea.run("check", "--offline")
        assert done.returncode == 1 and f"{privilege} command denied" in done.stdout and "GRANT" in done.stdout, done.stdout
        if privilege != "DELETE":  # which nobody needs to sign in
            check_refused(here.browser().post("/auth/login", json=LOGIN))
        assert browser.get("/auth/verify").status == 204 and browser.get("/auth/me").status == 200
        assert f"{privilege} command denied" in log_of(here), log_of(here)
        here.database.sql("GRANT ALL ON cardea.* TO cardea@'%'; KILL USER cardea")
        assert here.browser().get("/auth/health").status == 200
        assert here.browser().post("/auth/login", json=LOGIN).status == 200


# ---- Descriptors, memory, threads --------------------------------------------------------------------------------------

def processor_time(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def descriptors_of(pid):
    return [int(name) for name in os.listdir(f"/proc/{pid}/fd")]


def test_without_descriptors_nothing_spins_and_those_who_wait_are_answered_later():
    with installation("descriptors") as cardea:
        process = cardea.serve()
        assert Peer(process.address).send(request_records("GET", "/auth/health")).answer()[0] == 200
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (0, hard))
        peer, began = Peer(process.address), processor_time(process.pid)
        peer.send(request_records("GET", "/auth/health"))
        time.sleep(1.5)
        assert processor_time(process.pid) - began < 0.5, "it asks again and again"
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (hard, hard))
        assert peer.answer()[0] == 200
        with open(cardea.place.file("cardea-serve.log"), encoding="utf-8") as log:
            assert "no file descriptor is left (ulimit -n)" in log.read()
        process.stop()


def test_too_few_descriptors_are_the_cause_of_a_503():
    with installation("few-descriptors") as cardea:
        process = cardea.serve()
        kept = Peer(process.address)
        assert kept.send(request_records("GET", "/auth/verify", keep=True)).answer()[0] == 401
        most = max(descriptors_of(process.pid)) + 1
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, hard))
        login = json.dumps(LOGIN).encode()
        status, text = kept.send(request_records("POST", "/auth/login", body=login, keep=True)).answer()
        assert status == 503 and "temporarily_unavailable" in text, text
        assert kept.send(request_records("GET", "/auth/verify", keep=True)).answer()[0] == 401
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (hard, hard))
        wait_until(lambda: kept.send(request_records("POST", "/auth/login", body=login, keep=True)).answer()[0] == 200,
                   "the sign-in")
        process.stop()


def test_descriptors_by_plain_cgi():
    with installation("cgi-descriptors") as cardea:
        status, answer, log = sign_in_by_cgi(cardea, {resource.RLIMIT_NOFILE: 4})
        assert (status, answer["error"]) == (503, "temporarily_unavailable") and "Too many open files" in log, (answer, log)


def test_memory_that_is_not_there_is_the_cause_of_a_503():
    with installation("memory", {"password": {"memory": "256MiB", "iterations": "1"}}) as cardea:
        status, answer, log = sign_in_by_cgi(cardea, {resource.RLIMIT_AS: 150_000_000})
        assert (status, answer["error"]) == (503, "temporarily_unavailable") and "no memory is left (ulimit -v)" in log, (answer, log)
        process = cardea.serve()
        used = int(re.search(r"^VmSize:\s+(\d+)", open(f"/proc/{process.pid}/status", encoding="utf-8").read(), re.MULTILINE)[1])
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_AS)
        resource.prlimit(process.pid, resource.RLIMIT_AS, (used * 1024 + 50_000_000, hard))
        login = request_records("POST", "/auth/login", body=json.dumps(LOGIN).encode())
        for _ in range(5):
            status, text = Peer(process.address).send(login).answer()
            assert status == 503 and "temporarily_unavailable" in text, text
        resource.prlimit(process.pid, resource.RLIMIT_AS, (hard, hard))
        assert Peer(process.address).send(login).answer()[0] == 200
        process.stop()
        done = command(cardea, {resource.RLIMIT_AS: 150_000_000}, "user", "add", "--email", "b@example.com")
        assert done.returncode == 1 and "no memory is left" in done.stderr, done


def test_without_threads_it_says_why_it_does_not_start():
    with as_nobody("threads") as cardea:
        done = limited(cardea, {resource.RLIMIT_NPROC: 1}, "serve", "--listen", "unix:" + cardea.place.socket("threads.sock"),
                       "--config", cardea.config)
        assert done.returncode == 2 and "no further process or thread (ulimit -u)" in done.stderr, done


def test_plain_cgi_needs_no_thread():
    with as_nobody("cgi-threads") as cardea:
        assert sign_in_by_cgi(cardea, {resource.RLIMIT_NPROC: 1})[0] == 200


def test_settings_of_the_host_for_its_own_openssl_are_not_read():
    """They are written for another version. A process that opens this file waits for ever: nobody writes to it."""
    with installation("openssl-settings") as cardea:
        settings = cardea.place.file("openssl.cnf")
        os.mkfifo(settings)
        status, answer, said = as_cgi(cardea, {}, {"OPENSSL_CONF": settings})
        assert (status, answer["status"]) == (200, "ok"), (status, answer, said)
