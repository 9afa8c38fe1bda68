"""Figures: what was measured beside its limit, in turns; and the tools that ask for it.

How a pair is measured: both sides are warmed up, then each is asked in ROUNDS rounds of SECONDS, one right after the other, and
the order changes with every round. A failed answer of either side fails the run. Beside the ratio of the rates stands the
ratio of the processor time that the two programs used for a request, which other work on the machine moves least.
"""

import contextlib
import dataclasses
import os
import re
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build", "bench")
INSIDE = os.path.join(BUILD, "inside")
sys.path.insert(0, os.path.join(ROOT, "tests", "server"))

QUICK = bool(os.environ.get("QUICK"))  # to see that every row works: its figures mean nothing
ROUNDS = int(os.environ.get("ROUNDS") or (2 if QUICK else 5))
SECONDS = int(os.environ.get("SECONDS") or (1 if QUICK else 3))  # wrk knows whole ones only
TICKS = os.sysconf("SC_CLK_TCK")
NOISY = 1.5  # the largest spread, highest divided by lowest, that still has a median


@dataclasses.dataclass
class Run:
    """What asking one side once has shown: good answers a second, wrong or missing ones, times in ms, processor seconds a request."""

    rate: float
    failed: int = 0
    answers: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    processor: float = 0.0


class Side:
    """One of the things that are compared. ask() makes a Run; pids() names the processes whose time counts as the side's own."""

    def __init__(self, ask, pids=None):
        self._ask, self._pids = ask, pids

    def ask(self):
        if self._pids is None:
            return self._ask()
        before = cpu_seconds(self._pids())
        run = self._ask()
        run.processor = (cpu_seconds(self._pids()) - before) / max(1, run.answers)
        return run


class LeftOut:
    """A figure that cannot be measured here, with the reason."""

    def __init__(self, name, reason):
        self.name, self.reason = name, reason


class Figure:
    """One line of the table. wanted: the aim, at least that much, or at most (at_most=True), or nothing where there is none."""

    def __init__(self, name, limit="", wanted=None, unit="x", digits=2, at_most=False):
        self.name, self.limit, self.wanted, self.unit, self.digits, self.at_most = name, limit, wanted, unit, digits, at_most
        self.values, self.rates, self.other_rates, self.failed, self.failed_beside, self.notes = [], [], [], 0, 0, {}
        self.processor = []  # (ours, the other's), seconds a request

    def add(self, ours, other, value=lambda run: run.rate):
        """Two Runs that were made one right after the other; value: what of them is divided."""
        self.values.append(value(ours) / max(value(other), 1e-9))
        self.rates.append(ours.rate)
        self.other_rates.append(other.rate)
        self.failed += ours.failed
        self.failed_beside += other.failed
        if ours.processor and other.processor:
            self.processor.append((ours.processor, other.processor))
        return self

    @property
    def noisy(self):
        return len(self.values) > 1 and max(self.values) > NOISY * min(self.values)

    @property
    def value(self):
        """The median; nothing if the rounds differ by more than NOISY."""
        return None if self.noisy else statistics.median(self.values)

    @property
    def met(self):
        """Does the figure reach its aim? Nothing without an aim, and nothing if it is noisy and only some rounds reach it."""
        if self.wanted is None:
            return None
        values = self.values if self.noisy else [self.value]
        reached = {value <= self.wanted if self.at_most else value >= self.wanted for value in values}
        return reached.pop() if len(reached) == 1 else None

    def row(self):
        row = {"figure": self.name, "limit": self.limit, "value": None if self.noisy else round(self.value, 4),
               "lowest": round(min(self.values), 4), "highest": round(max(self.values), 4), "unit": self.unit, "digits": self.digits,
               "wanted": self.wanted, "at_most": self.at_most, "met": self.met, "failed": self.failed,
               "failed_beside": self.failed_beside, "notes": self.notes}
        if any(self.rates):
            row |= {"per_second": round(statistics.median(self.rates)), "per_second_beside": round(statistics.median(self.other_rates))}
        if self.processor:
            row |= {"processor": round(statistics.median(ours / other for ours, other in self.processor), 3),
                    "processor_us": round(1e6 * statistics.median(ours for ours, _ in self.processor), 1),
                    "processor_us_beside": round(1e6 * statistics.median(other for _, other in self.processor), 1)}
        return row

    def line(self):
        row = self.row()
        shown = "noisy" if self.noisy else f"{row['value']:.{self.digits}f}{self.unit}"
        spread = f"{row['lowest']:.{self.digits}f} .. {row['highest']:.{self.digits}f}" if len(self.values) > 1 else ""
        processor = f"{row['processor']:.2f}" if self.processor else ""
        rest = "".join(f"  {name}: {value}" for name, value in self.notes.items())
        return (f"{self.name:56} {self.limit:46} {shown:>11}   {spread:>20} {aim(row):>8} {verdict(row):>7} {processor:>6} "
                f"{row.get('per_second', ''):>8} {self.failed:>6} {self.failed_beside:>6}{rest}")


HEAD = (f"{'figure':56} {'beside':46} {'median':>11}   {'spread':>20} {'aim':>8} {'':>7} {'cpu':>6} {'a second':>8} {'failed':>6} "
        f"{'beside':>6}")


def aim(row):
    return "" if row["wanted"] is None else f"{'≤' if row['at_most'] else '≥'} {row['wanted']:g}"


def verdict(row):
    return {True: "met", False: "missed", None: ""}[row["met"]]


def one_value(name, value, unit, wanted=None, digits=1, **notes):
    """A figure that is no ratio: a size, a time. The aim is the most that it may be."""
    figure = Figure(name, "", wanted, unit, digits, at_most=True)
    figure.values.append(value)
    figure.notes = notes
    return figure


def in_turns(*sides, rounds=None, warm=True):
    """For each side the Runs of all rounds. Every side is asked once before; the order is reversed in every second round."""
    sides = [side if isinstance(side, Side) else Side(side) for side in sides]
    warming = [side.ask().failed for side in sides] if warm else []
    runs = [[] for _ in sides]
    for number in range(rounds or ROUNDS):
        order = list(zip(sides, runs))
        for side, found in reversed(order) if number % 2 else order:
            found.append(side.ask())
    for found, failed in zip(runs, warming):
        found[0].failed += failed
    return runs


def compared(figure, ours, other, value=lambda run: run.rate):
    """The figure, with a pair of Runs for every round."""
    return compared_with(ours, [(figure, other)], value)[0]


def compared_with(ours, others, value=lambda run: run.rate):
    """The figures of one side beside several others: [(figure, side)]. Each round asks all of them."""
    own, *rest = in_turns(ours, *(side for _, side in others))
    for (figure, _), runs in zip(others, rest):
        for mine, theirs in zip(own, runs):
            figure.add(mine, theirs, value)
    return [figure for figure, _ in others]


LUA = """
bad, threads = 0, {}
function setup(thread) table.insert(threads, thread) end
function done(summary, latency)
  local sum = 0
  for _, t in ipairs(threads) do sum = sum + t:get('bad') end
  print(('RESULT %d %d %d %d %d %d'):format(summary.requests, sum, summary.duration, latency:percentile(50), latency:percentile(95),
    latency:percentile(99)))
end
"""


def load(url, clients, headers=None, wanted=204, script="", seconds=None):
    """A Run of wrk with that many clients. Answers that were not the wanted one and connections that broke have failed."""
    lines = [f'wrk.headers["{name}"] = "{value}"' for name, value in (headers or {}).items()]
    lines += [LUA, script or f"function response(status) if status ~= {wanted} then bad = bad + 1 end end"]
    path = os.path.join(BUILD, f"wrk-{os.getpid()}-{time.monotonic_ns()}.lua")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write("\n".join(lines))
    seconds = seconds or SECONDS
    try:
        done = subprocess.run(["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", path, url], text=True,
                              capture_output=True, check=True)
    finally:
        os.unlink(path)
    return run_of(done.stdout, seconds)


def run_of(printed, seconds):
    """A Run of what wrk printed. If nothing was answered, every client has waited for all of the time."""
    result = re.search(r"^RESULT ([\d ]+)", printed, re.MULTILINE)
    every, bad, took, p50, p95, p99 = map(int, result[1].split())
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", printed)
    failed = bad + sum(map(int, broken.groups() if broken else ()))
    if every == 0:
        return Run(0.0, failed + 1, 0, 1000 * seconds, 1000 * seconds, 1000 * seconds)
    return Run(max(0, every - bad) / (took / 1e6), failed, every, p50 / 1000, p95 / 1000, p99 / 1000)


def inside(*words):
    """What the program of tests/bench/inside.cpp prints, by lines."""
    return subprocess.run([INSIDE, *map(str, words)], check=True, capture_output=True, text=True).stdout.split("\n")[:-1]


def cpu_seconds(pids):
    """The processor time that these processes have used until now."""
    used = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


def memory_kib(pid, name, file="smaps_rollup"):
    """The sum of the lines of /proc/PID/FILE that begin with the name, in KiB."""
    with open(f"/proc/{pid}/{file}", encoding="ascii", errors="replace") as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith(name))


@contextlib.contextmanager
def meanwhile(*words):
    """A program of this directory that runs as long as the with statement. It prints a line when it is under way."""
    process = subprocess.Popen([sys.executable, os.path.join(HERE, words[0]), *map(str, words[1:])], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()  # this is its sign to end
        process.wait()


class Storm:
    """Clients that ask without pause for as long as the with statement runs; .run afterwards."""

    def __init__(self, url, clients, script):
        self._path = os.path.join(BUILD, f"wrk-storm-{os.getpid()}.lua")
        with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(LUA + script)
        self._words = ["wrk", "-t1", f"-c{clients}", "-d3600s", "--timeout", "60s", "-s", self._path, url]
        self.run = None

    def __enter__(self):
        self._process = subprocess.Popen(self._words, stdout=subprocess.PIPE, text=True)
        time.sleep(1)  # until all clients have begun
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)  # then wrk prints what it has seen
        self.run = run_of(self._process.communicate()[0], 1)
        os.unlink(self._path)
