"""Signing in: beside bare Argon2id on as many threads as there are cores; and the memory of a storm."""

import os

from harness import PASSWORD, site
from measure import QUICK, SECONDS, Figure, Run, Side, compared, inside, load, memory_kib, one_value

# Attempts that are under way count as failed ones until they have succeeded, and all come from one address here.
SETTINGS = {"password": {"memory": "19MiB", "iterations": "2"}, "transport": {"mode": "header"},
            "limits": {"login_failures": "account 1000 in 15m, address 100000 in 15m"}}
PEOPLE = [f"person{number}@example.com" for number in range(64)]
STORM_SECONDS = max(SECONDS, 5 if QUICK else 10)  # a hundred clients wait some seconds for each answer
BARE = f"bare Argon2id, {os.cpu_count() or 1} threads"


def login_script():
    return f"""wrk.method, wrk.headers["Content-Type"], number = "POST", "application/json", 0
function request() number = number + 1
return wrk.format(nil, nil, nil, '{{"email":"person' .. number % {len(PEOPLE)} .. '@example.com","password":"{PASSWORD}"}}') end
function response(status) if status ~= 200 then bad = bad + 1 end end"""


def bare_hashes(here):
    rate, used = inside("hashes", here.cardea.config, os.cpu_count() or 1, STORM_SECONDS)[0].split()
    return Run(float(rate), processor=float(used))


def figures():
    with site("bench-sign-in", settings=SETTINGS, processes=1, users=PEOPLE) as here:
        url = f"http://127.0.0.1:{here.port}/auth/login"

        def storm(clients):
            run = load(url, clients, script=login_script(), seconds=STORM_SECONDS)
            here.sign_in(PEOPLE[0])  # until those that nobody waits for any more are done
            return run
        for clients in (16, 100):
            yield compared(Figure(f"sign-in, {clients} clients, lighttpd, SQLite", BARE, 0.95),
                           Side(lambda clients=clients: storm(clients), here.server.workers), lambda: bare_hashes(here))
        for clients in (64, 200):
            run = storm(clients)
            peak = memory_kib(here.server.workers()[0], "VmHWM", "status")
            yield one_value(f"peak memory, {clients} clients sign in at once", peak / 1024, "MiB", 50,
                            **({"told to come back or failed": run.failed} if run.failed else {}))
