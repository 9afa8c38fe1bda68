"""An HTTP client that shows what a server sent exactly as it came, and keeps cookies the way a browser does."""

import http.client
import io
import json
import socket
import time
import urllib.parse


class Cookie:
    """One Set-Cookie line. `line` is the line as received; attributes keep their spelling and order."""

    def __init__(self, line, request_path):
        self.line = line
        pair, *rest = line.split(";")
        self.name, _, self.value = pair.strip().partition("=")
        self.attributes = [tuple(part.strip().partition("=")[::2]) for part in rest]
        self._values = {key.lower(): value for key, value in self.attributes}
        self.path = self._path(request_path)
        self.received = time.time()

    def attribute(self, name):
        """The value of an attribute, "" if it has none, None if it is not there. The last one counts."""
        return self._values.get(name.lower())

    @property
    def domain(self):
        return self.attribute("Domain")

    @property
    def max_age(self):
        value = self.attribute("Max-Age")
        return None if value is None else int(value)

    @property
    def same_site(self):
        return self.attribute("SameSite")

    @property
    def secure(self):
        return self.attribute("Secure") is not None

    @property
    def http_only(self):
        return self.attribute("HttpOnly") is not None

    @property
    def deletes(self):
        return self.max_age is not None and self.max_age <= 0

    def _path(self, request_path):
        path = self.attribute("Path") or ""
        if path.startswith("/"):
            return path
        return request_path.partition("?")[0].rpartition("/")[0] or "/"  # RFC 6265 section 5.1.4

    def expired(self):
        return self.max_age is not None and time.time() >= self.received + self.max_age

    def goes_to(self, path):
        """RFC 6265 section 5.1.4: path-match."""
        if not path.startswith(self.path):
            return False
        return self.path.endswith("/") or len(path) == len(self.path) or path[len(self.path)] == "/"

    def why_refused(self):
        """Why a browser would not keep it (RFC 6265bis section 5.7), or nothing."""
        if self.name.startswith(("__Host-", "__Secure-")) and not self.secure:
            return "the prefix of the name needs Secure"
        if self.name.startswith("__Host-") and (self.domain or self.attribute("Path") != "/"):
            return "__Host- needs Path=/ and no Domain"
        if (self.same_site or "").lower() == "none" and not self.secure:
            return "SameSite=None needs Secure"
        if len(self.name) + len(self.value) > 4096:
            return "name and value are over 4096 bytes"
        return None

    def __repr__(self):
        return f"Cookie({self.line!r})"


class CookieJar:
    """Cookies of one origin. As if the origin were https: Secure cookies are kept and sent."""

    def __init__(self):
        self._cookies = {}  # (name, path, domain): Cookie
        self.refused = []  # of (Cookie, reason)

    def take(self, cookies):
        for cookie in cookies:
            reason = cookie.why_refused()
            key = (cookie.name, cookie.path, cookie.domain)
            if reason:
                self.refused.append((cookie, reason))
            elif cookie.deletes:
                self._cookies.pop(key, None)
            else:
                self._cookies[key] = cookie

    def header(self, path):
        """The Cookie header for a path: longer Paths first (RFC 6265 section 5.4), or nothing."""
        path = path.partition("?")[0]
        going = [cookie for cookie in self if cookie.goes_to(path)]
        going.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in going) or None

    def find(self, name):
        """The cookie of that name with or without a prefix (__Host-, __Secure-), or nothing."""
        names = (name, "__Host-" + name, "__Secure-" + name)
        return next((cookie for cookie in self if cookie.name in names), None)

    def value(self, name):
        cookie = self.find(name)
        return None if cookie is None else cookie.value

    def set(self, name, value, path="/"):
        """Plants a cookie, as a thief or a test would."""
        self.take([Cookie(f"{name}={value}; Path={path}", "/")])

    def drop(self, name):
        cookie = self.find(name)
        if cookie is not None:
            del self._cookies[(cookie.name, cookie.path, cookie.domain)]

    def copy(self):
        other = CookieJar()
        other._cookies = dict(self._cookies)
        return other

    def clear(self):
        self._cookies.clear()

    def __iter__(self):
        for key, cookie in list(self._cookies.items()):
            if cookie.expired():
                del self._cookies[key]
            else:
                yield cookie

    def __len__(self):
        return len(list(iter(self)))


class Answer:
    """A response. `headers` are the (name, value) pairs as received, in order, repetitions included."""

    def __init__(self, status, reason, headers, body, request_path="/"):
        self.status, self.reason, self.headers, self.body = status, reason, headers, body
        self.cookies = [Cookie(value, request_path) for value in self.all("Set-Cookie")]

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        """The value of a header that came at most once; nothing if it did not come."""
        values = self.all(name)
        assert len(values) < 2, f"{name} came {len(values)} times: {values}"
        return values[0] if values else None

    def cookie(self, name):
        """The Set-Cookie of that name, with or without prefix, that came at most once."""
        named = [cookie for cookie in self.cookies if cookie.name.removeprefix("__Host-").removeprefix("__Secure-") == name]
        assert len(named) < 2, f"{name} was set {len(named)} times"
        return named[0] if named else None

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.reason} {self.headers} {self.body[:400]!r}"


class Browser:
    """Talks to one origin on loopback and keeps its cookies. Never follows a redirect by itself.

    origin is what it says in Origin and Host where a test asks for that; the connection goes to 127.0.0.1:port.
    """

    def __init__(self, port, origin=None, timeout=20.0):
        self.port, self.timeout = port, timeout
        self.origin = origin or f"http://127.0.0.1:{port}"
        self.jar = CookieJar()

    def request(self, method, path, *, json=None, form=None, body=None, headers=None, cookies=True):
        """Sends one request and takes the cookies of the answer. cookies=False neither sends nor takes any.

        Header values of None are left out, so {"Origin": None} sends none. Unsafe methods carry Origin by default.
        """
        sent = {} if method in ("GET", "HEAD") else {"Origin": self.origin}
        if json is not None:
            body, sent["Content-Type"] = dump(json), "application/json"
        elif form is not None:
            body, sent["Content-Type"] = urllib.parse.urlencode(form), "application/x-www-form-urlencoded"
        if cookies and (kept := self.jar.header(path)):
            sent["Cookie"] = kept
        sent.update(headers or {})
        answer = self._exchange(method, path, body, {name: value for name, value in sent.items() if value is not None})
        if cookies:
            self.jar.take(answer.cookies)
        return answer

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, **options):
        return self.request("POST", path, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def twin(self):
        """Another client with a copy of the cookies: a second tab's request in flight, or a thief."""
        twin = Browser(self.port, self.origin, self.timeout)
        twin.jar = self.jar.copy()
        return twin

    def _exchange(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.reason, response.getheaders(), response.read(), path)
        finally:
            connection.close()


def dump(value):
    return json.dumps(value).encode()


def raw_exchange(port, request, timeout=10.0, end_of_sending=False):
    """Sends bytes as they are and returns every byte that comes back until the server closes or is silent.

    end_of_sending closes our direction after the bytes, as a client does that gave up in the middle.
    """
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        try:
            connection.sendall(request)
            if end_of_sending:
                connection.shutdown(socket.SHUT_WR)
            while True:
                part = connection.recv(65536)
                if not part:
                    break
                received += part
        except (ConnectionError, TimeoutError):
            pass
    return bytes(received)


def raw_request(port, request, timeout=10.0, end_of_sending=False):
    """The answer to bytes sent as they are, or nothing if none came. The request should say Connection: close."""
    received = raw_exchange(port, request, timeout, end_of_sending)
    return parse_answer(received, request.split(b" ", 1)[0].decode("latin-1")) if received else None


def parse_answer(received, method="GET"):
    """The first response in the bytes, its body as it was framed (chunked, by length, or up to the end)."""
    class Bytes:
        def makefile(self, _mode):
            return io.BytesIO(received)
    response = http.client.HTTPResponse(Bytes(), method=method)
    response.begin()
    return Answer(response.status, response.reason, response.getheaders(), response.read())


def request_bytes(method, path, headers=(), body=b"", host="127.0.0.1"):
    """A request as bytes; headers are (name, value) pairs, sent in order and unchecked."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(*parts):
    """A chunked body (RFC 9112 section 7.1) of these chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
