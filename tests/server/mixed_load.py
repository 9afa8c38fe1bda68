"""A mixed load on one running program for a while, and what the program holds meanwhile: for `make soak` and its short test."""

import dataclasses
import os
import threading
import time

from harness import PASSWORD, Threads, site

PEOPLE = [f"soak{number}@example.com" for number in range(8)]  # a client each
SAMPLES = 10
PATTERN = ["verify"] * 90 + ["refresh"] * 9 + ["sign-in"]
# The allocator keeps a little, threads come and go with the load: more than this between two samples is a leak.
MEMORY_ROOM_KIB = 2048
DESCRIPTOR_ROOM = 8


@dataclasses.dataclass
class Sample:
    resident_kib: int
    descriptors: int
    threads: int


class Report:
    def __init__(self):
        self.done, self.wrong, self.examples, self.samples = 0, 0, [], []

    def findings(self):
        """What is not as it should be, in sentences."""
        if self.wrong:
            yield f"{self.wrong} wrong answers: {'; '.join(self.examples)}"
        if not self.done:
            yield "nothing was answered"
        early, late = self.samples[len(self.samples) // 2 - 1], self.samples[-1]  # caches fill in the first half
        if late.resident_kib > early.resident_kib + MEMORY_ROOM_KIB:
            yield f"memory has grown from {early.resident_kib} to {late.resident_kib} KiB"
        if late.descriptors > early.descriptors + DESCRIPTOR_ROOM:
            yield f"descriptors have grown from {early.descriptors} to {late.descriptors}"


def soak(name, seconds, database="sqlite", say=lambda line: None):
    """A Report after that many seconds."""
    settings = {"tokens": {"rotation_grace": "0s"}, "transport": {"mode": "both"}}
    report, stop, lock = Report(), threading.Event(), threading.Lock()
    with site(name, settings=settings, database=database, processes=1, users=PEOPLE) as here:
        with Threads(stop.set) as clients:
            for number in range(len(PEOPLE)):
                clients.start(_client, here, number, report, stop, lock)
            for number in range(SAMPLES):
                stop.wait(seconds / SAMPLES)
                sample = _sample(here.server.workers()[0])
                report.samples.append(sample)
                say(f"{(number + 1) * seconds / SAMPLES:7.0f} s  {report.done:9} answers  {report.wrong} wrong  "
                    f"{sample.resident_kib / 1024:.1f} MiB resident  {sample.descriptors} descriptors  {sample.threads} threads")
    return report


def _client(here, number, report, stop, lock):
    browser = here.browser()
    step = number * len(PATTERN) // len(PEOPLE) - 1
    what = "sign-in"
    while not stop.is_set():
        try:
            answer, right = _ask(here, browser, what, PEOPLE[number])
            trouble = None if answer.status == right else f"{what}: {answer}"
        except OSError as error:
            trouble = f"{what}: {error}"
        step += 1
        what = PATTERN[step % len(PATTERN)]
        with lock:
            report.done += 1
            if trouble:
                report.wrong += 1
                report.examples = (report.examples + [trouble])[:3]


def _ask(here, browser, what, email):
    """(answer, the status that it should have)"""
    if what == "verify":
        return browser.get(here.mount + "/verify"), 204
    if what == "refresh":
        return browser.post(here.mount + "/refresh"), 200
    return browser.post(here.mount + "/login", json={"email": email, "password": PASSWORD, "device_id": "soak"}), 200


def _sample(pid):
    """Without the memory of passwords that are being hashed: the least of some moments."""
    moments = []
    for _ in range(20):
        moments.append(_moment(pid))
        time.sleep(0.05)
    return min(moments, key=lambda moment: moment.resident_kib)


def _moment(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        fields = dict(line.split(":", 1) for line in file if ":" in line)
    return Sample(int(fields["VmRSS"].split()[0]), len(os.listdir(f"/proc/{pid}/fd")), int(fields["Threads"]))
