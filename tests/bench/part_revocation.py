"""revocation: a verify with so many ended sessions in the file; and how long after a sign-out another process refuses."""

import os
import re
import statistics
import struct
import time

from fastcgi import Peer, request_records
from harness import PASSWORD, Cardea, Place, free_port, site
from limits import OWN, empty_server
from measure import ROUNDS, Figure, Side, compared, load, one_value
from part_verify import BOTH, bearer, own_side

SIGN_OUTS = 10 * ROUNDS


def figures():
    with empty_server() as empty, site("bench-revocation", settings=BOTH, processes=1, extra=(
            f'fastcgi.server += ( "/empty" => (( "socket" => "{empty.socket}", "check-local" => "disable" )) )\n')) as here:
        headers, base = bearer(here), f"http://127.0.0.1:{here.port}"
        for entries in (0, 100, 100_000):
            fill(os.path.join(here.cardea.keys, "revoked"), entries)
            time.sleep(1.1)  # the process looks once a second whether the file is still the same
            figure = Figure(f"verify ES256, remembered, {entries:,} sessions ended", OWN, 0.85)
            yield compared(figure, own_side(here, lambda: load(base + "/auth/verify", 16, headers)),
                           Side(lambda: load(base + "/empty", 16, headers), lambda: [empty.pid]))
    yield sign_outs()


def fill(path, entries):
    """Writes the file of src/ended/sessions.h."""
    capacity = 1024
    while capacity < 4 * entries:
        capacity *= 2
    slots = bytearray(capacity * 32)
    for _ in range(entries):
        session = os.urandom(16)
        body = struct.pack(">q", int((time.time() + 86400) * 1000)) + session
        index = struct.unpack(">Q", session[8:])[0] % capacity
        while slots[32 * index + 24:32 * index + 32] != bytes(8):
            index = (index + 1) % capacity
        slots[32 * index:32 * index + 32] = body + struct.pack(">Q", mark(body))
    with open(os.open(path + ".bench", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
        file.write(b"CARDEAR1" + struct.pack(">QQ", capacity, entries) + bytes(40) + slots)
    os.rename(path + ".bench", path)


def mark(data):
    value = 14695981039346656037
    for byte in data:
        value = (value ^ byte) * 1099511628211 & 0xFFFFFFFFFFFFFFFF
    return value


def sign_outs():
    """From the answer to a sign-out to the first refusal by another process, which is asked until it refuses."""
    place = Place("bench-sign-outs")
    try:
        cardea = Cardea(place, free_port()).prepare()
        cardea.add_user("alice@example.com", PASSWORD)
        processes = [cardea.serve("unix:" + place.socket(f"{name}.sock")) for name in "ab"]
        here, there = (process.address for process in processes)
        times, asked = [], 0
        for number in range(SIGN_OUTS):
            cookies = sign_in(here, f"device-{number % 3}")
            assert ask(there, "GET", "/auth/verify", cookies)[0] == 204
            assert ask(here, "POST", "/auth/logout", cookies)[0] == 204
            began = time.monotonic()
            asked += 1
            while ask(there, "GET", "/auth/verify", cookies)[0] != 401:
                asked += 1
            times.append(1000 * (time.monotonic() - began))
        for process in processes:
            process.stop()
        figure = one_value("sign-out to refusal in another process", statistics.median(times), "ms")
        figure.notes |= {"99% ms": round(sorted(times)[99 * len(times) // 100], 2), "longest ms": round(max(times), 2),
                         "sign-outs": SIGN_OUTS, "asked": asked}
        return figure
    finally:
        place.close()


def ask(address, method, path, cookies="", body=b""):
    peer = Peer(address)
    try:
        return peer.send(request_records(method, path, {"HTTP_COOKIE": cookies}, body)).answer()
    finally:
        peer.close()


def sign_in(address, device):
    body = f'{{"email":"alice@example.com","password":"{PASSWORD}","device_id":"{device}"}}'.encode()
    status, text = ask(address, "POST", "/auth/login", body=body)
    assert status == 200, text
    return "; ".join(re.findall(r"Set-Cookie: (cardea_\w+=[^;\r]*)", text))
