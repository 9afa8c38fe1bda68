"""Each recipe once on the program as it is shipped, by the machine's clock: what needs no time to pass."""

import jws
import test_recipe_moic as moic
import test_recipe_snackgame as snackgame
import test_recipe_swalloow as swalloow
import test_recipe_taskstock as taskstock
import test_recipe_where_is_my_cup as cup
from recipes import Secure, recipe


def a_session(here, email="bob@example.com"):
    """Sign-up, verify, a renewal, sign-out: an app that keeps its tokens itself."""
    app = here.app()
    app.register(email)
    assert app.verify().status == 204
    before = app.refresh
    app.renew()
    assert app.refresh != before and app.verify().status == 204
    answer = app.browser.post("/auth/logout", json={}, headers={"Authorization": "Bearer " + app.access}, cookies=False)
    assert answer.status == 204, answer
    assert app.verify().status == 401 and app.try_to_renew().json()["reason"] == "revoked"
    here.note("sign-up, verify, renewal, sign-out", "201, 204, 200, 204; then 401 revoked")


def test_taskstock():
    with recipe("taskstock", shipped=True) as here:
        phone, tablet = here.app("phone-1"), here.app("tablet-1")
        taskstock.sign_up(here, phone)
        taskstock.the_token_carries_ids_and_no_person(here, phone)
        taskstock.an_email_is_registered_once(here)
        tablet.sign_in("alice@example.com")
        taskstock.each_device_has_its_own(here, phone, tablet)
        a_session(here)


def test_swalloow():
    with recipe("swalloow", shipped=True) as here:
        app = here.app()
        app.register("alice@example.com")
        swalloow.the_answer_is_shaped_like_oauth(here, app)
        here.cardea.command("user", "grant", "alice@example.com", "invoices")
        swalloow.token_endpoint(here, app)
        assert jws.claims_of(app.access)["scope"] == "invoices"
        swalloow.introspection(here, app)
        swalloow.revocation(here, app)
        a_session(here)


def test_where_is_my_cup():
    with recipe("where-is-my-cup", {"site": {"trusted_proxies": "127.0.0.1"}}, balancer=True, shipped=True) as here:
        here.app().register("alice@example.com")
        cup.the_balancer_alone_is_believed(here)
        a_session(here)


def test_moic():
    with recipe("moic", shipped=True) as here:
        alice, bob = moic.Client(here, "alice@example.com"), moic.Client(here, "bob@example.com")
        moic.the_tokens_are_as_described(here, alice)
        moic.each_check_refuses(here, alice, bob)
        alice.renew()
        assert alice.verify().status == 204
        assert alice.browser.post("/auth/logout", json={}, headers={"Authorization": "Bearer " + alice.access}).status == 204
        assert alice.verify().status == 401


def test_snackgame():
    with recipe("snackgame", shipped=True) as here:
        clients = snackgame.population(here)
        snackgame.the_last_years_tokens_are_taken_over(here, clients)
        snackgame.stale_copies_are_cleaned_up(here)
        snackgame.everybody_visits(clients, 0)
        out = [client.signed_out for client in clients if client.signed_out]
        assert not out, out[:3]
        assert snackgame.transport(here)["header"]["sessions"] > 0
        answer = Secure(here).get("/auth/verify")
        assert answer.status == 401, answer
        a_session(here)
