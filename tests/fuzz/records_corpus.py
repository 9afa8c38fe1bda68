#!/usr/bin/env python3
"""Writes corpus/records: connections of web servers and of attackers, as records_fuzz.cpp reads them."""
import pathlib
import struct

HERE = pathlib.Path(__file__).parent / "corpus" / "records"
BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, DATA, GET_VALUES = 1, 2, 3, 4, 5, 6, 8, 9
RESPONDER, AUTHORIZER, FILTER = 1, 2, 3
KEEP = 1


def record(kind, number, content=b"", padding=0, version=1):
    return struct.pack(">BBHHBx", version, kind, number, len(content), padding) + content + bytes(padding)


def begin(number=1, role=RESPONDER, flags=0):
    return record(BEGIN, number, struct.pack(">HB5x", role, flags))


def length(size):
    return bytes([size]) if size < 0x80 else struct.pack(">I", size | 0x80000000)


def pair(name, value):
    return length(len(name)) + length(len(value)) + name + value


def params(variables, number=1):
    return record(PARAMS, number, b"".join(pair(*one) for one in variables.items())) + record(PARAMS, number)


def body(content, number=1):
    return record(STDIN, number, content, -len(content) % 8) + record(STDIN, number)


VARIABLES = {
    b"REQUEST_METHOD": b"POST", b"REQUEST_URI": b"/auth/login", b"HTTPS": b"on", b"HTTP_HOST": b"example.com",
    b"HTTP_ORIGIN": b"https://example.com", b"HTTP_COOKIE": b"a=b; c=d", b"REMOTE_ADDR": b"192.0.2.1",
    b"CONTENT_TYPE": b"application/json", b"CONTENT_LENGTH": b"2",
}
HUGE = struct.pack(">I", 0xFFFFFFFF)
HALF_HUGE = struct.pack(">I", 0xBFFFFFFF)


def request(number=1, flags=0):
    return begin(number, RESPONDER, flags) + params(VARIABLES, number) + body(b"{}", number)


def raw(pairs):
    return begin() + record(PARAMS, 1, pairs) + record(PARAMS, 1)


samples = {
    "request": request(),
    "two": request(1, KEEP) + request(2, KEEP) + request(1),
    "authorizer": begin(1, AUTHORIZER) + params(VARIABLES),
    "filter": begin(1, FILTER, KEEP) + params(VARIABLES) + body(b"{}") + record(DATA, 1, b"data") + request(),
    "unknown_role": begin(1, 9) + params(VARIABLES),
    "abort": begin(1, RESPONDER, KEEP) + params(VARIABLES) + record(ABORT, 1) + request(),
    "abort_last": begin() + record(PARAMS, 1, pair(b"A", b"b")) + record(ABORT, 1),
    "abort_unknown": record(ABORT, 5) + request(),
    "at_once": begin(1) + request(2) + params(VARIABLES) + begin(3) + body(b"{}"),
    "values": record(GET_VALUES, 0, pair(b"FCGI_MAX_CONNS", b"") + pair(b"FCGI_MPXS_CONNS", b""), 7) + request(),
    "values_broken": record(GET_VALUES, 0, HUGE + HUGE) + record(GET_VALUES, 0),
    "management": record(77, 0, b"12345678") + record(BEGIN, 0) + request(),
    "version": record(BEGIN, 1, bytes(8), version=2),
    "http": b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
    "begin_short": record(BEGIN, 1, bytes(7)),
    "begin_twice": begin() + begin(),
    "early_body": begin() + body(b"{}"),
    "late_params": begin() + params(VARIABLES) + params(VARIABLES),
    "unknown_ids": params(VARIABLES, 9) + body(b"{}", 9) + request(),
    "huge": raw(HUGE + HUGE),
    "half_huge": raw(HALF_HUGE + HALF_HUGE),
    "long_lengths": raw(struct.pack(">II", 0x80000001, 0x80000001) + b"AbA"),
    "equals": raw(pair(b"A=B", b"c")),
    "nul": raw(pair(b"A", b"b\0c")),
    "role": begin() + params({b"FCGI_ROLE": b"AUTHORIZER", **VARIABLES}) + body(b"{}"),
    "many": begin() + params({b"X%d" % i: b"" for i in range(300)}) + record(STDIN, 1),
    "body_longest": begin() + params({b"REQUEST_METHOD": b"POST"}) + body(b"b" * 200),
    "body_longer": begin() + params({b"REQUEST_METHOD": b"POST"}) + body(b"b" * 201),
    "announced": begin() + params({**VARIABLES, b"CONTENT_LENGTH": b"201"}),
    "padding": begin() + record(PARAMS, 1, pair(b"A", b"b"), 255) + record(PARAMS, 1, b"", 1) + body(b"odd"),
}

HERE.mkdir(parents=True, exist_ok=True)
for number, (name, connection) in enumerate(samples.items()):
    sizes = bytes((7, 0, 15, 2, 90))[: number % 6]
    (HERE / name).write_bytes(bytes([len(sizes)]) + sizes + connection)
print(f"{len(samples)} samples in {HERE}")
