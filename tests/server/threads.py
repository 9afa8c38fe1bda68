"""Threads of tests: what goes wrong in one of them fails the test.

    with Threads(stop=done.set) as threads:
        for browser in people:
            threads.start(use, browser)
        …                                   # leaving calls stop(), waits for all of them, and raises what one has raised

tests/tools/threads refuses any other way to start a thread. run.py also fails a test for an exception that a thread of a
library has raised, or a thread that nothing waited for.
"""

import threading

PATIENCE = 30.0  # seconds for threads to end when the test has failed already

_lost = []  # (thread's name, error) that no test has been told yet


class Threads:
    """Threads that are waited for together. stop: a function that makes them end, called before the waiting."""

    def __init__(self, stop=None):
        self._stop, self._threads, self._errors = stop, [], []

    def start(self, action, *arguments):
        """Runs action(*arguments) in a thread; returns the thread."""
        thread = threading.Thread(target=self._run, args=(action, arguments), daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _run(self, action, arguments):
        try:
            action(*arguments)
        except BaseException as error:  # SystemExit too: the test's own thread raises it
            entry = (getattr(action, "__name__", repr(action)), error)
            self._errors.append(entry)
            _lost.append(entry)

    def failed(self):
        """Has one of them raised an exception? For a condition that would be waited for in vain then."""
        return bool(self._errors)

    def wait(self, timeout=None):
        """Waits until all have ended, and raises the first exception of theirs; the others are notes of it."""
        for thread in self._threads:
            thread.join(timeout)
        left = [thread for thread in self._threads if thread.is_alive()]
        errors = self._take_errors()
        if errors:
            raise errors[0]
        if left:
            raise TimeoutError(f"{len(left)} threads have not ended after {timeout:g} s")

    def _take_errors(self):
        entries, self._errors = self._errors, []
        for entry in entries:
            _lost.remove(entry)
        errors = [error for _, error in entries]
        for error in errors[1:]:
            errors[0].add_note(f"and in another thread: {type(error).__name__}: {error}")
        return errors

    def __enter__(self):
        return self

    def __exit__(self, _kind, problem, _trace):
        if self._stop is not None:
            self._stop()
        if problem is None:
            self.wait()
            return
        try:
            self.wait(PATIENCE)
        except Exception as error:
            problem.add_note(f"in a thread: {type(error).__name__}: {error}")


def at_once(count, action):
    """What action(number) returns for each of that many threads, which all begin at the same moment."""
    results, start = [None] * count, threading.Barrier(count)

    def run(number):
        start.wait()
        results[number] = action(number)
    with Threads() as threads:
        for number in range(count):
            threads.start(run, number)
    return results


def for_all(items, action, most):
    """action(item) for every item, in at most that many threads."""
    waiting, lock = iter(list(items)), threading.Lock()

    def work():
        while True:
            with lock:
                item = next(waiting, threads)
            if item is threads or threads.failed():
                return
            action(item)
    with Threads() as threads:
        for _ in range(most):
            threads.start(work)


def take_lost():
    """What threads have raised that nobody was told, as sentences; afterwards there is nothing left."""
    lost, _lost[:] = _lost[:], []
    return [f"in a thread ({name}): {type(error).__name__}: {error}" for name, error in lost]


def _note(arguments):
    _lost.append((arguments.thread.name if arguments.thread else "?", arguments.exc_value))


threading.excepthook = _note
