"""verify beside what others verify a token with: express with jsonwebtoken and fastify with fast-jwt behind nginx, with kept
connections and as many processes as cores; and Perl behind FastCGI with Crypt::JWT behind lighttpd (four processes).

A token that was never seen is compared with one that the peer has to verify, a remembered one with the peer's own memory if it
has one.
"""

import contextlib
import os
import shutil
import subprocess

from harness import Process, free_port, listens, site, wait_until
from measure import BUILD, HERE, Figure, LeftOut, Side, compared_with, load
from part_verify import bearer, export_public_key, kept_by_nginx, own_side, settings_for, unseen_script

SOURCES = os.path.join(HERE, "peers")
INSTALLED = os.path.join(BUILD, "peers")
# The aims: how many times as many.
EXPRESS = "express + jsonwebtoken, a process for each core"
FASTIFY = "fastify + fast-jwt, a process for each core"
FASTIFY_CACHE = "fastify + fast-jwt with cache: true, the same"
PERL = "Perl FastCGI + Crypt::JWT, four processes"
AIMS = {EXPRESS: 3, FASTIFY: 1.5, FASTIFY_CACHE: 1, PERL: 4.5}


def npm_peers():
    """Installs what package-lock.json names; the reason why not, or nothing."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node or npm is not installed"
    shutil.copytree(SOURCES, INSTALLED, dirs_exist_ok=True)
    with open(f"{SOURCES}/package-lock.json", "rb") as file:
        wanted = file.read()
    done = os.path.join(INSTALLED, "node_modules", ".done")
    if os.path.exists(done) and open(done, "rb").read() == wanted:
        return None
    if subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=INSTALLED, check=False).returncode != 0:
        return "npm ci failed"
    with open(done, "wb") as file:
        file.write(wanted)
    return None


def has_perl():
    return subprocess.run(["perl", "-MFCGI", "-MCrypt::JWT", "-e1"], capture_output=True, check=False).returncode == 0


def figures():
    missing = npm_peers()
    if missing:
        yield LeftOut("verify beside express and fastify", missing)
    else:
        for algorithm in ("HS256", "ES256"):
            yield from beside_node(algorithm)
    if has_perl():
        yield from beside_perl()
    else:
        yield LeftOut("verify beside Perl", "libfcgi-perl or libcrypt-jwt-perl is not installed")


def beside_node(algorithm):
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(site(f"bench-peers-{algorithm}", "nginx", settings=settings_for(algorithm), connections=1024))
        export_public_key(here)
        open(f"{BUILD}/hmac.txt", "a", encoding="ascii").close()  # there is none with ES256: the route is there and is not asked
        nodes = {name: start_node(stack, name) for name in ("express", "fastify")}
        keep = kept_by_nginx(here, {})
        here.server.edit = lambda text: with_nodes(keep(text), {name: port for name, (port, _) in nodes.items()})
        here.server.restart()
        headers, script, base = bearer(here), unseen_script(here), f"http://127.0.0.1:{here.port}"

        def side(path, node, seen):
            def ask():
                return load(base + path, 16, headers) if seen else load(base + path, 16, script=script)
            return Side(ask, nodes[node][1].family)
        small = algorithm.lower()
        for seen, caption, fastify, route in ((False, "never seen", FASTIFY, "fastify"), (True, "remembered", FASTIFY_CACHE, "fastify-cache")):
            name = f"verify {algorithm}, {caption}, 16 clients, nginx, kept"
            others = [(Figure(name, EXPRESS + (", which remembers nothing" if seen else ""), AIMS[EXPRESS]), side(f"/express-{small}", "express", seen)),
                      (Figure(name, fastify, AIMS[fastify]), side(f"/{route}-{small}", "fastify", seen))]
            ours = own_side(here, lambda seen=seen: load(base + "/auth/verify", 16, headers) if seen
                            else load(base + "/auth/verify", 16, script=script))
            yield from compared_with(ours, others)


def with_nodes(text, ports):
    """nginx keeps its connections to node, too."""
    upstreams = "".join(f"upstream {name} {{ server 127.0.0.1:{port}; keepalive 64; }}\n" for name, port in ports.items())
    places = "".join(f"""location ^~ /{name}- {{ proxy_pass http://{name}; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    """ for name in ports)
    return upstreams + text.replace("location / {", places + "location / {", 1)


def start_node(stack, name, *more):
    """(port, Process) of peers/NAME.mjs."""
    port = free_port()
    program = os.path.join(INSTALLED, name + ".mjs")
    process = Process(["node", program, str(port), f"{BUILD}/hmac.txt", f"{BUILD}/public.pem", *more], f"{BUILD}/{name}.log")
    stack.callback(process.release)
    wait_until(lambda: listens(port) or not process.alive(), name + " listens", timeout=60)
    return port, process


def beside_perl():
    lines = (f'fastcgi.server += ( "/perl" => (( "bin-path" => "/usr/bin/perl {SOURCES}/verify.pl", "max-procs" => 4, '
             f'"socket" => "/tmp/cardea-bench-{os.getpid()}-perl.sock", "check-local" => "disable", '
             f'"bin-environment" => ( "BENCH_KEYS" => "{BUILD}" ) )) )\n')
    with site("bench-perl", settings=settings_for("HS256"), processes=1, extra=lines) as here:
        export_public_key(here)
        script, base = unseen_script(here), f"http://127.0.0.1:{here.port}"
        own = own_side(here, lambda: load(base + "/auth/verify", 16, script=script))
        perl = Side(lambda: load(base + "/perl", 16, script=script),
                    lambda: [pid for pid in here.server.workers() if "perl" in os.path.basename(os.path.realpath(f"/proc/{pid}/exe"))])
        yield from compared_with(own, [(Figure("verify HS256, never seen, 16 clients, lighttpd", PERL, AIMS[PERL]), perl)])
