"""verify, asked through another server, while slow bodies and half records hang on the program, beside the same without them."""

import contextlib

from harness import Failure, Process, free_port, listens, site, wait_until
from measure import Figure, Side, compared, load, meanwhile
from part_storm import kept, with_times
from part_verify import BOTH, bearer

IDLE = "idle, the same clients"
AIM = 1.5
CLIENTS = 16
MANY_WORKERS = "ThreadLimit 160\nThreadsPerChild 160\nMaxRequestWorkers 160\n"


def figures():
    with site("bench-slow", "apache-proxy-fcgi", settings=BOTH) as here:
        here.server.edit = lambda text: text + "\n" + MANY_WORKERS
        here.server.restart()
        yield beside_slow(here, "120 slow bodies by Apache mod_proxy_fcgi", "body", 120, here.port)
    with site("bench-slow", "nginx", settings=BOTH, connections=4096) as here:
        here.server.edit = lambda text: unbuffered(text)
        here.server.restart()
        yield beside_slow(here, "1,000 slow bodies by nginx, not buffered", "body", 1000, here.port)
    with site("bench-slow", "serve", settings=BOTH) as here:
        yield beside_slow(here, "1,000 half records on the socket", "record", 1000, socket_of(here))


def unbuffered(text):
    line = "client_max_body_size 128k;"
    if line not in text:
        raise Failure(f"conf/nginx.conf has no {line}")
    return text.replace(line, line + " fastcgi_request_buffering off;", 1)


def socket_of(here):
    return here.server.served.address.removeprefix("unix:")


def beside_slow(here, trouble, kind, count, address):
    with another_server(here) as port:
        headers = bearer(here)
        slow_runs, idle_runs = [], []

        def ask():
            return load(f"http://127.0.0.1:{port}/auth/verify", CLIENTS, headers)

        def ask_beside():
            with meanwhile("slow_peers.py", kind, count, address) as there:
                if there != f"{count} there":
                    raise Failure(f"the slow clients are not there: {there}")
                return ask()
        figure = Figure(f"verify, remembered, p95, {trouble}", IDLE, AIM, at_most=True, digits=1)
        compared(figure, Side(lambda: kept(ask_beside(), slow_runs)), Side(lambda: kept(ask(), idle_runs)), value=lambda run: run.p95)
        return with_times(figure, slow_runs[1:], idle_runs[1:])


@contextlib.contextmanager
def another_server(here):
    """A lighttpd of its own in front of the same socket: its port."""
    port = free_port()
    config = here.place.write("another.conf", f"""server.modules = ( "mod_fastcgi" )
server.port = {port}
server.bind = "127.0.0.1"
server.document-root = "/var/empty"
server.errorlog = "{here.place.file("another-error.log")}"
fastcgi.server = ( "/auth/" => (( "socket" => "{socket_of(here)}", "check-local" => "disable" )) )
""")
    process = Process(["/usr/sbin/lighttpd", "-D", "-f", config], here.place.log("another"))
    try:
        wait_until(lambda: listens(port) or not process.alive(), "the other server listens")
        if not process.alive():
            raise Failure(f"the other lighttpd ended with {process.exit_status()}")
        yield port
    finally:
        process.release()
