"""Whole systems that were run beside ours: better-auth (npm), each with its own session, behind the same nginx and MariaDB."""

import contextlib
import os

from harness import PASSWORD, Browser, Failure, MariaDB, Place, Process, free_port, listens, site, wait_until
from measure import BUILD, Figure, LeftOut, Side, compared_with, load
from part_peers import INSTALLED, npm_peers, with_nodes
from part_verify import bearer, kept_by_nginx, own_side, settings_for

SESSION = "better-auth, session from the database"
CACHED = "better-auth, session from its signed cookie"
LEMON = "LemonLDAP::NG"


def figures():
    missing = npm_peers()
    if missing:
        yield LeftOut("verify beside better-auth", missing)
    else:
        yield from beside_better_auth()
    yield LeftOut(f"verify beside {LEMON}", "its handler and a session of its own are not set up by this bench")


def beside_better_auth():
    with contextlib.ExitStack() as stack:
        place = Place("bench-rivals")
        stack.callback(place.close)
        database = stack.enter_context(contextlib.closing(MariaDB(place)))
        here = stack.enter_context(site("bench-rivals", "nginx", settings=settings_for("ES256"), database=database, connections=1024))
        port, process = start(stack, here, database)
        keep = kept_by_nginx(here, {})
        here.server.edit = lambda text: with_nodes(keep(text), {"better": port})
        here.server.restart()
        base, headers = f"http://127.0.0.1:{here.port}", bearer(here)
        own = own_side(here, lambda: load(base + "/auth/verify", 16, headers))
        others = [(Figure("verify ES256, remembered, 16 clients, nginx, kept", limit, 10), rival(base, path, process))
                  for limit, path in ((SESSION, "/better-auth"), (CACHED, "/better-cache"))]
        yield from compared_with(own, others)


def start(stack, here, database):
    """better-auth's tables lie in a schema of their own."""
    database.sql(f"CREATE DATABASE better; GRANT ALL ON better.* TO '{database.user}'@'%'")
    port = free_port()
    words = [port, here.cardea.url, database.user, database.password, database.socket, "better", PASSWORD]
    process = Process(["node", os.path.join(INSTALLED, "better-auth.mjs"), *map(str, words)], f"{BUILD}/better-auth.log")
    stack.callback(process.release)
    wait_until(lambda: listens(port) or not process.alive(), "better-auth listens", timeout=90)
    if not process.alive():
        raise Failure(f"better-auth ended, see {BUILD}/better-auth.log")
    return port, process


def rival(base, path, process):
    """A client that has signed in there and asks for its session; an answer without one would be a failure."""
    browser = Browser(int(base.rpartition(":")[2]), base)
    answer = browser.post(path + "/sign-in/email", json={"email": "bench@example.com", "password": PASSWORD})
    if answer.status != 200:
        raise Failure(f"better-auth did not let the bench in: {answer}")
    headers = {"Cookie": browser.jar.header(path + "/get-session")}
    script = ("function response(status, headers, body) if status ~= 200 or not body:find('bench@example.com', 1, true) then bad = bad + 1 end end")
    return Side(lambda: load(base + path + "/get-session", 16, headers, script=script), process.family)
