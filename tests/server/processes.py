"""Processes that a test starts, and the private directory in which they live.

Every process gets a session of its own. What a process starts in turn (lighttpd its FastCGI children) is remembered by
id and start time before it is signalled, so that nothing is left behind and nothing of others is ever touched.
"""

import atexit
import contextlib
import ctypes
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from ports import free_port  # noqa: F401

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LONGEST_SOCKET_PATH = 90  # sockaddr_un has room for 107 bytes; servers append something to the name

_running = []  # of Process
_places = []  # of Place
failure_notes = []  # lines about failed places, for the runner to print
_findings = []  # sentences about programs that did not end as they must

# What a web server has started becomes our child when the web server has ended: so we learn how it ends.
PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Failure(Exception):
    """Something that the harness needs did not work: not a finding about the program."""


def wait_until(condition, what, timeout=60.0, pause=0.02):
    """The first true value of condition(), which is asked again and again; Failure when the time is over."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"waited {timeout:g} s in vain: {what}")
        time.sleep(pause)


def listens(address):
    """Does somebody accept connections there? A port number of 127.0.0.1 or the path of a unix socket."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(address if isinstance(address, str) else ("127.0.0.1", address))
            return True
        except OSError:
            return False


def tail_of(path, lines=25):
    """The last lines of a text file, or nothing if it is not there."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()[-lines:]
    except OSError:
        return []


def last_words(place):
    """The ends of all logs of a place, for the message of a server that did not start."""
    return " | ".join(line for path in place.logs.values() for line in tail_of(path, 8))


class Place:
    """A private directory build/test-run/NAME-PID. It goes away with the test unless the test failed."""

    keep_all = False

    def __init__(self, name, owner=None, parent="/tmp"):
        """owner: the (uid, gid) that what runs in here runs as, if not ours. It may not reach build/ then: parent."""
        self.owner = owner
        parent = parent if owner else os.path.join(ROOT, "build", "test-run")
        os.makedirs(parent, exist_ok=True)
        stem = path = os.path.join(parent, f"{'cardea-' if owner else ''}{name}-{os.getpid()}")
        count = 1
        while os.path.exists(path):
            count += 1
            path = f"{stem}-{count}"
        os.mkdir(path, 0o700)
        self.path = path
        self._give(path)
        self.logs = {}  # name for people: path
        self.keep = False
        self._short = None
        _places.append(self)

    def file(self, *names):
        """The path of a file in here."""
        return os.path.join(self.path, *names)

    def directory(self, *names, mode=0o700):
        """The path of a directory in here, which is made if need be."""
        path = self.path
        for name in os.path.join(*names).split("/"):
            path = os.path.join(path, name)
            if not os.path.isdir(path):
                os.mkdir(path, mode)
                self._give(path)
        return path

    def write(self, name, text, mode=0o600):
        """Writes a file in one go, with its mode from the beginning."""
        path = self.file(name)
        temporary = path + ".new"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(text if isinstance(text, bytes) else text.encode())
        self._give(temporary)
        os.rename(temporary, path)
        return path

    def _give(self, path):
        if self.owner:
            os.chown(path, *self.owner)

    def socket(self, name):
        """A path for a unix socket, short enough for one however deep the repository lies."""
        path = self.file(name)
        if len(path.encode()) <= LONGEST_SOCKET_PATH:
            return path
        if self._short is None:
            self._short = tempfile.mkdtemp(prefix="cardea-")
        return os.path.join(self._short, name)

    def log(self, name):
        """The path of a log file that is shown when a test fails."""
        self.logs[name] = self.file(name + ".log")
        return self.logs[name]

    def note_failure(self):
        """Keeps the directory, and the ends of the logs for the report: servers still run, and say more when they end."""
        if self.keep:
            return
        self.keep = True
        failure_notes.append(f"  logs in {self.path}")
        for name, path in self.logs.items():
            failure_notes.extend(f"    {name}| {line}" for line in tail_of(path))

    def close(self):
        if self in _places:
            _places.remove(self)
        if self._short is not None:
            shutil.rmtree(self._short, ignore_errors=True)
        if not (self.keep or Place.keep_all):
            shutil.rmtree(self.path, ignore_errors=True)


def open_places():
    return list(_places)


class Process:
    """A process in a session of its own, with its output in a log file.

    tested: it is the program under test. It must run until it is told to end, and then end with 0; anything else is a finding.
    """

    def __init__(self, arguments, log, environment=None, directory=None, owner=None, tested=False):
        self.name, self.tested = os.path.basename(arguments[0]), tested
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=directory or ROOT,
                env=clean_environment(environment), start_new_session=True, **as_owner(owner))
        _running.append(self)

    @property
    def pid(self):
        return self._process.pid

    def alive(self):
        return self._process.poll() is None

    def exit_status(self):
        """The exit status, minus the number of the signal that killed it, or nothing while it runs."""
        return self._process.poll()

    def send_signal(self, number):
        self._told = self._told or number
        if self.alive():
            os.kill(self.pid, number)

    def wait(self, timeout=10.0):
        """The exit status; Failure if the process does not end."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} ({self.pid}) does not end") from None

    def family(self):
        """The ids of the processes that it started, and they in turn."""
        return [pid for pid, _ in _descendants(self.pid)]

    def running(self, program):
        """(id, start time) of the processes of that program that it started."""
        return [(pid, started) for pid, started in _descendants(self.pid) if _is_of(pid, program)]

    def stop(self, number=signal.SIGTERM, patience=10.0, program=None):
        """Asks it to end, then makes it and all that it started end. Returns the exit status.

        program: what it has started of this must end by itself, and with 0; anything else is a finding.
        """
        family, tested = _descendants(self.pid), self.running(program) if program else []
        for pid in [pid for pid, _ in tested] + ([self.pid] if self.tested else []):
            _wait_until_it_heeds(pid)
        if self.alive():
            self.send_signal(number)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            print(f"{self.name} ({self.pid}) did not end within {patience:g} s and was killed", file=sys.stderr)
            family += _descendants(self.pid)
        for pid, started in tested:
            note_finding(f"{os.path.basename(program)} ({pid}) of {self.name}", _end_of(pid, started, patience))
        return self._finish(family)

    def kill(self):
        """Ends it and all that it started at once."""
        self._told = signal.SIGKILL
        family = _descendants(self.pid)
        return self._finish(family)

    def kill_alone(self):
        """Ends it at once and leaves those that it started: the crash of a server. release() ends them."""
        self._told = signal.SIGKILL
        self._orphans = _descendants(self.pid)
        self._process.kill()
        return self._process.wait()

    _orphans = ()
    _told = None  # the first signal that the test has sent

    def release(self):
        """Ends what is left of it, however it ended."""
        if self.tested and self.alive():
            self.stop(self._told or signal.SIGTERM, patience=20.0)
        self._finish(_descendants(self.pid) if self.alive() else [])

    def _finish(self, family):
        if self.alive():
            self._process.kill()
        status = self._process.wait()
        # Of its session too: lighttpd starts a program that has died again, even while it ends itself.
        for pid, started in [*family, *self._orphans, *_session(self.pid)]:
            if _start_time(pid) == started:
                _kill_quietly(pid)
        self._orphans = ()
        if self in _running:
            _running.remove(self)
            if self.tested and self._told != signal.SIGKILL:
                note_finding(f"{self.name} ({self.pid})", status if self._told or status else "0 before it was told to")
        return status


def as_owner(owner):
    """What makes subprocess run a program as that (uid, gid), or as ourselves."""
    return {"user": owner[0], "group": owner[1], "extra_groups": []} if owner else {}


def clean_environment(more=None):
    """What the tests hand down: no locale, no proxy, and no configuration of whoever runs them."""
    kept = ("PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment["LC_ALL"] = "C.UTF-8"
    environment.update(more or {})
    return environment


def _stat_fields(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def _is_of(pid, program):
    try:
        return os.path.samefile(f"/proc/{pid}/exe", program)
    except OSError:
        return False


def _wait_until_it_heeds(pid, patience=5.0):
    """A process that has just begun does not catch SIGTERM yet, and would end by it. One that never does is a finding later."""
    end, bit = time.monotonic() + patience, 1 << (signal.SIGTERM - 1)
    while time.monotonic() < end:
        masks = _signal_masks(pid)
        if not masks or any(mask & bit for mask in masks):
            return
        time.sleep(0.005)


def _signal_masks(pid):
    """The signals that its threads catch or block (one that waits for a signal blocks it no more); nothing when it has ended."""
    masks = []
    for thread in glob.glob(f"/proc/{pid}/task/*/status"):
        with contextlib.suppress(OSError), open(thread, encoding="ascii", errors="replace") as file:
            masks += [int(line.split()[1], 16) for line in file if line.startswith(("SigCgt:", "SigBlk:"))]
    return masks


def _end_of(pid, started, patience):
    """How a process ends that has been told to: its status like exit_status(), or a word; nothing if others have asked before."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
        except ChildProcessError:  # its parent lives yet, or has waited for it
            if _start_time(pid) != started:
                return None
        time.sleep(0.005)
    return f"nothing: it did not end within {patience:g} s"


def note_finding(what, status):
    """Notes how a program that is tested has ended, if it was not with 0."""
    if status not in (0, None):
        _findings.append(f"{what} ended with {status}")


def take_findings():
    """Sentences about programs that did not end as they must; afterwards there is nothing left."""
    found, _findings[:] = _findings[:], []
    return found


def is_running(pid):
    """Does a process of that id run? One that has ended and waits for its parent to notice does not."""
    return _start_time(pid) is not None


def _start_time(pid):
    fields = _stat_fields(pid)
    return None if fields is None or fields[0] == "Z" else fields[19]


def _session(leader):
    """(id, start time) of all processes of that session."""
    entries = [(int(entry), _stat_fields(entry)) for entry in os.listdir("/proc") if entry.isdigit()]
    return [(pid, fields[19]) for pid, fields in entries if fields is not None and int(fields[3]) == leader]


def _descendants(pid):
    """(id, start time) of all that the process has started and that still hang on it."""
    children = {}
    for entry in os.listdir("/proc"):
        fields = _stat_fields(entry) if entry.isdigit() else None
        if fields is not None:
            children.setdefault(int(fields[1]), []).append((int(entry), fields[19]))
    found, waiting = [], [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child[0])
    return found


def _kill_quietly(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def end_everything():
    """Ends every process and closes every place that the tests have left open."""
    for process in reversed(_running[:]):
        process.release()
    for place in _places[:]:
        place.close()


def _end_by_signal(number, _frame):
    end_everything()
    os._exit(128 + number)  # an exception would be taken for a finding of the test that runs


atexit.register(end_everything)
for _number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_number, _end_by_signal)
