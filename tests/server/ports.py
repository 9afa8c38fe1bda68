"""Ports for servers: one number belongs to one run of the tests until that has ended."""

import contextlib
import fcntl
import os
import random
import socket
import tempfile

_given = set()
_reservations = None  # descriptor of a file that all runs share


def free_port():
    """A loopback port that nobody listens on, and that no test of whatever run gets before this run has ended.

    Below the ports that the kernel hands out by itself: a client's connection could take one while a server restarts.
    """
    while True:
        port = random.randrange(15000, 32000)
        if port in _given or not _reserve(port):
            continue
        _given.add(port)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _reserve(port):
    """Locks one byte of the file; the lock ends with this process."""
    global _reservations
    if _reservations is None:
        path = os.path.join(tempfile.gettempdir(), f"cardea-test-ports-{os.geteuid()}")
        _reservations = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(_reservations, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        return True
    except OSError:
        return False
