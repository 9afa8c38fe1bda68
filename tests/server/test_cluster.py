"""Two web hosts that share nothing but a Galera cluster and their keys, while nodes and programs are killed.

KILLS (2): how many nodes are killed in the stream of refreshes.
"""

import contextlib
import os
import random
import shutil
import threading
import time
import unittest

import galera
import jws
from harness import PASSWORD, Browser, Cardea, Lighttpd, Place, Threads, free_port, wait_until
from test_crash import kill_hard

KILLS = int(os.environ.get("KILLS", "2"))
PEOPLE = 4
PATIENCE = 90.0  # a cluster takes seconds to believe that a node is gone


class Seen:
    """The cluster as one web host's configuration names it: the nearest node first."""

    def __init__(self, cluster, first):
        self._url = cluster.url(first)

    def url(self):
        return self._url


class Host:
    """A web host: a configuration, a key directory and a web server of its own."""

    def __init__(self, stack, number, cluster, url=None):
        self.port = free_port()
        self.place = Place(f"host{number}")
        stack.callback(self.place.close)
        settings = {"site": {"url": url or f"http://127.0.0.1:{self.port}"}, "tokens": {"rotation_grace": "0s"}}
        self.cardea = Cardea(self.place, self.port, settings, Seen(cluster, number))
        self.server = None

    def start(self, stack):
        self.server = stack.enter_context(contextlib.closing(Lighttpd(self.cardea, "fastcgi")))
        self.server.deaths = "they are killed"
        self.server.start()


class Person:
    """Refreshes again and again, now at this host, now at that; keeps its key and its token until it is answered."""

    def __init__(self, hosts, number):
        self.hosts, self.number, self.rotations, self.waits, self.wrong = hosts, number, 0, [], None
        self.browser = Browser(hosts[0].port, hosts[0].cardea.url)
        answer = self.browser.post("/auth/login", json={"email": "alice@example.com", "password": PASSWORD})
        assert answer.status == 200, answer

    def session(self):
        return jws.claims_of(self.browser.jar.value("cardea_access"))["sid"].replace("-", "").upper()

    def refresh(self):
        began = time.monotonic()
        for attempt in range(100000):
            answer = self._ask(random.choice(self.hosts))
            if answer is not None and answer.status != 503:
                break
            assert time.monotonic() - began < PATIENCE, "nobody answers any more"
            time.sleep(0.02)
        if attempt:
            self.waits.append(time.monotonic() - began)
        if answer.status != 200:
            self.wrong = answer
            return False
        self.browser.jar.take(answer.cookies)
        self.rotations += 1
        return True

    def _ask(self, host):
        at_host = Browser(host.port, self.browser.origin, timeout=30.0)
        at_host.jar = self.browser.jar.copy()
        try:
            answer = at_host.post("/auth/refresh", headers={"Idempotency-Key": f"{self.number}-{self.rotations}"})
        except OSError:
            return None
        return answer if answer.header("Content-Type") == "application/json" else None


@contextlib.contextmanager
def two_hosts():
    """The cluster, and two hosts that have started on it."""
    with contextlib.ExitStack() as stack:
        place = Place("cluster")
        stack.callback(place.close)
        places = [place]
        try:
            cluster = stack.enter_context(contextlib.closing(galera.Galera(place)))
            first = Host(stack, 0, cluster)
            first.cardea.prepare()
            first.cardea.add_user("alice@example.com", PASSWORD)
            second = Host(stack, 1, cluster, first.cardea.url)
            places += [first.place, second.place]
            shutil.copytree(first.cardea.keys, second.cardea.keys, dirs_exist_ok=True)
            for host in (first, second):
                host.start(stack)
            yield cluster, (first, second)
        except Exception:
            for each in places:
                each.note_failure()
            raise


class Stream:
    """The people, each in a thread of its own, until stop()."""

    def __init__(self, people):
        self.people, self._done, self._threads = people, threading.Event(), Threads()
        for person in people:
            self._threads.start(self._run, person)

    def _run(self, person):
        while not self._done.is_set() and person.refresh():
            pass

    def wait_until_all_went_on(self):
        before = [person.rotations for person in self.people]
        wait_until(lambda: self._threads.failed() or self.wrong() or all(person.rotations > then for person, then in zip(self.people, before)),
                   "everybody goes on", timeout=PATIENCE)

    def wrong(self):
        return [person.wrong for person in self.people if person.wrong]

    def stop(self):
        self._done.set()
        self._threads.wait()


def hold_up(behind, ahead, rows=150_000):
    """Leaves the node `behind` with a change to apply that takes it a second or two; `ahead` has committed it."""
    ahead.sql("CREATE TABLE IF NOT EXISTS ballast (number INT PRIMARY KEY, text CHAR(200)); DELETE FROM ballast;", ahead.schema)
    wait_until(lambda: behind.rows("SHOW TABLES LIKE 'ballast'"), "the table is everywhere")
    ahead.sql(f"INSERT INTO ballast SELECT seq, REPEAT('x', 200) FROM seq_1_to_{rows}", ahead.schema)


def epoch_at(node):
    """What the node itself knows now of the user, who has one epoch more with every sign-out from everywhere."""
    ((epoch,),) = node.rows("SET SESSION wsrep_sync_wait=0; SELECT epoch FROM cardea_user")
    return int(epoch)


def check_rows(cluster, people):
    """Every node holds the generation that each person got to, and nobody was taken for a thief."""
    for node in cluster.nodes:
        for person in people:
            rows = node.rows(f"SET SESSION wsrep_sync_wait=1; SELECT generation, revoked_at FROM cardea_session WHERE hex(id) = '{person.session()}'")
            assert rows == [[str(person.rotations), "0"]], (node.name, rows, person.rotations)
        assert node.rows("SELECT detail FROM cardea_event WHERE kind IN ('token_reused', 'database_rolled_back')") == []


@unittest.skipUnless(galera.is_installed(), "galera-4 is not installed")
class Cluster(unittest.TestCase):
    def test_two_hosts_lose_nobody_while_nodes_and_programs_are_killed(self):
        with two_hosts() as (cluster, hosts):
            people = [Person(hosts, number) for number in range(PEOPLE)]
            stream = Stream(people)
            try:
                for kill in range(KILLS):
                    stream.wait_until_all_went_on()
                    node = cluster.nodes[kill % len(cluster.nodes)]
                    node.kill()
                    for host in hosts:
                        kill_hard(random.sample(host.server.workers(), 1))
                    stream.wait_until_all_went_on()
                    cluster.rejoin(node)
                stream.wait_until_all_went_on()
            finally:
                stream.stop()
            self.assertEqual(stream.wrong(), [])
            check_rows(cluster, people)
            waits = sorted(wait for person in people for wait in person.waits)
            rotations = sum(person.rotations for person in people)
            print(f"  {KILLS} nodes killed, {rotations} rotations, {len(waits)} waits, the longest {waits[-1] if waits else 0:.1f} s")

    def test_a_refresh_does_not_overtake_a_sign_out_that_its_node_has_not_heard_of(self):
        with two_hosts() as (cluster, hosts):
            for rows in (150_000, 300_000, 600_000):  # until the node is behind for long enough
                near, far = Person(hosts[:1], 0), Person(hosts[1:], 1)
                hold_up(cluster.nodes[0], cluster.nodes[1], rows)
                everywhere = far.browser.post("/auth/logout", json={"all": True})
                self.assertEqual(everywhere.status, 204, everywhere)
                if was_behind := epoch_at(cluster.nodes[0]) < epoch_at(cluster.nodes[1]):
                    break
            self.assertTrue(was_behind, "the node was never behind: this would have tested nothing")
            self.assertFalse(near.refresh(), "a session that had been signed out was refreshed")
            self.assertEqual(near.wrong.status, 401, near.wrong)
