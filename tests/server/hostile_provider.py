"""An OpenID Connect provider that does what a test wants, good or bad: every answer is the test's to change."""

import http.server
import json
import secrets
import sys
import threading
import time
import urllib.parse

import jws
from threads import Threads


class Key:
    """A P-256 key pair with a name."""

    def __init__(self):
        self.secret = secrets.randbelow(jws.P256_ORDER - 1) + 1
        self.kid = secrets.token_hex(8)
        x, y = jws._times(self.secret, jws.P256_BASE, jws._add_p256)
        self.jwk = {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
                    "x": jws.encode(x.to_bytes(32, "big")), "y": jws.encode(y.to_bytes(32, "big"))}

    def sign(self, claims, **header):
        """A token with these claims, and with these changes of its header."""
        head = {"alg": "ES256", "kid": self.kid, "typ": "JWT", **header}
        signed = ".".join(jws.encode(json.dumps(part).encode()) for part in (head, claims))
        digest = int.from_bytes(jws.hashlib.sha256(signed.encode()).digest(), "big")
        nonce = secrets.randbelow(jws.P256_ORDER - 1) + 1
        r = jws._times(nonce, jws.P256_BASE, jws._add_p256)[0] % jws.P256_ORDER
        s = pow(nonce, -1, jws.P256_ORDER) * (digest + r * self.secret) % jws.P256_ORDER
        return signed + "." + jws.encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


class HostileProvider:
    """Listens on a port of its own. answers[path] = function of the handler, over what it does by default.

    .asked counts the requests by path. .claims are those of the next ID token, over good ones; .token makes the whole of it.
    """

    def __init__(self, port, tls=None):
        """tls: an ssl.SSLContext, for https://localhost."""
        self.port, self.issuer = port, f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
        self.key, self.answers, self.asked, self.claims = Key(), {}, {}, {}
        self.token = lambda claims: self.key.sign(claims)
        self.discovery = {}
        self.keys = None
        self.nonce = None
        self.stopping = threading.Event()
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                path = self.path.partition("?")[0]
                provider.asked[path] = provider.asked.get(path, 0) + 1
                size = int(self.headers.get("Content-Length") or 0)
                self.form = dict(urllib.parse.parse_qsl(self.rfile.read(size).decode()))
                try:
                    provider.answers.get(path, Handler.by_default)(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                self.close_connection = True

            do_GET = do_POST = handle_any

            def by_default(self):
                answer = provider.answer_to(self.path.partition("?")[0])
                self.reply(200 if answer is not None else 404, json.dumps(answer).encode())

            def reply(self, status, body, **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: self._note(sys.exc_info()[1])
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._troubles, self._serving = [], Threads()
        self._serving.start(self._server.serve_forever)

    def _note(self, error):
        """A client that goes away is what is tested; any other exception is a mistake of the test's."""
        if not isinstance(error, OSError):
            self._troubles.append(error)

    def answer_to(self, path):
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.issuer, "authorization_endpoint": self.issuer + "/authorize",
                    "token_endpoint": self.issuer + "/token", "jwks_uri": self.issuer + "/keys", **self.discovery}
        if path == "/keys":
            return {"keys": [self.key.jwk] if self.keys is None else self.keys}
        if path == "/token":
            return {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token()}
        return None

    def good_claims(self):
        now = int(time.time())
        return {"iss": self.issuer, "sub": "1098", "aud": "us", "iat": now, "exp": now + 300, "nonce": self.nonce,
                "email": "kim@example.com", "email_verified": True, "name": "Kim"}

    def id_token(self, **changes):
        claims = {**self.good_claims(), **self.claims, **changes}
        return self.token({name: value for name, value in claims.items() if value is not None})

    def hang(self, handler):
        """An answer that does not come before the test is over."""
        self.stopping.wait(60)

    def drip(self, handler):
        """A byte now and then, for ever."""
        handler.send_response(200)
        handler.end_headers()
        while not self.stopping.wait(0.2):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    def close(self):
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._serving.wait()
        assert not self._troubles, self._troubles
