"""The program ends when it is told to: at once when idle, after the answer when busy, whatever its peers do."""

import contextlib
import json
import os
import signal
import time

from fastcgi import BEGIN, PARAMS, Peer, record, request_records
from harness import PASSWORD, Cardea, Place, Threads, free_port, site, wait_until
from processes import is_running

AT_ONCE = 4.0  # it means at once, on a busy machine too: whatever it would wait for takes 10 seconds or more
SLOW_PASSWORDS = {"password": {"memory": "64MiB", "iterations": "10"}}  # a sign-in of half a second or more


def is_hashing(pid):
    """Does it hold the memory that the hash of a password takes?"""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        fields = dict(line.split(":", 1) for line in file if ":" in line)
    return int(fields["VmRSS"].split()[0]) > 60 * 1024


@contextlib.contextmanager
def serving(name, settings=None, *arguments):
    """(Cardea, its running `cardea serve`, a maker of connections to it)"""
    place = Place(name)
    with contextlib.ExitStack() as stack:
        stack.callback(place.close)
        cardea = Cardea(place, free_port(), settings).prepare()
        process = cardea.serve(None, *arguments)
        stack.callback(process.release)

        def connect():
            return stack.enter_context(contextlib.closing(Peer(process.address)))
        yield cardea, process, connect


def seconds_to_end(process, number=signal.SIGTERM):
    began = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 0, process.exit_status()
    return time.monotonic() - began


def health_of(peer, keep=False):
    return peer.send(request_records("GET", "/auth/health", keep=keep)).answer()[0]


def test_it_ends_at_once_when_nobody_asks():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        with serving("stop-idle") as (_, process, connect):
            assert health_of(connect()) == 200
            assert seconds_to_end(process, number) < AT_ONCE


def test_it_ends_although_a_connection_has_just_come():
    """The moment in which the only thread starts a second one."""
    with serving("stop-young") as (cardea, process, _):
        for _ in range(30):
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) in (0, -signal.SIGTERM), process.exit_status()
            process = cardea.serve()  # it looks whether somebody listens: that is the connection
        process.release()


def test_it_ends_although_peers_keep_silent():
    with serving("stop-silent") as (_, process, connect):
        for _ in range(3):
            connect()
        assert health_of(connect()) == 200
        assert seconds_to_end(process) < AT_ONCE


def test_it_ends_although_a_peer_has_sent_half_a_record():
    halves = (record(BEGIN, b"\0\1\0\0\0\0\0\0")[:5], record(BEGIN, b"\0\1\0\0\0\0\0\0") + record(PARAMS, b"x" * 100)[:50],
              request_records("POST", "/auth/login", body=b"{" * 1000)[:-700])
    with serving("stop-half") as (_, process, connect):
        for half in halves:
            connect().send(half)
        assert health_of(connect()) == 200
        assert seconds_to_end(process) < AT_ONCE


def test_it_ends_although_a_connection_is_kept_open():
    with serving("stop-kept") as (_, process, connect):
        kept = connect()
        for _ in range(3):
            assert health_of(kept, keep=True) == 200
        assert seconds_to_end(process) < AT_ONCE
        assert kept.is_closed()


def test_it_answers_what_it_has_begun():
    with serving("stop-busy", SLOW_PASSWORDS) as (cardea, process, connect):
        cardea.add_user("alice@example.com", PASSWORD)
        login = json.dumps({"email": "alice@example.com", "password": PASSWORD}).encode()
        busy, answers = connect(), []

        def sign_in():
            answers.append((busy.send(request_records("POST", "/auth/login", body=login)).answer(), time.monotonic()))
        with Threads() as threads:
            threads.start(sign_in)
            wait_until(lambda: answers or is_hashing(process.pid), "the password is being hashed", pause=0.002)
            assert not answers, "the sign-in was too quick for this test"
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            ended = time.monotonic()
        (answer, answered), = answers
        assert answer[0] == 200, answer
        assert ended - answered < AT_ONCE


def test_its_socket_can_be_taken_over_after_a_crash_but_not_while_it_lives():
    with serving("stop-socket") as (cardea, process, connect):
        second = cardea.run("serve", "--listen", process.address)
        assert (second.returncode, "another program listens there" in second.stderr) == (2, True), second
        assert health_of(connect()) == 200
        process.kill_alone()
        again = cardea.serve(process.address)
        assert health_of(connect()) == 200
        again.stop()


def test_silent_peers_do_not_keep_others_waiting():
    with serving("silent", None, "--threads", "2") as (_, _process, connect):
        for _ in range(20):
            connect()
        began = time.monotonic()
        assert health_of(connect()) == 200
        assert time.monotonic() - began < AT_ONCE


def test_lighttpds_end_leaves_no_process_of_ours():
    for number in (signal.SIGTERM, signal.SIGINT):
        with site("stop-lighttpd", processes=3) as here:
            browser = here.sign_in()
            workers = here.server.workers()
            assert len(workers) == 3, workers
            assert browser.get("/auth/verify").status == 204
            os.kill(here.server.pid, number)
            wait_until(lambda pids=workers: not any(map(is_running, pids)), "the workers have ended")
