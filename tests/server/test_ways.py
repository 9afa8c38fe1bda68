"""One program, three ways for a web server to run it, two databases: the same answers everywhere."""

from harness import WAYS, chunked, for_each, request_bytes, site

DATABASES = ("sqlite", "mysql")


@for_each(way=WAYS, database=DATABASES)
def test_a_person_signs_in_renews_and_signs_out(way, database):
    with site("ways", way=way, database=database) as here:
        browser = here.sign_in()
        assert browser.get("/auth/verify").status == 204
        renewed = browser.post("/auth/refresh")
        assert renewed.status == 200, renewed
        assert renewed.cookie("cardea_refresh").value != browser.signed_in.cookie("cardea_refresh").value
        assert browser.get("/auth/verify").status == 204
        assert browser.post("/auth/logout").status == 204
        assert browser.get("/auth/verify").status == 401
        assert not browser.jar.refused, browser.jar.refused


@for_each(way=WAYS)
def test_health_says_that_the_database_is_there(way):
    with site("health", way=way) as here:
        answer = here.browser().get("/auth/health")
        assert answer.status == 200, answer
        assert answer.header("Cache-Control") == "no-store"
        assert answer.json()["status"] == "ok"


@for_each(way=WAYS)
def test_a_chunked_body_is_read_like_any_other(way):
    with site("chunked", way=way) as here:
        headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked"), ("Origin", here.cardea.url)]
        body = chunked(b'{"email":"alice@example.com",', b'"password":"correct horse battery"}')
        answer = here.raw(request_bytes("POST", "/auth/login", headers, body, host=f"127.0.0.1:{here.port}"))
        assert answer.status == 200, answer
