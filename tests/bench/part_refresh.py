"""refresh: beside the two statements of a rotation alone, with as many threads, on the same durable MariaDB."""

import contextlib

from harness import MariaDB, Place, site
from mariadb import DURABLE
from limits import STATEMENTS
from measure import ROUNDS, SECONDS, Figure, Run, Side, compared, inside, load
from people import fill, rewind

CLIENTS = 16
AIMS = {"ES256": (0.75, 0.6), "HS256": (0.85, 0.6)}  # in process, through lighttpd
SETTINGS = {"tokens": {"rotation_grace": "0s"}, "transport": {"mode": "header"}}
SESSIONS = 8192


@contextlib.contextmanager
def durable_site(name, options=(), processes=1, connections=CLIENTS, algorithm="ES256", users=(), settings=None,
                 **server):
    """A Site on a MariaDB whose commits are on the disk, with these options of the database's, and settings beside SETTINGS."""
    place = Place(name)
    with contextlib.ExitStack() as stack:
        stack.callback(place.close)
        database = stack.enter_context(contextlib.closing(MariaDB(place, options=[*DURABLE, *options])))
        settings = {**SETTINGS, **(settings or {}), "database": {"connections": str(connections)}}
        settings["tokens"] = {**settings["tokens"], "algorithm": algorithm}
        yield stack.enter_context(site(name, settings=settings, database=database, users=users, processes=processes, **server))


def figures():
    for algorithm in ("ES256", "HS256"):
        with durable_site("bench-refresh", algorithm=algorithm) as here:
            fill(here.database, SESSIONS)
            in_process_aim, lighttpd_aim = AIMS[algorithm]
            yield in_process(here, SESSIONS, Figure(f"refresh {algorithm}, {CLIENTS} threads, in process", STATEMENTS, in_process_aim))
            yield through_lighttpd(here, Figure(f"refresh {algorithm}, {CLIENTS} clients, lighttpd", STATEMENTS, lighttpd_aim))


def rotations(here, sessions, seconds=SECONDS, rounds=ROUNDS):
    """For each round (the statements' Run, ours) without a web server. The program warms up and changes the order itself."""
    for line in inside("rotations", here.cardea.config, sessions, CLIENTS, seconds, rounds):
        bare_rate, bare_failed, bare_used, rate, failed, used = line.split()
        yield Run(float(bare_rate), int(bare_failed), processor=float(bare_used)), Run(float(rate), int(failed), processor=float(used))


def in_process(here, sessions, figure):
    for bare, ours in rotations(here, sessions):
        figure.add(ours, bare)
    return figure


def through_lighttpd(here, figure):
    def bare():
        rewind(here.database)
        return next(iter(rotations(here, SESSIONS // 2, rounds=1)))[0]

    def ours():
        rewind(here.database)
        return refreshing(here)
    return compared(figure, Side(ours, here.server.workers), bare)


def refreshing(here):
    """A Run of all clients through the web server, each with sessions of its own."""
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
