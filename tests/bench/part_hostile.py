"""Damaged records from hostile peers: how many processes died, and how many requests of others failed meanwhile.

PEERS=100000 send RECORDS=1000000; peer N is drawn from the seed N, so that a death can be looked for again. The others are the
clients of tests/server/mixed_load.py. `make hostile` does the same with nothing beside it.
"""

import os
import subprocess
import sys

import mixed_load
from harness import site
from measure import HERE, QUICK, one_value

PEERS = int(os.environ.get("PEERS") or (2000 if QUICK else 100_000))
RECORDS = int(os.environ.get("RECORDS") or 10 * PEERS)
AT_ONCE = 1000  # peers of one process, one after the other


def figures():
    attack = Attack(PEERS, RECORDS).run()
    figure = one_value(f"processes that died of {attack.peers:,} hostile peers, {attack.records:,} records", len(attack.died), "", 0, 0)
    figure.notes["requests of others"] = attack.others.done
    if attack.died:
        figure.notes["peers"] = attack.where()
    figure.failed = attack.others.wrong
    yield figure


class Attack:
    """peers of records // peers records each, from as many processes as there are cores, against a server of its own."""

    def __init__(self, peers, records, say=lambda line: None):
        self.peers, self.each, self.say = peers, max(1, records // peers), say
        self.others, self.died = mixed_load.Report(), []

    @property
    def records(self):
        return self.peers * self.each

    def run(self):
        with site("hostile", "serve", settings=mixed_load.SETTINGS, users=mixed_load.PEOPLE) as here:
            with mixed_load.clients(here) as self.others:
                for first in range(0, self.peers, AT_ONCE * workers()):
                    self._send(here, first)
                    self.say(self.line(min(self.peers, first + AT_ONCE * workers())))
        return self

    def _send(self, here, first):
        served = here.server.served
        path = served.address.removeprefix("unix:")
        shares = [(begin, min(AT_ONCE, self.peers - begin)) for begin in range(first, min(self.peers, first + AT_ONCE * workers()), AT_ONCE)]
        running = [subprocess.Popen([sys.executable, os.path.join(HERE, "hostile_peers.py"), path, str(begin), str(count), str(self.each)])
                   for begin, count in shares]
        sent = [process.wait() for process in running]
        if any(sent):
            raise RuntimeError(f"hostile_peers.py ended with {sent}")
        if not served.alive():
            self.died.append(first)
            served.release()  # which notes how it ended
            here.server.served = here.cardea.serve()

    def line(self, peers):
        return (f"{peers:,} peers, {peers * self.each:,} records: {len(self.died)} processes died; "
                f"{self.others.done:,} requests of others, {self.others.wrong} failed")

    def where(self):
        return f"among the {AT_ONCE * workers()} from {', '.join(map(str, self.died[:5]))}"

    def findings(self):
        """What is not as it should be, in sentences."""
        if self.died:
            yield f"{len(self.died)} processes died; the peers: {self.where()}"
        yield from self.others.findings()


def workers():
    return os.cpu_count() or 1
