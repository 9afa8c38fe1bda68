"""What plants faults into the sources and asks the tests for them (make mutants), shown small sources and small programs."""

import json
import os
import stat
import subprocess
import unittest

from harness import ROOT, Place

SCRIPT = os.path.join(ROOT, "tests", "tools", "mutants")

SOURCE = """#include <optional>
#include <string>
namespace {
constexpr int limit = 3;
constexpr std::size_t size = 4;
int numbers[size];
bool is_full(int count) { return count >= limit; }
}
int first(std::optional<int> given, bool wanted) {
  if (const auto found = given) return *found;
  if (!wanted && !is_full(1)) return 10;
  numbers[0] = 5;
  return wanted ? 7 : numbers[0];
}
"""

# A test program as Boost.Test makes them, which reads the faults from the environment: 1 is found, 2 is not, 3 never ends, 4 is not reached.
PROGRAM = """#!/usr/bin/env python3
import os, sys, time
if "--list_content" in sys.argv:
    print("suite*", file=sys.stderr)
    print("    case*", file=sys.stderr)
    sys.exit(0)
on = os.environ.get("CARDEA_MUTANT", "0")
if os.environ.get("CARDEA_MUTANTS_REACHED"):
    with open(os.environ["CARDEA_MUTANTS_REACHED"], "a") as file:
        file.write({reached!r})
if on == "3":
    time.sleep(600)
if on in {red!r}:
    print('a_test.cpp(7): error: in "suite/case": check failed')
    sys.exit(201)
"""


class Mutants(unittest.TestCase):
    def setUp(self):
        self.place = Place("mutants")
        self.addCleanup(self.place.close)

    def plant(self, source=SOURCE):
        self.place.write("a.cpp", source)
        subprocess.run([SCRIPT, "plant", "planted", "a.cpp"], cwd=self.place.path, check=True)
        with open(os.path.join(self.place.path, "planted", "planted.json"), encoding="utf-8") as file:
            return {fault["change"]: fault["number"] for fault in json.load(file)}

    def test_every_kind_of_fault_is_found(self):
        self.assertEqual(set(self.plant()), {
            "3 -> 3 + 1", "count >= limit -> count > limit", "(const auto found = given) -> false",
            "(!wanted && !is_full(1)) -> true", "(!wanted && !is_full(1)) -> false",
            "!wanted && !is_full(1) -> !wanted || !is_full(1)", "!wanted -> wanted", "!is_full(1) -> is_full(1)",
            "1 -> 1 + 1", "10 -> 10 + 1", "numbers[0] = 5; -> ;", "0 -> 0 + 1", "5 -> 5 + 1",
            "(wanted) ? -> true", "(wanted) ? -> false", "7 -> 7 + 1"})

    def test_the_program_does_what_the_sources_say_until_a_fault_is_switched_on(self):
        faults = self.plant()
        self.place.write("main.cpp", "#include <cstdio>\n#include <optional>\nint first(std::optional<int>, bool);\nint main() "
                         "{ std::printf(\"%d %d %d\", first({}, false), first({}, true), first(2, true)); }\n")
        subprocess.run(["g++", "-std=c++20", "-w", "-include", "planted/mutant.h", "-o", "program", "planted/a.cpp", "main.cpp"],
                       cwd=self.place.path, check=True)
        for change, said in ((None, "10 7 2"), ("!wanted -> wanted", "5 10 2"), ("!wanted && !is_full(1) -> !wanted || !is_full(1)", "10 10 2"), ("(const auto found = given) -> false", "10 7 7"),
                             ("(wanted) ? -> false", "10 5 2"), ("10 -> 10 + 1", "11 7 2")):
            with self.subTest(change=change):
                environment = {**os.environ, "CARDEA_MUTANT": str(faults[change])} if change else None
                done = subprocess.run(["./program"], cwd=self.place.path, env=environment, capture_output=True, text=True, check=True)
                self.assertEqual(done.stdout, said)

    def run_faults(self, *numbers, red=("1", "all"), reached="1\n2\n3\n"):
        self.place.directory("planted")
        self.place.write("planted/planted.json", json.dumps([
            {"number": number, "file": "a.cpp", "line": number, "kind": "number", "change": f"{number} -> 0", "text": f"line {number}"}
            for number in (1, 2, 3, 4)]))
        self.place.write("program", PROGRAM.format(reached=reached, red=red))
        program = os.path.join(self.place.path, "program")
        os.chmod(program, os.stat(program).st_mode | stat.S_IXUSR)
        done = subprocess.run([SCRIPT, "run", "--patience", "5", "--only", ",".join(map(str, numbers)), "planted", program],
                              cwd=self.place.path, capture_output=True, text=True)
        return done.returncode, done.stdout

    def test_a_fault_that_a_test_finds_is_killed(self):
        status, said = self.run_faults(1)
        self.assertIn("1 killed, 0 survived, 0 equivalent, score 100.0%", said)
        self.assertEqual(status, 0)

    def test_a_fault_that_no_test_finds_survives_and_is_named(self):
        status, said = self.run_faults(1, 2, 4)
        self.assertIn("survived: a.cpp:2: 2 -> 0\n", said)
        self.assertIn("survived: a.cpp:4: 4 -> 0 (no test reaches it)\n", said)
        self.assertIn("1 killed, 2 survived, 0 equivalent, score 33.3%", said)
        self.assertEqual(status, 1)

    def test_a_test_that_never_ends_kills(self):
        status, said = self.run_faults(3)
        self.assertIn("killed by program/suite: no end", said)
        self.assertEqual(status, 0)

    def test_nothing_is_judged_if_a_suite_is_red_without_a_fault(self):
        status, said = self.run_faults(1, red=("0", "1", "all"))
        self.assertIn("is red without a fault", said)
        self.assertEqual(status, 1)

    def test_nothing_is_judged_if_every_fault_at_once_is_not_noticed(self):
        status, said = self.run_faults(1, red=("1",))
        self.assertIn("is green with every fault at once", said)
        self.assertEqual(status, 1)

    def test_nothing_is_judged_if_the_program_holds_no_faults(self):
        status, said = self.run_faults(1, reached="")
        self.assertIn("it is not linked with them", said)
        self.assertEqual(status, 1)


if __name__ == "__main__":
    unittest.main()
