"""Figures: what was measured beside its limit, in turns; and the tools that ask for it."""

import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build", "bench")
INSIDE = os.path.join(BUILD, "inside")
sys.path.insert(0, os.path.join(ROOT, "tests", "server"))

ROUNDS = int(os.environ.get("ROUNDS") or 5)
SECONDS = int(os.environ.get("SECONDS") or 1)  # wrk knows whole ones only
TICKS = os.sysconf("SC_CLK_TCK")


class Figure:
    """One line of the table. wanted: what the ratio is to reach, or nothing where there is no aim."""

    def __init__(self, name, limit, wanted=None, unit="x", digits=2):
        self.name, self.limit, self.wanted, self.unit, self.digits = name, limit, wanted, unit, digits
        self.values, self.rates, self.failed, self.notes = [], [], 0, {}

    def add(self, rate, limit_rate, failed=0):
        """A pair of rates that were measured one right after the other."""
        self.values.append(rate / max(limit_rate, 1e-9))
        self.rates.append(rate)
        self.failed += failed

    def row(self):
        row = {"figure": self.name, "limit": self.limit, "value": round(statistics.median(self.values), 4),
               "lowest": round(min(self.values), 4), "highest": round(max(self.values), 4), "unit": self.unit,
               "wanted": self.wanted, "failed": self.failed, **self.notes}
        if self.rates:
            row["per_second"] = round(statistics.median(self.rates))
        return row

    def line(self):
        row = self.row()
        spread = f"{row['lowest']:.{self.digits}f} .. {row['highest']:.{self.digits}f}"
        wanted = "" if self.wanted is None else f"{self.wanted:g}"
        rest = "".join(f"  {name}: {value}" for name, value in self.notes.items())
        return (f"{self.name:50} {self.limit:36} {row['value']:8.{self.digits}f}{self.unit:4} {spread:>16} {wanted:>6} "
                f"{row.get('per_second', ''):>8} {self.failed:>6}{rest}")


HEAD = f"{'figure':50} {'limit':36} {'median':>8}{'':4} {'spread':>16} {'aim':>6} {'a second':>8} {'failed':>6}"


def one_value(name, value, unit, wanted=None, digits=1, **notes):
    """A figure that is no ratio: a size, a time."""
    figure = Figure(name, "", wanted, unit, digits)
    figure.values.append(value)
    figure.notes = notes
    return figure


def in_turns(figure, measured, limit):
    """ROUNDS times the limit and then what is measured; both return (a second, failed)."""
    failed_by_limit = 0
    for _ in range(ROUNDS):
        limit_rate, limit_failed = limit()
        rate, failed = measured()
        figure.add(rate, limit_rate, failed)
        failed_by_limit += limit_failed
    if failed_by_limit:
        figure.notes["failed by the limit itself"] = failed_by_limit
    return figure


def load(url, clients, headers=None, wanted=204, script="", seconds=SECONDS):
    """(good answers a second with that many clients, answers that were not the wanted one and connections that broke)."""
    lines = [f'wrk.headers["{name}"] = "{value}"' for name, value in (headers or {}).items()]
    lines += ["bad, threads = 0, {}", "function setup(thread) table.insert(threads, thread) end",
              "function done() local sum = 0 for _, t in ipairs(threads) do sum = sum + t:get('bad') end print('BAD ' .. sum) end",
              script or f"function response(status) if status ~= {wanted} then bad = bad + 1 end end"]
    path = os.path.join(BUILD, f"wrk-{os.getpid()}.lua")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write("\n".join(lines))
    while True:
        done = subprocess.run(["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", path, url], text=True,
                              capture_output=True, check=True)
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
        if rate > 0 or seconds > 30:
            break
        seconds *= 3  # on a machine so busy that nothing was answered
    os.unlink(path)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", done.stdout)
    bad = int(re.search(r"BAD (\d+)", done.stdout)[1])
    every = int(re.search(r"(\d+) requests in", done.stdout)[1])
    good = rate * max(0, every - bad) / max(1, every)
    return good, bad + sum(map(int, broken.groups() if broken else ()))


def inside(*words):
    """What the program of tests/bench/inside.cpp prints, by lines."""
    return subprocess.run([INSIDE, *map(str, words)], check=True, capture_output=True, text=True).stdout.split("\n")[:-1]


def cpu_seconds(pids):
    """What these processes have used until now."""
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
