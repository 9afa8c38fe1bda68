"""Mode both: a PHP site that reads cookies and an app that reads bodies use the same account at the same time."""

import json
import os

from harness import Threads
from recipes import PASSWORD, Secure, recipe

ROUNDS = 24
PAGE = """<?php
// As a blog's theme would: greets whoever the gate has let in.
header('Content-Type: application/json');
echo json_encode(['user' => $_SERVER['REMOTE_USER'] ?? null]);
"""


def page(browser):
    answer = browser.get("/members/blog.php")
    assert answer.status == 200, answer
    return json.loads(answer.body)["user"]


def test_a_php_page_and_an_app_use_one_account_at_the_same_time():
    with recipe("snackgame") as here:
        here.place.directory("documents", "members", mode=0o755)
        here.place.write("documents/members/blog.php", PAGE, mode=0o644)
        assert os.path.exists(os.path.join(here.server.documents, "members", "blog.php"))
        app, reader = here.app(), Secure(here)
        app.register("alice@example.com")
        assert reader.post("/auth/login", json={"email": "alice@example.com", "password": PASSWORD}).status == 200
        user = app.answer["user"]["id"]
        at_the_same_time(here, app, reader, user)
        one_signs_out_and_the_other_stays(here, app, reader, user)


def at_the_same_time(here, app, reader, user):
    def with_page():
        for _ in range(ROUNDS):
            assert reader.post("/auth/refresh", json={}).status == 200
            assert page(reader) == user

    def with_app():
        for _ in range(ROUNDS):
            app.renew()
            assert app.verify().status == 204
            assert app.get("/me").json()["id"] == user

    def passing_time():
        for _ in range(ROUNDS // 4):
            here.clock.move(seconds=15)  # past the window in which a renewal brings the same token

    with Threads() as threads:
        for action in (with_page, with_app, passing_time):
            threads.start(action)
    assert here.rows("SELECT COUNT(*) FROM cardea_event WHERE kind = 'token_reused'") == [["0"]]
    here.note(f"{ROUNDS} rounds of renewing and reading, PHP page by cookie and app by header at once", "all answered, nobody signed out")


def one_signs_out_and_the_other_stays(here, app, reader, user):
    answer = app.browser.post("/auth/logout", json={}, headers={"Authorization": "Bearer " + app.access}, cookies=False)
    assert answer.status == 204, answer
    assert app.try_to_renew().json()["reason"] == "revoked"
    here.clock.move(seconds=15)
    assert reader.post("/auth/refresh", json={}).status == 200 and page(reader) == user
    app.sign_in("alice@example.com")
    assert reader.post("/auth/logout", json={}).status == 204
    assert reader.get("/members/blog.php").status == 401
    here.clock.move(seconds=15)
    app.renew()
    assert app.verify().status == 204
    here.note("the app signs out, then the page does", "each only itself")
