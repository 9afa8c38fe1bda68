"""What the figures are measured beside, and what these limits are made of: for the table, and for the rows that miss their aim."""

import contextlib
import os

from fastcgi import Peer, request_records
from harness import Cardea, Failure, Place, Process, free_port, listens, wait_until
from measure import BUILD

OWN = "our own server, which answers 204 unseen"
LIBFCGI = "libfcgi's loop, eight threads"
LIBFCGI_KEPT = "libfcgi's loop, a thread for each connection"
STATEMENTS = "the two prepared statements alone"

# What a limit consists of: a figure cannot come nearer to it than this leaves room for.
MADE_OF = {
    OWN: "the web server, and the program's own reading of a request and sending of an answer; what is left to the figure is the check of the "
         "token, the headers of the answer and the line of the log",
    LIBFCGI: "the web server, and eight threads in FCGX_Accept_r, which poll twice, shut down and wait for the server's end of each connection",
    LIBFCGI_KEPT: "the web server, and a thread for each of its connections, which sits in read: two calls of the kernel where ours takes four and "
                  "holds no thread",
    "libfcgi's loop": "the web server, and threads in FCGX_Accept_r",
    STATEMENTS: "MariaDB, its commit on the disk and Connector/C++; what is left is the signature of the access token (ES256: half of it), "
                "reading the row with the user, the refresh token and the JSON",
    "bare Argon2id": "two threads that do nothing but hash; the web server, the clients and the database take their share of the same cores",
    "empty static CGI program": "a fork and an exec of a program without relocations; ours moves 27,000 pointers, reads its settings and its keys",
    "a gate that always says yes": "the web server and libfcgi's loop; what is left is the check of the token and the names of the user",
    "php-fpm": "the web server handing over a request, which both pay; what is left is PHP",
    "php-cgi": "the start of a process, for both; ours is a fork, an exec and moved pointers, PHP's its extensions and the page",
    "Perl": "the web server handing over a request, which both pay, and Perl's own decoding",
    "express": "nginx handing over a request, which both pay, and node's own HTTP",
    "fastify": "nginx handing over a request, which both pay, and node's own HTTP; its memory of tokens is a map in the process",
    "better-auth": "nginx handing over a request, which both pay, node's own HTTP, and MariaDB",
    "LemonLDAP::NG": "nginx handing over a request, which both pay, and Perl with its cache of sessions",
    "WordPress": "WordPress itself, which both pay; what is left is reading the key file, checking the token and loading the user by it",
    "the same checks by openssl_verify": "reading a PEM key and one verification by OpenSSL; what is left is the JSON of the keys, the file of ended "
                                         "sessions and the checks of cookies and times",
    "idle": "the same clients without the trouble; in a storm all cores hash, and a request waits until the scheduler gives it one",
    "the same with": "the same program, measured in turns",
}
# The same for figures that stand beside nothing.
OWN_SIZE = {
    "peak memory": "the memory of as many hashes as there are hashing slots, 19 MiB each, and the program itself",
    "idle FastCGI process": "the program file's pages that were touched, the pointers moved at its start, stacks and the key ring",
    "from start": "a fork, an exec, moved pointers, settings, keys and a thread",
    "the binary": "OpenSSL (most of it), SQLite, both connectors, Unicode tables and the C library",
    "processes that died": "nothing: no record of a peer may end a process",
}


def made_of(row):
    """The sentence for a row's limit, or for the row itself if it stands beside nothing; empty if there is none."""
    table, name = (MADE_OF, row["limit"]) if row["limit"] else (OWN_SIZE, row["figure"])
    return next((sentence for begin, sentence in table.items() if name.startswith(begin)), "")


@contextlib.contextmanager
def empty_server(place=None):
    """The program's own server without its answers, as a service: a Process with .socket. place: where Apache may reach it."""
    own = Place("bench-empty", place.owner if place else None)
    try:
        cardea = Cardea(own, free_port()).prepare()
        socket = own.socket("empty.sock")
        process = Process([runnable(own, "null_server"), socket], own.log("empty"), directory=own.path, owner=own.owner)
        try:
            wait_until(lambda: listens(socket) or not process.alive(), "the empty server listens")
            look(socket)
            process.socket = socket
            yield process
        finally:
            process.release()
    finally:
        own.close()


def look(socket):
    """Refuses to measure beside a limit that is not what it says: the answer must be the bench's own."""
    peer = Peer(socket)
    answer = peer.send(request_records("GET", "/auth/verify")).answer()
    peer.close()
    if not answer or answer[0] != 204 or "X-Bench: unseen" not in answer[1]:
        raise Failure(f"null_server did not answer by itself: {answer}")


@contextlib.contextmanager
def libfcgi(place=None, threads=8):
    """libfcgi's own loop as a service: a Process with .socket."""
    own = Place("bench-libfcgi", place.owner if place else None)
    try:
        socket = own.socket("libfcgi.sock")
        process = Process([runnable(own, "null_fastcgi"), socket, str(threads)], own.log("libfcgi"), directory=own.path, owner=own.owner)
        try:
            wait_until(lambda: listens(socket) or not process.alive(), "libfcgi's loop listens")
            process.socket = socket
            yield process
        finally:
            process.kill()
    finally:
        own.close()


def runnable(place, name):
    """A program of build/bench, or a copy of it where the place's owner may not reach build/."""
    program = os.path.join(BUILD, name)
    if not place.owner:
        return program
    with open(program, "rb") as file:
        place.directory("lib", mode=0o755)
        return place.write(f"lib/{name}", file.read(), mode=0o755)
