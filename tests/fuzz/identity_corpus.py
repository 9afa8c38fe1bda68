#!/usr/bin/env python3
"""Writes corpus/identity: what providers send, good and hostile. The first byte says to which parser it goes
(identity_fuzz.cpp). Signs with the key of RFC 8037 appendix A, by the openssl command."""
import base64
import json
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent / "corpus" / "identity"
KEY = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n"
NOW = 1795317300
ISSUER = "https://id.example.com"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def sign(text):
    with tempfile.NamedTemporaryFile("w") as key, tempfile.NamedTemporaryFile("w") as data:
        key.write(KEY)
        data.write(text)
        key.flush()
        data.flush()
        return subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key.name, "-in", data.name],
                              check=True, capture_output=True).stdout


def token(claims, **header):
    text = b64(compact({"alg": "EdDSA", "kid": "k1", **header})) + "." + b64(compact(claims))
    return text + "." + b64(sign(text))


CLAIMS = {"iss": ISSUER, "sub": "1098", "aud": "us", "iat": NOW, "exp": NOW + 600, "nonce": "n",
          "email": "kim@example.com", "email_verified": True, "name": "Kim"}
DISCOVERY = {"issuer": ISSUER, "authorization_endpoint": ISSUER + "/a", "token_endpoint": ISSUER + "/t",
             "jwks_uri": ISSUER + "/k", "userinfo_endpoint": ISSUER + "/u",
             "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
             "authorization_response_iss_parameter_supported": True}
JWK = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "k1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}

SAMPLES = {
    "token-good": "t" + token(CLAIMS),
    "token-aud-list": "t" + token(CLAIMS | {"aud": ["us"], "azp": "us"}),
    "token-aud-foreign": "t" + token(CLAIMS | {"aud": ["us", "them"]}),
    "token-no-sub": "t" + token({name: value for name, value in CLAIMS.items() if name != "sub"}),
    "token-expired": "t" + token(CLAIMS | {"exp": 1}),
    "token-float-time": "t" + token(CLAIMS | {"iat": 1.5}),
    "token-none": "t" + b64(compact({"alg": "none"})) + "." + b64(compact(CLAIMS)) + ".",
    "token-crit": "t" + token(CLAIMS, crit=["exp"]),
    "token-typ": "t" + token(CLAIMS, typ="at+jwt"),
    "discovery-good": b"d" + compact(DISCOVERY),
    "discovery-foreign": b"d" + compact(DISCOVERY | {"issuer": "https://evil.example"}),
    "discovery-file": b"d" + compact(DISCOVERY | {"jwks_uri": "file:///etc/passwd"}),
    "keys-good": b"k" + compact({"keys": [JWK]}),
    "keys-odd": b"k" + compact({"keys": [JWK, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, 1, None]}),
    "keys-many": b"k" + compact({"keys": [JWK] * 65}),
    "person-claims": b"p" + compact(CLAIMS),
    "person-apple": b"p" + compact(CLAIMS | {"email_verified": "true", "name": None, "given_name": "A", "family_name": "B"}),
    "person-github": b"p" + compact({"id": 1, "login": "octocat", "name": None}),
    "person-github-emails": b"p" + compact([{"email": "o@example.com", "primary": True, "verified": True}]),
    "person-naver": b"p" + compact({"resultcode": "00", "response": {"id": "x", "nickname": "네이버"}}),
    "apple-user": b"a" + compact({"name": {"firstName": "철수", "lastName": "김"}, "email": "x@example.com"}),
    "url-good": "uhttps://id.example.com:8443/a/b?c=d",
    "url-ipv6": "uhttps://[2001:db8::1]/",
    "url-user": "uhttps://a@id.example.com/",
    "http-length": "hHTTP/1.1 200 OK\r\nCache-Control: public, max-age=3600\r\nContent-Length: 2\r\n\r\n{}",
    "http-chunks": "hHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
}

HERE.mkdir(parents=True, exist_ok=True)
for name, sample in SAMPLES.items():
    (HERE / name).write_bytes(sample if isinstance(sample, bytes) else sample.encode())
