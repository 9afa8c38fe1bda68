"""refresh: beside the two statements of a rotation alone, with as many threads, on the same durable MariaDB."""

import contextlib

from harness import MariaDB, Place, site
from mariadb import DURABLE
from measure import ROUNDS, SECONDS, Figure, inside, load
from people import fill, rewind

CLIENTS = 16
STATEMENTS = "the two prepared statements alone"
SETTINGS = {"tokens": {"rotation_grace": "0s"}, "transport": {"mode": "header"}}
SESSIONS = 8192


@contextlib.contextmanager
def durable_site(name, options=(), processes=1, connections=CLIENTS, algorithm="ES256"):
    """A Site on a MariaDB whose commits are on the disk, with these options of the server's, without users."""
    place = Place(name)
    with contextlib.ExitStack() as stack:
        stack.callback(place.close)
        database = stack.enter_context(contextlib.closing(MariaDB(place, options=[*DURABLE, *options])))
        settings = {**SETTINGS, "database": {"connections": str(connections)}}
        settings["tokens"] = {**settings["tokens"], "algorithm": algorithm}
        yield stack.enter_context(site(name, settings=settings, database=database, users=(), processes=processes))


def figures():
    for algorithm in ("ES256", "HS256"):
        with durable_site("bench-refresh", algorithm=algorithm) as here:
            fill(here.database, SESSIONS)
            yield in_process(here, SESSIONS, Figure(f"refresh {algorithm}, {CLIENTS} threads, in process", STATEMENTS, 0.85))
            yield through_lighttpd(here, Figure(f"refresh {algorithm}, {CLIENTS} clients, lighttpd", STATEMENTS, 0.6))


def in_process(here, sessions, figure, rounds=ROUNDS):
    for line in inside("rotations", here.cardea.config, sessions, CLIENTS, 2 * SECONDS, rounds):
        bare, ours, failed = line.split()
        figure.add(float(ours), float(bare), int(failed))
    return figure


def through_lighttpd(here, figure):
    for _ in range(ROUNDS):
        rewind(here.database)
        bare = inside("rotations", here.cardea.config, SESSIONS // 2, CLIENTS, SECONDS, 1)[0].split()[0]
        rate, failed = refreshing(here)
        figure.add(rate, float(bare), failed)
    return figure


def refreshing(here):
    """(refreshes a second, failed) of all clients through the web server, each with sessions of its own."""
    tokens = inside("refresh-tokens", here.cardea.config, SESSIONS // 2, 4 * CLIENTS)
    return load(f"http://127.0.0.1:{here.port}/auth/refresh", CLIENTS, script=rotation_script(tokens))


def rotation_script(tokens):
    """For wrk: each answer's token is used once, after those that wait already."""
    listed = "first, waiting = 1, {" + ",".join(f'"{token}"' for token in tokens) + "}\n"
    return listed + """wrk.method, wrk.headers["Content-Type"] = "POST", "application/json"
function request()
  local token = waiting[first]
  waiting[first], first = nil, first + 1
  return wrk.format(nil, nil, nil, '{"refresh_token":"' .. token .. '"}')
end
last = #waiting
function response(status, headers, body)
  local token = body:match('"refresh_token":"([^"]+)"')
  if status ~= 200 or not token then bad = bad + 1 else last = last + 1 waiting[last] = token end
end"""
