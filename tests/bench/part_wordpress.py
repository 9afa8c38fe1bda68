"""A page of WordPress with and without the plugin: for visitors, and for a user signed in by Cardea beside one signed in by WordPress."""

import contextlib
import os
import unittest

from harness import site
from measure import Figure, LeftOut, compared, load
from wordpress import ADMIN, ADMIN_PASSWORD, WordPressApache, install, require_wordpress

SETTINGS = {"transport": {"mode": "cookie"}}
AIM = 0.9


def figures():
    try:
        require_wordpress()
    except unittest.SkipTest as reason:
        yield LeftOut("a page of WordPress", str(reason))
        return
    with site("bench-wordpress", "apache-fcgid", settings=SETTINGS, database="mysql", server_class=WordPressApache, modules=("rewrite",)) as here:
        for gate in ("members", "staff"):
            here.place.directory("documents", gate, mode=0o755)
        install(here)
        visitor, by_cardea, by_wordpress = {}, cookies(here.sign_in()), cookies(administrator(here))
        yield page(here, "a visitor's page of WordPress, with the plugin", "WordPress without it, a visitor", visitor, visitor)
        yield page(here, "a page of WordPress, signed in by Cardea and the plugin", "WordPress without it, signed in by its own cookie",
                   by_cardea, by_wordpress)


def page(here, name, beside, ours, other):
    def ask(headers, plugin):
        with plugin_is(here, plugin):
            return load(f"http://127.0.0.1:{here.port}/app/", 4, headers, wanted=200)
    figure = Figure(name, beside, AIM)
    return compared(figure, lambda: ask(ours, True), lambda: ask(other, False))


@contextlib.contextmanager
def plugin_is(here, there):
    """Must-use plugins are in force as long as their directory has this name."""
    directory = here.place.file("documents", "app", "wp-content", "mu-plugins")
    if there:
        yield
        return
    os.rename(directory, directory + "-off")
    try:
        yield
    finally:
        os.rename(directory + "-off", directory)


def cookies(browser):
    return {"Cookie": browser.jar.header("/app/")}


def administrator(here):
    """A browser that came in by WordPress's own password."""
    browser = here.browser()
    browser.get("/app/wp-login.php")
    answer = browser.post("/app/wp-login.php", form={"log": ADMIN, "pwd": ADMIN_PASSWORD, "testcookie": "1"})
    assert answer.status == 302, answer
    return browser
