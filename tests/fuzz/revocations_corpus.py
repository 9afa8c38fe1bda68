#!/usr/bin/env python3
"""Writes corpus/revocations: files of revoked sessions, whole and spoilt, with few slots so that they stay small."""

import os
import struct

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "revocations")


def mark(data):
    value = 14695981039346656037
    for byte in data:
        value = (value ^ byte) * 1099511628211 % 2**64
    return value or 1


def slot(last, until=1795400000000):
    body = struct.pack(">q", until) + bytes(15) + bytes([last])
    return body + struct.pack(">Q", mark(body))


def header(capacity, used=0, superseded=0, closed=0, next_look=0, looked=0, next_purge=0):
    return b"CARDEAR1" + struct.pack(">QQQqqqq", capacity, used, superseded, closed, next_look, looked, next_purge)


def table(capacity, *lasts):
    slots = [bytes(32)] * capacity
    for last in lasts:
        slots[last % capacity] = slot(last)
    return b"".join(slots)


SAMPLES = {
    "empty_file": b"",
    "short_header": header(4)[:40],
    "no_entries": header(4) + table(4),
    "one_entry": header(4, 1) + table(4, 1),
    "full": header(4, 4) + table(4, 1, 2, 7, 8),
    "one_slot": header(1, 1) + table(1, 1),
    "no_slots": header(0),
    "odd_capacity": header(3) + table(3),
    "huge_capacity": header(2**63) + table(1),
    "superseded": header(8, 2, superseded=1) + table(8, 1, 5),
    "closed": header(8, closed=1795399999999) + table(8, 1),
    "closed_for_ever": header(8, closed=2**63 - 1) + table(8),
    "future": header(8, next_look=2**62, looked=2**62, next_purge=2**62) + table(8),
    "negative": header(8, closed=-1, next_look=-1, looked=-(2**63), next_purge=-1) + table(8),
    "used_lies": header(8, used=2**63) + table(8, 1),
    "torn_slot": header(4, 1) + bytes(32) + slot(1)[:20] + bytes(4) + b"12345678" + bytes(64),
    "one_byte_more": header(4) + table(4) + b"x",
    "foreign": b"SQLite format 3\0" + bytes(176),
}

os.makedirs(HERE, exist_ok=True)
for name, data in SAMPLES.items():
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)
