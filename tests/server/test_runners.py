"""What runs the tests: a run that proves nothing fails, what is skipped is counted, and the last line is the sum."""

import os
import re
import signal
import subprocess
import sys
import unittest

from harness import ROOT, Place

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
    for path in ("server/run.py", "tools/run-all-tests", "tools/run-unit-tests", "client/run", "browser/run.mjs", "torture/run", "bench/soak"):
        with open(os.path.join(ROOT, "tests", path), encoding="utf-8") as file:
            text = file.read()
        assert re.search(r"passed, .{1,40} failed, .{1,60} skipped", text), path


class Soak(unittest.TestCase):
    """make soak, without the half hour."""

    def soak(self, findings):
        code = f"""
import importlib.machinery, importlib.util, sys
sys.path.insert(0, "tests/server")
import mixed_load
class Report(mixed_load.Report):
    def findings(self):
        yield from {findings!r}
mixed_load.soak = lambda *a, **k: Report()
loader = importlib.machinery.SourceFileLoader("tool", "tests/bench/soak")
tool = importlib.util.module_from_spec(importlib.util.spec_from_loader("tool", loader))
loader.exec_module(tool)
sys.exit(tool.main())
"""
        return run(code)

    def test_its_exit_status_says_whether_it_found_something(self):
        code, lines, errors = self.soak([])
        self.assertEqual((code, lines[-1]), (0, "1 passed, 0 failed, 0 skipped"), errors)
        code, lines, errors = self.soak(["memory has grown"])
        self.assertEqual((code, lines[-1]), (1, "0 passed, 1 failed, 0 skipped"), errors)
        self.assertIn("FAILED: memory has grown", lines)
