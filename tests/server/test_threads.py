"""Threads of tests: what goes wrong in one fails the test; and the script that refuses any other thread."""

import os
import subprocess
import threading
import unittest

from harness import ROOT, Place
from threads import Threads, at_once, for_all, take_lost

SCRIPT = os.path.join(ROOT, "tests", "tools", "threads")


def fail(what="it is wrong"):
    raise AssertionError(what)


class Carried(unittest.TestCase):
    def test_an_assertion_in_a_thread_fails_the_test(self):
        with self.assertRaisesRegex(AssertionError, "it is wrong"), Threads() as threads:
            threads.start(fail)
        self.assertEqual(take_lost(), [])

    def test_an_exception_in_a_thread_is_a_note_of_the_tests_own(self):
        with self.assertRaisesRegex(ValueError, "mine") as seen, Threads() as threads:
            threads.start(fail)
            raise ValueError("mine")
        self.assertEqual(seen.exception.__notes__, ["in a thread: AssertionError: it is wrong"])

    def test_every_way_out_of_a_thread_is_carried(self):
        for error in (OSError("no connection"), KeyError("x"), SystemExit(3), KeyboardInterrupt()):
            def leave(problem=error):
                raise problem
            with self.assertRaises(type(error)), Threads() as threads:
                threads.start(leave)

    def test_threads_are_told_to_stop_and_waited_for(self):
        done, ended = threading.Event(), []

        def work():
            done.wait(30)
            ended.append(True)
        with Threads(done.set) as threads:
            for _ in range(3):
                threads.start(work)
        self.assertEqual(ended, [True] * 3)

    def test_what_nobody_waited_for_is_found_by_the_runner(self):
        Threads().start(fail).join()
        self.assertEqual(take_lost(), ["in a thread (fail): AssertionError: it is wrong"])

    def test_an_exception_in_a_thread_of_a_library_is_found_by_the_runner(self):
        library = getattr(threading, "Thread")(target=fail, name="library")
        library.start()
        library.join()
        self.assertEqual(take_lost(), ["in a thread (library): AssertionError: it is wrong"])

    def test_calls_at_once_and_for_all_carry_too(self):
        self.assertEqual(at_once(4, lambda number: number * 2), [0, 2, 4, 6])
        with self.assertRaisesRegex(AssertionError, "number 2"):
            at_once(4, lambda number: number == 2 and fail("number 2"))
        seen = []
        for_all(range(10), seen.append, 3)
        self.assertEqual(sorted(seen), list(range(10)))
        with self.assertRaisesRegex(AssertionError, "number 7"):
            for_all(range(10), lambda number: number == 7 and fail("number 7"), 3)


class Script(unittest.TestCase):
    def setUp(self):
        self.place = Place("threads")
        self.addCleanup(self.place.close)

    def look_at(self, path, text):
        self.place.directory(os.path.dirname("tests/" + path))
        self.place.write("tests/" + path, text)
        done = subprocess.run([SCRIPT, self.place.path], capture_output=True, text=True)
        os.remove(self.place.file("tests", *path.split("/")))
        return done.returncode, done.stdout

    def refuses(self, path, text, line):
        status, out = self.look_at(path, text)
        self.assertEqual(status, 1, out)
        self.assertIn(f"tests/{path}:{line}: ", out)

    def accepts(self, path, text):
        self.assertEqual(self.look_at(path, text)[0], 0, text)

    def test_a_thread_of_a_python_test_is_refused(self):
        for text in ("import threading\nthreading.Thread(target=print).start()\n", "import time\nfrom threading import Thread\n",
                     "import os\nimport concurrent.futures\n", "import os\nfrom concurrent.futures import ThreadPoolExecutor\n",
                     "import time\nimport threading as t\n", "import os\nimport _thread\n", "import threading\nthreading.Timer(1, print)\n"):
            with self.subTest(text=text):
                self.refuses("server/test_x.py", text, 2)

    def test_a_program_without_a_suffix_is_looked_at_too(self):
        self.refuses("torture/run", "#!/usr/bin/env python3\nimport threading\nthreading.Thread(target=print)\n", 3)

    def test_events_and_locks_are_accepted(self):
        self.accepts("server/test_x.py", "import threading\nEvent = threading.Event\nlock = threading.Lock()  # threading.Thread\n")

    def test_a_thread_of_a_c_test_is_refused(self):
        for thread in ("std::thread one(f);", "std::jthread one(f);", "auto one = std::async(f);", "pthread_create(&one, 0, f, 0);"):
            with self.subTest(thread=thread):
                self.refuses("auth/x_test.cpp", f"#include <thread>\nvoid f() {{ {thread} }}\n", 2)
        self.accepts("auth/x_test.cpp", "// std::thread\nauto n = std::thread::hardware_concurrency();\nvoid f() { std::this_thread::yield(); }\n")

    def test_an_assertion_in_a_thread_of_a_c_test_is_refused(self):
        start = "Threads crowd;\ncrowd.start([&] {\n  BOOST_TEST(x);\n});\n"
        named = "const auto work = [&](int n) {\n  BOOST_REQUIRE(n);\n};\nThreads crowd;\ncrowd.start([&] { work(1); });\n"
        self.refuses("auth/x_test.cpp", start, 3)
        self.refuses("auth/x_test.cpp", named, 2)
        self.accepts("auth/x_test.cpp", "Threads crowd;\ncrowd.start([&] { ++x; });\nBOOST_TEST(x);\n")

    def test_a_tree_without_tests_is_refused(self):
        self.place.directory("tests")
        self.assertEqual(subprocess.run([SCRIPT, self.place.path], capture_output=True).returncode, 1)
