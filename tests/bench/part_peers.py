"""verify beside what others verify an HS256 token with, behind the same lighttpd: express with jsonwebtoken and fastify with
fast-jwt (one process each, as they are started), and Perl behind FastCGI with Crypt::JWT (four processes)."""

import contextlib
import importlib.util
import os
import shutil
import subprocess

from harness import Process, free_port, listens, site, wait_until
from measure import BUILD, HERE, Figure, in_turns, load
from part_verify import bearer, export_public_key, settings_for

SOURCES = os.path.join(HERE, "peers")
INSTALLED = os.path.join(BUILD, "peers")
NODE = {"express": ("express + jsonwebtoken, one process", 3), "fastify": ("fastify + fast-jwt, one process", None)}
PERL = ("Perl FastCGI + Crypt::JWT, four processes", 4.5)


def installed():
    """What npm gave us; nothing where it is not to be had."""
    if not shutil.which("node") or not shutil.which("npm"):
        return ()
    shutil.copytree(SOURCES, INSTALLED, dirs_exist_ok=True)
    if not os.path.isdir(os.path.join(INSTALLED, "node_modules")):
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=INSTALLED, check=False)
        if done.returncode != 0:
            return ()
    return tuple(NODE)


def has_perl():
    return subprocess.run(["perl", "-MFCGI", "-MCrypt::JWT", "-e1"], capture_output=True, check=False).returncode == 0


def figures():
    ports = {name: free_port() for name in installed()}
    pages = 'server.modules += ( "mod_proxy" )\n' + "".join(
        f'$HTTP["url"] =~ "^/{name}" {{ proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => {port} )) ) }}\n'
        for name, port in ports.items())
    if has_perl():
        pages += (f'fastcgi.server += ( "/perl" => (( "bin-path" => "/usr/bin/perl {SOURCES}/verify.pl", "max-procs" => 4, '
                  f'"socket" => "/tmp/cardea-bench-{os.getpid()}-perl.sock", "check-local" => "disable", '
                  f'"bin-environment" => ( "BENCH_KEYS" => "{BUILD}" ) )) )\n')
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(site("bench-peers", settings=settings_for("HS256"), processes=1, extra=pages))
        export_public_key(here)
        for name, port in ports.items():
            start_node(stack, name, port)
        headers = bearer(here)
        for name, (title, aim) in [(name, NODE[name]) for name in ports] + ([("perl", PERL)] if has_perl() else []):
            yield beside(here, headers, name, title, aim)


def start_node(stack, name, port):
    process = Process(["node", os.path.join(INSTALLED, name + ".mjs"), str(port), os.path.join(BUILD, "hmac.txt")],
                      f"{BUILD}/{name}.log")
    stack.callback(process.release)
    wait_until(lambda: listens(port) or not process.alive(), name + " listens", timeout=60)


def beside(here, headers, name, title, aim):
    base = f"http://127.0.0.1:{here.port}"
    load(f"{base}/{name}", 16, headers, seconds=2)  # until it is compiled
    return in_turns(Figure("verify HS256, 16 clients, lighttpd", title, aim), lambda: load(base + "/auth/verify", 16, headers),
                    lambda: load(f"{base}/{name}", 16, headers))
