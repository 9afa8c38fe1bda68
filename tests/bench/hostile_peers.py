"""Peers that send damaged FastCGI: hostile_peers.py SOCKET FIRST COUNT RECORDS. Peer N is drawn from the seed N, and sends RECORDS records.

Each stays until OPEN others have come, so that there is always a crowd of half requests, and reads its answer or does not.
"""

import collections
import os
import random
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "server"))

from fastcgi import BEGIN, PARAMS, STDIN, pair, record, request_records  # noqa: E402

OPEN = 200


def damaged(draw, records):
    """The bytes of that many records: whole requests with some bytes changed, cut or repeated, lengths that lie, kinds that do not exist."""
    pieces, count = [], 0
    while count < records:
        if count % 10 == 0 and records - count >= 5:
            body = draw.choice((b"", b"{}", draw.randbytes(200)))
            pieces.append(request_records(draw.choice(("GET", "POST", "")), draw.choice(("/auth/verify", "/auth/login", "/auth/health", "/")),
                                          body=body, role=draw.choice((1, 2, 3, 99)), keep=draw.random() < 0.5))
            count += 5 if body else 4
            continue
        kind = draw.choice((BEGIN, 2, PARAMS, STDIN, 9, draw.randrange(256)))
        content = draw.choice((b"", draw.randbytes(draw.randrange(64)), pair(b"A", b"b"), struct.pack("!II", 0xBFFFFFFF, 0xBFFFFFFF),
                               struct.pack("!HB5x", 1, 0)))
        pieces.append(record(kind, content, draw.choice((0, 1, 1, 1, 2, 65535))))
        count += 1
    draw.shuffle(pieces)
    data = bytearray(b"".join(pieces))
    for _ in range(draw.randrange(4)):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data[:draw.randrange(len(data))] if draw.random() < 0.2 else data)


class HostilePeer:
    """Whatever it gets, refused, closed or silent: others must not feel it."""

    def __init__(self, path, number, records):
        draw = random.Random(number)
        data, self._reads = damaged(draw, records), draw.random() < 0.3
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.settimeout(2)
        try:
            self._connection.connect(path)
            self._connection.sendall(data)
        except OSError:
            pass

    def leave(self):
        self._connection.setblocking(False)
        try:
            if self._reads:
                self._connection.recv(65536)
        except OSError:
            pass
        self._connection.close()


def main():
    path, first, count, records = sys.argv[1], *map(int, sys.argv[2:])
    peers = collections.deque()
    for number in range(first, first + count):
        peers.append(HostilePeer(path, number, records))
        if len(peers) > OPEN:
            peers.popleft().leave()
    while peers:
        peers.popleft().leave()


if __name__ == "__main__":
    main()
