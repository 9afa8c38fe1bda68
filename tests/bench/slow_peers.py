"""Clients that send as good as nothing: slow_peers.py KIND COUNT ADDRESS, until its standard input is closed.

KIND body: POSTs to port ADDRESS that announce a body and send a byte of it every second. record: connections to the unix socket
ADDRESS that send half of a FastCGI record. A connection that is closed is made again. Prints a line when all are there.
"""

import os
import resource
import select
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "server"))

from fastcgi import request_records  # noqa: E402

HEAD = b"POST /auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"


def connect(kind, address):
    if kind == "record":
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.settimeout(20)
        peer.connect(address)
        peer.sendall(request_records("GET", "/auth/verify")[:21])
    else:
        peer = socket.create_connection(("127.0.0.1", int(address)), timeout=20)
        peer.sendall(HEAD)
    peer.setblocking(False)
    return peer


def keep(peers, kind, address):
    """Sends a byte on each connection, and replaces those that the other end has closed."""
    for number, peer in enumerate(peers):
        try:
            if peer.recv(4096) == b"":
                raise ConnectionError
        except BlockingIOError:
            pass
        except OSError:
            peer.close()
            peers[number] = connect(kind, address)
            continue
        if kind == "body":
            try:
                peer.send(b" ")
            except OSError:
                pass  # seen at the next round


def main():
    kind, count, address = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 16384), most))
    peers = [connect(kind, address) for _ in range(count)]
    print(f"{count} there", flush=True)
    while not select.select([sys.stdin], [], [], 1)[0]:
        began = time.monotonic()
        try:
            keep(peers, kind, address)
        except OSError as error:
            print(f"slow_peers: {error}", file=sys.stderr)
        time.sleep(max(0, 0.2 - (time.monotonic() - began)))


if __name__ == "__main__":
    main()
