"""kill -9 of the program at any moment: whoever retries with the same token goes on, and no rotation happens twice."""

import contextlib
import os
import random
import signal
import threading
import time

import jws
from harness import Threads, site, wait_until
from processes import is_running

KILLS = 20


def kill_hard(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def until_answered(browser, key=None, patience=15.0):
    """The first answer of the program itself to a refresh, which is tried again with the same token and key."""
    end = time.monotonic() + patience
    while True:
        try:
            answer = browser.twin().post("/auth/refresh", headers={"Idempotency-Key": key})
            if answer.header("Content-Type") == "application/json" and answer.status != 503:
                return answer
        except OSError:
            pass
        assert time.monotonic() < end, "the program did not come back"
        time.sleep(0.02)


def generation_of(here, browser):
    session = jws.claims_of(browser.jar.value("cardea_access"))["sid"].replace("-", "").upper()
    ((generation,),) = here.rows(f"SELECT generation FROM cardea_session WHERE hex(id) = '{session}'")
    return int(generation)


def check_no_alarm(here):
    assert here.rows("SELECT detail FROM cardea_event WHERE kind IN ('token_reused', 'database_rolled_back')") == []
    assert here.rows("SELECT revoke_reason FROM cardea_session WHERE revoked_at <> 0") == []


def test_killed_in_the_middle_of_a_refresh_the_retry_gets_the_same_successor():
    """Three requests with one token are under way when the process dies; the token is presented again to a new one."""
    with site("kill-serve", way="serve") as here:
        for _ in range(KILLS):
            browser, got = here.sign_in(), []

            def refresh(client=browser, answers=got):
                with contextlib.suppress(OSError):
                    answers.append(client.twin().post("/auth/refresh"))
            with Threads() as threads:
                for _ in range(3):
                    threads.start(refresh)
                time.sleep(random.uniform(0, 0.012))
                here.server.served.kill_alone()
            here.server.served = here.cardea.serve(here.server.served.address)
            retried = until_answered(browser)
            assert retried.status == 200, retried
            successors = {answer.cookie("cardea_refresh").value for answer in [*got, retried] if answer.status == 200}
            assert len(successors) == 1, successors
            assert generation_of(here, browser) == 1
        check_no_alarm(here)


def check_stream_of_kills(database):
    """Every refresh rotates; each is repeated under its key until it is answered. lighttpd starts what died anew."""
    with site("kill-stream", database=database, settings={"tokens": {"rotation_grace": "0s"}}, deaths="they are killed") as here:
        people, rotations, done = [here.sign_in() for _ in range(3)], [0, 0, 0], threading.Event()

        def stream(number):
            browser = people[number]
            while not done.is_set():
                answer = until_answered(browser, f"{number}-{rotations[number]}")
                assert answer.status == 200, answer
                browser.jar.take(answer.cookies)
                rotations[number] += 1
        with Threads(done.set) as threads:
            for number in range(3):
                threads.start(stream, number)
            for _ in range(KILLS // 2):
                time.sleep(random.uniform(0.02, 0.2))
                workers = wait_until(here.server.workers, "lighttpd has started the program again")
                kill_hard(random.sample(workers, random.randint(1, len(workers))))
                before = list(rotations)
                wait_until(lambda then=before: threads.failed() or all(now > was for now, was in zip(rotations, then)), "all go on")
        assert [generation_of(here, browser) for browser in people] == rotations
        check_no_alarm(here)


def test_killed_again_and_again_in_a_stream_of_refreshes_nobody_is_signed_out_on_sqlite():
    check_stream_of_kills("sqlite")


def test_killed_again_and_again_in_a_stream_of_refreshes_nobody_is_signed_out_on_mariadb():
    check_stream_of_kills("mysql")


def test_a_crashed_web_server_that_comes_back_finds_the_sign_ins():
    with site("kill-lighttpd", deaths="they are killed") as here:
        browser = here.sign_in()
        orphans = here.server.workers()
        here.server.crash()
        here.server.start()
        assert browser.post("/auth/refresh").status == 200
        assert browser.get("/auth/me").status == 200
        kill_hard(pid for pid in orphans if is_running(pid))
