"""Access tokens as honest and hostile people would write them, signed with the keys of an installation.

    forge = Forge(cardea)                            # after `key new`
    forge.token()                                    # good
    forge.token(claims={"exp": 1}, header={"typ": "JWT"}, algorithm="HS256")
"""

import base64
import glob
import hashlib
import hmac
import json
import os
import subprocess
import time
import uuid


def base64url(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


def of_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value):
    return value if isinstance(value, (str, bytes)) else json.dumps(value, separators=(",", ":"))


class Forge:
    """Signs whatever it is given. Members with the value Forge.LEFT_OUT are left out."""

    LEFT_OUT = object()

    def __init__(self, cardea):
        self.issuer = cardea.url
        self._files = {}
        self.kids = {}
        for name, word in (("ES256", "es256"), ("EdDSA", "eddsa"), ("RS256", "rs256"), ("HS256", "hs256")):
            for file in sorted(glob.glob(os.path.join(cardea.keys, f"*-{word}.pem")))[:1]:
                self._files[name] = file
        for key in cardea.json("key", "list"):
            if key["kid"] and key["state"] != "waits":
                self.kids.setdefault(key["algorithm"], key["kid"])

    def claims(self, **changes):
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": str(uuid.uuid4()), "sid": str(uuid.uuid4()), "did": "phone-1", "iat": now,
                  "exp": now + 1800, "jti": base64url(os.urandom(16)), "scope": "read write"}
        return self._changed(claims, changes)

    def header(self, algorithm="ES256", **changes):
        return self._changed({"alg": algorithm, "kid": self.kids.get(algorithm, "A" * 43), "typ": "at+jwt"}, changes)

    def _changed(self, members, changes):
        return {name: value for name, value in {**members, **changes}.items() if value is not self.LEFT_OUT}

    def token(self, claims=None, header=None, algorithm="ES256", file=None):
        """claims and header are changes, or the whole text. file: of a private key that is not the installation's."""
        claims = claims if isinstance(claims, (str, bytes)) else self.claims(**(claims or {}))
        header = header if isinstance(header, (str, bytes)) else self.header(algorithm, **(header or {}))
        text = base64url(compact(header)) + "." + base64url(compact(claims))
        return text + "." + base64url(self.sign(text.encode(), algorithm, file))

    def sign(self, message, algorithm, file=None):
        """The raw signature of JWS."""
        file = file or self._files[algorithm]
        if algorithm == "HS256":
            return hmac.new(self.hmac_key(), message, hashlib.sha256).digest()
        if algorithm == "EdDSA":
            return self._sign_ed25519(file, message)
        done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", file], input=message, capture_output=True, check=True)
        return done.stdout if algorithm == "RS256" else raw_of_der(done.stdout)

    @staticmethod
    def _sign_ed25519(file, message):
        # Ed25519 wants the whole message in a file.
        path = file + ".message"
        with open(path, "wb") as out:
            out.write(message)
        try:
            return subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", file, "-in", path],
                                  capture_output=True, check=True).stdout
        finally:
            os.unlink(path)

    def hmac_key(self):
        with open(self._files["HS256"], encoding="ascii") as file:
            return base64.b64decode("".join(line for line in file.read().split("\n") if not line.startswith("-")))

    def under_secret(self, secret, algorithm="ES256"):
        """A token that names the key of algorithm and says HS256, signed with bytes that everybody knows."""
        text = base64url(compact(self.header("HS256", kid=self.kids[algorithm]))) + "." + base64url(compact(self.claims()))
        return text + "." + base64url(hmac.new(secret, text.encode(), hashlib.sha256).digest())


def raw_of_der(der):
    """r and s, 32 bytes each, of an ECDSA signature as OpenSSL writes it."""
    numbers, at = [], 2
    for _ in range(2):
        size = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + size], "big").to_bytes(32, "big"))
        at += 2 + size
    return b"".join(numbers)


def with_signature(token, signature):
    return token.rpartition(".")[0] + "." + base64url(signature)


def der_of_raw(raw):
    def integer(part):
        part = part.lstrip(b"\0") or b"\0"
        part = b"\0" + part if part[0] & 0x80 else part
        return b"\x02" + bytes([len(part)]) + part
    body = integer(raw[:32]) + integer(raw[32:])
    return b"\x30" + bytes([len(body)]) + body


def hostile_tokens(forge, public_keys):
    """(what it is, token, the reason for which it is refused; None: it is good)."""
    out, spoil = Forge.LEFT_OUT, []
    good = forge.token()
    raw = of_base64url(good.rpartition(".")[2])
    first, last = good.index("."), good.rindex(".")
    uuid_text = "0192f3c4-0000-7000-8000-0000000000ab"
    now = int(time.time())
    spoil += [("good", good, None)]
    spoil += [(f"good {name}", forge.token(algorithm=name), None) for name in ("EdDSA", "RS256", "HS256")]
    spoil += [(f"claims {claims}", forge.token(claims=claims), None) for claims in (
        {"scope": out}, {"scope": ""}, {"nbf": now}, {"aud": "anything"}, {"exp": 1 << 53}, {"iat": 0}, {"did": "a" * 64},
        {"unheard_of": [1, {"exp": 2}]}, {"exp": now - 30}, {"iat": now + 30},
        {"exp": now + 60.5}, {"iat": now - 0.5}, {"nbf": now - 0.25})]
    spoil += [(f"typ {name}", forge.token(header={"typ": name}), None) for name in ("AT+JWT", "application/at+jwt")]
    spoil += [(f"claims {claims}", forge.token(claims=claims), "malformed") for claims in (
        {"sub": "42"}, {"sub": 42}, {"sub": None}, {"sub": out}, {"sub": uuid_text.upper()}, {"sub": uuid_text + "\n"},
        {"sid": "x"}, {"sid": out}, {"did": ""}, {"did": "a" * 65}, {"did": "a b"}, {"did": "a\n"}, {"did": None}, {"did": out},
        {"jti": 1}, {"jti": out}, {"scope": None}, {"scope": ["read"]}, {"nbf": None}, {"nbf": "1"},
        {"exp": str(now + 60)}, {"exp": -1}, {"exp": (1 << 53) + 1}, {"exp": 1 << 64}, {"exp": True},
        {"exp": None}, {"exp": out}, {"iat": [now]}, {"iat": out})]
    spoil += [(f"typ {name!r}", forge.token(header={"typ": name}), "malformed") for name in (
        "JWT", "", None, 1, ["at+jwt"], "at+jwt ", "at+jwt\n", "id_token", "application/jwt", out)]
    spoil += [(f"header {header}", forge.token(header=header), "malformed") for header in (
        {"crit": ["b64"], "b64": False}, {"crit": None}, {"b64": True}, {"zip": "DEF"})]
    spoil += [(f"kid {kid!r}", forge.token(header={"kid": kid}), "unknown_key") for kid in (
        "", None, 1, out, "A" * 43, "../../dev/null", forge.kids["ES256"] + "=", " " + forge.kids["ES256"], [forge.kids["ES256"]])]
    spoil += [(f"alg {name!r}", forge.token(header={"alg": name}), "bad_signature") for name in (
        "none", "None", "", None, 256, out, ["ES256"], "es256", "ES256 ", "ES256\0", "HS256", "RS256", "ES384", "EdDSA")]
    spoil += [(f"kid of {other}", forge.token(header={"kid": forge.kids[other]}), "bad_signature")
              for other in ("EdDSA", "RS256", "HS256")]
    unsigned = base64url(compact(forge.header(alg="none"))) + "." + base64url(compact(forge.claims()))
    spoil += [("alg none, no signature", unsigned + ".", "bad_signature"), ("two parts", unsigned, "malformed")]
    for name, jwk in public_keys.items():
        known = [compact(jwk).encode(), b"", forge.kids[name].encode()]
        known += [value for member in ("x", "n") if member in jwk for value in (jwk[member].encode(), of_base64url(jwk[member]))]
        spoil += [(f"a public {name} key as a secret", forge.under_secret(secret, name), "bad_signature") for secret in known]
    spoil += [(f"issuer {issuer!r}", forge.token(claims={"iss": issuer}), "wrong_issuer") for issuer in (
        "https://evil.example", forge.issuer + "/", forge.issuer.upper(), "", None, True, 0, [forge.issuer], out)]
    spoil += [("of the future", forge.token(claims={"iat": now + 3600}), "clock_skew"),
              ("not before", forge.token(claims={"nbf": now + 3600}), "clock_skew"),
              ("expired", forge.token(claims={"exp": now - 61}), "expired"),
              ("expired long ago", forge.token(claims={"exp": 0}), "expired"),
              ("all is wrong", forge.token(claims={"exp": 1, "iat": now + 3600, "iss": "x"}, header={"alg": "none"}), "bad_signature")]
    body, header = compact(forge.claims()), compact(forge.header())
    spoil += [(f"claims begin with {text[:40]}", forge.token(claims=text + body[1:]), "malformed") for text in (
        '{"exp":9999999999,', '{"x":1,"x":1,', '{"\\u0065xp":9999999999,', '{"x":{"y":1,"y":2},', '{"x":[{"":1,"":2}],', '{"x":"\\ud800",',
        '{"x":NaN,', '{"x":1e999,', '{"x":1,,', "{/**/", "\ufeff{", "[{", '{"x":TRUE,', '{"x":"\n",', '{"x":' + "[" * 17 + "]" * 17 + ",")]
    spoil += [(f"claims begin with {text[:40]}", forge.token(claims=text + body[1:]), None) for text in (
        '{"x":"\\"exp\\":1",', '{"x":"y\\\\","y":1,', '{ "x" : "\\u00e9:" ,', '{"x":[true,false,null,-1],', '{"x":' + "[" * 15 + "]" * 15 + ",")]
    spoil += [(f"claims end with {text!r}", forge.token(claims=body + text), "malformed") for text in ("x", "{}", ",", "\0", "//")]
    spoil += [(f"claims are {text!r}", forge.token(claims=text), "malformed") for text in ("", "null", "1", '"x"', "[]", "{}", "{", " ", b"\xff")]
    spoil += [("claims hold broken UTF-8", forge.token(claims=b'{"x":"\xc0\xaf",' + body[1:].encode()), "malformed")]
    spoil += [(f"the header begins with {text}", forge.token(header=text + header[1:]), "malformed")
              for text in ('{"alg":"ES256",', '{"kid":"x",', '{"typ":"at+jwt",', '{"\\u0074yp":"JWT",')]
    spoil += [(f"{letter!r} at {at}", good[:at] + letter + good[at:], "malformed")
              for letter in ("=", "+", "/", "?", "~", ".", "%3D") for at in (first, first + 5, last, len(good))]
    tampered = base64url(compact({**json.loads(of_base64url(good.split(".")[1])), "scope": "admin"}))
    spoil += [("tampered claims", ".".join([good.split(".")[0], tampered, good.split(".")[2]]), "bad_signature")]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = alphabet[alphabet.index(good[-1]) + 1]
    spoil += [("stray bits", good[:-1] + stray, "malformed"), ("twice", good + good, "malformed"),
              ("Bearer", "Bearer " + good, "malformed"), ("quoted", f'"{good}"', "malformed"),
              ("no signature", good[:last + 1], "bad_signature"), ("no claims", good[:first + 1] + good[last:], "malformed"),
              ("too long", forge.token(claims={"pad": "x" * 3000}), "malformed"), ("long", forge.token(claims={"pad": "x" * 2400}), None),
              ("garbage", "garbage", "malformed"), ("dots", "..", "malformed"), ("A", "A" * 300, "malformed")]
    order = bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    edges = [bytes(32), bytes(31) + b"\1", order, b"\xff" * 32]
    spoil += [(f"signature {r.hex()[-4:]} {s.hex()[-4:]}", with_signature(good, r + s), "bad_signature") for r in edges for s in edges]
    spoil += [(f"signature of {len(bytes_)} bytes", with_signature(good, bytes_), "bad_signature") for bytes_ in (
        raw[:63], raw + b"\0", b"\0" + raw, raw + raw, raw[32:] + raw[:32], der_of_raw(raw), raw[:32] + b"\0" + raw[32:], b"\0" + raw[:32] + b"\0" + raw[32:])]
    return spoil
