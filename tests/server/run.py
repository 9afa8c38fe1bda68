#!/usr/bin/env python3
"""Runs the tests with real servers: one line for each test, the logs of what failed, and the sum.

    run.py [--list] [--keep] [--seconds N] [--without WORD] [WORD ...]

Finds test_*.py beside itself, and in them functions test_… and classes of unittest. With words, runs the tests whose name
(module.Class.sentence) has one of them; --without leaves out those whose name has that word. --keep leaves the directories in
build/test-run. Last line: `N passed, N failed, N skipped`, where each test is counted once. Exit status 0 if none failed and at
least one passed.
"""

import argparse
import collections
import importlib
import os
import shutil
import signal
import sys
import time
import traceback
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import cardea  # noqa: E402
import processes  # noqa: E402
import threads  # noqa: E402

INTERRUPTED = 130


class TooSlow(Exception):
    """The test took longer than it may."""


class FunctionTest(unittest.FunctionTestCase):
    """A test that is a function, with the arguments of one of its cases (harness.for_each)."""

    def __init__(self, function, arguments):
        super().__init__(lambda: function(**arguments))
        self._name = f"{function.__module__}.{function.__name__}"
        self._case = f" ({', '.join(map(str, arguments.values()))})" if arguments else ""

    def id(self):
        return self._name + self._case


def sentence_of(test):
    """test_sign_in.Cgi.test_a_person_signs_in -> "sign in (Cgi): a person signs in"."""
    module, _, rest = test.id().partition(".")
    of_class, _, name = rest.rpartition(".")
    module, name = (part.removeprefix("test_").replace("_", " ") for part in (module, name))
    return f"{module} ({of_class}): {name}" if of_class else f"{module}: {name}"


def own_frames(error):
    """The frames of the error that lie in the tests, or the last one."""
    frames = traceback.extract_tb(error[2])
    return [frame for frame in frames if os.path.dirname(frame.filename) == HERE and "lambda" not in frame.name] or frames[-1:]


def reason_of(error):
    """What went wrong in one line: the message, or the source line of a bare assert, and where."""
    _kind, value, _trace = error
    frame = own_frames(error)[-1]
    message = (str(value).strip() or frame.line or "").splitlines()[0]
    kind = "" if isinstance(value, (AssertionError, processes.Failure)) else type(value).__name__ + ": "
    return f"{kind}{message} ({os.path.basename(frame.filename)}:{frame.lineno})"


def details_of(error):
    """The way to the error through the tests, and the whole message."""
    lines = "".join(traceback.format_list(own_frames(error))).splitlines()
    return [f"    {line}" for line in [*lines, *str(error[1]).splitlines(), *getattr(error[1], "__notes__", ())]]


class Reporter(unittest.TestResult):
    """Prints a line as soon as a test has ended, and the logs while the failed test's places still stand."""

    def __init__(self, seconds, tests=()):
        """tests: all that will run, so that those of a class whose beginning fails or is skipped are counted too."""
        super().__init__()
        self.seconds = seconds
        self.passed, self.failed, self.skipped_tests = 0, 0, 0
        self._trouble, self._began, self._ran = [], 0.0, 0
        self._of_class = collections.Counter(unittest.util.strclass(type(test)) for test in tests)
        self._count = sum(self._of_class.values())
        self._running = None

    def _tell_late(self, name):
        """What was found when a class had ended, and its servers with it."""
        for found in [*threads.take_lost(), *processes.take_findings()]:
            self.failed += 1
            print(f"{name} ... FAILED\n  {found}", flush=True)

    def startTest(self, test):
        self._tell_late(f"before {sentence_of(test)}: the end of the tests in front of it")
        super().startTest(test)
        self._trouble, self._began, self._running = [], time.monotonic(), test
        self._ran += 1
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def stopTest(self, test):
        signal.setitimer(signal.ITIMER_REAL, 0)
        super().stopTest(test)
        took = time.monotonic() - self._began
        self._trouble += [f"  {found}" for found in [*threads.take_lost(), *processes.take_findings()]]
        if isinstance(sys.exc_info()[1], KeyboardInterrupt):
            self._trouble.append("  interrupted")
        if self._trouble:
            self.failed += 1
            print(f"{sentence_of(test)} ... FAILED ({took:.1f} s)")
            print("\n".join(self._trouble), flush=True)
        elif not self._is_skipped(test):
            self.passed += 1
            print(f"{sentence_of(test)} ... ok ({took:.1f} s)", flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        count, name = self._tests_of(test)
        self.skipped_tests += count
        print(f"{name} ... skipped: {reason}", flush=True)

    def _tests_of(self, test):
        """How many tests an outcome is about, and their name: those of a whole class where its setUpClass has it."""
        if not isinstance(test, unittest.suite._ErrorHolder):
            return 1, sentence_of(test)
        what, _, rest = test.description.partition(" (")
        count = self._of_class[rest.rstrip(")")] if what == "setUpClass" else 0
        self._ran += count
        return count or 1, f"{test.id()}: {count} tests" if count else test.id()

    def addError(self, test, error):
        super().addError(test, error)
        self._note(test, error)

    addFailure = addError

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self._note(test, error, subtest._subDescription())

    def addUnexpectedSuccess(self, test):
        self._trouble.append("  it passed, although it is marked as an expected failure")

    def close(self, interrupted):
        """The last lines; the exit status."""
        if interrupted and self._count > self._ran:
            self.skipped_tests += self._count - self._ran
            print(f"{self._count - self._ran} tests ... skipped: the run was interrupted")
        if interrupted and not self.failed:
            self.failed = 1  # between two tests
        if not self._count:
            print("no test has such a name")
        self._tell_late("the end of the last tests")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped_tests} skipped")
        return INTERRUPTED if interrupted else 1 if self.failed or not self.passed else 0

    def _is_skipped(self, test):
        return any(skipped is test for skipped, _ in self.skipped)

    def _note(self, test, error, part=""):
        lines = [f"  {part} {reason_of(error)}".replace("   ", "  ")]
        lines += details_of(error)
        for place in processes.open_places():
            place.note_failure()
        lines += processes.failure_notes
        processes.failure_notes.clear()
        if isinstance(test, unittest.suite._ErrorHolder):  # setUpClass and its like are no tests
            count, name = self._tests_of(test)
            self.failed += count
            print(f"{name} ... FAILED")
            print("\n".join(lines), flush=True)
        else:
            self._trouble += lines


def too_slow(_number, _frame):
    raise TooSlow("the test took longer than it may")


def find_tests(words, without=()):
    """A suite of the tests whose name has one of the words and none of the others; classes stay together for setUpClass."""
    found = unittest.TestSuite()
    loader = unittest.TestLoader()
    for file in sorted(os.listdir(HERE)):
        if not (file.startswith("test_") and file.endswith(".py")):
            continue
        module = importlib.import_module(file[:-3])
        for name, thing in vars(module).items():
            if getattr(thing, "__module__", None) != module.__name__:
                continue
            if isinstance(thing, type) and issubclass(thing, unittest.TestCase):
                found.addTests(test for test in loader.loadTestsFromTestCase(thing) if wanted(test, words, without))
            elif name.startswith("test_") and callable(thing):
                tests = [FunctionTest(thing, case) for case in getattr(thing, "cases", [{}])]
                found.addTests(test for test in tests if wanted(test, words, without))
    return found


def wanted(test, words, without=()):
    name = test.id() + " " + sentence_of(test)
    return (not words or any(word in name for word in words)) and not any(word in name for word in without)


def missing_tools():
    lacking = [name for name in ("lighttpd", "mariadbd", "apache2", "nginx", "php-cgi") if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")]
    if not os.access(cardea.BINARY, os.X_OK):
        lacking.append(cardea.BINARY + " (make)")
    return lacking


def main():
    parser = argparse.ArgumentParser(description="runs the tests with real servers")
    parser.add_argument("--list", action="store_true", help="print the names and run nothing")
    parser.add_argument("--keep", action="store_true", help="leave the directories of all tests")
    parser.add_argument("--seconds", type=float, default=180, help="that one test may take (180)")
    parser.add_argument("--without", action="append", default=[], metavar="WORD", help="leave out the tests whose name has it")
    parser.add_argument("words", nargs="*", metavar="WORD", help="run the tests whose name has it")
    options = parser.parse_args()
    suite = find_tests(options.words, options.without)
    if options.list:
        for test in suite:
            print(test.id())
        return 0
    if missing_tools():
        print("missing: " + ", ".join(missing_tools()), file=sys.stderr)
        return 2
    processes.Place.keep_all = options.keep
    return run_suite(suite, options.seconds)


def run_suite(suite, seconds):
    """The exit status. seconds: that one test may take."""
    signal.signal(signal.SIGALRM, too_slow)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell without job control ignores it for us
    reporter, interrupted = Reporter(seconds, suite), False
    try:
        suite.run(reporter)
    except KeyboardInterrupt:
        interrupted = True
    processes.end_everything()
    return reporter.close(interrupted)


if __name__ == "__main__":
    sys.exit(main())
