#!/usr/bin/env python3
"""`make bench-gate`: what the gate adds, side by side with what could be there instead, in one lighttpd and interleaved.

  - a static file behind the gate, and behind a gate that says yes to everybody: at most 35 % more;
  - a PHP page that finds its user in REMOTE_USER, and the same page that checks the token with a PHP JWT library
    (lcobucci/jwt, unpacked from another Debian by tests/tools/debian-root): the first is faster.

ROUNDS (7) rounds of SECONDS (2) for each. What counts is the processor time of all servers a request, which other work on the
machine disturbs least; wall time is shown beside it. Medians of the rounds' ratios and their spread; failed answers must be 0.
Exit status 1: a figure was missed.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "server"))

from harness import Gate, Lighttpd, site  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "7"))
SECONDS = int(os.environ.get("SECONDS", "2"))  # wrk knows whole ones only
BUILD = os.path.join(ROOT, "build", "bench")
LARGEST_ADDITION = 1.35
LUA = """wrk.headers["Cookie"] = "%s"
bad = 0
local threads = {}
function setup(thread) table.insert(threads, thread) end
function response(status) if status ~= 200 then bad = bad + 1 end end
function done() local sum = 0 for _, t in ipairs(threads) do sum = sum + t:get('bad') end print('BAD ' .. sum) end
"""


def jwt_library():
    done = subprocess.run([os.path.join(ROOT, "tests/tools/debian-root"), "trixie", "php-lcobucci-jwt"], stdout=subprocess.PIPE,
                          text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def build_limit():
    os.makedirs(BUILD, exist_ok=True)
    subprocess.run(["g++", "-O2", "-std=c++20", f"{HERE}/yes_fastcgi.cpp", "-o", f"{BUILD}/yes_fastcgi", "-lfcgi", "-pthread"],
                   check=True)


def configuration(place, url, library):
    """The other gate, and PHP in four processes for both pages."""
    variables = {"PHP_FCGI_CHILDREN": "4", "PHP_FCGI_MAX_REQUESTS": "0", "BENCH_JWT": library or "", "BENCH_ISSUER": url,
                 "BENCH_PUBLIC_KEY": f"{BUILD}/public.pem"}
    environment = ", ".join(f'"{name}" => "{value}"' for name, value in variables.items())
    return f"""fastcgi.server += ( "/yes/" => (( "bin-path" => "{BUILD}/yes_fastcgi", "socket" => "{place.socket("yes.sock")}",
  "max-procs" => 1, "mode" => "authorizer", "check-local" => "disable" )) )
fastcgi.server += ( ".php" => (( "bin-path" => "{shutil.which("php-cgi")}", "socket" => "{place.socket("php.sock")}",
  "max-procs" => 1, "bin-environment" => ( {environment} ), "broken-scriptfilename" => "enable" )) )
"""


def lay_out(here):
    for directory in ("gated", "yes", "open"):
        here.place.directory("documents", directory, mode=0o755)
        here.place.write(f"documents/{directory}/file.html", "x" * 4096, mode=0o644)
    shutil.copy(f"{HERE}/page_gate.php", here.place.file("documents", "gated", "page.php"))
    shutil.copy(f"{HERE}/page_jwt.php", here.place.file("documents", "open", "page.php"))
    key = next(name for name in os.listdir(here.cardea.keys) if name.endswith("-es256.pem"))
    subprocess.run(["openssl", "pkey", "-in", os.path.join(here.cardea.keys, key), "-pubout", "-out", f"{BUILD}/public.pem"],
                   check=True, capture_output=True)


def processor_time(pids):
    """Seconds that these processes have had a processor, since they began."""
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Figure:
    """One address beside another: seconds a request, of processor time of all servers and of wall time, round by round."""

    def __init__(self, here, script):
        self.server, self.script, self.failed = here.server, script, 0

    def load(self, url, clients=8):
        pids = [self.server.pid, *self.server.workers()]  # now: PHP starts its children when it comes to it
        before = processor_time(pids)
        done = subprocess.run(["wrk", "-t1", f"-c{clients}", f"-d{SECONDS}s", "-s", self.script, url], text=True,
                              capture_output=True, check=True)
        self.failed += int(re.search(r"BAD (\d+)", done.stdout)[1])
        count = int(re.search(r"(\d+) requests in", done.stdout)[1])
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
        return (processor_time(pids) - before) / count, 1 / rate

    def compare(self, name, ours, other):
        """The median of the ratios of processor time. The order changes with each round, after one that warms up."""
        cost, time = [], []
        for number in range(ROUNDS + 1):
            seen = {url: self.load(url) for url in ((ours, other) if number % 2 else (other, ours))}
            if number > 0:
                cost.append(seen[ours][0] / seen[other][0])
                time.append(seen[ours][1] / seen[other][1])
        print(f"{name}: processor {shown(cost)}, wall {shown(time)}, {1e6 * seen[ours][0]:.0f} us of processor a request, "
              f"{self.failed} failed", flush=True)
        return statistics.median(cost)


def shown(ratios):
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} .. {max(ratios):.2f})"


def open_site(name, library):
    """The site; its configuration needs the place's sockets, which the server's class knows."""
    class Benched(Lighttpd):
        def start(self):
            self.extra = configuration(self.place, self.cardea.url, library)
            return super().start()
    return site(name, server_class=Benched, gates=[Gate("/gated/")], processes=1)


def main():
    build_limit()
    library = jwt_library()
    with open_site("bench-gate", library) as here:
        lay_out(here)
        script = here.place.write("wrk.lua", LUA % ("cardea_access=" + here.sign_in().jar.value("cardea_access")))
        base, figure = f"http://127.0.0.1:{here.port}", Figure(here, script)
        addition = figure.compare("a file behind the gate / behind a gate that says yes", f"{base}/gated/file.html",
                                  f"{base}/yes/file.html")
        page = 0
        if library is None:
            print("a PHP page: left out, the JWT library could not be fetched")
        else:
            page = figure.compare("a PHP page behind the gate / that uses lcobucci/jwt", f"{base}/gated/page.php",
                                  f"{base}/open/page.php")
        return addition > LARGEST_ADDITION or page >= 1 or figure.failed > 0


if __name__ == "__main__":
    sys.exit(main())
