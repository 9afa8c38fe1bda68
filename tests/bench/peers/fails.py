"""A peer that answers 500 and 204 in turn: fails.py PORT. For the test that such a peer fails the run."""

import http.server
import itertools
import sys


class EverySecondFails(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    statuses = itertools.cycle((500, 204))

    def do_GET(self):
        self.send_response(next(self.statuses))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), EverySecondFails).serve_forever()
