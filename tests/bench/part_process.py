"""What one process takes: memory when idle, time until the first answer, size on disk."""

import glob
import os
import statistics
import subprocess
import time
import zipfile

from fastcgi import Peer, request_records
from harness import BINARY, Cardea, Place, Process, free_port, site
from measure import BUILD, ROOT, ROUNDS, memory_kib, one_value


def figures():
    with site("bench-memory", processes=1) as here:
        here.browser().get("/auth/verify")
        pid = here.server.workers()[0]
        yield one_value("idle FastCGI process, resident", memory_kib(pid, "Rss:") / 1024, "MiB", 6.0)
        # What it has written itself; the pages of the program file are there once for all processes.
        yield one_value("idle FastCGI process, private", memory_kib(pid, "Private_Dirty:") / 1024, "MiB", 0.8)
    yield start()
    yield binary()


def binary():
    """The program as `make dist` packs it, if that has been run; or else this machine's, stripped."""
    for path in glob.glob(os.path.join(ROOT, "build", "dist", "cardea-*.zip")):
        with zipfile.ZipFile(path) as packed:
            return one_value("the binary of make dist", packed.getinfo("public_html/cgi-bin/cardea.cgi").file_size / 2**20, "MiB", 9)
    stripped = os.path.join(BUILD, "cardea-stripped")
    subprocess.run(["strip", "-o", stripped, BINARY], check=True)
    return one_value("the binary, stripped", os.path.getsize(stripped) / 2**20, "MiB", 9)


def start():
    """`cardea serve` until it has answered a verify, with an ES256 key."""
    place = Place("bench-start")
    try:
        cardea = Cardea(place, free_port()).prepare()
        times = [first_answer(place, cardea) for _ in range(3 * ROUNDS)]
        return one_value("from start to the first answer", statistics.median(times), "ms", 20)
    finally:
        place.close()


def first_answer(place, cardea):
    socket = place.socket("start.sock")
    began = time.monotonic()
    process = Process([cardea.binary, "serve", "--listen", "unix:" + socket, "--config", cardea.config], place.log("serve"))
    try:
        while time.monotonic() - began < 10:
            try:
                peer = Peer("unix:" + socket)
            except OSError:
                time.sleep(0.0005)
                continue
            assert peer.send(request_records("GET", "/auth/verify")).answer()[0] == 401
            peer.close()
            return 1000 * (time.monotonic() - began)
        raise AssertionError("no answer within ten seconds")
    finally:
        process.stop()
