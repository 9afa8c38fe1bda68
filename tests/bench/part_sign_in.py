"""Signing in: beside bare Argon2id on as many threads as there are cores; and the memory of a storm."""

import os

from harness import PASSWORD, site
from measure import Figure, in_turns, inside, load, memory_kib, one_value

# Attempts that are under way count as failed ones until they have succeeded, and all come from one address here.
SETTINGS = {"password": {"memory": "19MiB", "iterations": "2"}, "transport": {"mode": "header"},
            "limits": {"login_failures": "account 1000 in 15m, address 100000 in 15m"}}
PEOPLE = [f"person{number}@example.com" for number in range(64)]
SECONDS = 3


def login_script():
    return f"""wrk.method, wrk.headers["Content-Type"], number = "POST", "application/json", 0
function request() number = number + 1
return wrk.format(nil, nil, nil, '{{"email":"person' .. number % {len(PEOPLE)} .. '@example.com","password":"{PASSWORD}"}}') end
function response(status) if status ~= 200 then bad = bad + 1 end end"""


def figures():
    cores = os.cpu_count() or 1
    with site("bench-sign-in", settings=SETTINGS, processes=1, users=PEOPLE) as here:
        url = f"http://127.0.0.1:{here.port}/auth/login"

        def storm(clients):
            return load(url, clients, script=login_script(), seconds=SECONDS)

        def bare():
            return float(inside("hashes", here.cardea.config, cores, SECONDS)[0]), 0
        yield in_turns(Figure("sign-in, 16 clients, lighttpd, SQLite", f"bare Argon2id, {cores} threads", 0.95), lambda: storm(16), bare)
        for clients in (64, 200):
            _, failed = storm(clients)
            peak = memory_kib(here.server.workers()[0], "VmHWM", "status")
            figure = one_value(f"peak memory, {clients} clients sign in at once", peak / 1024, "MiB", 60)
            figure.notes = {"told to come back or failed": failed}
            yield figure
