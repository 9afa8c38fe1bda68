"""A mixed load on one running program, and what the program holds meanwhile: for `make soak`, its short test and `make hostile`."""

import contextlib
import dataclasses
import http.client
import os
import sys
import threading
import time

import processes
import threads
from harness import PASSWORD, Failure, Threads, at_once, site

sys.path.append(os.path.join(processes.ROOT, "tests", "bench"))

from measure import meanwhile  # noqa: E402

PEOPLE = [f"soak{number}@example.com" for number in range(8)]  # a client each
SETTINGS = {"tokens": {"rotation_grace": "0s"}, "transport": {"mode": "both"}}
SAMPLES = 10
PATTERN = ["verify"] * 90 + ["refresh"] * 9 + ["sign-in"]
# Each hangs until [limits] request_time is over, then another one comes: ten a second, where the clients ask about a thousand times.
SLOW_PEERS = 100
STORM_CLIENTS = 100
# The allocator keeps a little, threads come and go with the load: more than this between two samples is a leak.
MEMORY_ROOM_KIB = 2048
DESCRIPTOR_ROOM = 8


@dataclasses.dataclass
class Sample:
    resident_kib: int
    descriptors: int
    threads: int

    def __str__(self):
        return f"{self.resident_kib / 1024:.1f} MiB resident, {self.descriptors} descriptors, {self.threads} threads"


class Report:
    def __init__(self):
        self.done, self.wrong, self.later, self.examples, self.samples = 0, 0, 0, [], []
        self._lock = threading.Lock()

    def count(self, what, answer):
        """answer() returns what is wrong with it, in words, or nothing; and whether the client was told to come back later."""
        try:
            wrong, later = answer()
        except (OSError, http.client.HTTPException) as error:
            wrong, later = f"{type(error).__name__}: {error}", False
        with self._lock:
            self.done += 1
            self.later += later
            if wrong:
                self.wrong += 1
                self.examples = (self.examples + [f"{what}: {wrong}"])[:3]

    def findings(self):
        """What is not as it should be, in sentences."""
        if self.wrong:
            yield f"{self.wrong} wrong answers: {'; '.join(self.examples)}"
        if not self.done:
            yield "nothing was answered"
        if not self.samples:
            return
        early, late = self.samples[len(self.samples) // 2 - 1], self.samples[-1]  # caches fill in the first half
        if late.resident_kib > early.resident_kib + MEMORY_ROOM_KIB:
            yield f"memory has grown from {early.resident_kib} to {late.resident_kib} KiB"
        if late.descriptors > early.descriptors + DESCRIPTOR_ROOM:
            yield f"descriptors have grown from {early.descriptors} to {late.descriptors}"

    def lines(self):
        """What there is to say at the end."""
        yield f"{self.done} answers, {self.wrong} wrong; {self.later} sign-ins of the storms were told to come back"
        for name, sample in zip(("begin", "end"), (self.samples[:1] + self.samples[-1:])):
            yield f"{name}: {sample}"


def conclude(findings):
    """Prints what was found, how programs and threads ended among it, and the last line. The exit status."""
    findings = [*findings, *threads.take_lost(), *processes.take_findings()]
    for finding in findings:
        print("FAILED: " + finding)
    print(f"{int(not findings)} passed, {int(bool(findings))} failed, 0 skipped")
    return 1 if findings else 0


@contextlib.contextmanager
def clients(here):
    """A Report: as long as the with statement runs, a client of each of PEOPLE asks without pause."""
    report, stop = Report(), threading.Event()
    with Threads(stop.set) as running:
        for number in range(len(PEOPLE)):
            running.start(_client, here, number, report, stop)
        yield report


def soak(name, seconds, database="sqlite", say=lambda line: None, samples=SAMPLES, minute=60, storm=10):
    """A Report after that many seconds, with a storm of that many seconds in each minute."""
    with site(name, "serve", settings=SETTINGS, database=database, users=PEOPLE) as here:
        with _slow_peers(here), clients(here) as report:
            for number in range(samples + 1):
                if number > 0:
                    _minutes(here, report, seconds / samples, minute, storm)
                report.samples.append(_sample(here.server.workers()[0]))
                say(f"{number * seconds / samples:7.0f} s  {report.done:9} answers  {report.wrong} wrong  {report.samples[-1]}")
    return report


@contextlib.contextmanager
def _slow_peers(here):
    with meanwhile("slow_peers.py", "record", SLOW_PEERS, here.server.served.address.removeprefix("unix:")) as there:
        if there != f"{SLOW_PEERS} there":
            raise Failure(f"the slow peers are not there: {there}")
        yield


def _minutes(here, report, seconds, minute, storm):
    """So many seconds. Each minute of them begins with a storm; a calm follows also where the last one is shorter."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > storm:
        began = time.monotonic()
        at_once(STORM_CLIENTS, lambda number: _sign_in_until(began + storm, here, number, report))
        time.sleep(max(0, min(began + minute, end) - time.monotonic()))
    time.sleep(max(0, left))


def _sign_in_until(end, here, number, report):
    browser, email = here.browser(), PEOPLE[number % len(PEOPLE)]
    while time.monotonic() < end:
        report.count("sign-in in a storm", lambda: _sign_in_in_a_storm(here, browser, email, f"storm{number}"))


def _sign_in_in_a_storm(here, browser, email, device):
    answer = _sign_in(here, browser, email, device)
    if answer.status == 503 and answer.header("Retry-After"):
        return None, True
    return None if answer.status == 200 else str(answer), False


def _client(here, number, report, stop):
    browser = here.browser()
    step = number * len(PATTERN) // len(PEOPLE) - 1
    what = "sign-in"
    while not stop.is_set():
        report.count(what, lambda: _ask(here, browser, what, PEOPLE[number]))
        step += 1
        what = PATTERN[step % len(PATTERN)]


def _ask(here, browser, what, email):
    if what == "verify":
        answer, right = browser.get(here.mount + "/verify"), 204
    elif what == "refresh":
        answer, right = browser.post(here.mount + "/refresh"), 200
    else:
        answer, right = _sign_in(here, browser, email, "soak"), 200
    return None if answer.status == right else str(answer), False


def _sign_in(here, browser, email, device):
    return browser.post(here.mount + "/login", json={"email": email, "password": PASSWORD, "device_id": device})


def _sample(pid):
    """Of three seconds. Memory without that of passwords that are being hashed: the least; descriptors with those of all slow peers: the most."""
    moments = []
    for _ in range(20):
        moments.append(_moment(pid))
        time.sleep(0.15)
    least = min(moments, key=lambda moment: moment.resident_kib)
    return dataclasses.replace(least, descriptors=max(moment.descriptors for moment in moments))


def _moment(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        fields = dict(line.split(":", 1) for line in file if ":" in line)
    return Sample(int(fields["VmRSS"].split()[0]), len(os.listdir(f"/proc/{pid}/fd")), int(fields["Threads"]))
