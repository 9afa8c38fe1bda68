"""The tools of these tests, where a mistake in them would let every other test pass."""

import os
import signal
import subprocess
import sys
import unittest

from harness import Answer, Browser, Cookie, CookieJar, Place, chunked, parse_answer
from processes import ROOT, Process, free_port, is_running, wait_until


# A run of tests that is busy when the signal comes. (A shell without job control starts it with SIGINT ignored.)
LONG_RUN = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, "tests/server")
import processes
place = processes.Place("interrupted")
sleeper = processes.Process(["sleep", "60"], place.log("sleep"))
print(place.path, sleeper.pid, flush=True)
time.sleep(60)
"""


def jar_of(*lines, path="/auth/login"):
    jar = CookieJar()
    jar.take([Cookie(line, path) for line in lines])
    return jar


def test_tests_can_be_chosen_and_left_out_by_name():
    def listed(*arguments):
        return subprocess.run([os.path.join(ROOT, "tests/server/run.py"), "--list", *arguments], capture_output=True, text=True, timeout=60,
                              check=True).stdout.split()
    every, chosen = listed(), listed("--without", "test_cluster", "--without", "test_wordpress")
    assert chosen == [name for name in every if not name.startswith(("test_cluster.", "test_wordpress."))]
    assert len(chosen) < len(every)
    assert listed("test_link", "--without", "silent") == [name for name in every if name.startswith("test_link.") and "silent" not in name]


class Jar(unittest.TestCase):
    def test_a_cookie_is_kept_as_received(self):
        cookie = Cookie("__Host-a=b=c; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax", "/x")
        self.assertEqual((cookie.name, cookie.value, cookie.path, cookie.max_age), ("__Host-a", "b=c", "/", 60))
        self.assertTrue(cookie.secure and cookie.http_only)
        self.assertEqual((cookie.same_site, cookie.domain), ("Lax", None))

    def test_a_cookie_goes_to_its_path_and_below_only(self):
        jar = jar_of("r=1; Path=/auth", "a=2; Path=/")
        for path, header in (("/auth", "r=1; a=2"), ("/auth/logout?x=/y", "r=1; a=2"), ("/authority", "a=2"), ("/", "a=2")):
            self.assertEqual(jar.header(path), header, path)

    def test_without_a_path_the_directory_of_the_request_counts(self):
        self.assertEqual(Cookie("a=1", "/auth/login").path, "/auth")
        self.assertEqual(Cookie("a=1; Path=auth", "/login").path, "/")

    def test_max_age_zero_deletes_only_the_cookie_of_that_path(self):
        jar = jar_of("a=1; Path=/", "a=2; Path=/auth", "a=; Path=/; Max-Age=0")
        self.assertEqual(jar.header("/auth"), "a=2")
        self.assertIsNone(jar.header("/"))

    def test_a_cookie_ends_with_its_max_age(self):
        jar = jar_of("a=1; Path=/; Max-Age=1")
        self.assertEqual(len(jar), 1)
        jar.find("a").received -= 1
        self.assertEqual(len(jar), 0)

    def test_what_a_browser_would_refuse_is_refused(self):
        for line in ("__Host-a=1; Path=/", "__Host-a=1; Secure; Path=/auth", "__Host-a=1; Secure; Path=/; Domain=x.org",
                     "__Secure-a=1; Path=/", "a=1; SameSite=None", "a=" + "x" * 4096):
            jar = jar_of(line)
            self.assertEqual((len(jar), len(jar.refused)), (0, 1), line[:60])

    def test_a_header_that_came_twice_is_not_read_as_one(self):
        answer = Answer(200, "OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "a=2"), ("Via", "x"), ("via", "y")], b"")
        with self.assertRaises(AssertionError):
            answer.header("Via")
        with self.assertRaises(AssertionError):
            answer.cookie("a")


class Bytes(unittest.TestCase):
    def test_a_chunked_answer_is_put_together(self):
        received = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"ab", b"cde")
        self.assertEqual(parse_answer(received).body, b"abcde")


class Processes(unittest.TestCase):
    def setUp(self):
        self.place = Place("processes")
        self.addCleanup(self.place.close)

    def grandchild_of(self, arguments):
        process = Process(arguments, self.place.log("shell"))
        self.addCleanup(process.release)
        (child,) = wait_until(process.family, "the shell has started sleep")
        return process, child

    def test_what_a_process_has_started_ends_with_it(self):
        process, child = self.grandchild_of(["sh", "-c", "trap '' TERM; setsid sleep 60 & wait"])
        process.stop(patience=0.2)
        wait_until(lambda: not is_running(child), "sleep has ended")

    def test_what_a_crashed_server_has_left_ends_in_the_end(self):
        process, child = self.grandchild_of(["sh", "-c", "sleep 60 & wait"])
        process.kill_alone()
        self.assertTrue(is_running(child))
        process.release()
        wait_until(lambda: not is_running(child), "the orphan is gone")

    def test_an_interrupted_run_leaves_nothing_behind(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with subprocess.Popen([sys.executable, "-B", "-c", LONG_RUN], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                                  stderr=subprocess.DEVNULL) as run:
                path, pid = run.stdout.readline().split()
                run.send_signal(number)
                run.wait(10)
            self.assertFalse(os.path.exists(path), number)
            self.assertFalse(is_running(int(pid)), number)


def test_two_browsers_do_not_share_cookies():
    first = Browser(1)
    first.jar.set("a", "1")
    second = first.twin()
    second.jar.set("a", "2")
    assert (first.jar.value("a"), second.jar.value("a")) == ("1", "2")


def test_two_runs_never_use_the_same_port():
    taken = "import sys; sys.path.insert(0, 'tests/server'); from ports import _reserve; print(_reserve(int(sys.argv[1])))"
    port = free_port()
    for number, expected in ((port, "False"), (port - 10000, "True")):
        done = subprocess.run([sys.executable, "-B", "-c", taken, str(number)], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected, (number, done)
