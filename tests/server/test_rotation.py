"""Refresh tokens turn over exactly once: under races, lost answers, replays, theft, and a database that has forgotten."""

import random
import time

import jws
from harness import PASSWORD, Installed, at_once

TOGETHER = 64
PAST_GRACE = 0.05  # seconds, where the grace is none


def session_of(browser):
    return jws.claims_of(browser.jar.value("cardea_access"))["sid"]


def refresh_token(answer):
    return answer.cookie("cardea_refresh").value


class Rotating(Installed):
    def row_of(self, browser):
        """(generation, revoke_reason) of the browser's session."""
        session = session_of(browser).replace("-", "").upper()
        (row,) = self.here.rows(f"SELECT generation, revoke_reason FROM cardea_session WHERE hex(id) = '{session}'")
        return tuple(map(int, row))

    def refresh(self, browser, key=None):
        """The answer to a refresh that must succeed."""
        answer = browser.post("/auth/refresh", headers={"Idempotency-Key": key})
        self.assertEqual(answer.status, 200, answer)
        return answer

    def events_of(self, browser):
        return [event["kind"] for event in self.here.cardea.json("events", "--user", browser.email)]


class Races:
    def test_of_64_simultaneous_refreshes_one_moves_the_row_and_all_answer_alike(self):
        browser = self.newcomer()
        before = browser.jar.value("cardea_refresh")
        answers = at_once(TOGETHER, lambda _: browser.twin().post("/auth/refresh"))
        self.assertEqual([answer.status for answer in answers], [200] * TOGETHER)
        successors = {refresh_token(answer) for answer in answers}
        self.assertEqual(len(successors), 1, successors)
        self.assertNotIn(before, successors)
        self.assertEqual(self.row_of(browser), (1, 0))

    def test_tabs_that_share_their_cookies_are_never_signed_out(self):
        browser = self.newcomer()
        end = time.monotonic() + 1

        def tab(_):
            statuses = []
            while time.monotonic() < end:
                statuses.append(browser.post("/auth/refresh").status)
                time.sleep(random.uniform(0, 0.02))
            return set(statuses)
        self.assertEqual(at_once(4, tab), [{200}] * 4)
        self.assertEqual(self.row_of(browser), (1, 0))

    def test_of_a_refresh_and_a_sign_out_at_once_the_sign_out_lasts(self):
        for _ in range(6):
            browser = self.newcomer()
            answers = at_once(8, lambda number, person=browser: person.twin().post(
                "/auth/logout" if number == 4 else "/auth/refresh"))
            self.assertEqual(answers[4].status, 204)
            renewed = [answer for answer in answers if answer.status == 200]
            for answer in renewed:
                survivor = self.here.browser()
                survivor.jar.take(answer.cookies)
                self.assert_refused(survivor.post("/auth/refresh"), 401, "invalid_grant", "revoked")
            self.assertEqual(len(self.here.rows("SELECT 1 FROM cardea_event WHERE kind = 'token_reused'")), 0)

    def test_many_people_at_once(self):
        people = [self.newcomer() for _ in range(8)]
        answers = at_once(TOGETHER, lambda number: people[number % 8].twin().post("/auth/refresh"))
        self.assertEqual({answer.status for answer in answers}, {200})
        for number in range(8):
            self.assertEqual(len({refresh_token(answer) for answer in answers[number::8]}), 1)
            self.assertEqual(self.row_of(people[number]), (1, 0))

    def test_simultaneous_registrations_of_one_address_make_one_account(self):
        login = {"email": f"race{next(self._people)}@example.com", "password": PASSWORD}
        answers = at_once(6, lambda _: self.here.browser().post("/auth/register", json=login))
        self.assertEqual(sorted(answer.status for answer in answers), [201] + [409] * 5)


class RacesOnSqlite(Races, Rotating):
    pass


class RacesOnMariaDB(Races, Rotating):
    database = "mysql"


class WithinTheGrace(Rotating):
    def test_a_sign_in_is_no_move_and_the_first_refresh_turns_the_token_over(self):
        browser = self.newcomer()
        first = browser.jar.value("cardea_refresh")
        self.assertNotEqual(refresh_token(self.refresh(browser)), first)

    def test_a_lost_answer_is_given_again_byte_for_byte(self):
        browser = self.newcomer()
        before = browser.twin()
        lost = self.refresh(browser)
        for _ in range(3):
            self.assertEqual(refresh_token(self.refresh(before.twin())), refresh_token(lost))
        self.assertEqual(self.row_of(browser), (1, 0))

    def test_within_the_grace_the_row_does_not_move_again(self):
        browser = self.newcomer()
        answers = [self.refresh(browser) for _ in range(3)]
        self.assertEqual(len({refresh_token(answer) for answer in answers}), 1)
        self.assertEqual(len({answer.cookie("cardea_access").value for answer in answers}), 3)
        self.assertEqual(self.row_of(browser), (1, 0))


class AfterTheGrace(Rotating):
    settings = {"tokens": {"rotation_grace": "0s"}}

    def spend(self, browser, key=None):
        """A twin with the tokens that are now spent."""
        thief = browser.twin()
        self.refresh(browser, key)
        time.sleep(PAST_GRACE)
        return thief

    def test_each_refresh_turns_the_token_over(self):
        browser = self.newcomer()
        tokens = {refresh_token(self.refresh(browser)) for _ in range(5)}
        self.assertEqual((len(tokens), self.row_of(browser)), (5, (5, 0)))

    def test_a_spent_token_signs_this_device_out_and_no_other(self):
        browser = self.newcomer()
        other = self.here.sign_in(browser.email)
        thief = self.spend(browser)
        caught = thief.post("/auth/refresh")
        self.assert_refused(caught, 401, "invalid_grant", "reused")
        self.assertTrue(caught.cookie("cardea_refresh").deletes and caught.cookie("cardea_access").deletes)
        self.assertEqual(self.events_of(browser)[0], "token_reused")
        self.assert_refused(browser.get("/auth/me"), 401, "invalid_token", "revoked")
        self.assert_refused(browser.post("/auth/refresh"), 401, "invalid_grant", "revoked")
        self.refresh(other)

    def test_a_token_spent_long_ago_signs_the_device_out_too(self):
        browser = self.newcomer()
        thief = browser.twin()
        for _ in range(3):
            self.refresh(browser)
        self.assert_refused(thief.post("/auth/refresh"), 401, "invalid_grant", "reused")
        self.assert_refused(browser.post("/auth/refresh"), 401, "invalid_grant", "revoked")

    def test_a_spent_token_without_its_companion_signs_nobody_out(self):
        browser, other = self.newcomer(), self.newcomer()
        thief = self.spend(browser)
        thief.jar.drop("cardea_access")
        self.assert_refused(thief.post("/auth/refresh"), 401, "invalid_grant", "missing")
        thief.jar.set("cardea_access", other.jar.value("cardea_access"))
        self.assert_refused(thief.post("/auth/refresh"), 401, "invalid_grant", "other_session")
        self.refresh(browser)

    def test_an_idempotency_key_brings_a_lost_answer_back(self):
        browser = self.newcomer()
        before = browser.twin()
        self.spend(browser, "attempt-1")
        again = [refresh_token(self.refresh(before.twin(), "attempt-1")) for _ in range(3)]
        self.assertEqual(set(again), {browser.jar.value("cardea_refresh")})
        self.assertEqual(self.row_of(browser), (1, 0))

    def test_another_idempotency_key_is_another_request(self):
        browser = self.newcomer()
        thief = self.spend(browser, "attempt-1")
        answer = thief.post("/auth/refresh", headers={"Idempotency-Key": "attempt-2"})
        self.assert_refused(answer, 401, "invalid_grant", "reused")

    def test_an_idempotency_key_counts_for_the_last_move_only(self):
        browser = self.newcomer()
        thief = self.spend(browser, "attempt-1")
        self.refresh(browser, "attempt-2")
        answer = thief.post("/auth/refresh", headers={"Idempotency-Key": "attempt-1"})
        self.assert_refused(answer, 401, "invalid_grant", "reused")

    def test_a_database_that_has_lost_a_rotation_signs_nobody_out(self):
        browser = self.newcomer()
        for _ in range(3):
            self.refresh(browser)
        session = session_of(browser).replace("-", "").upper()
        self.here.cardea.rows(f"UPDATE cardea_session SET generation = 1 WHERE hex(id) = '{session}'")
        self.refresh(browser)
        self.assertEqual(self.row_of(browser), (4, 0))
        self.assertIn("database_rolled_back", self.events_of(browser))


class InAWindow(Rotating):
    settings = {"tokens": {"rotation_grace": "60s"}}

    def grow_older(self, browser, seconds):
        """The last rotation was so much earlier: no clock has to be waited for."""
        session = session_of(browser).replace("-", "").upper()
        self.here.cardea.rows(f"UPDATE cardea_session SET rotated_at = rotated_at - {seconds * 1000} WHERE hex(id) = '{session}'")

    def test_the_window_is_fixed_at_the_rotation_and_does_not_slide(self):
        browser = self.newcomer()
        before = browser.twin()
        self.refresh(browser)
        for _ in range(3):
            self.grow_older(browser, 10)
            self.refresh(before.twin())
        self.grow_older(browser, 31)
        self.assert_refused(before.post("/auth/refresh"), 401, "invalid_grant", "reused")


class RenewedSeldom(Rotating):
    settings = {"tokens": {"rotation_grace": "0s", "renew_min_interval": "1h"}}

    def test_a_token_lasts_for_the_interval_and_its_predecessor_does_not(self):
        browser = self.newcomer()
        before = browser.twin()
        self.assertEqual(len({refresh_token(self.refresh(browser)) for _ in range(3)}), 1)
        self.assertEqual(self.row_of(browser), (1, 0))
        time.sleep(PAST_GRACE)
        self.assert_refused(before.post("/auth/refresh"), 401, "invalid_grant", "reused")
