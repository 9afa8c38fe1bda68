"""The program through every file of conf/: what a site needs of it on the first day, and what goes wrong on that day."""

import re
import shutil

import apache
from conf_files import sign_in_pages
from harness import CONF_WAYS, chunked, for_each, request_bytes, site

BOTH = {"transport": {"mode": "both"}}


def post_bytes(here, path, headers, body):
    """The answer to a request whose body is framed by these headers."""
    sent = [("Content-Type", "application/json"), ("Origin", here.cardea.url), *headers]
    return here.raw(request_bytes("POST", path, sent, body, host=f"127.0.0.1:{here.port}"))


def check_sign_in(here):
    browser = here.sign_in()
    first = browser.jar.value("cardea_access")
    answer = browser.get("/auth/verify")
    assert answer.status == 204, answer
    assert answer.header("X-Auth-User-Id") == browser.signed_in.json()["user"]["id"], answer
    answer = browser.post("/auth/refresh")
    assert answer.status == 200 and browser.jar.value("cardea_access") != first, answer
    assert browser.get("/auth/me").json()["email"] == "alice@example.com"
    assert [device["current"] for device in browser.get("/auth/devices").json()["devices"]] == [True]
    assert browser.post("/auth/logout").status == 204
    assert browser.get("/auth/me").status == 401
    assert not browser.jar.refused, browser.jar.refused


def check_bodies(here):
    good = b'{"email":"alice@example.com","password":"correct horse battery"}'
    answer = post_bytes(here, "/auth/login", [("Transfer-Encoding", "chunked")], chunked(good[:20], good[20:]))
    assert answer.status == 200, answer
    for size in (70_000, 100_000):
        framed = (([("Content-Length", size)], b"x" * size), ([("Transfer-Encoding", "chunked")], chunked(b"x" * size)))
        for headers, body in framed:
            answer = post_bytes(here, "/auth/login", headers, body)
            assert (answer.status, answer.json()["error"]) == (413, "payload_too_large"), (size, answer)


def check_answers_arrive_whole(here):
    answer = here.browser().get("/auth/health")
    assert (answer.status, answer.json()["database"], answer.header("Cache-Control")) == (200, "ok", "no-store"), answer
    answer = here.browser().post("/auth/login", json={"email": "alice@example.com", "password": "wrong"})
    assert (answer.status, answer.json()["error"]) == (401, "invalid_credentials"), answer
    answer = here.browser().get("/auth/me")
    assert answer.header("WWW-Authenticate") == 'Bearer realm="cardea"', answer
    behind_apache = here.server.way.startswith(("apache", "htaccess"))
    assert ("Apache" in answer.json()["error_description"]) == behind_apache, answer
    answer = here.browser().get("/auth/nothing")
    assert (answer.status, answer.json()["error"]) == (404, "not_found"), answer
    answer = here.browser().request("DELETE", "/auth/login")
    assert (answer.status, answer.header("Allow")) == (405, "POST, OPTIONS"), answer
    answer = here.browser().get("/auth/continue?return_to=/page%3Fa%3D1%26b")
    assert answer.status == 303 and answer.header("Location").endswith("?return_to=/page%3Fa%3D1%26b"), answer


def check_header_token(here):
    """A program's token in the Authorization header, and what `cardea check` says of that."""
    token = here.browser().post("/auth/login", json={"email": "alice@example.com", "password": "correct horse battery"},
                                cookies=False).json()["access_token"]
    answer = here.browser().get("/auth/verify", headers={"Authorization": "Bearer " + token})
    assert answer.status == 204, answer
    said = here.cardea.run("check").stdout
    assert "the Authorization header reaches the program" in said, said


def check_public_keys(here):
    keys = here.browser().get("/auth/jwks.json")
    assert keys.status == 200 and keys.json()["keys"], keys
    if here.server.way != "htaccess-fcgid":  # a directory's file has no say about other addresses
        assert here.browser().get("/.well-known/jwks.json").body == keys.body


def check_pages(here):
    if here.server.way.startswith("htaccess"):
        shutil.copytree(sign_in_pages(here.place), here.server.documents, dirs_exist_ok=True)  # as the customer uploads them
    for path in ("/cardea/sign-in.html", "/cardea/ko/sign-in.html"):
        page = here.browser().get(path)
        assert page.status == 200 and page.header("Content-Type").startswith("text/html") and b"<form" in page.body, page
        policy = page.header("Content-Security-Policy")
        written = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', page.text)[1]
        assert policy == written + "; frame-ancestors 'none'", (policy, written)
        assert page.header("X-Content-Type-Options") == "nosniff" and page.header("Referrer-Policy") == "same-origin", page
        assert page.header("X-Frame-Options") == "DENY" and page.header("Cache-Control") == "no-cache", page
    for path, kind in (("/cardea/style.css", "text/css"), ("/cardea/page.js", "javascript"), ("/cardea.js", "javascript"),
                       ("/cardea/icons/google.svg", "image/svg+xml")):
        answer = here.browser().get(path)
        assert answer.status == 200 and kind in (answer.header("Content-Type") or ""), (path, answer)


def test_without_mod_headers_uploaded_pages_work_all_the_same():
    with site("no-mod-headers", way="htaccess-cgi", server_class=without_mod_headers) as here:
        shutil.copytree(sign_in_pages(here.place), here.server.documents, dirs_exist_ok=True)
        page = here.browser().get("/cardea/en/sign-in.html")
        assert page.status == 200 and b"<form" in page.body and page.header("X-Frame-Options") is None, page


def without_mod_headers(cardea, *arguments, **options):
    server = apache.Apache(cardea, *arguments, **options)
    server.modules = [name for name in server.modules if name != "headers"]
    return server


@for_each(way=CONF_WAYS)
def test_a_site_has_all_that_it_needs(way):
    with site("responder", way=way, settings=BOTH) as here:
        for check in (check_sign_in, check_bodies, check_answers_arrive_whole, check_header_token, check_public_keys,
                      check_pages):
            check(here)


def without_pass_auth(text):
    assert "CGIPassAuth On" in text
    return text.replace("CGIPassAuth On", "")


@for_each(way=apache.WAYS)
def test_where_apache_keeps_the_header_back_the_answer_and_check_name_the_cure(way):
    with site("no-header", way=way, settings=BOTH, edit=without_pass_auth) as here:
        browser = here.sign_in()
        assert browser.get("/auth/verify").status == 204, "cookies need no header"
        token = browser.signed_in.json()["access_token"]
        said = here.browser().get("/auth/verify", headers={"Authorization": "Bearer " + token}).json()
        assert said["reason"] == "missing" and "CGIPassAuth On" in said["error_description"], said
        checked = here.cardea.run("check")
        assert checked.returncode == 1 and "CGIPassAuth On" in checked.stdout, checked.stdout


def test_the_classic_recipe_of_a_rewrite_rule_gives_the_header_back():
    recipe = '\nRewriteEngine On\nRewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\n'
    with site("recipe", way="htaccess-cgi", settings=BOTH,
              edit=lambda text: without_pass_auth(text).replace("RewriteEngine On\n", recipe)) as here:
        check_header_token(here)


def test_settings_beside_a_program_in_the_site_are_not_for_download():
    with site("download", way="htaccess-cgi") as here:
        for name in ("cardea.ini", "refresh.pem", "cardea.db"):
            here.place.write("documents/cgi-bin/" + name, "secret", mode=0o644)
            answer = here.browser().get("/cgi-bin/" + name)
            assert answer.status == 403 and b"secret" not in answer.body, answer
        assert here.browser().get("/cgi-bin/cardea.cgi/health").status == 200
