"""What runs the tests: a run that proves nothing fails, what is skipped is counted, and the last line is the sum."""

import os
import re
import signal
import subprocess
import sys
import unittest

from harness import ROOT, Place, wait_until

RUN = """
import signal, sys, threading, time, unittest
sys.path.insert(0, "tests/server")
import processes, run, threads

class Good(unittest.TestCase):
    def test_one(self): pass
    def test_two(self): pass

class Bad(unittest.TestCase):
    def test_one(self): assert False, "wrong"

class Skips(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise unittest.SkipTest("no such server")
    def test_one(self): pass
    def test_two(self): pass
    def test_three(self): pass

class SkipsOne(unittest.TestCase):
    def test_one(self): self.skipTest("not here")
    def test_two(self): pass

class BrokenClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise OSError("no server")
    def test_one(self): pass
    def test_two(self): pass

class Lost(unittest.TestCase):
    def test_one(self): threads.Threads().start(lambda: 1 / 0).join()

class Died(unittest.TestCase):
    def test_one(self): processes.note_finding("cardea (7)", -11)

class DiesLate(unittest.TestCase):
    @classmethod
    def tearDownClass(cls): processes.note_finding("cardea (7)", -11)
    def test_one(self): pass

class Slow(unittest.TestCase):
    def test_one(self): print("slow", flush=True); time.sleep(60)
    def test_two(self): pass

suite = unittest.TestSuite(test for name in sys.argv[1:] for test in unittest.defaultTestLoader.loadTestsFromTestCase(globals()[name]))
sys.exit(run.run_suite(suite, 30))
"""
TOOL = """
import importlib.machinery, importlib.util, sys
loader = importlib.machinery.SourceFileLoader("tool", "tests/tools/run-all-tests")
tool = importlib.util.module_from_spec(importlib.util.spec_from_loader("tool", loader))
loader.exec_module(tool)
parts = [tool.Part(f"part {number}", ["sh", "-c", text.removeprefix("check:")], text.startswith("check:")) for number, text in enumerate(sys.argv[1:])]
sys.exit(tool.run_and_report("all", parts))
"""


def run(code, *arguments):
    done = subprocess.run([sys.executable, "-B", "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.splitlines(), done.stderr


class RealServers(unittest.TestCase):
    """run.py"""

    def ends(self, status, last, *classes, said=()):
        code, lines, errors = run(RUN, *classes)
        self.assertEqual((code, lines[-1]), (status, last), (lines, errors))
        for word in said:
            self.assertTrue(any(word in line for line in lines), (word, lines))

    def test_what_passed_is_counted(self):
        self.ends(0, "2 passed, 0 failed, 0 skipped", "Good")

    def test_a_failure_fails(self):
        self.ends(1, "2 passed, 1 failed, 0 skipped", "Good", "Bad")

    def test_a_run_without_a_test_fails(self):
        self.ends(1, "0 passed, 0 failed, 0 skipped", said=["no test has such a name"])

    def test_a_run_in_which_all_is_skipped_fails(self):
        self.ends(1, "0 passed, 0 failed, 3 skipped", "Skips")

    def test_every_test_of_a_skipped_class_is_counted_with_the_reason(self):
        self.ends(0, "3 passed, 0 failed, 4 skipped", "Good", "Skips", "SkipsOne", said=["no such server", "not here"])

    def test_every_test_of_a_class_that_cannot_begin_has_failed(self):
        self.ends(1, "2 passed, 2 failed, 0 skipped", "Good", "BrokenClass", said=["no server"])

    def test_an_exception_that_a_thread_lost_fails_the_test(self):
        self.ends(1, "0 passed, 1 failed, 0 skipped", "Lost", said=["division by zero"])

    def test_a_program_that_died_fails_the_test(self):
        self.ends(1, "0 passed, 1 failed, 0 skipped", "Died", said=["cardea (7) ended with -11"])
        self.ends(1, "1 passed, 1 failed, 0 skipped", "DiesLate", said=["cardea (7) ended with -11"])
        self.ends(1, "3 passed, 1 failed, 0 skipped", "DiesLate", "Good", said=["cardea (7) ended with -11"])

    def test_an_interrupted_run_has_not_passed(self):
        with subprocess.Popen([sys.executable, "-B", "-c", RUN, "Good", "Slow", "Bad"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            lines = []
            while not (lines and lines[-1] == "slow\n"):
                lines.append(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            lines += process.stdout.read().splitlines()
            self.assertEqual(process.wait(20), 130, lines)
        self.assertEqual(lines[-1], "2 passed, 1 failed, 2 skipped", lines)


class AllTests(unittest.TestCase):
    """tests/tools/run-all-tests"""

    def ends(self, status, last, *parts, said=()):
        code, lines, errors = run(TOOL, *parts)
        self.assertEqual((code, lines[-1]), (status, last), (lines, errors))
        for word in said:
            self.assertTrue(any(word in line for line in lines), (word, lines))

    def test_parts_are_added_up_and_reasons_are_told_again_in_the_end(self):
        skips = "echo 'x ... skipped: no such server'; echo '1 passed, 0 failed, 1 skipped'"
        self.ends(0, "6 passed, 0 failed, 1 skipped", "echo '4 passed, 0 failed, 0 skipped'", skips, "check:true")
        _, lines, _ = run(TOOL, skips)
        self.assertEqual(lines[-2], "x ... skipped: no such server")

    def test_what_failed_is_named_again_in_the_end(self):
        fails = "echo 'x ... FAILED (0.1 s)'; echo '  why it failed'; echo '  more'; echo '1 passed, 1 failed, 0 skipped'; exit 1"
        _, lines, _ = run(TOOL, fails, "echo '4 passed, 0 failed, 0 skipped'", "false")
        self.assertEqual(lines[-4:], ["x ... FAILED (0.1 s)", "  why it failed", "part 2: FAILED: it ended with 1", "5 passed, 2 failed, 0 skipped"])

    def test_a_part_that_ran_no_test_has_failed(self):
        for part in ("true", "echo '0 passed, 0 failed, 0 skipped'", "echo '0 passed, 0 failed, 3 skipped'"):
            code, lines, _ = run(TOOL, "echo '4 passed, 0 failed, 0 skipped'", part)
            self.assertEqual(code, 1, lines)
            self.assertRegex(lines[-1], "^4 passed, 1 failed, ")

    def test_a_part_that_ends_badly_has_failed_whatever_it_says(self):
        self.ends(1, "4 passed, 1 failed, 0 skipped", "echo '4 passed, 0 failed, 0 skipped'; exit 3", said=["it ended with 3"])
        self.ends(1, "0 passed, 1 failed, 0 skipped", "check:false")

    def test_an_interrupted_run_has_not_passed(self):
        parts = ["echo '4 passed, 0 failed, 0 skipped'", "echo slow; exec sleep 60", "echo '4 passed, 0 failed, 0 skipped'"]
        code = TOOL.replace("import importlib", "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\nimport importlib", 1)
        with subprocess.Popen([sys.executable, "-B", "-c", code, *parts], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
            lines = []
            while not (lines and lines[-1] == "slow\n"):
                lines.append(process.stdout.readline())
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
            lines += process.stdout.read().splitlines()
            self.assertEqual(process.wait(20), 130, lines)
        self.assertEqual(lines[-1], "4 passed, 1 failed, 1 skipped", lines)


class Everything(unittest.TestCase):
    """make everything, with other targets in the place of make's."""

    def ends(self, status, last, targets, *words, said=()):
        """targets: (name, what a shell does in its place)."""
        code = TOOL.split("parts = ", maxsplit=1)[0] + f"""
targets = {dict(targets)!r}
tool.EVERYTHING = list(targets)
parts = tool.targets(sys.argv[1:])
if parts is None:
    sys.exit(2)
for part in parts:
    part.command = ["sh", "-c", targets[part.title]]
sys.exit(tool.run_and_report("everything", parts))
"""
        found, lines, errors = run(code, *words)
        self.assertEqual((found, (lines or errors.splitlines())[-1]), (status, last), (lines, errors))
        for word in said:
            self.assertTrue(any(word in line for line in lines), (word, lines))

    def test_each_target_has_a_row_with_its_last_line(self):
        self.ends(0, "5 passed, 0 failed, 0 skipped",
                  [("test", "echo '4 passed, 0 failed, 0 skipped'; echo; echo 'a table'"), ("mutants", "echo '190 killed, 10 survived, score 95.0%'")],
                  said=["0 min  4 passed, 0 failed, 0 skipped", "0 min  190 killed, 10 survived, score 95.0%"])

    def test_the_others_run_after_a_failure_which_counts(self):
        self.ends(1, "4 passed, 1 failed, 0 skipped",
                  [("lint", "echo 'a.cpp:7: error'; exit 1"), ("test", "echo '4 passed, 0 failed, 0 skipped'")], said=["a.cpp:7: error"])
        self.ends(1, "4 passed, 1 failed, 0 skipped", [("test", "echo '4 passed, 0 failed, 0 skipped'; exit 2")], said=["it ended with 2"])
        self.ends(1, "0 passed, 1 failed, 0 skipped", [("test", "echo '0 passed, 0 failed, 0 skipped'; exit 1")])

    def test_what_cannot_run_here_is_skipped_with_its_reason(self):
        cannot = "echo 'whole-debian: skipped: debootstrap and chroot need root'; echo '0 passed, 0 failed, 1 skipped'; exit 77"
        self.ends(0, "1 passed, 0 failed, 1 skipped", [("lint", "true"), ("debian13-test", cannot)],
                  said=["whole-debian: skipped: debootstrap and chroot need root"])
        self.ends(1, "0 passed, 1 failed, 1 skipped", [("debian13-test", "echo '0 passed, 0 failed, 1 skipped'; exit 1")])

    def test_the_report_of_a_run_within_a_run_is_not_counted_twice(self):
        inner = """echo '3 passed, 0 failed, 1 skipped'; echo 'x ... skipped: no such server'
echo '2 passed, 1 failed, 0 skipped'; echo '== all'; echo 'x ... skipped: no such server'; echo '5 passed, 1 failed, 1 skipped'; exit 1"""
        self.ends(1, "5 passed, 1 failed, 1 skipped", [("test", inner)])

    def test_names_pick_targets_or_leave_them_out(self):
        three = [(name, "echo '1 passed, 0 failed, 0 skipped'") for name in ("lint", "busy 1 of 2", "busy 2 of 2")]
        self.ends(0, "2 passed, 0 failed, 1 skipped", three, "busy", said=["left out"])
        self.ends(0, "1 passed, 0 failed, 2 skipped", three, "-busy")
        self.ends(2, "run-all-tests: everything has: lint busy", three, "lnit")

    def test_make_knows_every_target(self):
        with open(os.path.join(ROOT, "Makefile"), encoding="utf-8") as file:
            makefile = file.read()
        code = TOOL.split("parts = ", maxsplit=1)[0] + "print(*{title.split()[0] for title in tool.EVERYTHING})"
        for name in run(code)[1][0].split():
            self.assertRegex(makefile, rf"(?m)^{name}:.*##")


class Busy(unittest.TestCase):
    """tests/tools/busy"""

    def test_a_command_runs_beside_two_busy_processes_per_core_which_end_with_it(self):
        done = subprocess.run([os.path.join(ROOT, "tests/tools/busy"), "sh", "-c", "cat /proc/$PPID/task/$PPID/children; exit 3"],
                              stdout=subprocess.PIPE, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 3)
        beside = done.stdout.split()[:-1]  # the last one is the command
        self.assertEqual(len(beside), 2 * len(os.sched_getaffinity(0)))
        wait_until(lambda: not any(os.path.exists(f"/proc/{process}") for process in beside), "the busy processes end")


class UnitTests(unittest.TestCase):
    """tests/tools/run-unit-tests, with programs that say what Boost.Test says."""

    def setUp(self):
        self.place = Place("runners")
        self.addCleanup(self.place.close)

    def ends(self, status, last, *programs, said=()):
        paths = [self.place.write(f"room{number}", "#!/bin/sh\n" + text, mode=0o700) for number, text in enumerate(programs)]
        done = subprocess.run([os.path.join(ROOT, "tests/tools/run-unit-tests"), *paths], capture_output=True, text=True, timeout=60)
        lines = done.stdout.splitlines()
        self.assertEqual((done.returncode, lines[-1]), (status, last), (lines, done.stderr))
        for word in said:
            self.assertTrue(any(word in line for line in lines), (word, lines))

    def test_cases_are_counted_and_the_skipped_ones_named_with_their_reason(self):
        self.ends(0, "5 passed, 0 failed, 2 skipped",
                  """echo 'x.cpp(6): Test case "a/off" is skipped because disabled'
echo 'x.cpp(7): Test case "a/root" is skipped because precondition failed: only root may'
echo '  5 test cases out of 7 passed'; echo '  2 test cases out of 7 skipped'; echo '  9 assertions out of 9 passed'""",
                  said=["a/off ... skipped: disabled", "a/root ... skipped: precondition failed: only root may"])

    def test_a_program_that_crashes_or_runs_nothing_has_failed(self):
        good = "echo '  5 test cases out of 5 passed'"
        for bad in ("kill -SEGV $$", "true", "echo '  3 test cases out of 3 skipped'", good + "; exit 3"):
            with self.subTest(bad=bad):
                paths = (good, bad)
                self.ends(1, f"{10 if 'passed' in bad else 5} passed, 1 failed, {3 if 'skipped' in bad else 0} skipped", *paths)

    def test_a_case_that_checks_nothing_has_failed(self):
        self.ends(1, "1 passed, 1 failed, 0 skipped",
                  "echo 'Test case a/empty did not check any assertions'; echo '  2 test cases out of 2 passed'", said=["a/empty checked nothing"])

    def test_no_program_at_all_fails(self):
        self.ends(1, "0 passed, 0 failed, 0 skipped")


def test_every_runner_prints_the_same_last_line():
    for path in ("server/run.py", "tools/run-all-tests", "tools/run-unit-tests", "client/run", "browser/run.mjs", "torture/run",
                 "server/mixed_load.py"):
        with open(os.path.join(ROOT, "tests", path), encoding="utf-8") as file:
            text = file.read()
        assert re.search(r"passed, .{1,40} failed, .{1,60} skipped", text), path


class Soak(unittest.TestCase):
    """make soak and make hostile, without their load."""

    def run_tool(self, name, prepared):
        return run(f"""
import importlib.machinery, importlib.util, sys
sys.path[:0] = ["tests/server", "tests/bench"]
import mixed_load, part_hostile, processes
{prepared}
loader = importlib.machinery.SourceFileLoader("tool", "tests/bench/{name}")
tool = importlib.util.module_from_spec(importlib.util.spec_from_loader("tool", loader))
loader.exec_module(tool)
sys.exit(tool.main())
""")

    def check(self, name, prepared, finding=None):
        code, lines, errors = self.run_tool(name, prepared)
        last = "0 passed, 1 failed, 0 skipped" if finding else "1 passed, 0 failed, 0 skipped"
        self.assertEqual((code, lines[-1]), (int(bool(finding)), last), errors)
        if finding:
            self.assertIn("FAILED: " + finding, lines)

    def test_the_exit_status_of_soak_says_whether_it_found_something(self):
        prepared = """
report = mixed_load.Report()
report.done, report.samples = 1, [mixed_load.Sample(5000, 20, 3) for _ in range(10)]
mixed_load.soak = lambda *a, **k: report
"""
        self.check("soak", prepared)
        self.check("soak", prepared + "report.done = 0\n", "nothing was answered")
        self.check("soak", prepared + "report.wrong = 1\nreport.examples = ['verify: 503']\n", "1 wrong answers: verify: 503")
        self.check("soak", prepared + "report.samples[-1].descriptors = 40\n", "descriptors have grown from 20 to 40")
        self.check("soak", prepared + "report.samples[-1].resident_kib = 9000\n", "memory has grown from 5000 to 9000 KiB")
        self.check("soak", prepared + "processes.note_finding('cardea', -11)\n", "cardea ended with -11")

    def test_soak_says_what_was_held_at_the_begin_and_at_the_end(self):
        lines = self.run_tool("soak", """
report = mixed_load.Report()
report.done, report.samples = 7, [mixed_load.Sample(1024 * number, number, 3) for number in (2, 3)]
mixed_load.soak = lambda *a, **k: report
""")[1]
        self.assertEqual(lines[-4:-1], ["7 answers, 0 wrong; 0 sign-ins of the storms were told to come back",
                                        "begin: 2.0 MiB resident, 2 descriptors, 3 threads", "end: 3.0 MiB resident, 3 descriptors, 3 threads"])

    def test_the_exit_status_of_hostile_says_whether_a_process_died_or_a_request_failed(self):
        prepared = """
def run(attack):
    attack.others.done = 1
    more(attack)
    return attack
part_hostile.Attack.run = run
more = lambda attack: None
"""
        self.check("hostile", prepared)
        self.check("hostile", prepared + "more = lambda attack: setattr(attack.others, 'wrong', 2)\n", "2 wrong answers: ")
        self.check("hostile", prepared + "part_hostile.workers = lambda: 2\nmore = lambda attack: attack.died.append(4000)\n",
                   "1 processes died; the peers: among the 2000 from 4000")
