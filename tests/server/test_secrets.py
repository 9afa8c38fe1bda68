"""Passwords, tokens, keys and the database's password stay where they belong: a run with known secrets, and a search for them."""

import glob
import os
import subprocess

import jws
from harness import BINARY, Browser, for_each, run_binary, site
from processes import clean_environment

PASSWORD, NEARLY = "canary-Kx7qT2vB9wZr-password", "canary-Kx7qT2vB9wZr-passwort"
NEW_PASSWORD = "canary-Hn4mD8sLp3Ye-password"
EMAIL = "alice@example.com"


class Secrets:
    """Byte strings that must not be found, with names for people."""

    def __init__(self):
        self.named = {}

    def add(self, name, secret):
        secret = secret if isinstance(secret, bytes) else secret.encode()
        assert len(secret) >= 12, f"{name} is too short to be searched for"
        self.named[secret] = name

    def add_token(self, name, token):
        self.add(name, token)
        self.add(name + " (end)", token[-32:])
        self.add(name + " (bytes)", jws.decode(token.rpartition(".")[2])[-16:])

    def add_file(self, path):
        """A key: as it stands in the file, line by line, and as bytes."""
        with open(path, encoding="ascii") as file:
            text = file.read()
        for line in text.splitlines():
            if len(line) >= 12 and not line.startswith("-----"):
                self.add(os.path.basename(path), line)
        self.add(os.path.basename(path) + " (bytes)", jws.pem_bytes(text))

    def found_in(self, data):
        data = data if isinstance(data, bytes) else data.encode()
        return sorted(name for secret, name in self.named.items() if secret in data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def files_below(directory):
    return [os.path.join(where, name) for where, _, names in os.walk(directory) for name in names]


def use_everything(here, secrets):
    """One of each: what goes well, what is refused, what people type into the wrong field. Returns the error bodies."""
    bodies = []

    def call(browser, method, path, **options):
        answer = browser.request(method, path, **options)
        for cookie in answer.cookies:
            if cookie.value and cookie.name in ("cardea_access", "cardea_refresh"):
                secrets.add_token(cookie.name, cookie.value)
        if answer.status >= 400:
            bodies.append(answer.body + str(answer.headers).encode())
        return answer

    browser = here.browser()
    login = {"email": EMAIL, "password": PASSWORD}
    assert call(browser, "POST", "/auth/login", json=login).status == 200
    spent = browser.twin()
    assert call(browser, "POST", "/auth/refresh", headers={"Idempotency-Key": "canary-idempotency-key"}).status == 200
    secrets.add("idempotency key", "canary-idempotency-key")
    for path in ("/me", "/devices", "/verify", "/continue?return_to=/", "/denied"):
        call(browser, "GET", "/auth" + path)
    call(here.browser(), "POST", "/auth/login", json={"email": EMAIL, "password": NEARLY})
    call(here.browser(), "POST", "/auth/login", json={"email": PASSWORD, "password": EMAIL})
    call(here.browser(), "POST", "/auth/login", body=f'{{"email":"{EMAIL}","password":"{PASSWORD}"'.encode(),
         headers={"Content-Type": "application/json"})
    call(here.browser(), "POST", "/auth/login", body=PASSWORD.encode(), headers={"Content-Type": "text/plain"})
    call(here.browser(), "POST", "/auth/register", json=login)
    call(here.browser(), "POST", "/auth/register", json={"email": "new@example.com", "password": NEW_PASSWORD})
    for value in (browser.jar.value("cardea_access"), browser.jar.value("cardea_refresh")):
        stranger = Browser(here.port, here.cardea.url)
        call(stranger, "GET", "/auth/me", headers={"Authorization": "Bearer " + value})
        call(stranger, "GET", "/auth/me", headers={"Cookie": f"cardea_access={value}x"})
        call(stranger, "POST", "/auth/refresh", json={"refresh_token": value + "x", "access_token": value})
        call(stranger, "POST", "/auth/refresh", headers={"Cookie": f"cardea_access={value}; cardea_refresh={value}x"})
    assert call(spent, "POST", "/auth/refresh").json()["reason"] == "reused"
    call(browser, "POST", "/auth/refresh")
    call(browser, "POST", "/auth/logout")
    assert len(bodies) > 12, bodies
    return bodies


def use_commands(here):
    """What the commands say, on both channels."""
    said = []
    for arguments, typed in ((("user", "add", "--email", "bob@example.com"), PASSWORD),
                             (("user", "add", "--email", EMAIL), PASSWORD),
                             (("user", "set-password", "bob@example.com"), NEW_PASSWORD),
                             (("user", "show", EMAIL, "--json"), ""), (("device", "list", EMAIL, "--all", "--json"), ""),
                             (("events", "--json"), ""), (("key", "list", "--json"), ""), (("check", "--json"), ""),
                             (("migrate",), ""), (("purge",), "")):
        done = here.cardea.run(*arguments, stdin=typed + "\n")
        said.append(done.stdout + done.stderr)
    return said


def processes_of(here):
    """(id, command line, environment) of lighttpd and of all that answers for the program."""
    for pid in [here.server.pid, *here.server.workers()]:
        yield pid, read(f"/proc/{pid}/cmdline"), read(f"/proc/{pid}/environ")


def search(here, secrets, said, private):
    """Nothing of the secrets in what was said, in logs, in processes, in the database."""
    findings = {f"answer {number}": secrets.found_in(text) for number, text in enumerate(said)}
    for pid, command_line, environment in processes_of(here):
        findings[f"command line of {pid}"] = secrets.found_in(command_line)
        findings[f"environment of {pid}"] = secrets.found_in(environment)
    searched = [path for path in files_below(here.place.path) if path not in private and os.path.isfile(path)]
    for path in searched:
        findings[os.path.relpath(path, here.place.path)] = secrets.found_in(read(path))
    assert any(EMAIL.encode() in read(path) for path in searched), "not even what is in the database was found"
    assert any(path.endswith("lighttpd-programs.log") and os.path.getsize(path) > 500 for path in searched)
    assert not any(findings.values()), {where: found for where, found in findings.items() if found}


@for_each(database=("sqlite", "mysql"))
def test_no_secret_is_anywhere_but_in_its_own_file(database):
    settings = {"tokens": {"rotation_grace": "0s"}}
    with site("secrets", database=database, settings=settings, users=()) as here:
        secrets = Secrets()
        for name, password in (("password", PASSWORD), ("nearly the password", NEARLY), ("new password", NEW_PASSWORD)):
            secrets.add(name, password)
        here.cardea.add_user(EMAIL, PASSWORD)
        said = use_everything(here, secrets) + use_commands(here)
        keys = glob.glob(here.cardea.keys + "/*.pem")
        assert len(keys) == 2, keys
        for path in keys:
            secrets.add_file(path)
        if here.database:
            secrets.add("database password", here.database.password)
            here.database.sql("FLUSH TABLES; FLUSH LOGS")
            here.database.stop()
            unavailable = here.browser().post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
            assert unavailable.status == 503, unavailable
            said.append(unavailable.body)
        search(here, secrets, said, {here.cardea.config, *keys})


def test_a_wrong_database_password_is_not_repeated():
    with site("secrets-database", database="mysql") as here:
        wrong = "canary-Vb6tR1xQ-database-password"
        url = here.database.url().replace(here.database.password, wrong)
        here.cardea.configure({"database": {"url": url}})
        here.server.restart()
        answer = here.browser().post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status >= 500, answer
        done = here.cardea.run("user", "list")
        assert done.returncode != 0
        logs = b"".join(read(here.place.file(name)) for name in ("lighttpd-programs.log", "lighttpd-error.log"))
        for text in (answer.body.decode(), done.stdout + done.stderr, logs.decode(errors="replace")):
            assert wrong not in text and here.database.password not in text, text
        assert "Access denied" in logs.decode(errors="replace"), "the log does not say what is wrong"


def test_a_broken_configuration_is_reported_without_its_secrets():
    with site("secrets-ini", way="serve") as here:
        secret = "canary-Vb6tR1xQ-database-password"
        for url in (f"mysql://cardea:{secret}@localhost/x?colour=red", f"mysql://cardea:{secret}@/",
                    f"mysql://cardea:{secret}@host:port/x", f"postgres://cardea:{secret}@localhost/x"):
            here.cardea.configure({"database": {"url": url}})
            done = here.cardea.run("check", "--offline")
            assert done.returncode == 2 and "cardea.ini:" in done.stderr, done
            assert secret not in done.stdout + done.stderr, done.stderr


def test_a_password_is_never_taken_from_the_command_line():
    done = run_binary("user", "add", "--email", "x@example.com", "--password", PASSWORD)
    assert done.returncode == 2 and PASSWORD not in done.stdout + done.stderr, done
    held = subprocess.run([BINARY, "user", "add", "--email", "x@example.com", PASSWORD], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, env=clean_environment(), timeout=10)
    assert held.returncode == 2, held
