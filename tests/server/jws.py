"""Signed tokens read, checked and forged without the program: RFC 7515, 7518 and 8037 in plain Python."""

import base64
import hashlib
import hmac
import json

# P-256 (FIPS 186-4, D.1.2.3): the field, the order of the base point, a = -3, the base point.
P256_FIELD = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256_BASE = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
             0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)

# Ed25519 (RFC 8032 section 5.1): the field, the order, d, and the base point.
ED_FIELD = 2**255 - 19
ED_ORDER = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_FIELD) % ED_FIELD
ED_BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
           46316835694926478169428394003475163141307993866256225615783033603165251855960)

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo (RFC 8017 section 9.2)


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header_of(token):
    return json.loads(decode(token.split(".")[0]))


def claims_of(token):
    return json.loads(decode(token.split(".")[1]))


def is_signed_by(token, jwk):
    """Does the signature match this key of jwks.json?"""
    signed, _, signature = token.rpartition(".")
    check = {"ES256": _es256, "EdDSA": _eddsa, "RS256": _rs256}[header_of(token)["alg"]]
    return check(signed.encode(), decode(signature), jwk)


def hs256(header, claims, secret):
    """A token signed with a shared secret."""
    signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    return signed + "." + encode(hmac.digest(secret, signed.encode(), "sha256"))


def pem_bytes(text):
    """What a PEM file with one block holds."""
    return base64.b64decode("".join(line for line in text.splitlines() if not line.startswith("-----")))


def _number(text):
    return int.from_bytes(decode(text), "big")


def _rs256(signed, signature, jwk):
    modulus = _number(jwk["n"])
    size = (modulus.bit_length() + 7) // 8
    tail = b"\x00" + SHA256_INFO + hashlib.sha256(signed).digest()
    padded = b"\x00\x01" + b"\xff" * (size - 2 - len(tail)) + tail
    opened = pow(int.from_bytes(signature, "big"), _number(jwk["e"]), modulus)
    return len(signature) == size and opened.to_bytes(size, "big") == padded


def _times(number, point, add):
    """number * point, by doubling and adding; nothing stands for the neutral element."""
    total = None
    while number:
        total = add(total, point) if number & 1 else total
        point, number = add(point, point), number >> 1
    return total


def _add_p256(left, right):
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2) = left, right
    if x1 == x2 and (y1 + y2) % P256_FIELD == 0:
        return None
    rise, run = (3 * x1 * x1 - 3, 2 * y1) if left == right else (y2 - y1, x2 - x1)
    slope = rise * pow(run, -1, P256_FIELD) % P256_FIELD
    x = (slope * slope - x1 - x2) % P256_FIELD
    return x, (slope * (x1 - x) - y1) % P256_FIELD


def _es256(signed, signature, jwk):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
        return False
    digest, inverse = int.from_bytes(hashlib.sha256(signed).digest(), "big"), pow(s, -1, P256_ORDER)
    key = _number(jwk["x"]), _number(jwk["y"])
    point = _add_p256(_times(digest * inverse % P256_ORDER, P256_BASE, _add_p256),
                      _times(r * inverse % P256_ORDER, key, _add_p256))
    return point is not None and point[0] % P256_ORDER == r


def _add_ed(left, right):
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2) = left, right
    twist = ED_D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + twist, -1, ED_FIELD) % ED_FIELD,
            (y1 * y2 + x1 * x2) * pow(1 - twist, -1, ED_FIELD) % ED_FIELD)


def _ed_point(data):
    y = int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(ED_D * y * y + 1, -1, ED_FIELD) % ED_FIELD
    x = pow(square, (ED_FIELD + 3) // 8, ED_FIELD)
    if (x * x - square) % ED_FIELD:
        x = x * pow(2, (ED_FIELD - 1) // 4, ED_FIELD) % ED_FIELD
    return (ED_FIELD - x if x & 1 != data[31] >> 7 else x), y


def _eddsa(signed, signature, jwk):
    public, s = decode(jwk["x"]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ED_ORDER:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + signed).digest(), "little") % ED_ORDER
    expected = _add_ed(_ed_point(signature[:32]), _times(hashed, _ed_point(public), _add_ed))
    return _times(s, ED_BASE, _add_ed) == expected
