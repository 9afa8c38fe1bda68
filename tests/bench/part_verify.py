"""verify: beside an empty FastCGI responder behind the same server, and beside PHP doing the same."""

import contextlib
import os
import subprocess

from harness import Process, listens, site, wait_until
from measure import BUILD, HERE, Figure, cpu_seconds, in_turns, inside, load
from php import fpm_program

BOTH = {"transport": {"mode": "both"}}
NULL = "empty FastCGI responder"
# With fewer Apache closes connections that wait for their next request, and the client reports a failure.
MANY_WORKERS = "ThreadsPerChild 64\nMaxRequestWorkers 64\n"
CAPTION = {"HS256": "", "ES256": ", remembered", "EdDSA": ", remembered"}


def settings_for(algorithm):
    return {**BOTH, "tokens": {"algorithm": algorithm}}


def bearer(here):
    return {"Authorization": "Bearer " + here.sign_in().signed_in.json()["access_token"]}


def lighttpd_null(path="/null", program="null_fastcgi", mode=""):
    socket = f"/tmp/cardea-bench-{os.getpid()}-{program}.sock"
    mode = f', "mode" => "{mode}"' if mode else ""
    return (f'fastcgi.server += ( "{path}" => (( "bin-path" => "{BUILD}/{program}", "socket" => "{socket}", "max-procs" => 1, '
            f'"check-local" => "disable"{mode} )) )\n')


def pids_of(here, program):
    """Of the processes behind the server those that run this program."""
    return [pid for pid in here.server.workers() if os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(program)]


def figures():
    for algorithm in ("HS256", "ES256", "EdDSA"):
        yield from behind_lighttpd(algorithm)
    yield from behind_nginx()
    yield from behind_apache()


def behind_lighttpd(algorithm):
    php = php_pages(algorithm)
    with php as extra, site(f"bench-{algorithm}", settings=settings_for(algorithm), processes=1,
                            extra=lighttpd_null() + extra) as here:
        headers, base = bearer(here), f"http://127.0.0.1:{here.port}"
        load(base + "/auth/verify", 16, headers)  # warms up
        for clients in (16, 64):
            figure = Figure(f"verify {algorithm}{CAPTION[algorithm]}, {clients} clients, lighttpd", NULL, 0.95)
            yield beside_null(figure, here, base, clients, headers)
        if algorithm == "ES256":
            yield unremembered(here, base)
        if extra and algorithm != "EdDSA":
            export_public_key(here)
            figure = Figure(f"verify {algorithm}, 16 clients, lighttpd", "php-fpm doing the same", {"HS256": 2.2, "ES256": 11}[algorithm])
            yield in_turns(figure, lambda: load(base + "/auth/verify", 16, headers),
                           lambda: load(base + f"/verify-{algorithm.lower()}.php", 16, headers))


def beside_null(figure, here, base, clients, headers):
    """The ratio, and what each of the two processes uses of the processor for a request."""
    ours, null = pids_of(here, here.cardea.binary), pids_of(here, f"{BUILD}/null_fastcgi")
    used = {"own us": 0.0, "empty us": 0.0}

    def counted(name, pids, url):
        before = cpu_seconds(pids)
        rate, failed = load(url, clients, headers)
        used[name] += (cpu_seconds(pids) - before) / rate
        return rate, failed

    in_turns(figure, lambda: counted("own us", ours, base + "/auth/verify"), lambda: counted("empty us", null, base + "/null"))
    figure.notes |= {name: round(1e6 * seconds / len(figure.values), 1) for name, seconds in used.items()}
    return figure


def unremembered(here, base):
    """More tokens than are remembered, in turn, so that none is found when it comes again."""
    tokens = inside("access-tokens", here.cardea.config, 4096)
    listed = "tokens, number = {" + ",".join(f'"{token}"' for token in tokens) + "}, 0\n"
    script = listed + """function request() number = number % #tokens + 1
return wrk.format(nil, nil, {["Authorization"] = "Bearer " .. tokens[number]}) end
function response(status) if status ~= 204 then bad = bad + 1 end end"""
    figure = Figure("verify ES256, never seen, 16 clients, lighttpd", NULL, 0.44)
    return in_turns(figure, lambda: load(base + "/auth/verify", 16, script=script), lambda: load(base + "/null", 16, script=script))


@contextlib.contextmanager
def php_pages(algorithm):
    """lighttpd's lines for the pages that check a token by PHP alone, behind php-fpm with opcache; nothing without it."""
    if algorithm == "EdDSA" or not fpm_program():
        yield ""
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
""")
    fpm = Process([fpm_program(), "--nodaemonize", "--allow-to-run-as-root", "--fpm-config", config], f"{BUILD}/fpm.log")
    try:
        wait_until(lambda: listens(socket) or not fpm.alive(), "php-fpm listens")
        yield f'alias.url += ( "/verify-" => "{HERE}/verify-" )\nfastcgi.server += ( ".php" => (( "socket" => "{socket}" )) )\n'
    finally:
        fpm.release()


def export_public_key(here):
    """For the PHP pages: the public key as PEM, the HMAC key as it is."""
    for name in os.listdir(here.cardea.keys):
        path = os.path.join(here.cardea.keys, name)
        if name.endswith("-es256.pem"):
            subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-out", f"{BUILD}/public.pem"], check=True, capture_output=True)
        elif name.endswith("-hs256.pem"):
            with open(path, encoding="ascii") as key, open(os.open(f"{BUILD}/hmac.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write("".join(key.read().splitlines()[1:-1]))


@contextlib.contextmanager
def null_on_a_socket(place):
    """The empty responder with a thread for each kept connection, as a service: its socket."""
    socket = place.socket("null.sock")
    process = Process([f"{BUILD}/null_fastcgi", socket, "160"], place.log("null"), owner=place.owner)
    try:
        wait_until(lambda: listens(socket) or not process.alive(), "the empty responder listens")
        yield socket
    finally:
        process.kill()


def behind_nginx():
    """Kept connections, which nginx.conf of conf/ leaves to its reader."""
    with site("bench-nginx", "nginx", settings=settings_for("ES256"), connections=512) as here:
        with null_on_a_socket(here.place) as null:
            address = here.server.served.address
            here.server.edit = lambda text: (
                f"upstream cardea {{ server {address}; keepalive 64; }}\nupstream null {{ server unix:{null}; keepalive 64; }}\n"
                + text.replace(f"fastcgi_pass {address};", "fastcgi_pass cardea; fastcgi_keep_conn on;").replace(
                    "location / {", "location = /null { include " + here.place.file("cardea_fastcgi.inc")
                    + "; fastcgi_pass null; fastcgi_keep_conn on; }\n    location / {", 1))
            here.server.restart()
            headers, base = bearer(here), f"http://127.0.0.1:{here.port}"
            load(base + "/auth/verify", 16, headers)
            for clients in (16, 64):
                figure = Figure(f"verify ES256, remembered, {clients} clients, nginx, kept", NULL, 0.95)
                yield in_turns(figure, lambda: load(base + "/auth/verify", clients, headers), lambda: load(base + "/null", clients, headers))


def behind_apache():
    """mod_proxy_fcgi with a new connection for each request, and with kept ones."""
    with site("bench-apache", "apache-proxy-fcgi", settings=settings_for("ES256")) as here:
        with null_on_a_socket(here.place) as null:
            for reuse in ("off", "on"):
                here.server.extra = f"""MaxKeepAliveRequests 0
<Proxy "fcgi://cardea-null/" enablereuse={reuse}>
</Proxy>
<Location "/null">
  SetHandler "proxy:unix:{null}|fcgi://cardea-null/"
</Location>
"""
                here.server.edit = lambda text, reuse=reuse: (
                    text + f'\n<Proxy "fcgi://localhost/" enablereuse={reuse}>\n</Proxy>\n' + MANY_WORKERS)
                here.server.restart()
                headers, base = bearer(here), f"http://127.0.0.1:{here.port}"
                load(base + "/auth/verify", 16, headers)
                figure = Figure(f"verify ES256, remembered, 16 clients, Apache, reuse {reuse}", NULL, 0.95)
                yield in_turns(figure, lambda: load(base + "/auth/verify", 16, headers), lambda: load(base + "/null", 16, headers))
