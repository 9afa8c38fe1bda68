"""taskstock: everything of its flow as a mobile app sees it: sign-up, sign-in, four token fields, one session for each
device, renewal below 15 minutes, a year that begins anew in its last week, and abnormal access that ends it."""

import jws
from recipes import PASSWORD, recipe

MINUTE, DAY = 60, 86400
YEAR = 365 * DAY
IDS_ONLY = {"iss", "sub", "sid", "did", "iat", "exp", "jti", "auth_time", "amr"}


class TaskStockApp:
    """What taskstock's useClient hook did before each call: renew when less than 15 minutes are left, then call."""

    def __init__(self, here, device):
        self.here, self.app, self.renewals = here, here.app(device), 0

    def call(self):
        if self.app.answer["access_exp"] - self.here.clock.now() < 15 * MINUTE:
            self.app.renew()
            self.renewals += 1
        answer = self.app.verify()
        assert answer.status == 204, answer
        return self.renewals


def test_taskstock():
    with recipe("taskstock") as here:
        phone, tablet = TaskStockApp(here, "phone-1"), TaskStockApp(here, "tablet-1")
        sign_up(here, phone.app)
        the_token_carries_ids_and_no_person(here, phone.app)
        an_email_is_registered_once(here)
        tablet.app.sign_in("alice@example.com")
        each_device_has_its_own(here, phone.app, tablet.app)
        renewal_below_15_minutes(here, phone)
        sign_out_of_one_device(here, phone.app, tablet.app)
        the_year_begins_anew_in_its_last_week(here, phone.app)
        a_spent_token_ends_all(here, phone.app)
        a_guessed_password_ends_all(here, phone.app)
        another_platform_ends_that_device(here, phone.app)


def sign_up(here, app):
    answer = app.register("alice@example.com")
    said = answer.json()
    assert said["access_token"] and said["refresh_token"] and not answer.cookies
    assert said["access_exp"] - said["server_time"] == 60 * MINUTE
    assert said["refresh_exp"] - said["server_time"] == YEAR
    assert said["device"]["id"] == "phone-1", said
    here.note("sign-up by e-mail", "access_token, refresh_token, access_exp (1 h), refresh_exp (1 y)")


def the_token_carries_ids_and_no_person(here, app):
    claims = jws.claims_of(app.access)
    assert set(claims) == IDS_ONLY, claims
    assert claims["did"] == "phone-1" and "alice" not in str(claims)
    assert "alice" not in app.refresh
    here.note("what the tokens carry", "ids of user, session and device; no e-mail, no name")


def an_email_is_registered_once(here):
    answer = here.app("other").post("/register", {"email": "alice@example.com", "password": PASSWORD})
    said = answer.json()
    assert (answer.status, said["error"], said["strategy"]) == (409, "email_in_use", "password"), said
    here.note("the same e-mail again", "409 email_in_use, strategy: password")


def each_device_has_its_own(here, phone, tablet):
    assert phone.refresh != tablet.refresh
    devices = phone.get("/devices").json()["devices"]
    assert {device["id"]: device["current"] for device in devices} == {"phone-1": True, "tablet-1": False}, devices
    here.note("the same user on a tablet", "a session of its own: one user, two devices")


def renewal_below_15_minutes(here, phone):
    assert phone.call() == 0
    here.clock.move(minutes=44)
    assert phone.call() == 0
    here.clock.move(minutes=2)
    assert phone.call() == 1
    here.clock.move(hours=5)
    assert phone.call() == 2
    here.note("calls after 44 min, 46 min, 5 h more", "no renewal, renewal, renewal; every call is answered")


def sign_out_of_one_device(here, phone, tablet):
    answer = phone.browser.delete("/auth/devices/tablet-1", cookies=False, headers={"Authorization": "Bearer " + phone.access})
    assert answer.status == 204, answer
    refused = tablet.try_to_renew()
    assert (refused.status, refused.json()["reason"]) == (401, "revoked"), refused
    here.clock.move(seconds=30)
    phone.renew()
    tablet.sign_in("alice@example.com")
    here.note("the phone signs the tablet out", "401 revoked there, the phone stays; the tablet may sign in again")


def the_year_begins_anew_in_its_last_week(here, phone):
    end = phone.answer["refresh_exp"]
    here.clock.move_to(end - 8 * DAY)
    phone.renew()
    assert phone.answer["refresh_exp"] == end
    here.clock.move_to(end - 6 * DAY)
    phone.renew()
    assert phone.answer["refresh_exp"] > end + 350 * DAY
    here.note("renewed 8 days, and 6 days, before the year is over", "the end stays; the end is a year away again")
    away = here.app("forgotten")
    away.sign_in("alice@example.com")
    here.clock.move_to(away.answer["refresh_exp"] + 1)
    refused = away.try_to_renew()
    assert (refused.status, refused.json()["reason"]) == (401, "expired"), refused
    here.note("a device unused for the whole year", "401 expired: to the sign-in page")


def a_spent_token_ends_all(here, phone):
    phone.sign_in("alice@example.com")
    other = here.app("other-1")
    other.sign_in("alice@example.com")
    stolen = phone.refresh
    phone.renew()
    here.clock.move(minutes=5)
    refused = phone.post("/refresh", {"refresh_token": stolen})
    assert (refused.status, refused.json()["reason"]) == (401, "reused"), refused
    for app in (phone, other):
        assert app.try_to_renew().json()["reason"] == "revoked"
        assert app.verify().status == 401, "the access tokens are dead too"
    here.note("abnormal access: a spent token comes back", "all devices of that user are signed out, access tokens too")


def a_guessed_password_ends_all(here, phone):
    phone.sign_in("alice@example.com")
    thief = here.app("thief-1")
    for guess in range(5):
        here.clock.move(minutes=4)
        answer = thief.post("/login", {"email": "alice@example.com", "password": f"guess {guess} of mine"})
        assert answer.status == 401, answer
    here.clock.move(minutes=4)
    refused = thief.post("/login", {"email": "alice@example.com", "password": PASSWORD, "device_id": "thief-1"})
    assert (refused.status, refused.json()["reason"]) == (401, "revoked"), refused
    assert phone.try_to_renew().json()["reason"] == "revoked"
    kinds = [event["kind"] for event in here.cardea.json("events", "--user", "alice@example.com")]
    assert "password_guessed" in kinds, kinds
    here.note("abnormal access: a new device after five wrong passwords", "it gets no tokens, and all devices are signed out")


def another_platform_ends_that_device(here, phone):
    here.clock.move(hours=1)  # the wrong passwords are forgotten: a device may be new again, two years after its last sign-in
    agents = {"iPhone": "TaskStock/1.4 (iPhone; iOS 17.4)", "Windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"}
    phone.take(phone.post("/login", {"email": "alice@example.com", "password": PASSWORD, "device_id": "phone-1"},
                          **{"User-Agent": agents["iPhone"]}))
    tablet = here.app("tablet-1")
    tablet.sign_in("alice@example.com")
    here.clock.move(minutes=5)
    refused = phone.post("/refresh", {"refresh_token": phone.refresh}, **{"User-Agent": agents["Windows"]})
    assert (refused.status, refused.json()["reason"]) == (401, "revoked"), refused
    tablet.renew()
    here.note("abnormal access: a phone's session renews on Windows", "that device is signed out, the other stays")
