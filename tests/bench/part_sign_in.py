"""Signing in: beside bare Argon2id on as many threads as there are cores; and the memory of a storm."""

import os

from harness import PASSWORD, site
from measure import Figure, in_turns, inside, load, memory_kib, one_value

SETTINGS = {"password": {"memory": "19MiB", "iterations": "2"}, "transport": {"mode": "header"}}
SECONDS = 3


def login_script():
    body = f'{{"email":"alice@example.com","password":"{PASSWORD}"}}'
    return f"""wrk.method, wrk.body, wrk.headers["Content-Type"] = "POST", '{body}', "application/json"
function response(status) if status ~= 200 then bad = bad + 1 end end"""


def figures():
    cores = os.cpu_count() or 1
    with site("bench-sign-in", settings=SETTINGS, processes=1) as here:
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
