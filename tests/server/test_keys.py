"""Signing keys: changed under load without a failed request, of every algorithm; what is weak or open is refused with a reason."""

import contextlib
import glob
import os
import shutil
import subprocess
import threading
import time

import jws
from harness import Cardea, Failure, Place, Threads, for_each, free_port, site, wait_until

DATABASES = ("sqlite", "mysql")


def kid_of(browser):
    return jws.header_of(browser.jar.value("cardea_access"))["kid"]


def kids_published(here):
    return [key["kid"] for key in here.browser().get("/auth/jwks.json").json()["keys"]]


def is_published(here, browser):
    """Is the browser's access token signed by a key of jwks.json?"""
    published = here.browser().get("/auth/jwks.json").json()["keys"]
    return any(jws.is_signed_by(browser.jar.value("cardea_access"), key) for key in published if key["kid"] == kid_of(browser))


@for_each(way=("fastcgi", "cgi"))
def test_a_new_key_signs_at_once_and_the_old_one_goes_on_verifying(way):
    with site("key-new", way=way) as here:
        old = here.sign_in()
        here.cardea.command("key", "new", "--in", "0s")
        # A process looks at the directory once a second.
        new = wait_until(lambda: (now := here.sign_in()) and kid_of(now) != kid_of(old) and now, "the new key signs")
        wait_until(lambda: len(kids_published(here)) == 2 and len(kids_published(here)) == 2, "every process publishes it")
        assert kids_published(here) == [kid_of(old), kid_of(new)]
        assert old.get("/auth/verify").status == new.get("/auth/verify").status == 204
        assert old.post("/auth/refresh").status == 200
        assert kid_of(old) == kid_of(new)
        assert is_published(here, old)


def test_no_request_fails_while_keys_are_made():
    with site("key-load", processes=3, settings={"tokens": {"rotation_grace": "0s"}}) as here:
        people = [here.sign_in() for _ in range(4)]
        done, rounds, kids = threading.Event(), [0] * len(people), set()

        def use(number):
            browser = people[number]
            while not done.is_set():
                for answer in (browser.post("/auth/refresh"), browser.get("/auth/verify"), browser.get("/auth/me")):
                    assert answer.status in (200, 204), answer
                kids.add(kid_of(browser))
                rounds[number] += 1
        with Threads(done.set) as threads:
            for number in range(len(people)):
                threads.start(use, number)
            for kind in ((), ("--refresh",), (), ("--refresh",), ()):
                before = list(rounds)
                here.cardea.command("key", "new", "--in", "0s", *kind)
                wait_until(lambda then=before: threads.failed() or all(now > was for now, was in zip(rounds, then)), "all go on")
            wait_until(lambda: threads.failed() or len(kids) >= 2, "a key that was made signs")
        wait_until(lambda: kids <= set(kids_published(here)), "every key that has signed is published")


def test_by_default_a_successor_is_published_before_it_signs():
    with site("key-later") as here:
        browser = here.sign_in()
        here.cardea.command("key", "new")
        published = wait_until(lambda: len(kids_published(here)) == 2 and kids_published(here), "both keys are published")
        assert browser.post("/auth/refresh").status == 200
        assert kid_of(browser) == published[0]
        assert [key["state"] for key in here.cardea.json("key", "list") if key["kid"]] == ["signs", "waits"]


@for_each(algorithm=("ES256", "EdDSA", "RS256", "HS256"))
def test_each_algorithm_signs_in_and_verifies(algorithm):
    with site("key-" + algorithm, settings={"tokens": {"algorithm": algorithm, "rotation_grace": "0s"}}) as here:
        browser = here.sign_in()
        assert jws.header_of(browser.jar.value("cardea_access"))["alg"] == algorithm
        assert browser.get("/auth/verify").status == 204
        assert browser.post("/auth/refresh").status == 200
        assert browser.get("/auth/me").status == 200
        assert is_published(here, browser) is (algorithm != "HS256")
        assert browser.post("/auth/logout").status == 204


def test_changing_the_algorithm_signs_nobody_out():
    with site("key-change", settings={"tokens": {"rotation_grace": "0s"}}) as here:
        browser = here.sign_in()
        for algorithm in ("EdDSA", "HS256", "RS256"):
            here.cardea.command("key", "new", "--algorithm", algorithm, "--in", "0s")
            here.cardea.configure({"tokens": {"algorithm": algorithm}})
            here.server.restart()
            assert browser.get("/auth/verify").status == 204, algorithm
            assert browser.post("/auth/refresh").status == 200, algorithm
            assert jws.header_of(browser.jar.value("cardea_access"))["alg"] == algorithm


def test_a_broken_key_file_does_not_stop_what_runs():
    with site("key-broken", processes=1) as here:
        browser = here.sign_in()
        broken = os.path.join(here.cardea.keys, "20200101T000000Z-es256.pem")
        with open(os.open(broken, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write("-----BEGIN PRIVATE KEY-----\nrubbish\n")
        time.sleep(1.1)
        assert browser.post("/auth/refresh").status == 200
        assert browser.get("/auth/verify").status == 204
        done = here.cardea.run("check")
        assert done.returncode == 1 and broken in done.stdout, done


class Broken:
    """Ways to spoil an installation: what to do, and what the program then names."""

    @staticmethod
    def open_configuration(cardea):
        os.chmod(cardea.config, 0o644)
        return [cardea.config, "others can read"]

    @staticmethod
    def linked_configuration(cardea):
        shutil.move(cardea.config, cardea.config + ".real")
        os.symlink(cardea.config + ".real", cardea.config)
        return [cardea.config, "symbolic link"]

    @staticmethod
    def no_configuration(cardea):
        os.remove(cardea.config)
        return [cardea.config]

    @staticmethod
    def unknown_setting(cardea):
        cardea.configure({"tokens": {"acess_ttl": "30m"}})
        return [cardea.config + ":", "acess_ttl"]

    @staticmethod
    def bad_value(cardea):
        cardea.configure({"tokens": {"access_ttl": "3O"}})
        return [cardea.config + ":", "3O", "15m"]

    @staticmethod
    def no_site(cardea):
        cardea.configure({"site": {"url": None}})
        return [cardea.config, "url"]

    @staticmethod
    def open_keys(cardea):
        os.chmod(cardea.keys, 0o755)
        return [cardea.keys, "chmod"]

    @staticmethod
    def open_key(cardea):
        (file,) = glob.glob(cardea.keys + "/*-es256.pem")
        os.chmod(file, 0o644)
        return [file, "chmod"]

    @staticmethod
    def no_keys(cardea):
        shutil.rmtree(cardea.keys)
        return [cardea.keys, "cardea key new"]

    @staticmethod
    def weak_key(cardea):
        file = os.path.join(cardea.keys, "20200101T000000Z-rs256.pem")
        made = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
                              capture_output=True, check=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as written:
            written.write(made.stdout)
        return [file, "too weak"]


CONFIGURATION = ("open_configuration", "linked_configuration", "no_configuration", "unknown_setting", "bad_value", "no_site")
KEYS = ("open_keys", "open_key", "no_keys", "weak_key")


@for_each(fault=CONFIGURATION + KEYS)
def test_a_faulty_installation_does_not_start_and_says_why(fault):
    place = Place("faulty")
    try:
        cardea = Cardea(place, free_port()).prepare()
        words = getattr(Broken, fault)(cardea)
        done = cardea.run("serve", "--listen", "unix:" + place.socket("faulty.sock"), timeout=10)
        assert done.returncode == 2, done
        for word in words:
            assert word in done.stderr, (word, done.stderr)
    finally:
        place.close()


@for_each(fault=("open_configuration", "bad_value", "open_key", "no_keys"))
def test_a_faulty_installation_answers_500_as_cgi_and_the_log_says_why(fault):
    with site("faulty-cgi", way="cgi") as here:
        words = getattr(Broken, fault)(here.cardea)
        answer = here.browser().get("/auth/verify")
        assert answer.status in (500, 503), answer
        assert answer.json()["code"] == answer.status
        assert answer.header("Cache-Control") == "no-store"
        assert here.cardea.config not in answer.text and here.cardea.keys not in answer.text
        with open(here.place.file("lighttpd-programs.log"), encoding="utf-8") as file:
            log = file.read()
        for word in words:
            assert word in log, (word, log)


def test_a_program_that_lighttpd_cannot_start_tells_the_log_why():
    with site("faulty-fastcgi") as here:
        browser = here.sign_in()
        here.cardea.configure({"tokens": {"access_ttl": "3O"}})
        with contextlib.suppress(Failure, OSError):  # lighttpd ends if it notices in time, otherwise it answers 500
            here.server.restart()
            assert here.browser().get("/auth/verify").status >= 500
        with open(here.place.file("lighttpd-programs.log"), encoding="utf-8") as file:
            assert here.cardea.config + ":" in file.read()
        here.cardea.configure({"tokens": {"access_ttl": "30m"}})
        here.server.restart()
        assert browser.post("/auth/refresh").status == 200
