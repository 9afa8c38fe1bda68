"""The gate's behaviour as one table: what is asked, and what must come back, whatever server stands in front.

A case may say of a server that it differs, with the reason and what comes back there instead; nothing instead means
that the server cannot give this, and the case is not run on it.
"""

import hashlib

from gate_visit import (BROWSER, PROGRAM, SECRET, SPELLINGS, directives, for_one_visitor, known_as, refused,
                        sent_to_sign_in, served, status, stranger, told)
from harness import chunked

PAGE = "/members/page.html"
PHP = "/members/page.php"
SAYS = "/members/says.php?cache="  # a page with a Cache-Control of its own
WEAK = ("public,+max-age=600", "max-age=600", "s-maxage=600", "private%3D%22Set-Cookie%22", "no-cache")
PARTNER = "https://app.partner.example"

IMAGE = {"Accept": "text/html,*/*", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}

FORM = b"title=Caf%C3%A9&text=" + b"x" * 100_000
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(FORM))}

SPOOFED = {name: "mallory" for name in (
    "Remote-User", "REMOTE_USER", "Redirect-Remote-User", "X-Remote-User", "Auth-User-Id", "AUTH_USER_ID",
    "X-Auth-User-Id", "Variable-REMOTE_USER", "Variable-AUTH_USER_ID", "X-Auth-Scope", "Auth-Scope", "X-Forwarded-User",
    "Proxy")}


# ---- How to ask -------------------------------------------------------------------------------------------------------

class Case:
    """name: a sentence. run: a function of a Visit. differs: {server: (what is different there, run or None)}."""

    def __init__(self, name, run, differs=None):
        self.name, self.run, self.differs = name, run, differs or {}


NO_OPTIONAL = {"mod_authnz_fcgi": ("has no gate that lets strangers through", None)}
NO_PREFLIGHT = {"PHP alone": ("refuses preflights", lambda visit: refused("missing")(preflight(visit, PAGE)))}
NO_CORS = {"PHP alone": ("without CORS headers", lambda visit: refused("missing")(visit.ask(PAGE)))}


def each(*checks):
    """All of these, one after the other."""
    def run(visit):
        for check in checks:
            check(visit)
    return run


def spellings(visit):
    for path in SPELLINGS:
        for headers in (PROGRAM, BROWSER):
            answer = visit.ask(path, headers=headers)
            assert SECRET not in answer.text, (path, answer)
    spellings_lead_to_the_page(visit)


def spellings_lead_to_the_page(visit):
    """The control: with a token most of them show the page, or their refusal without one would prove nothing."""
    led = [path for path in SPELLINGS if SECRET in visit.ask(path, visit.tokens.good).text]
    least = 5 if visit.here.server.way == "htaccess-cgi" else 16  # the guard in PHP takes an address as it is written
    assert len(led) >= least, f"only {led} lead to the page"


def post_is_delivered(visit):
    answer = visit.ask(PHP, visit.tokens.good, method="POST", headers=FORM_HEADERS, body=FORM)
    known_as(visit.tokens)(answer)
    page = answer.json()
    assert (page["method"], page["size"], page["sha256"]) == ("POST", len(FORM), hashlib.sha256(FORM).hexdigest()), answer


def chunks_are_delivered(visit):
    answer = visit.ask(PHP, visit.tokens.good, method="POST", headers={"Transfer-Encoding": "chunked"},
                       body=chunked(b"ab", b"cde"))
    known_as(visit.tokens)(answer)
    assert answer.json()["size"] == 5, answer


def head_has_no_body(visit):
    answer = visit.ask(PAGE, visit.tokens.good, method="HEAD")
    assert answer.status == 200 and answer.body == b"", answer


def leaks(answer):
    return [name for name, _ in answer.headers if name.lower().startswith(("variable-", "x-auth-", "auth-"))]


def nothing_leaks(*paths):
    def run(visit):
        for path in paths:
            for token in (visit.tokens.good, visit.tokens.expired):
                answer = visit.ask(path, token)
                assert not leaks(answer), (path, answer)
    return run


def part_of_a_page(visit):
    answer = visit.ask(PAGE, visit.tokens.good, headers={"Range": "bytes=0-3"})
    assert answer.status == 206 and answer.text == SECRET[:4], answer


def original_address(path, token):
    def run(visit):
        said = told(visit.ask(path, token(visit)))
        assert said["REQUEST_URI"] == path, said
    return run


def not_by_a_cache(name):
    """A cache in front hands nobody what another visitor got; pages without a gate it keeps, or this would prove nothing."""
    def run(visit):
        visit.ask("/public.html", through=name)
        kept = visit.ask("/public.html", through=name)
        assert "HIT" in (kept.header("X-Cache") or ""), kept
        for path, who in ((PAGE, visit.tokens), (PHP, visit.tokens), ("/members/", visit.tokens),
                          (SAYS + "public,+max-age=600", visit.tokens), ("/staff/page.html", visit.staff)):
            for token, check in ((None, status(401)), (who.good, served), (None, status(401))):
                check(visit.ask(path, token, through=name))
    return run


def optional_not_by_a_cache(visit):
    for name in visit.caches:
        for path in ("/app/page.php", "/app/some/post"):
            for token, check in ((None, stranger), (visit.tokens.good, known_as(visit.tokens)),
                                 (visit.staff.good, known_as(visit.staff, "other staff")), (None, stranger)):
                check(visit.ask(path, token, through=name))


def told_to_caches(visit):
    for path in (PAGE, PHP, "/members/", "/members/nothing.html"):
        for_one_visitor(visit.ask(path, visit.tokens.good))
    for said in WEAK:
        for_one_visitor(visit.ask(SAYS + said, visit.tokens.good))
    for_one_visitor(visit.ask("/staff/page.html", visit.staff.good))


def only_that_is_told(visit):
    told_to_caches(visit)
    for said in WEAK:
        answer = visit.ask(SAYS + said, visit.tokens.good)
        assert directives(answer) == ["private", "no-cache"], answer


def keeps_its_no_store(visit):
    for said in ("no-store", "no-store,+max-age=0", "No-Store", "private,+no-store"):
        answer = visit.ask(SAYS + said, visit.tokens.good)
        served(answer)
        assert "no-store" in directives(answer), answer


def preflight(visit, path, origin=PARTNER, headers="content-type, x-requested-with"):
    return visit.ask(path, method="OPTIONS", headers={
        "Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": headers})


def preflights(visit):
    for path in (PAGE, PHP, "/members/rewritten/any/thing?x=1", "/staff/page.php"):
        answer = preflight(visit, path)
        assert answer.status in (200, 204) and SECRET not in answer.text, answer
        assert answer.header("Access-Control-Allow-Origin") == PARTNER, answer
        assert answer.header("Access-Control-Allow-Credentials") == "true", answer
        assert "PUT" in answer.header("Access-Control-Allow-Methods"), answer
        assert "x-requested-with" in answer.header("Access-Control-Allow-Headers"), answer


def other_preflights(visit):
    for path in (PAGE, PHP):
        for origin in ("https://evil.example", "null", PARTNER + ".evil.example"):
            answer = preflight(visit, path, origin)
            refused("missing")(answer)
            assert answer.header("Access-Control-Allow-Origin") is None, answer
        refused("missing")(visit.ask(path, method="OPTIONS", headers={"Origin": PARTNER}))


def told_to_an_allowed_origin(visit):
    for path in (PAGE, PHP, "/staff/page.html"):
        answer = visit.ask(path, visit.tokens.expired, headers={"Origin": PARTNER})
        refused("expired")(answer)
        assert answer.header("Access-Control-Allow-Origin") == PARTNER, answer
        assert answer.header("Access-Control-Allow-Credentials") == "true", answer
        assert "WWW-Authenticate" in answer.header("Access-Control-Expose-Headers"), answer
        assert "Origin" in ", ".join(answer.all("Vary")), answer


def good(path, check, **more):
    return lambda visit: (check(visit) if check is own_name else check)(visit.ask(path, visit.tokens.good, **more))


def own_name(visit):
    return known_as(visit.tokens)


def anonymous(path, check, **more):
    return lambda visit: check(visit.ask(path, **more))


def with_token(name, path, check, **more):
    return lambda visit: check(visit.ask(path, getattr(visit.tokens, name), **more))


def with_cookie(make, path, check):
    return lambda visit: check(visit.ask(path, cookie=make(visit.tokens)))


def with_header(make, path, check):
    def run(visit):
        checked = check(visit) if check is own_name else check
        checked(visit.ask(path, headers={"Authorization": make(visit.tokens)}))
    return run


def as_staff(path, check):
    return lambda visit: check(visit)(visit.ask(path, visit.staff.good))


def too_many_copies(_tokens):
    return "; ".join(f"cardea_access=x{number}" for number in range(20))


def staff_name(visit):
    return known_as(visit.staff, "other staff")


# ---- The table --------------------------------------------------------------------------------------------------------

CASES = [
    # Who may not come in.
    Case("a program without a token gets 401 in JSON", anonymous(PAGE, refused("missing"))),
    Case("a browser without a token is sent to sign in and back, query and all",
         anonymous(PAGE + "?a=1&b=%20%26x&c=/d", sent_to_sign_in(PAGE + "?a=1&b=%20%26x&c=/d"), headers=BROWSER)),
    Case("a picture without a token is refused, not redirected", anonymous(PAGE, refused("missing"), headers=IMAGE)),
    Case("an expired token", with_token("expired", PAGE, refused("expired"))),
    Case("a browser with an expired token is sent to renew it",
         with_token("expired", PHP + "?q=1", sent_to_sign_in(PHP + "?q=1"), headers=BROWSER)),
    Case("a token with other claims", with_token("other_claims", PAGE, refused("bad_signature"))),
    Case("a token with another signature", with_token("other_signature", PAGE, refused("bad_signature"))),
    Case("a token without a signature (alg none)", with_token("unsigned", PAGE, status(401))),
    Case("a token of an unknown key", with_token("of_an_unknown_key", PAGE, refused("unknown_key"))),
    Case("a token of another site", with_token("of_another_site", PAGE, refused("wrong_issuer"))),
    Case("a token from the future", with_token("from_the_future", PAGE, refused("clock_skew"))),
    Case("garbage in the cookie", with_token("garbage", PAGE, refused("malformed"))),
    Case("6 KB of garbage in the cookie",
         with_cookie(lambda tokens: "cardea_access=" + "x" * 6000, PAGE, refused("malformed"))),
    Case("too many copies of the cookie", with_cookie(too_many_copies, PAGE, status(400)),
         {"nginx": ("500: auth_request knows 401 and 403 only", with_cookie(too_many_copies, PAGE, status(500)))}),
    Case("a token in the query is none",
         lambda visit: refused("missing")(visit.ask(PAGE + "?access_token=" + visit.tokens.good))),
    Case("a password dialog's name is none", with_header(lambda tokens: "Basic bWFsbG9yeTpw", PAGE, refused("missing"))),
    Case("HEAD without a token", anonymous(PAGE, status(401), method="HEAD")),
    Case("OPTIONS, PUT and DELETE without a token",
         each(*(anonymous(PAGE, status(401), method=method) for method in ("OPTIONS", "PUT", "DELETE")))),
    Case("a form without a token does not reach PHP",
         anonymous(PHP, refused("missing"), method="POST", headers=FORM_HEADERS, body=FORM)),
    Case("a part of a page, or one that was seen before, without a token",
         each(anonymous(PAGE, status(401), headers={"Range": "bytes=0-3"}),
              anonymous(PAGE, status(401), headers={"If-None-Match": "*"}))),
    Case("a missing file looks like any other to strangers", anonymous("/members/nothing.html", refused("missing"))),
    Case("an index page without a token",
         each(anonymous("/members/", refused("missing")), anonymous("/members/php/", refused("missing")),
              anonymous("/members", status(301, 302, 303, 401)))),
    Case("a sub-directory without a token", anonymous("/members/sub/page.html", refused("missing"))),
    Case("a rewritten address without a token", anonymous("/members/rewritten/any/thing?x=1", refused("missing"))),
    Case(f"{len(SPELLINGS)} other spellings of the address without a token", spellings),
    Case("a stranger who claims to be somebody in 13 headers", anonymous(PHP, refused("missing"), headers=SPOOFED)),

    # Who may come in, and under which name.
    Case("a good token", good(PAGE, served)),
    Case("PHP knows the user, in REMOTE_USER first", good(PHP, own_name)),
    Case("HEAD with a token", head_has_no_body),
    Case("a form of 100 KB reaches PHP whole", post_is_delivered),
    Case("a form in chunks reaches PHP whole", chunks_are_delivered),
    Case("a part of a page with a token", part_of_a_page),
    Case("what the gate says for PHP does not reach the visitor", nothing_leaks(PAGE, PHP, "/members/nothing.html"),
         {"mod_fcgid": ("but for Apache's own error pages, where he sees his own id", nothing_leaks(PAGE, PHP))}),
    Case("a missing file with a token", good("/members/nothing.html", status(404))),
    Case("an index page with a token", each(good("/members/", served), good("/members/php/", own_name))),
    Case("a sub-directory with a token", each(good("/members/sub/page.html", served), good("/members/sub/", served))),
    Case("a rewritten address: one name, and the address as it was sent",
         each(good("/members/rewritten/any/thing?x=1", own_name),
              original_address("/members/rewritten/any/thing?x=1", lambda visit: visit.tokens.good))),
    Case("a good cookie beside a bad one", each(
        with_cookie(lambda tokens: f"cardea_access={tokens.expired}; cardea_access={tokens.good}", PAGE, served),
        with_cookie(lambda tokens: f"cardea_access={tokens.good}; x=y; cardea_access={tokens.garbage}", PAGE, served))),
    Case("a token in the header, where headers are allowed",
         each(with_header(lambda tokens: "Bearer " + tokens.good, PAGE, served),
              with_header(lambda tokens: "bearer " + tokens.good, PHP, own_name))),
    Case("who is signed in stays himself, whatever the headers claim",
         lambda visit: known_as(visit.tokens)(visit.ask(PHP, visit.tokens.good, headers=SPOOFED))),

    # Gates that want a scope.
    Case("a scope is missing", good("/staff/page.html", refused(None, 403))),
    Case("a scope is missing, in a browser: no way round in circles",
         good("/staff/page.html", status(403), headers=BROWSER)),
    Case("a scope is there",
         each(as_staff("/staff/page.html", lambda visit: served), as_staff("/staff/page.php", staff_name))),
    Case("no token where a scope is wanted",
         each(anonymous("/staff/page.html", refused("missing")),
              anonymous("/staff/page.html", sent_to_sign_in("/staff/page.html"), headers=BROWSER))),

    # Pages of other sites that may call ([site] allowed_origins).
    Case("a preflight of an allowed origin is answered, and shows nothing of the page", preflights, NO_PREFLIGHT),
    Case("a preflight of any other origin is refused", other_preflights),
    Case("a refusal is readable to an allowed origin", told_to_an_allowed_origin, NO_CORS),

    # Caches on the way.
    Case("a page says that it is for one visitor, whatever it says itself", only_that_is_told,
         {"lighttpd": ("beside what it says itself", told_to_caches)}),
    Case("a page that says no-store itself keeps that", keeps_its_no_store),
    Case("behind nginx's proxy_cache: stranger 401, member 200, stranger 401", not_by_a_cache("nginx")),
    Case("behind Apache's mod_cache: stranger 401, member 200, stranger 401", not_by_a_cache("Apache")),

    # Gates that refuse nobody.
    Case("an optional gate lets a stranger in without a name",
         each(anonymous("/app/page.html", served), anonymous("/app/page.php", stranger)), NO_OPTIONAL),
    Case("an optional gate names who is signed in",
         each(good("/app/page.html", served), good("/app/page.php", own_name)), NO_OPTIONAL),
    Case("an optional gate believes no bad token",
         each(*(with_token(name, "/app/page.php", stranger)
                for name in ("expired", "other_claims", "unsigned", "garbage"))), NO_OPTIONAL),
    Case("an optional gate believes no header",
         each(anonymous("/app/page.php", stranger, headers=SPOOFED),
              anonymous("/app/page.php", stranger, headers={"Authorization": "Basic bWFsbG9yeTpw"})), NO_OPTIONAL),
    Case("behind a cache an optional gate gives everybody what is his", optional_not_by_a_cache, NO_OPTIONAL),
    Case("one entry for all addresses, as a framework has it: one name, and the address as it was sent",
         each(good("/app/2026/11/some-post?p=1", own_name), anonymous("/app/2026/11/some-post", stranger),
              original_address("/app/2026/11/some-post?p=1", lambda visit: visit.tokens.good)), NO_OPTIONAL),
]
