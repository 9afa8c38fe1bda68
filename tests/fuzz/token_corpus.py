#!/usr/bin/env python3
"""Writes corpus/token: tokens under the keys of token_fuzz.cpp, good ones and what attackers make of them.

Needs nothing but Python: the good access tokens are HS256, and the Ed25519 ones are refused by their signature.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent / "corpus" / "token"
HMAC_KEY = bytes(range(32))
REFRESH_KEY = bytes(range(32, 64))
NOW = 1795317300


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, separators=(",", ":"))


KID = b64(hashlib.sha256(compact({"k": b64(HMAC_KEY), "kty": "oct"}).encode()).digest())
ED25519_KID = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # RFC 8037 A.3
HEADER = {"alg": "HS256", "kid": KID, "typ": "at+jwt"}
BODY = {
    "iss": "https://example.com", "aud": "app", "sub": "0192f3c4-0000-7000-8000-000000000001",
    "sid": "0192f3c4-0000-7000-8000-000000000002", "did": "phone-1", "iat": NOW, "exp": NOW + 1800,
    "jti": "AAAAAAAAAAAAAAAAAAAAAA", "scope": "read write",
}


def sign(header, body):
    header = header if isinstance(header, str) else compact(header)
    body = body if isinstance(body, str) else compact(body)
    text = b64(header.encode("utf-8", "surrogatepass")) + "." + b64(body.encode("utf-8", "surrogatepass"))
    return text + "." + b64(hmac.new(HMAC_KEY, text.encode(), hashlib.sha256).digest())


def refresh(version=1, number=1, generation=7):
    head = struct.pack(">BB16sI", version, number, b"0123456789abcdef", generation)
    t1 = hmac.new(REFRESH_KEY, b"cardea-refresh-1" + head, hashlib.sha256).digest()[:16]
    t2 = hmac.new(bytes(16), b"cardea-refresh-2" + head, hashlib.sha256).digest()[:16]
    return b64(head + t1 + t2)


good = sign(HEADER, BODY)
samples = {
    "good": good,
    "good-aud-array": sign(HEADER, BODY | {"aud": ["other", 1, "app"]}),
    "good-no-scope": sign(HEADER, {k: v for k, v in BODY.items() if k != "scope"}),
    "good-long-typ": sign(HEADER | {"typ": "application/AT+JWT"}, BODY),
    "expired": sign(HEADER, BODY | {"exp": 1}),
    "future": sign(HEADER, BODY | {"iat": NOW + 3600}),
    "not-before": sign(HEADER, BODY | {"nbf": NOW + 3600}),
    "wrong-issuer": sign(HEADER, BODY | {"iss": "https://evil.example"}),
    "wrong-audience": sign(HEADER, BODY | {"aud": []}),
    "alg-none": sign(HEADER | {"alg": "none"}, BODY).rsplit(".", 1)[0] + ".",
    "alg-array": sign(HEADER | {"alg": ["HS256"]}, BODY),
    "alg-eddsa": sign(HEADER | {"alg": "EdDSA", "kid": ED25519_KID}, BODY),
    "eddsa-64-bytes": sign(HEADER | {"alg": "EdDSA", "kid": ED25519_KID}, BODY).rsplit(".", 1)[0] + "." + b64(bytes(64)),
    "kid-path": sign(HEADER | {"kid": "../../dev/null"}, BODY),
    "kid-unknown": sign(HEADER | {"kid": "A" * 43}, BODY),
    "kid-array": sign(HEADER | {"kid": [KID]}, BODY),
    "crit": sign(HEADER | {"crit": ["b64"], "b64": False}, BODY),
    "zip": sign(HEADER | {"zip": "DEF"}, BODY),
    "embedded-jwk": sign(HEADER | {"jwk": {"kty": "oct", "k": b64(HMAC_KEY)}, "jku": "https://evil.example/"}, BODY),
    "typ-jwt": sign(HEADER | {"typ": "JWT"}, BODY),
    "duplicate-exp": sign(HEADER, '{"exp":9999999999,' + compact(BODY)[1:]),
    "duplicate-alg": sign('{"alg":"none",' + compact(HEADER)[1:], BODY),
    "deep": sign(HEADER, '{"x":' + "[" * 400 + "]" * 400 + "}"),
    "surrogate": sign(HEADER, '{"sub":"\\ud800"}'),
    "overlong": b64(b'{"x":"\xc0\xaf"}') + "..",
    "nul-in-sub": sign(HEADER, BODY | {"sub": "\0" * 36}),
    "exp-text": sign(HEADER, BODY | {"exp": "1795319100"}),
    "exp-2-64": sign(HEADER, BODY | {"exp": 2**64}),
    "exp-1e999": sign(HEADER, compact(BODY).replace(str(NOW + 1800), "1e999")),
    "exp-fraction": sign(HEADER, BODY | {"exp": 1.5}),
    "sub-upper": sign(HEADER, BODY | {"sub": BODY["sub"].upper()}),
    "did-65": sign(HEADER, BODY | {"did": "a" * 65}),
    "crlf-inside": good.replace(".", "\r\n.", 1),
    "padding": good + "==",
    "four-parts": good + ".AAAA",
    "two-parts": good.rsplit(".", 1)[0],
    "dots": "....",
    "empty": "",
    "flipped": good[:-5] + ("A" if good[-5] != "A" else "B") + good[-4:],
    "over-limit": sign(HEADER, BODY | {"x": "y" * 4000}),
    "refresh": refresh(),
    "refresh-last-generation": refresh(generation=2**32 - 1),
    "refresh-version-2": refresh(version=2),
    "refresh-unknown-key": refresh(number=9),
    "refresh-spoiled": refresh()[:-1] + "_",
    "refresh-short": refresh()[:71],
    "refresh-plus": refresh()[:71] + "+",
}

HERE.mkdir(parents=True, exist_ok=True)
for name, text in samples.items():
    (HERE / name).write_bytes(text.encode())
print(f"{len(samples)} samples in {HERE}")
