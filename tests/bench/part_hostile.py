"""Damaged records from hostile peers: how many processes died, and how many requests of others failed meanwhile.

HOSTILE=100000 peers of ten records each; peer N is drawn from the seed N, so that a death can be looked for again.
"""

import os
import subprocess
import sys

from harness import site
from measure import HERE, QUICK, Storm, one_value
from part_verify import BOTH, bearer

PEERS = int(os.environ.get("HOSTILE") or (2000 if QUICK else 100_000))
RECORDS = 10
AT_ONCE = 500


def figures():
    with site("bench-hostile", "serve", settings=BOTH) as here:
        socket = here.server.served.address.removeprefix("unix:")
        token = bearer(here)["Authorization"]
        script = f'wrk.headers["Authorization"] = "{token}"\nfunction response(status) if status ~= 204 then bad = bad + 1 end end'
        died = []
        with Storm(f"http://127.0.0.1:{here.port}/auth/verify", 4, script) as others:
            for first in range(0, PEERS, AT_ONCE * workers()):
                send(socket, first)
                if not here.server.served.alive():
                    died.append(first)
                    here.server.served = here.cardea.serve()
        figure = one_value(f"processes that died of {PEERS:,} hostile peers, {PEERS * RECORDS:,} records", len(died), "", 0, 0)
        figure.notes["requests of others"] = others.run.answers
        if died:
            figure.notes["peers"] = f"among the {AT_ONCE * workers()} from {', '.join(map(str, died[:5]))}"
        figure.failed = others.run.failed
        yield figure


def workers():
    return os.cpu_count() or 1


def send(socket, first):
    """AT_ONCE peers from each of as many processes as there are cores."""
    running = [subprocess.Popen([sys.executable, os.path.join(HERE, "hostile_peers.py"), socket, str(first + number * AT_ONCE), str(AT_ONCE)])
               for number in range(workers())]
    for process in running:
        process.wait()
