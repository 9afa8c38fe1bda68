"""Proof of an address by mail: registration, verification, change and undo, through a web server and a mail program that keeps what it gets."""

import contextlib

from harness import PASSWORD, for_each, free_port, site
from hostile_provider import HostileProvider
from test_mail import Mailbox, code_in, text_of, token_in

NEW_PASSWORD = "a wholly new pass phrase"
VICTIM = "victim@example.com"
OWNER = "alice@example.com"  # made by the command line, so trusted


@contextlib.contextmanager
def site_that_verifies(name, mode, **more):
    with site(name, **more) as here:
        box = Mailbox(here.place)
        here.cardea.configure({**box.settings(), "registration": {"verify_email": mode}})
        if here.server.served is not None:
            here.server.served.stop()
        here.server.restart()
        yield here, box


def register(browser, email=VICTIM, password=PASSWORD):
    return browser.post("/auth/register", json={"email": email, "password": password, "name": "Ada"})


def refused(answer):
    return answer.status, answer.json()["error"]


@for_each(database=("sqlite", "mysql"))
def test_with_first_an_account_is_used_after_its_address_is_proven(database):
    with site_that_verifies("proof-first", "first", database=database) as (here, box):
        browser = here.browser()
        for email in (OWNER, VICTIM):
            answer = register(browser, email)
            assert (answer.status, answer.json()) == (202, {"verification": "sent"}), answer
        told, verification = sorted(box.take(2), key=lambda message: message["To"] == VICTIM)
        assert told["To"] == OWNER and "verify.html#" not in text_of(told), text_of(told)
        assert refused(browser.post("/auth/login", json={"email": VICTIM, "password": PASSWORD})) == (403, "email_unverified")
        assert refused(browser.post("/auth/login", json={"email": VICTIM, "password": "wrong, all wrong"}))[0] == 401

        token = token_in(verification, "verify")
        elsewhere = here.browser().post("/auth/email/verify", json={"token": token})
        assert (elsewhere.status, elsewhere.json()["field"]) == (400, "new_password"), elsewhere
        answer = browser.post("/auth/email/verify", json={"token": token})
        assert answer.status == 200 and answer.json()["user"]["email"] == VICTIM, answer
        assert browser.get("/auth/me").json()["email_verified"] is True
        assert browser.get("/auth/me").json()["name"] == "Ada"
        assert refused(browser.post("/auth/email/verify", json={"token": token})) == (400, "invalid_link")


@for_each(database=("sqlite", "mysql"))
def test_an_account_goes_to_the_owner_of_its_address_with_the_same_id(database):
    with contextlib.closing(HostileProvider(free_port())) as provider:
        provider.nonce = "of the app"
        provider.claims = {"aud": "us"}
        google = {"provider.google": {"type": "oidc", "label": "Google", "client_id": "us", "issuer": provider.issuer,
                                      "allow_private_addresses": "yes"}}
        with site_that_verifies("proof-takeover", "later", settings=google, database=database) as (here, box):
            stranger = here.browser()
            assert register(stranger).status == 201
            verification, = box.take()
            before = stranger.get("/auth/me").json()
            assert before["email_verified"] is False
            token = provider.id_token(sub="mallory", email=None, email_verified=None)
            linked = stranger.post("/auth/oauth/google/link", json={"id_token": token, "nonce": provider.nonce})
            assert linked.status == 204, linked
            box.take()

            owner = here.browser()
            proof = {"email": VICTIM, "code": code_in(verification), "new_password": NEW_PASSWORD}
            assert owner.post("/auth/email/verify", json=proof).status == 204
            told, = box.take()
            assert told["To"] == VICTIM and "Google" in text_of(told) and "Password" in text_of(told), text_of(told)
            assert stranger.post("/auth/refresh").status == 401 and stranger.get("/auth/me").status == 401
            assert refused(here.browser().post("/auth/login", json={"email": VICTIM, "password": PASSWORD}))[0] == 401
            after = here.sign_in(VICTIM, NEW_PASSWORD).get("/auth/me").json()
            assert (after["id"], after["name"], after["email_verified"]) == (before["id"], "", True), after


@for_each(database=("sqlite", "mysql"))
def test_a_provider_that_verified_the_address_takes_an_unproven_account_and_no_other(database):
    with contextlib.closing(HostileProvider(free_port())) as provider:
        provider.nonce = "of the app"
        provider.claims = {"aud": "us"}
        google = {"provider.google": {"type": "oidc", "label": "Google", "client_id": "us", "issuer": provider.issuer,
                                      "allow_private_addresses": "yes"}}

        def sign_in_as(email):
            token = provider.id_token(sub=email, email=email, email_verified=True)
            return here.browser().post("/auth/oauth/google/token", json={"id_token": token, "nonce": provider.nonce})

        with site_that_verifies("proof-provider", "later", settings=google, database=database) as (here, box):
            stranger = here.browser()
            assert register(stranger).status == 201
            box.take()
            identity = stranger.get("/auth/me").json()["id"]
            answer = sign_in_as(VICTIM)
            assert answer.status == 200 and answer.json()["user"]["id"] == identity, answer
            box.take()
            assert stranger.get("/auth/me").status == 401
            assert sign_in_as(VICTIM).json()["user"]["id"] == identity
            assert refused(sign_in_as(OWNER)) == (409, "email_in_use")
            assert here.sign_in(OWNER, PASSWORD).get("/auth/me").status == 200


@for_each(database=("sqlite", "mysql"))
def test_an_address_is_changed_and_given_back_to_its_owner(database):
    with site_that_verifies("proof-change", "first", database=database) as (here, box):
        thief = here.sign_in(OWNER, PASSWORD)
        assert thief.post("/auth/email", json={"new_email": "thief@example.net"}).status == 202
        letter, = box.take()
        assert letter["To"] == "thief@example.net" and thief.get("/auth/me").json()["email"] == OWNER
        assert thief.post("/auth/email/confirm", json={"token": token_in(letter, "confirm")}).status == 204
        assert thief.get("/auth/me").json()["email"] == "thief@example.net"
        told, = box.take()
        assert told["To"] == OWNER and "thief@example.net" in text_of(told), text_of(told)
        assert register(here.browser(), OWNER).status == 202  # reserved, and nobody learns of it
        changed = thief.post("/auth/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})
        assert changed.status == 200, changed
        box.take()

        undo = {"token": token_in(told, "undo")}
        assert here.browser().post("/auth/email/undo", json=undo).status == 204
        box.take()
        assert thief.get("/auth/me").status == 401 and thief.post("/auth/refresh").status == 401
        for email in (OWNER, "thief@example.net"):
            for password in (PASSWORD, NEW_PASSWORD):  # the new one is void, and took the old one's place
                assert here.browser().post("/auth/login", json={"email": email, "password": password}).status == 401
        assert refused(here.browser().post("/auth/email/undo", json=undo)) == (400, "invalid_link")
        here.browser().post("/auth/password/forgot", json={"email": OWNER})
        reset = {"token": token_in(box.take()[0], "reset"), "new_password": "the last one of all"}
        assert here.browser().post("/auth/password/reset", json=reset).status == 204
        assert here.sign_in(OWNER, "the last one of all").get("/auth/me").json()["email"] == OWNER


def test_forms_without_javascript_lead_from_the_registration_to_the_page_that_was_wanted():
    with site_that_verifies("proof-forms", "first") as (here, box):
        browser = here.browser()
        page = {"Referer": here.cardea.url + "/cardea/en/sign-up.html?return_to=/members/"}
        answer = browser.post("/auth/register", form={"email": VICTIM, "password": PASSWORD, "return_to": ""}, headers=page)
        assert answer.status == 303 and "/verify.html?return_to=/members/" in answer.header("Location"), answer
        page = {"Referer": here.cardea.url + "/cardea/en/verify.html?return_to=/members/"}
        letter, = box.take()
        wrong = browser.post("/auth/email/verify", form={"email": VICTIM, "code": "BBBB-BBBB", "return_to": ""}, headers=page)
        assert wrong.status == 303 and wrong.header("Location").endswith("#invalid_code"), wrong
        again = browser.post("/auth/email/verify/send", form={"email": VICTIM, "return_to": ""}, headers=page)
        assert again.status == 303 and again.header("Location").endswith("#verify_sent"), again
        box.take()
        right = browser.post("/auth/email/verify", form={"email": VICTIM, "code": code_in(letter), "return_to": ""}, headers=page)
        assert right.status == 303 and "/auth/continue?" in right.header("Location"), right
        assert browser.get("/auth/me").json()["email_verified"] is True


def test_a_forged_header_does_not_renew_the_letters_of_an_hour():
    """As in notice 65.14.2 of django-allauth: X-Forwarded-For of a client that is no trusted proxy counts for nothing."""
    with site_that_verifies("proof-forged", "first") as (here, _):
        answers = [here.browser().post("/auth/email/verify/send", json={"email": f"person{number}@example.com"},
                                       headers={"X-Forwarded-For": f"198.51.100.{number}"}).status for number in range(22)]
        assert answers[:20] == [202] * 20 and answers[21] == 429, answers


@for_each(database=("sqlite", "mysql"))
def test_an_administrator_sets_an_address(database):
    with site_that_verifies("proof-command", "first", database=database, users=(OWNER, "bob@example.com")) as (here, _):
        taken = here.cardea.run("user", "set-email", OWNER, "bob@example.com")
        assert taken.returncode == 1 and "in use" in taken.stderr, taken
        assert here.cardea.run("user", "set-email", OWNER, "no address").returncode == 2
        assert here.cardea.run("user", "set-email", OWNER, "new@example.com").returncode == 0
        me = here.sign_in("new@example.com", PASSWORD).get("/auth/me").json()
        assert (me["email"], me["email_verified"]) == ("new@example.com", True), me
