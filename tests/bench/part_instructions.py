"""Instructions a request, which no other work on the machine can move: counted by valgrind, ours beside the limits.

Each program answers FEW and then, started again, MANY requests over a unix socket; the difference divided by the difference in
requests is what one costs, without the start. The kernel's share is not counted.
"""

import contextlib
import os
import re
import shutil
import signal
import time

from fastcgi import Peer, request_records
from harness import Cardea, Place, Process, free_port, listens, wait_until
from limits import LIBFCGI, OWN
from measure import BUILD, HERE, Figure, LeftOut, Run, inside
from part_verify import TOKENS, export_public_key, settings_for

FEW, MANY = 600, 1800  # more than the memory of verified tokens has places


def figures():
    if not shutil.which("valgrind"):
        yield LeftOut("instructions of a verify", "valgrind is not installed")
        return
    for algorithm in ("HS256", "ES256", "EdDSA"):
        place = Place("bench-instructions")
        try:
            cardea = Cardea(place, free_port(), settings_for(algorithm)).prepare()
            yield from of_algorithm(place, cardea, algorithm)
        finally:
            place.close()


def of_algorithm(place, cardea, algorithm):
    tokens = inside("access-tokens", cardea.config, TOKENS)
    serve = [cardea.binary, "serve", "--listen", "unix:SOCKET", "--config", cardea.config]
    limits = [(OWN, counted(place, [f"{BUILD}/null_server", "SOCKET"], tokens[:1])),
              (LIBFCGI, counted(place, [f"{BUILD}/null_fastcgi", "SOCKET"], tokens[:1], timeout=60))]
    for caption, chosen in (("remembered", tokens[:1]), ("never seen", tokens)):
        ours = counted(place, serve, chosen)
        for limit, beside in limits:
            yield ratio(f"instructions of a verify {algorithm}, {caption}", limit, ours, beside)
        if algorithm != "EdDSA" and shutil.which("php-cgi") and caption == "never seen":
            export_public_key(_Here(cardea))
            page = {"SCRIPT_FILENAME": f"{HERE}/verify-{algorithm.lower()}.php", "REDIRECT_STATUS": "200"}
            php = [shutil.which("php-cgi"), "-d", "opcache.enable=1", "-b", "SOCKET"]
            beside = counted(place, php, chosen, {"BENCH_KEYS": BUILD, "PHP_FCGI_MAX_REQUESTS": "0"}, page)
            yield ratio(f"instructions of a verify {algorithm}, {caption}", "php doing the same", ours, beside)


class _Here:
    """As much of a Site as export_public_key needs."""

    def __init__(self, cardea):
        self.cardea = cardea


def ratio(name, limit, ours, beside):
    figure = Figure(name, limit, at_most=True)
    figure.add(Run(0, ours[1], p50=ours[0]), Run(0, beside[1], p50=beside[0]), value=lambda run: run.p50)
    figure.notes = {"thousand": round(ours[0] / 1000, 1), "beside": round(beside[0] / 1000, 1)}
    return figure


def counted(place, words, tokens, environment=None, fields=None, timeout=30):
    """(instructions a request, failed answers)."""
    few, failed = total(place, words, tokens, environment, fields, FEW, timeout)
    many, failed_too = total(place, words, tokens, environment, fields, MANY, timeout)
    return (many - few) / (MANY - FEW), failed + failed_too


def total(place, words, tokens, environment, fields, count, timeout):
    """All instructions of the process until it has answered that many requests and was told to stop."""
    socket, log = place.socket("counted.sock"), place.file("valgrind.log")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(socket)
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}"]
    process = Process([*valgrind, *(word.replace("SOCKET", socket) for word in words)], place.log("counted"), environment, place.path)
    try:
        wait_until(lambda: listens(socket) or not process.alive(), "the counted program listens", timeout=timeout)
        failed = sum(asked(socket, tokens[number % len(tokens)], fields) != 204 for number in range(count))
        time.sleep(0.2)  # the last answer is being written to the log
        process.stop(signal.SIGTERM, patience=30)
    finally:
        process.release()
    with open(log, encoding="utf-8", errors="replace") as file:
        return int(re.search(r"Collected : (\d+)", file.read())[1]), failed


def asked(socket, token, fields):
    peer = Peer(socket, timeout=30)
    try:
        peer.send(request_records("GET", "/auth/verify", {"HTTP_AUTHORIZATION": "Bearer " + token, **(fields or {})}))
        return (peer.answer() or (0, ""))[0]
    finally:
        peer.close()
