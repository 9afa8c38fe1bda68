"""Peers that send damaged FastCGI: hostile_peers.py SOCKET FIRST COUNT. Peer N is drawn from the seed N. Ten records each."""

import os
import random
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "server"))

from fastcgi import BEGIN, PARAMS, STDIN, pair, record, request_records  # noqa: E402

RECORDS = 10


def damaged(draw):
    """The bytes of RECORDS records: whole requests with some bytes changed, cut or repeated, lengths that lie, kinds that do not exist."""
    whole = request_records(draw.choice(("GET", "POST", "")), draw.choice(("/auth/verify", "/auth/login", "/auth/health", "/")),
                            body=draw.choice((b"", b"{}", draw.randbytes(200))), role=draw.choice((1, 2, 3, 99)), keep=draw.random() < 0.5)
    pieces = [bytearray(whole)]  # four or five records
    while len(pieces) < RECORDS - 4:
        kind = draw.choice((BEGIN, 2, PARAMS, STDIN, 9, draw.randrange(256)))
        content = draw.choice((b"", draw.randbytes(draw.randrange(64)), pair(b"A", b"b"), struct.pack("!II", 0xBFFFFFFF, 0xBFFFFFFF),
                               struct.pack("!HB5x", 1, 0)))
        pieces.append(bytearray(record(kind, content, draw.choice((0, 1, 1, 1, 2, 65535)))))
    draw.shuffle(pieces)
    data = bytearray(b"".join(pieces))
    for _ in range(draw.randrange(4)):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data[:draw.randrange(len(data))] if draw.random() < 0.2 else data)


def send(path, number):
    draw = random.Random(number)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.settimeout(0.05)
        try:
            peer.connect(path)
            peer.sendall(damaged(draw))
            if draw.random() < 0.3:
                peer.recv(4096)
        except OSError:
            pass  # refused, closed or silent: whatever it gets, the others must not feel it


def main():
    path, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for number in range(first, first + count):
        send(path, number)


if __name__ == "__main__":
    main()
