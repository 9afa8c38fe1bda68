"""verify: tokens that were never seen, and remembered ones, beside empty servers and beside PHP doing the same."""

import contextlib
import os
import subprocess

from harness import Process, listens, site, wait_until
from limits import LIBFCGI, LIBFCGI_KEPT, OWN, empty_server, libfcgi
from measure import BUILD, HERE, Figure, LeftOut, Side, compared_with, inside, load
from php import fpm_program

BOTH = {"transport": {"mode": "both"}}
# With fewer Apache closes connections that wait for their next request, and the client reports a failure.
MANY_WORKERS = "ThreadsPerChild 64\nMaxRequestWorkers 64\n"
# Aims: of our own empty server and of libfcgi's loop, for a remembered token and for one that was never seen.
REMEMBERED = (0.9, 0.95)
NEVER_SEEN = {"HS256": (0.8, 0.85), "ES256": (0.4, 0.44), "EdDSA": (0.3, 0.34)}
# Times as many as PHP doing the same, for a remembered token and for one that was never seen.
PHP = {"HS256": (2.2, 2.0), "ES256": (11, 4)}
TOKENS = 4096  # eight for each place of the memory: none is found when it comes again


def settings_for(algorithm):
    return {**BOTH, "tokens": {"algorithm": algorithm}}


def bearer(here):
    return {"Authorization": "Bearer " + here.sign_in().signed_in.json()["access_token"]}


def pids_of(here, program):
    """Of the processes behind the server those that run this program."""
    return [pid for pid in here.server.workers() if os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(program)]


def own_side(here, ask):
    """A side whose processor time is that of the program itself, without the web server's."""
    return Side(ask, lambda: pids_of(here, here.cardea.binary))


def figures():
    for algorithm in ("HS256", "ES256", "EdDSA"):
        yield from behind_lighttpd(algorithm)
    yield from behind_nginx()
    yield from behind_apache()


def behind_lighttpd(algorithm):
    with contextlib.ExitStack() as stack:
        empty, loop = stack.enter_context(empty_server()), stack.enter_context(libfcgi())
        php = stack.enter_context(php_pages(algorithm))
        backends = "".join(f'fastcgi.server += ( "/{name}" => (( "socket" => "{process.socket}", "check-local" => "disable" )) )\n'
                           for name, process in (("empty", empty), ("libfcgi", loop)))
        here = stack.enter_context(site(f"bench-{algorithm}", settings=settings_for(algorithm), processes=1,
                                        extra=backends + (php.lines if php else "")))
        export_public_key(here)
        page = f"/verify-{algorithm.lower()}.php"
        headers = bearer(here)
        for clients in (16, 64):
            def ask(path, clients=clients):
                return load(f"http://127.0.0.1:{here.port}{path}", clients, headers)
            name = f"verify {algorithm}, remembered, {clients} clients, lighttpd"
            yield from beside(here, name, ask, (empty, loop), REMEMBERED,
                              (php, page, "which remembers nothing", PHP[algorithm][0]) if php and clients == 16 else None)
        script = unseen_script(here)

        def ask_unseen(path):
            return load(f"http://127.0.0.1:{here.port}{path}", 16, script=script)
        name = f"verify {algorithm}, never seen, 16 clients, lighttpd"
        yield from beside(here, name, ask_unseen, (empty, loop), NEVER_SEEN[algorithm],
                          (php, page, "doing the same", PHP[algorithm][1]) if php else None)
        if algorithm != "EdDSA" and not php:
            yield LeftOut(f"verify {algorithm} beside php-fpm", "php-fpm is not installed")


def beside(here, name, ask, empties, aims, php):
    """The program beside both empty servers, and beside PHP where that takes part, all in the same rounds."""
    others = [(Figure(name, limit, aim), Side(lambda path=path: ask(path), lambda process=process: [process.pid]))
              for limit, aim, path, process in zip((OWN, LIBFCGI), aims, ("/empty", "/libfcgi"), empties)]
    if php:
        process, page, caption, aim = php
        others.append((Figure(name, f"php-fpm, {caption}", aim), Side(lambda: ask(page), process.family)))
    return compared_with(own_side(here, lambda: ask("/auth/verify")), others)


def unseen_script(here):
    """For wrk: tokens in turn, more than are remembered."""
    tokens = inside("access-tokens", here.cardea.config, TOKENS)
    return "tokens, requests, number = {" + ",".join(f'"{token}"' for token in tokens) + """}, {}, 0
function init() for i, token in ipairs(tokens) do requests[i] = wrk.format(nil, nil, {["Authorization"] = "Bearer " .. token}) end end
function request() number = number % #requests + 1 return requests[number] end
function response(status) if status ~= 204 then bad = bad + 1 end end"""


class PhpPages:
    """php-fpm with opcache for the pages of this directory: .lines for lighttpd, .family()."""

    def __init__(self, process, socket):
        self.family = process.family
        self.socket = socket
        self.lines = f'alias.url += ( "/verify-" => "{HERE}/verify-" )\nfastcgi.server += ( ".php" => (( "socket" => "{socket}" )) )\n'


@contextlib.contextmanager
def php_pages(algorithm="ES256"):
    """Four processes that check a token by PHP alone; nothing without php-fpm, and for EdDSA, which PHP's OpenSSL lacks."""
    if algorithm == "EdDSA" or not fpm_program():
        yield None
        return
    socket = f"/tmp/cardea-bench-{os.getpid()}-php.sock"
    user = "user = root\n" if os.geteuid() == 0 else ""
    config = os.path.join(BUILD, "fpm.conf")
    with open(config, "w", encoding="ascii") as file:
        file.write(f"""[global]
error_log = {BUILD}/fpm-errors.log
[www]
{user}listen = {socket}
pm = static
pm.max_children = 4
php_admin_value[opcache.enable] = 1
env[BENCH_KEYS] = {BUILD}
env[BENCH_ROOT] = {os.path.dirname(os.path.dirname(HERE))}
""")
    fpm = Process([fpm_program(), "--nodaemonize", "--allow-to-run-as-root", "--fpm-config", config], f"{BUILD}/fpm.log")
    try:
        wait_until(lambda: listens(socket) or not fpm.alive(), "php-fpm listens")
        yield PhpPages(fpm, socket)
    finally:
        fpm.release()


def export_public_key(here):
    """For the PHP pages: the public key as PEM, the HMAC key as it is."""
    for name in os.listdir(here.cardea.keys):
        path = os.path.join(here.cardea.keys, name)
        if name.endswith("-es256.pem"):
            subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-out", f"{BUILD}/public.pem"], check=True, capture_output=True)
        elif name.endswith("-hs256.pem"):
            with open(path, encoding="ascii") as key:
                text = "".join(key.read().splitlines()[1:-1])
            with open(os.open(f"{BUILD}/hmac.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(text)


def beside_kept(here, name, headers, clients, empties, aims=(0.9, None)):
    """Behind a server that has /empty and /libfcgi itself."""
    def ask(path):
        return load(f"http://127.0.0.1:{here.port}{path}", clients, headers)
    others = [(Figure(name, limit, aim), Side(lambda path=path: ask(path), lambda process=process: [process.pid]))
              for limit, aim, path, process in zip((OWN, LIBFCGI_KEPT), aims, ("/empty", "/libfcgi"), empties)]
    return compared_with(own_side(here, lambda: ask("/auth/verify")), others)


def behind_nginx():
    """Kept connections, which nginx.conf of conf/ leaves to its reader."""
    with site("bench-nginx", "nginx", settings=settings_for("ES256"), connections=1024) as here:
        with empty_server() as empty, libfcgi(threads=160) as loop:
            here.server.edit = kept_by_nginx(here, {"empty": empty.socket, "libfcgi": loop.socket})
            here.server.restart()
            headers = bearer(here)
            for clients in (16, 64):
                yield from beside_kept(here, f"verify ES256, remembered, {clients} clients, nginx, kept", headers, clients, (empty, loop))


def kept_by_nginx(here, sockets):
    """Changes conf/nginx.conf: connections are kept, and /NAME leads to each of these sockets."""
    address, fields = here.server.served.address, here.place.file("cardea_fastcgi.inc")

    def edit(text):
        upstreams = "".join(f"upstream {name} {{ server {where}; keepalive 64; }}\n"
                            for name, where in [("cardea", address), *((name, f"unix:{path}") for name, path in sockets.items())])
        places = "".join(f"location = /{name} {{ include {fields}; fastcgi_pass {name}; fastcgi_keep_conn on; }}\n    " for name in sockets)
        kept = text.replace(f"fastcgi_pass {address};", "fastcgi_pass cardea; fastcgi_keep_conn on;")
        return upstreams + kept.replace("location / {", places + "location / {", 1)
    return edit


def behind_apache():
    """mod_proxy_fcgi with a new connection for each request, and with kept ones."""
    with site("bench-apache", "apache-proxy-fcgi", settings=settings_for("ES256")) as here:
        with empty_server(here.place) as empty, libfcgi(here.place, 160) as loop:
            for reuse in ("off", "on"):
                here.server.extra = "MaxKeepAliveRequests 0\n" + "".join(f"""<Proxy "fcgi://cardea-{name}/" enablereuse={reuse}>
</Proxy>
<Location "/{name}">
  SetHandler "proxy:unix:{process.socket}|fcgi://cardea-{name}/"
</Location>
""" for name, process in (("empty", empty), ("libfcgi", loop)))
                here.server.edit = lambda text, reuse=reuse: (
                    text + f'\n<Proxy "fcgi://localhost/" enablereuse={reuse}>\n</Proxy>\n' + MANY_WORKERS)
                here.server.restart()
                yield from beside_kept(here, f"verify ES256, remembered, 16 clients, Apache, reuse {reuse}", bearer(here), 16, (empty, loop))
