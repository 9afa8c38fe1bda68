#!/usr/bin/env python3
"""Writes corpus/caching_sha2: what servers say, one conversation a file, as caching_sha2_fuzz.cpp reads them."""

import os
import re
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
SEALED, THIS_MACHINE, OPEN = 0, 1, 2
GREETING, KNOWN, TELL = b"01234567890123456789\0", b"\x03", b"\x04"
with open(os.path.join(HERE, "../store/caching_sha2_test.cpp"), encoding="utf-8") as file:
    KEY = re.search(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\n", file.read(), re.DOTALL)[0].encode()

CONVERSATIONS = {
    "known": (OPEN, GREETING, KNOWN),
    "sealed": (SEALED, GREETING, TELL),
    "this-machine": (THIS_MACHINE, GREETING, TELL, KEY),
    "open": (OPEN, GREETING, TELL, KEY),
    "silent": (SEALED,),
    "greeting-short": (SEALED, GREETING[:-1]),
    "greeting-long": (SEALED, GREETING + b"x"),
    "greeting-empty": (SEALED, b""),
    "other-word": (SEALED, GREETING, b"\x05"),
    "two-words": (SEALED, GREETING, TELL + TELL),
    "no-word": (SEALED, GREETING, b""),
    "no-key": (THIS_MACHINE, GREETING, TELL),
    "key-empty": (THIS_MACHINE, GREETING, TELL, b""),
    "key-cut": (THIS_MACHINE, GREETING, TELL, KEY[:200]),
    "key-nonsense": (THIS_MACHINE, GREETING, TELL, KEY.replace(b"MIIB", b"AAAA")),
    "key-long": (THIS_MACHINE, GREETING, TELL, KEY + b"-" * 9000),
    "key-twice": (THIS_MACHINE, GREETING, TELL, KEY + KEY),
}

directory = os.path.join(HERE, "corpus", "caching_sha2")
os.makedirs(directory, exist_ok=True)
for name, (wire, *packets) in CONVERSATIONS.items():
    with open(os.path.join(directory, name), "wb") as file:
        file.write(bytes([wire]) + b"".join(struct.pack(">H", len(packet)) + packet for packet in packets))
