"""swalloow: OAuth-shaped answers and errors, scopes, the standard endpoints, and both ends of a session to the second."""

import base64

import jws
from recipes import recipe

DAY = 86400


def test_swalloow():
    with recipe("swalloow") as here:
        app = here.app()
        app.register("alice@example.com")
        the_answer_is_shaped_like_oauth(here, app)
        scopes_arrive_with_the_next_renewal(here, app)
        an_expired_token_is_told_in_the_example_s_words(here, app)
        token_endpoint(here, app)
        introspection(here, app)
        revocation(here, app)
        the_idle_end(here)
        the_absolute_end(here)


def the_answer_is_shaped_like_oauth(here, app):
    said = app.answer
    assert said["token_type"].lower() == "bearer" and said["expires_in"] == 1200
    assert isinstance(said["access_token"], str) and isinstance(said["refresh_token"], str)
    here.note("sign-up", "token_type, access_token, expires_in, refresh_token")
    personal = {"alice", "Alice", "@"}
    assert not any(word in str(jws.claims_of(app.access)) for word in personal)
    here.note("what the access token carries", ", ".join(sorted(jws.claims_of(app.access))))


def scopes_arrive_with_the_next_renewal(here, app):
    assert app.verify(scope="orders").status == 403
    here.cardea.command("user", "grant", "alice@example.com", "orders", "invoices")
    assert app.verify(scope="orders").status == 403
    here.clock.move(seconds=30)
    app.renew()
    assert jws.claims_of(app.access)["scope"] == "orders invoices"
    assert app.verify(scope="orders").status == 204
    here.note("cardea user grant alice@example.com orders invoices", "403 before, 204 from the next renewal on")
    here.cardea.command("user", "revoke-scope", "alice@example.com", "orders")
    here.clock.move(seconds=30)
    app.renew()
    answer = app.verify(scope="orders")
    assert (answer.status, answer.json()["error"]) == (403, "insufficient_scope"), answer
    assert app.verify(scope="invoices").status == 204
    here.note("cardea user revoke-scope alice@example.com orders", "403 insufficient_scope from the next renewal on")


def an_expired_token_is_told_in_the_example_s_words(here, app):
    here.clock.move(minutes=22)
    answer = app.verify()
    said = answer.json()
    assert {name: said[name] for name in ("code", "error", "error_description")} == {
        "code": 401, "error": "invalid_token", "error_description": "The access token provided has expired."}, said
    here.note("an expired access token", f"{said['code']} {said['error']}: {said['error_description']}")


def form(here, path, fields, **headers):
    return here.browser().post("/auth" + path, form=fields, headers=headers, cookies=False)


def token_endpoint(here, app):
    answer = form(here, "/token", {"grant_type": "refresh_token", "refresh_token": app.refresh, "client_id": "any"})
    said = answer.json()
    assert answer.status == 200 and not answer.cookies, answer
    assert set(said) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}, said
    assert (answer.header("Cache-Control"), answer.header("Pragma")) == ("no-store", "no-cache")
    app.access, app.refresh = said["access_token"], said["refresh_token"]
    assert app.verify().status == 204
    here.note("POST /token grant_type=refresh_token", "200 as RFC 6749 section 5.1 has it")
    for fields, error in (({"grant_type": "refresh_token", "refresh_token": "nonsense"}, "invalid_grant"),
                          ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
                          ({"refresh_token": "x"}, "invalid_request"), ({"grant_type": "refresh_token"}, "invalid_request")):
        answer = form(here, "/token", fields)
        assert (answer.status, answer.json()["error"]) == (400, error), answer
        assert (answer.header("Cache-Control"), answer.header("Pragma")) == ("no-store", "no-cache")
    here.note("... with what it does not know", "400 invalid_grant, unsupported_grant_type, invalid_request")


def introspection(here, app):
    bearer = {"Authorization": "Bearer " + here.introspection_secret}
    pair = base64.b64encode(b"shop:" + here.introspection_secret.encode()).decode()
    for headers in (bearer, {"Authorization": "Basic " + pair}):
        said = form(here, "/introspect", {"token": app.access}, **headers).json()
        assert said["active"] is True and said["sub"] == jws.claims_of(app.access)["sub"], said
        assert said["scope"] == "invoices" and said["token_type"] == "Bearer", said
    assert form(here, "/introspect", {"token": app.refresh}, **bearer).json()["active"] is True
    assert form(here, "/introspect", {"token": "nonsense"}, **bearer).json() == {"active": False}
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer " + app.access}):
        answer = form(here, "/introspect", {"token": app.access}, **headers)
        assert answer.status == 401 and answer.header("WWW-Authenticate").startswith("Basic "), answer
    here.note("POST /introspect, by secret", "active with sub and scope; 401 without the secret")


def revocation(here, app):
    bearer = {"Authorization": "Bearer " + here.introspection_secret}
    for token in ("nonsense", app.refresh, app.refresh):
        answer = form(here, "/revoke", {"token": token, "token_type_hint": "refresh_token"})
        assert (answer.status, answer.body) == (200, b""), answer
    assert form(here, "/introspect", {"token": app.access}, **bearer).json() == {"active": False}
    refused = app.try_to_renew()
    assert (refused.status, refused.json()["reason"]) == (401, "revoked"), refused
    tablet = here.app("tablet")
    tablet.sign_in("alice@example.com")
    assert form(here, "/revoke", {"token": tablet.access, "token_type_hint": "access_token"}).status == 200
    assert tablet.try_to_renew().json()["reason"] == "revoked"
    here.note("POST /revoke", "200 always; the session has ended, introspection says exactly {\"active\":false}")


def the_idle_end(here):
    before, after = here.app("before"), here.app("after")
    before.register("idle@example.com")
    after.sign_in("idle@example.com")
    end = min(before.answer["refresh_exp"], after.answer["refresh_exp"])
    here.clock.move_to(end - 5)
    before.renew()
    assert before.answer["refresh_exp"] - here.clock.now() > 14 * DAY - 10
    here.clock.move_to(after.answer["refresh_exp"] + 1)
    answer = after.try_to_renew()
    assert (answer.status, answer.json()["reason"]) == (401, "expired"), answer
    here.note("unused for 14 d: some seconds before the end, and one after", "200 and another 14 d; 401 expired")


def the_absolute_end(here):
    before, after = here.app("one"), here.app("two")
    before.register("absolute@example.com")
    after.sign_in("absolute@example.com")
    began = here.clock.now()
    while here.clock.now() - began < 80 * DAY:
        here.clock.move(days=8)
        before.renew()
        after.renew()
    end = before.answer["refresh_exp"]
    assert abs(end - (began + 90 * DAY)) < 60, (end, began)
    here.clock.move_to(end - 5)
    before.renew()
    assert before.answer["refresh_exp"] == end and before.answer["access_exp"] == end
    here.clock.move_to(after.answer["refresh_exp"] + 1)
    answer = after.try_to_renew()
    assert (answer.status, answer.json()["reason"]) == (401, "expired"), answer
    here.note("used every 8 days: some seconds before 90 d, and one after", "200, tokens end with the session; 401 expired")
