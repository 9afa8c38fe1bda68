"""A browser's trips to a provider and back, and what the site remembers of the provider."""

import contextlib
import json
import os
import urllib.parse

from harness import site

MODES = {"transport": {"mode": "both"}, "limits": {"login_failures": "account 1000 in 15m, address 1000 in 15m"}}


def parameters_of(url):
    return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).items()}


@contextlib.contextmanager
def social_site(name, providers):
    """A site with these {name: {key: value}} as [provider.NAME]."""
    sections = {f"provider.{one}": {"allow_private_addresses": "yes", **keys} for one, keys in providers.items()}
    with site(name, settings={**MODES, **sections}) as here:
        yield here


def provider_files(here):
    return [here.place.file("cardea-keys", name) for name in os.listdir(here.place.file("cardea-keys"))
            if name.startswith("provider-")]


def forget_provider(here):
    """As if the provider had never been asked anything."""
    for path in provider_files(here):
        os.unlink(path)


def age_provider_keys(here):
    """As if it had been asked for its keys a minute earlier."""
    for path in provider_files(here):
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        kept["asked_at"] -= 60_000
        with open(path, "w", encoding="utf-8") as file:
            json.dump(kept, file)


def set_out(browser, provider, return_to="/members/"):
    """The address at the provider to which the browser is sent."""
    answer = browser.get(f"/auth/oauth/{provider}/start?return_to={return_to}")
    assert answer.status == 303, answer
    return answer.header("Location")


def come_back(browser, url):
    """The browser follows the provider's redirect to our callback: where that sends it."""
    parts = urllib.parse.urlsplit(url)
    answer = browser.get(f"{parts.path}?{parts.query}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 303, answer
    return urllib.parse.urlsplit(answer.header("Location"))
