"""Social sign-in with a provider that others wrote."""

import base64
import contextlib
import html
import re

import oidc_provider
from harness import free_port, site
from oidc_provider import OidcProvider
from social import MODES, age_provider_keys, come_back, parameters_of, set_out


@contextlib.contextmanager
def with_oidc_provider(name):
    oidc_provider.install()
    with site(name, settings=MODES) as here:
        redirect_uri = here.cardea.url + "/auth/oauth/house/callback"
        with contextlib.closing(OidcProvider(here.place, free_port(), redirect_uri)) as provider:
            provider.start()
            secret = here.place.write("client-secret", oidc_provider.SECRET + "\n")
            # This issuer's people come with RS256 or ES256, the secret in a header or in a body.
            common = {"issuer": provider.issuer, "client_secret_file": secret, "allow_private_addresses": "yes"}
            here.cardea.configure({"provider.house": {**common, "client_id": "cardea", "audiences": "cardea-app"}})
            here.server.restart()
            yield here, provider


def sign_in_at(here, provider, browser=None):
    browser = browser or here.browser()
    place = come_back(browser, provider.visit(set_out(browser, "house")))
    return browser, place


def test_people_sign_in_at_a_real_provider_whose_keys_change_meanwhile():
    with with_oidc_provider("oidc") as (here, provider):
        provider.be("gildong", email="Gildong@example.com", email_verified=True, name="Gildong")
        browser, place = sign_in_at(here, provider)
        assert (place.path, parameters_of(place.geturl())["return_to"]) == ("/auth/continue", "/members/"), place
        me = browser.get("/auth/me").json()
        assert (me["email"], me["name"], me["last_method"]) == ("Gildong@example.com", "Gildong", "house"), me
        assert browser.get("/auth/providers").json()["last_method"] == "house"
        assert browser.post("/auth/refresh").status == 200

        provider.be("chunhyang", email="chunhyang@example.com", email_verified=False, name="Chunhyang")
        other, _ = sign_in_at(here, provider)
        assert other.get("/auth/me").json()["email"] == "", "an address that is not verified is not believed"

        age_provider_keys(here)
        provider.start()  # new keys, and nobody remembers the old ones
        provider.be("gildong", email="Gildong@example.com", email_verified=True, name="Another name")
        again, _ = sign_in_at(here, provider)
        assert again.get("/auth/me").json()["id"] == me["id"]
        assert again.get("/auth/me").json()["name"] == "Gildong", "the name is taken the first time only"

        provider.be("thief", email="alice@example.com", email_verified=True)
        refused, place = sign_in_at(here, provider)
        said = parameters_of(place.geturl())
        assert (said["problem"], said["strategy"]) == ("email_in_use", "password"), place
        assert refused.jar.find("cardea_access") is None

        # An app, with the token of its own client.
        provider.be("gildong", email="Gildong@example.com", email_verified=True)
        answer = here.browser().post("/auth/oauth/house/token",
                                     json={"id_token": provider.app_token("raw"), "nonce": "raw", "device_id": "phone"})
        assert answer.status == 200, answer
        assert answer.json()["user"]["id"] == me["id"] and answer.json()["refresh_token"], answer
        answer = here.browser().post("/auth/oauth/house/token", json={"id_token": provider.app_token("raw"), "nonce": "other"})
        assert (answer.status, answer.json()["reason"]) == (401, "wrong_nonce"), answer

        # Somebody who is signed in by password links, and the provider's person is the same account from then on.
        provider.be("alice-there", email="a@elsewhere.example", email_verified=True)
        alice = here.sign_in()
        begun = alice.post("/auth/oauth/house/link", json={"return_to": "/account"})
        assert come_back(alice, provider.visit(begun.json()["location"])).path == "/account"
        assert [one["provider"] for one in alice.get("/auth/identities").json()["identities"]] == ["house"]
        linked, _ = sign_in_at(here, provider)
        assert linked.get("/auth/me").json()["email"] == "alice@example.com"
        assert alice.post("/auth/oauth/house/unlink").status == 204

        # The same without JavaScript, by the forms of a page.
        form = {"return_to": "/auth/activity?language=en", "language": "en"}
        assert "/auth/oauth/house/link" in alice.get("/auth/activity").text
        page = alice.post("/auth/oauth/house/link", form=form)
        assert (page.status, page.header("Content-Type")) == (200, "text/html; charset=utf-8"), page
        onwards = html.unescape(re.search(r'<a href="(http[^"]+)"', page.text)[1])
        assert page.header("Refresh") == f"0; url={onwards}", page
        assert come_back(alice, provider.visit(onwards)).path == "/auth/activity"
        assert "/auth/oauth/house/unlink" in alice.get("/auth/activity").text
        assert alice.post("/auth/oauth/house/unlink", form=form).header("Location").endswith("/auth/activity?language=en")
        assert alice.get("/auth/identities").json()["identities"] == []

        holds_no_person(here, [browser, other, again, alice, linked])


def holds_no_person(here, browsers):
    """No e-mail and no name in any cookie or token, however it is encoded."""
    words = ("gildong", "chunhyang", "alice", "example.com", "elsewhere")
    for browser in browsers:
        answer = browser.post("/auth/refresh")
        assert not {"access_token", "refresh_token"} & set(answer.json()), "who came by cookie reads no tokens"
        texts = [cookie.value for cookie in browser.jar]
        for text in texts:
            for layer in decoded(text):
                found = [word for word in words if word in layer.lower()]
                assert not found, (found, layer)


def decoded(text):
    """The text, and what each of its parts is in base64url, and what is in that."""
    yield text
    for part in text.replace("~", ".").split("."):
        with contextlib.suppress(ValueError):
            inner = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace")
            yield inner
