"""Peers that are slow, silent or hostile, and storms of sign-ins: everybody else is answered meanwhile. Conditions, not speed."""

import contextlib
import json
import resource
import socket
import struct
import threading

from fastcgi import BEGIN, KEEP_OPEN, PARAMS, RESPONDER, STDIN, Peer, record, request_records
from harness import PASSWORD, Threads, at_once, request_bytes, site, wait_until
from test_stopping import SLOW_PASSWORDS, serving

LOGIN = json.dumps({"email": "alice@example.com", "password": PASSWORD}).encode()
WHOLE = request_records("POST", "/auth/login", body=LOGIN)


def status(peer, method, path, **more):
    answer = peer.send(request_records(method, path, **more)).answer()
    return answer and answer[0]


def check_that_others_are_answered(connect):
    for _ in range(5):
        assert status(connect(), "GET", "/auth/verify") == 401
        assert status(connect(), "GET", "/auth/health") == 200
    assert status(connect(), "POST", "/auth/login", body=LOGIN) == 200


def test_peers_that_are_silent_or_stop_in_the_middle_of_a_request_keep_nobody_waiting():
    with serving("intake-slow") as (cardea, process, connect):
        cardea.add_user("alice@example.com", PASSWORD)
        peers = [connect() for _ in range(300)]
        for number, peer in enumerate(peers):
            peer.send(WHOLE[:number % len(WHOLE)])
        check_that_others_are_answered(connect)
        for number, peer in list(enumerate(peers))[::30]:
            assert peer.send(WHOLE[number % len(WHOLE):]).answer()[0] == 200
        assert process.alive()


def test_a_request_that_does_not_arrive_in_time_is_closed_and_a_kept_connection_is_not():
    with serving("intake-time", {"limits": {"request_time": "1s"}}) as (_, _process, connect):
        kept, silent, half = connect(), connect(), connect()
        assert status(kept, "GET", "/auth/health", keep=True) == 200
        half.send(WHOLE[:60])
        assert silent.is_closed() and half.is_closed()
        assert status(kept, "GET", "/auth/health", keep=True) == 200


def test_no_length_that_is_announced_ends_the_program():
    begin = record(BEGIN, struct.pack("!HB5x", RESPONDER, KEEP_OPEN))
    with serving("intake-lengths") as (_, process, connect):
        for lengths in (b"\xbf\xff\xff\xff\xbf\xff\xff\xff", b"\xff\xff\xff\xff\xff\xff\xff\xff", b"\x80\0\0\x01\xff\xff\xff\xffx", b"\x05\x05ab", b"\xff"):
            answer = connect().send(begin + record(PARAMS, lengths) + record(PARAMS)).answer()
            assert answer[0] == 400, (lengths, answer)
        assert connect().send(b"GET / HTTP/1.1\r\n\r\n").is_closed()
        assert status(connect(), "GET", "/auth/health") == 200
        assert process.alive()


def test_what_is_too_large_is_refused_before_the_rest_has_come():
    with serving("intake-large") as (_, _process, connect):
        announced = request_records("POST", "/auth/login", {"CONTENT_LENGTH": "70000", "CONTENT_TYPE": "application/json"})[:-8]
        assert connect().send(announced).answer()[0] == 413
        endless = connect().send(request_records("POST", "/auth/login", {"CONTENT_TYPE": "application/json"})[:-8])
        for _ in range(4):
            endless.send(record(STDIN, b"x" * 20_000))
        assert endless.answer()[0] == 413
        for _ in range(20):
            endless.send(record(STDIN, b"x" * 20_000))  # it goes on, as a web server does
        begin = record(BEGIN, struct.pack("!HB5x", RESPONDER, 0))
        assert connect().send(begin + record(PARAMS, b"x" * 60_000) + record(PARAMS, b"x" * 60_000)).answer()[0] == 400


def test_without_descriptors_the_peer_that_has_waited_longest_makes_room():
    with serving("intake-descriptors") as (cardea, process, connect):
        cardea.add_user("alice@example.com", PASSWORD)
        check_that_others_are_answered(connect)  # all that it opens by itself is open
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (60, 60))
        peers = [connect() for _ in range(150)]
        for peer in peers:
            with contextlib.suppress(BrokenPipeError):  # it was closed before
                peer.send(WHOLE[:40])
        for _ in range(5):  # a sign-in would need a descriptor more
            assert status(connect(), "GET", "/auth/verify") == 401
        assert peers[0].is_closed()
        with open(cardea.place.logs["cardea-serve"], encoding="utf-8") as log:
            assert 0 < sum("no further connection is accepted" in line for line in log) <= 11  # not one for each peer


def test_slow_bodies_behind_apache_keep_nobody_waiting():
    with site("intake-apache", "apache-proxy-fcgi") as here:
        head = request_bytes("POST", "/auth/login", [("Content-Type", "application/json"), ("Content-Length", len(LOGIN)),
                                                     ("Origin", here.cardea.url)], b"", host=f"127.0.0.1:{here.port}")
        slow = [socket.create_connection(("127.0.0.1", here.port)) for _ in range(60)]
        try:
            for connection in slow:
                connection.sendall(head + LOGIN[:1])
            address = here.server.served.address
            wait_until(lambda: status(Peer(address), "GET", "/auth/verify") == 401, "the program is asked beside Apache")
            for _ in range(20):
                assert status(Peer(address), "GET", "/auth/verify") == 401
            assert status(Peer(address), "GET", "/auth/health") == 200
        finally:
            for connection in slow:
                connection.close()


def check_a_storm(here):
    """While sign-ins queue for their hashes, everything else is answered; then so are they."""
    browser, done, most, finished = here.sign_in(), threading.Event(), 80, []

    def sign_in(number):
        answer = here.browser().post("/auth/login", json={"email": "alice@example.com", "password": PASSWORD})
        assert answer.status in (200, 503), answer
        finished.append(number)
    with Threads(done.set) as threads:
        for number in range(most):
            threads.start(sign_in, number)
        wait_until(lambda: threads.failed() or len(finished) > 2, "the sign-ins are under way")
        for path, expected in (("/auth/verify", 204), ("/auth/jwks.json", 200), ("/auth/health", 200)):
            assert browser.get(path).status == expected, path
        assert browser.post("/auth/refresh").status == 200
        assert len(finished) < most / 2, "the others waited for the sign-ins, or these were too quick for this test"
    assert len(finished) == most


def test_a_storm_of_sign_ins_keeps_nobody_else_waiting():
    for way in ("fastcgi", "serve"):
        with site("intake-storm", way, settings={"password": {"memory": "32MiB", "iterations": "5"}, "limits": {"login_failures": "account 1000 in 15m, address 1000 in 15m"}}) as here:
            check_a_storm(here)


def test_no_sign_in_is_hashed_for_a_client_that_has_gone():
    with serving("intake-gone", SLOW_PASSWORDS) as (cardea, _process, connect):
        cardea.add_user("alice@example.com", PASSWORD)
        gone = [connect() for _ in range(40)]
        for peer in gone:
            peer.send(WHOLE)
        assert status(connect(), "GET", "/auth/verify") == 401  # they have been read
        for peer in gone:
            peer.close()
        assert status(connect(), "POST", "/auth/login", body=LOGIN) == 200
        assert len([event for event in cardea.json("events", "--user", "alice@example.com") if event["kind"] == "signed_in"]) < 20


def test_requests_at_once_on_kept_connections_are_all_answered():
    with serving("intake-kept") as (_, _process, connect):
        peers = [connect() for _ in range(16)]

        def ask(number):
            return [status(peers[number], "GET", "/auth/verify", keep=True) for _ in range(50)]
        assert at_once(len(peers), ask) == [[401] * 50] * len(peers)
