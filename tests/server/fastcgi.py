"""The web server's side of FastCGI 1.0, for peers that behave as no web server would."""

import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7
RESPONDER, AUTHORIZER = 1, 2
KEEP_OPEN = 1


def record(kind, content=b"", request=1):
    return struct.pack("!BBHHBB", 1, kind, request, len(content), 0, 0) + content


def pair(name, value):
    lengths = b"".join(bytes([len(part)]) if len(part) < 128 else struct.pack("!I", len(part) | 1 << 31)
                       for part in (name, value))
    return lengths + name + value


def request_records(method, path, headers=None, body=b"", role=RESPONDER, keep=False):
    """All records of a request. headers as in CGI: {"HTTP_COOKIE": …}."""
    variables = {"REQUEST_METHOD": method, "REQUEST_URI": path, "SCRIPT_NAME": path, "QUERY_STRING": path.partition("?")[2],
                 "SERVER_PROTOCOL": "HTTP/1.1", "GATEWAY_INTERFACE": "CGI/1.1", "REMOTE_ADDR": "127.0.0.1",
                 **({"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"} if body else {}), **(headers or {})}
    params = b"".join(pair(name.encode(), value.encode("latin-1")) for name, value in variables.items())
    return (record(BEGIN, struct.pack("!HB5x", role, KEEP_OPEN if keep else 0)) + record(PARAMS, params) + record(PARAMS)
            + (record(STDIN, body) if body else b"") + record(STDIN))


class Peer:
    """A connection to a program that listens on a unix socket."""

    def __init__(self, address, timeout=10.0):
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.connection.settimeout(timeout)
        self.connection.connect(address.removeprefix("unix:"))

    def send(self, data):
        self.connection.sendall(data)
        return self

    def answer(self):
        """(status, text) of the answer that comes next; nothing if the program closes first."""
        output = b""
        while True:
            head = self._read(8)
            if head is None:
                return None
            _, kind, _, length, padding, _ = struct.unpack("!BBHHBB", head)
            content = self._read(length + padding)
            if content is None:
                return None
            if kind == STDOUT:
                output += content[:length]
            elif kind == END:
                return int(output.partition(b"Status: ")[2][:3]), output.decode("utf-8", "replace")

    def is_closed(self):
        """Has the program closed it? Waits as long as the timeout."""
        try:
            return self.connection.recv(1) == b""
        except ConnectionError:
            return True

    def close(self):
        self.connection.close()

    def _read(self, size):
        data = b""
        while len(data) < size:
            try:
                part = self.connection.recv(size - len(data))
            except ConnectionError:
                part = b""
            if not part:
                return None
            data += part
        return data
