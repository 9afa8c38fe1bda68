"""A private Galera cluster: three MariaDB nodes on loopback that replicate to each other, as a host of a busy site runs them.

No node ever copies another one's files: all begin with the same data, and a node that was killed finds out where it stopped
and gets what it missed out of another one's memory. (The copy by rsync fails where a server runs as root.)
"""

import os
import re
import shutil
import subprocess

from mariadb import MariaDB, _as_root
from processes import Failure, clean_environment, free_port, wait_until

PROVIDER = "/usr/lib/galera/libgalera_smm.so"
NAMES = ("node1", "node2", "node3")


def is_installed():
    return os.access(PROVIDER, os.R_OK)


class Galera:
    """Three nodes with one empty database and one user for Cardea. Speaks like a MariaDB to whoever only uses it."""

    def __init__(self, place):
        self.place = place
        # Servers find wsrep_sst_nothing by their PATH, and that its slips.
        self._environment = {"PATH": f"{os.path.dirname(os.path.abspath(__file__))}:{os.environ['PATH']}:/usr/sbin",
                             "CARDEA_SST": place.directory("slips")}
        self._ports = {name: free_port() for name in NAMES}
        first = MariaDB(place, NAMES[0])  # makes the database and the user
        first.stop()
        self.user, self.password, self.schema = first.user, first.password, first.schema
        # A cluster of one, ended in good order: its data say where in the cluster's history they are.
        self._join(first, begins=True)
        first.stop()
        self.nodes = [first, *(self._twin_of(first, name) for name in NAMES[1:])]
        for node in self.nodes:
            self._join(node, begins=node is first)

    def _twin_of(self, first, name):
        node = object.__new__(MariaDB)  # the same server, with data that are there already
        node.__dict__.update(first.__dict__)
        node.name, node.port, node.options = name, free_port(), []
        node.data, node.socket = self.place.file(name), self.place.socket(name + ".sock")
        shutil.copytree(first.data, node.data)
        return node

    def _wiring(self, name, begins):
        port = self._ports[name]
        others = "" if begins else ",".join(f"127.0.0.1:{other}" for other in self._ports.values())
        provider = (f"base_port={port}", f"gmcast.listen_addr=tcp://127.0.0.1:{port}", f"ist.recv_addr=127.0.0.1:{free_port()}",
                    "gcache.size=64M")
        return [f"--wsrep-provider={PROVIDER}", "--wsrep-on=ON", f"--wsrep-cluster-address=gcomm://{others}",
                f"--wsrep-node-name={name}", "--wsrep-node-address=127.0.0.1", "--wsrep-cluster-name=cardea",
                f"--wsrep-provider-options={';'.join(provider)}", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2",
                "--default-storage-engine=InnoDB", "--wsrep-slave-threads=2",
                "--wsrep-sst-method=nothing"]

    def _join(self, node, begins=False):
        node.options, node.environment = self._wiring(node.name, begins), self._environment
        node.start()
        wait_until(lambda: self.is_synced(node), f"{node.name} is part of the cluster", timeout=60, pause=0.05)

    def is_synced(self, node):
        return self.status(node, "wsrep_ready") == "ON" and self.status(node, "wsrep_local_state_comment") == "Synced"

    def status(self, node, name):
        try:
            rows = node.sql(f"SHOW STATUS LIKE '{name}'")
        except (Failure, subprocess.TimeoutExpired):
            return None
        return rows[0][1] if rows else None

    def rejoin(self, node):
        """Starts a node that was killed: from the position that its own log names."""
        wiring = self._wiring(node.name, False)
        log = self.place.file(node.name + "-recovery.log")
        if os.path.exists(log):
            os.unlink(log)
        server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        subprocess.run(
            [server, "--no-defaults", f"--datadir={node.data}", f"--socket={node.socket}.recovery", "--skip-networking",
             f"--tmpdir={self.place.directory(node.name + '-tmp')}", "--innodb-log-file-size=16M", "--wsrep-recover",
             f"--log-error={log}", *wiring, *_as_root()],
            env=clean_environment(), capture_output=True, timeout=120, check=False)
        with open(log, encoding="utf-8", errors="replace") as file:
            found = re.findall(r"Recovered position:\s*(\S+:-?\d+)", file.read())
        if not found:
            raise Failure(f"{node.name} does not say where it stopped")
        node.options = [*wiring, f"--wsrep-start-position={found[-1]}"]
        node.start()
        wait_until(lambda: self.is_synced(node), f"{node.name} is part of the cluster again", timeout=120, pause=0.05)

    def url(self, first=0):
        """The value of [database] url, over TCP, with that node in front."""
        order = [*self.nodes[first:], *self.nodes[:first]]
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in order)
        return f"mysql://{self.user}:{self.password}@{hosts}/{self.schema}"

    def rows(self, query):
        """What every living node says to a query; they must agree."""
        return self.nodes[0].rows(query)

    def close(self):
        for node in self.nodes:
            node.close()
