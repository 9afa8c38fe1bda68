"""taskstock's other ways in: Google, Kakao and Apple by the ID token that the app's library got; one e-mail, one way; and
the profile that Apple sends once."""

import contextlib

from hostile_provider import HostileProvider
from processes import free_port
from recipes import PASSWORD, recipe, settings_of

NAMES = ("google", "kakao", "apple")


class Ways:
    """A running taskstock whose three providers are here."""

    def __init__(self, stack):
        client_ids = {name: settings_of("taskstock")[f"provider.{name}"]["client_id"] for name in NAMES}
        self.providers = {name: stack.enter_context(contextlib.closing(HostileProvider(free_port()))) for name in NAMES}
        for name, provider in self.providers.items():
            provider.claims = {"aud": client_ids[name]}
            provider.nonce = "of the app"
        places = {f"provider.{name}": {"issuer": provider.issuer, "allow_private_addresses": "yes"}
                  for name, provider in self.providers.items()}
        self.here = stack.enter_context(recipe("taskstock", settings=places))

    def hand_over(self, way, device="phone-1", also=None, **claims):
        """What the app sends once its library has an ID token: the answer."""
        token = self.providers[way].id_token(**{"name": None, "email": None, "email_verified": None, **claims})
        fields = {"id_token": token, "nonce": "of the app", "device_id": device, **(also or {})}
        return self.here.app(device).post(f"/oauth/{way}/token", fields)


def test_taskstock_by_google_kakao_and_apple():
    with contextlib.ExitStack() as stack:
        ways = Ways(stack)
        kim = each_way_brings_the_four_fields(ways)
        one_email_one_way(ways)
        apple_sends_the_profile_once(ways, kim)
        only_a_signed_token_counts(ways)
        they_renew_like_all_others(ways)


def each_way_brings_the_four_fields(ways):
    for name in NAMES:
        also = {"name": "Kim"} if name == "apple" else {}
        claims = {} if name == "apple" else {"name": "Kim"}
        answer = ways.hand_over(name, also=also, sub=f"{name}-1", email=f"{name}@example.com", email_verified=True, **claims)
        assert answer.status == 200, (name, answer)
        said = answer.json()
        assert all(said[field] for field in ("access_token", "refresh_token", "access_exp", "refresh_exp")), said
        assert said["user"]["email"] == f"{name}@example.com", said
    ways.here.note("sign-in by the ID token of Google, Kakao and Apple", "200, the same four fields as by e-mail")
    return said["user"]


def one_email_one_way(ways):
    answer = ways.hand_over("kakao", sub="kakao-2", email="google@example.com", email_verified=True)
    assert (answer.status, answer.json()["error"], answer.json()["strategy"]) == (409, "email_in_use", "google"), answer
    answer = ways.here.app().post("/register", {"email": "google@example.com", "password": PASSWORD})
    assert (answer.status, answer.json()["strategy"]) == (409, "google"), answer
    ways.here.note("the same e-mail by another way", "409 email_in_use, strategy: google")


def apple_sends_the_profile_once(ways, kim):
    again = ways.hand_over("apple", device="tablet-1", sub="apple-1")
    assert again.status == 200, again
    assert again.json()["user"] == kim, again.json()
    assert (kim["email"], kim["name"]) == ("apple@example.com", "Kim"), kim
    ways.here.note("Apple the second time, without e-mail and name", "the same user, by its identifier; e-mail and name were kept")


def only_a_signed_token_counts(ways):
    google = ways.providers["google"]
    spoilt = google.id_token(sub="google-1")
    head, _, signature = spoilt.rpartition(".")
    spoilt = head + "." + ("B" if signature[0] == "A" else "A") + signature[1:]
    for token in (spoilt, google.id_token(sub="google-1", aud="another app")):
        answer = ways.here.app().post("/oauth/google/token", {"id_token": token, "nonce": "of the app"})
        assert answer.status == 401, answer
    ways.here.note("a profile that only the app vouches for, a token for another app", "401: signature and audience are checked")


def they_renew_like_all_others(ways):
    app = ways.here.app("phone-1")
    app.take(ways.hand_over("kakao", sub="kakao-1"))
    ways.here.clock.move(days=100)
    app.renew()
    assert app.verify().status == 204
    ways.here.note("100 days later, by Kakao", "renewed by our own refresh token; Kakao is not asked")
