"""The three cookies to the letter: on a plain site, behind a proxy that ends TLS, with a domain, below another mount."""

from harness import CONF_WAYS, PASSWORD, Browser, Installed, for_each, request_bytes, site
from test_gate import SETTINGS, lay_out

MONTH, LONGEST = 30 * 86400, 400 * 86400  # the longest that browsers keep a cookie
HTTPS = {"site": {"url": "https://www.example.com", "trusted_proxies": "127.0.0.1/32"}}
BEHIND_TLS = {"X-Forwarded-Proto": "https"}


def lines_of(answer):
    """{name: what follows the value} of each Set-Cookie, Max-Age rounded up to the day it stands for."""
    lines = {}
    for cookie in answer.cookies:
        rest = cookie.line.removeprefix(f"{cookie.name}={cookie.value}; ")
        for days in (MONTH, LONGEST):
            rest = rest.replace(f"Max-Age={days - 1};", f"Max-Age={days};")
        lines[cookie.name] = rest
    return lines


def sign_in(here, headers=None):
    browser = Browser(here.port, here.cardea.url)
    browser.signed_in = browser.post(here.mount + "/login", headers=headers,
                                     json={"email": "alice@example.com", "password": PASSWORD})
    assert browser.signed_in.status == 200, browser.signed_in
    assert not browser.jar.refused, browser.jar.refused
    return browser


def test_a_site_without_tls():
    expected = {"cardea_access": f"Path=/; Max-Age={MONTH}; HttpOnly; SameSite=Lax",
                "cardea_refresh": f"Path=/auth; Max-Age={MONTH}; HttpOnly; SameSite=Lax",
                "cardea_device": f"Path=/auth; Max-Age={LONGEST}; HttpOnly; SameSite=Lax"}
    with site("cookies") as here:
        browser = sign_in(here)
        assert lines_of(browser.signed_in) == expected
        assert lines_of(browser.post("/auth/refresh")) == expected
        gone = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax"
        assert lines_of(browser.post("/auth/logout")) == {"cardea_access": "Path=/; " + gone,
                                                         "cardea_refresh": "Path=/auth; " + gone}


def test_cookies_follow_the_mount_the_lifetime_and_same_site():
    settings = {"tokens": {"refresh_ttl": "7d"}, "cookies": {"same_site": "Strict"}}
    with site("cookies-mount", mount="/konto/auth", settings=settings) as here:
        browser = sign_in(here)
        week = f"Max-Age={7 * 86400}; HttpOnly; SameSite=Strict"
        lines = {name: line.replace(f"={7 * 86400 - 1};", f"={7 * 86400};")
                 for name, line in lines_of(browser.signed_in).items()}
        assert lines["cardea_access"] == "Path=/; " + week
        assert lines["cardea_refresh"] == "Path=/konto/auth; " + week
        assert browser.post("/konto/auth/refresh").status == 200
        assert browser.get("/auth/me").status == 404


class BehindAProxyWithTls(Installed):
    settings = HTTPS

    def setUp(self):
        if not self.here.cardea.json("user", "list"):
            self.here.cardea.add_user("alice@example.com", PASSWORD)

    def test_the_cookies_have_prefixes_and_secure(self):
        expected = {"__Host-cardea_access": f"Path=/; Max-Age={MONTH}; Secure; HttpOnly; SameSite=Lax",
                    "__Secure-cardea_refresh": f"Path=/auth; Max-Age={MONTH}; Secure; HttpOnly; SameSite=Lax",
                    "__Secure-cardea_device": f"Path=/auth; Max-Age={LONGEST}; Secure; HttpOnly; SameSite=Lax"}
        browser = sign_in(self.here, BEHIND_TLS)
        self.assertEqual(lines_of(browser.signed_in), expected)
        self.assertEqual(lines_of(browser.post("/auth/refresh", headers=BEHIND_TLS)), expected)
        self.assertEqual(browser.get("/auth/verify", headers=BEHIND_TLS).status, 204)
        gone = browser.post("/auth/logout", headers=BEHIND_TLS)
        self.assertEqual([cookie.name for cookie in gone.cookies if cookie.deletes],
                         ["__Host-cardea_access", "__Secure-cardea_refresh"])
        self.assertTrue(all(cookie.secure for cookie in gone.cookies))

    def test_cookies_without_the_prefix_count_for_nothing(self):
        browser = sign_in(self.here, BEHIND_TLS)
        plain = Browser(self.here.port, self.here.cardea.url)
        plain.jar.set("cardea_access", browser.jar.value("cardea_access"))
        self.assert_refused(plain.get("/auth/verify", headers=BEHIND_TLS), 401, "invalid_token", "missing")

    def test_what_came_in_the_open_is_refused(self):
        for scheme in ("http", None, "https-or-so"):
            answer = self.here.browser().post("/auth/login", headers={"X-Forwarded-Proto": scheme},
                                              json={"email": "alice@example.com", "password": PASSWORD})
            self.assert_refused(answer, 403, "https_required")
            self.assertEqual(answer.cookies, [])

    def test_the_client_is_the_one_that_the_proxy_names(self):
        browser = sign_in(self.here, {**BEHIND_TLS, "X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
        addresses = [device["ip"] for device in browser.get("/auth/devices", headers=BEHIND_TLS).json()["devices"]
                     if device["current"]]
        self.assertEqual(addresses, ["203.0.113.9"])


def test_a_proxy_that_is_not_trusted_is_not_believed():
    with site("untrusted", settings={"site": {"url": "https://www.example.com"}}) as here:
        answer = here.browser().post("/auth/login", headers={**BEHIND_TLS, "X-Forwarded-For": "203.0.113.9"},
                                     json={"email": "alice@example.com", "password": PASSWORD})
        assert (answer.status, answer.json()["error"]) == (403, "https_required"), answer
        assert here.browser().get("/auth/verify", headers=BEHIND_TLS).status == 401


def test_a_domain_is_shared_and_costs_the_host_prefix():
    settings = {**HTTPS, "cookies": {"domain": "example.com"}}
    with site("domain", settings=settings) as here:
        browser = sign_in(here, BEHIND_TLS)
        names = [cookie.name for cookie in browser.signed_in.cookies]
        assert names == ["__Secure-cardea_access", "__Secure-cardea_refresh", "__Secure-cardea_device"]
        assert all(cookie.domain == "example.com" for cookie in browser.signed_in.cookies)
        assert browser.post("/auth/refresh", headers=BEHIND_TLS).status == 200
        gone = browser.post("/auth/logout", headers=BEHIND_TLS)
        assert all(cookie.domain == "example.com" for cookie in gone.cookies)
        assert browser.jar.find("cardea_access") is None


def test_a_stale_copy_of_a_cookie_does_no_harm():
    """Browsers send cookies of one name twice, after a change of path or domain: the good one counts."""
    with site("copies") as here:
        browser = sign_in(here)
        old = browser.twin()
        assert browser.post("/auth/refresh").status == 200
        pair = [f"{name}={jar.value(name)}" for name in ("cardea_access", "cardea_refresh") for jar in (old.jar, browser.jar)]
        for copies in (pair, ["cardea_access=rubbish", "cardea_refresh=rubbish", *pair]):
            answer = browser.post("/auth/refresh", cookies=False, headers={"Cookie": "; ".join(copies)})
            assert answer.status == 200, answer
        flood = "; ".join([f"cardea_access=x{number}" for number in range(40)])
        answer = browser.get("/auth/verify", cookies=False, headers={"Cookie": flood})
        assert (answer.status, answer.json()["error"]) == (400, "invalid_request"), answer


@for_each(way=CONF_WAYS)
def test_two_cookie_lines_and_two_blanks_are_read_whatever_the_server_makes_of_them(way):
    """Apache joins the lines by a comma, lighttpd by a semicolon, nginx before 1.23 hands over both."""
    with site("two-lines", way=way, settings=SETTINGS) as here:
        lay_out(here)
        browser = Browser(here.port, here.cardea.url)
        browser.signed_in = browser.post("/auth/login", json={"email": "alice@example.com", "password": PASSWORD, "transport": "header"})
        access = "cardea_access=" + browser.jar.value("cardea_access")
        host = f"127.0.0.1:{here.port}"
        for path in ("/auth/me", "/members/page.html"):
            for lines in (("a=1", access), (access, "a=1"), ("a=1; b=2", access), ("a=1", "b=2", access)):
                asked = request_bytes("GET", path, [("Cookie", line) for line in lines], host=host)
                assert here.raw(asked).status == 200, (way, path, [line[:20] for line in lines])
        token = browser.signed_in.json()["access_token"]
        for scheme in ("Bearer  ", "bearer    "):
            for path in ("/auth/me", "/members/page.html"):
                answer = here.browser().get(path, headers={"Authorization": scheme + token})
                assert answer.status == 200, (way, path, scheme, answer)
