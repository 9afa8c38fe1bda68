"""`make run`: what it prints works when it is pasted into a shell, and its end leaves no process behind."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

from harness import BINARY, ROOT, Place, Process, for_each, free_port, listens, wait_until
from processes import clean_environment

DATABASES = ("sqlite", "mysql")


class Run:
    """src/tools/run in a tree of its own, so that a `make run` beside the tests is not disturbed."""

    def __init__(self, place):
        self.place, self.port = place, free_port()
        tools = place.directory("repository", "src", "tools")
        self.program = shutil.copy2(os.path.join(ROOT, "src", "tools", "run"), tools)
        if os.path.isdir(os.path.join(ROOT, "htdocs")):
            os.symlink(os.path.join(ROOT, "htdocs"), place.file("repository", "htdocs"))
        self.process = None

    def environment(self, database):
        return {"CARDEA_BINARY": BINARY, "DB": database, "PORT": str(self.port)}

    def start(self, database, before=()):
        """Starts it, by a program that stands before it if one is given, and returns what it has printed when it is ready."""
        log = self.place.file("run.log")
        with contextlib.suppress(FileNotFoundError):
            os.remove(log)
        self.process = Process([*before, self.program], self.place.log("run"), self.environment(database))

        def printed():
            with open(log, encoding="utf-8") as file:
                text = file.read()
            return text if "Ctrl-C ends it" in text or not self.process.alive() else None
        text = wait_until(printed, "make run is ready", timeout=60)
        assert self.process.alive(), text
        return text

    def stop(self, number=signal.SIGTERM):
        """Asks it to end; the exit status, and what still runs a moment later."""
        self.process.send_signal(number)
        status = self.process.wait(20)
        end = time.monotonic() + 2
        while self.left_behind() and time.monotonic() < end:
            time.sleep(0.05)
        return status, self.left_behind()

    def left_behind(self):
        """Command lines of processes that work in its tree."""
        found = []
        for entry in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    line = file.read().replace(b"\0", b" ").decode("utf-8", "replace")
                with open(f"/proc/{entry}/environ", "rb") as file:
                    surroundings = file.read().decode("utf-8", "replace")
                if self.place.path in line + surroundings:
                    found.append(f"{entry} {line}")
        return found

    def close(self):
        if self.process is not None:
            self.process.release()
        for line in self.left_behind():
            with contextlib.suppress(OSError):
                os.kill(int(line.split()[0]), signal.SIGKILL)


@contextlib.contextmanager
def running(name):
    place = Place(name)
    run = Run(place)
    try:
        yield run
    except Exception:
        place.note_failure()
        raise
    finally:
        run.close()
        place.close()


def paste(line):
    """What a line prints in a shell."""
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=20, env=clean_environment())
    assert done.returncode == 0, (line, done)
    return done.stdout


def status_of(answer):
    return int(answer.split()[1])


@for_each(database=DATABASES)
def test_what_it_prints_works(database):
    with running("run-" + database) as run:
        text = run.start(database)
        address = f"http://127.0.0.1:{run.port}"
        assert f"{address}/auth/" in text, text
        user, password = (re.search(rf"^\s*{word}\s+(\S+)$", text, re.MULTILINE)[1] for word in ("user", "password"))
        lines = [line.strip() for line in text.splitlines() if line.strip().startswith("curl ")]
        assert len(lines) == 4, text
        answers = [paste(line) for line in lines]
        assert [status_of(answer) for answer in answers] == [200, 204, 200, 204], answers
        assert status_of(paste(f"curl -si -H 'Content-Type: application/json' "
                               f"-d '{{\"email\":\"{user}\",\"password\":\"{password}\"}}' {address}/auth/login")) == 200
        status, left = run.stop()
        assert (status, left, listens(run.port)) == (143, [], False)


def test_the_next_run_goes_on_with_the_same_user():
    with running("run-again") as run:
        first = run.start("sqlite")
        assert run.stop(signal.SIGINT)[1] == []
        assert run.start("sqlite") == first
        second = subprocess.run([run.program], capture_output=True, text=True, timeout=20,
                                env=clean_environment(run.environment("sqlite")))
        assert (second.returncode, "it runs already" in second.stderr) == (1, True), second
        status, left = run.stop(signal.SIGHUP)
        assert (status, left) == (143, [])


def test_sigint_ends_it_although_a_script_has_started_it_in_the_background():
    with running("run-background") as run:
        run.start("sqlite", before=["env", "--ignore-signal=INT"])
        status, left = run.stop(signal.SIGINT)
        assert (status, left, listens(run.port)) == (130, [], False)


def test_what_it_cannot_do_it_says():
    with running("run-wrong") as run:
        for more, words in (({"DB": "oracle"}, "sqlite or mysql"), ({"CARDEA_BINARY": "/nowhere/cardea"}, "/nowhere/cardea")):
            done = subprocess.run([run.program], capture_output=True, text=True, timeout=20,
                                  env=clean_environment({**run.environment("sqlite"), **more}))
            assert (done.returncode, words in done.stderr) == (2, True), done
        assert run.left_behind() == []


APT = """#!/bin/sh
# Stands for apt-get: what it was asked is in $LOG; its first answers are the lines of $ANSWERS.
echo "$*" >> "$LOG"
answer=$(head -n 1 "$ANSWERS")
sed -i 1d "$ANSWERS"
[ -z "$answer" ] || { echo "E: $answer" >&2; exit 100; }
"""


def install(place, answers):
    """`need lint` where nothing is installed; its exit status and complaints, and what apt-get was asked to do."""
    tools = place.directory("tools")
    for name, text in {"apt-get": APT, "dpkg-query": "#!/bin/sh\nexit 1\n", "sleep": "#!/bin/sh\n", "id": "#!/bin/sh\necho 0\n",
                       "tee": "#!/bin/sh\ncat >/dev/null\n", "chmod": "#!/bin/sh\n", "rm": "#!/bin/sh\n"}.items():
        place.write(f"tools/{name}", text, mode=0o755)
    log, said = place.file("apt.log"), place.write("answers", "".join(line + "\n" for line in answers))
    place.write("apt.log", "")
    done = subprocess.run([os.path.join(ROOT, "src/tools/need"), "lint"], capture_output=True, text=True, timeout=60,
                          env=clean_environment({"PATH": tools + ":" + os.environ["PATH"], "LOG": log, "ANSWERS": said}))
    with open(log, encoding="utf-8") as file:
        return done.returncode, done.stderr, [line.replace("-o DPkg::Lock::Timeout=600 ", "").split()[0] for line in file]


def test_missing_packages_are_installed_once_another_package_manager_is_done():
    place = Place("need")
    try:
        held = "Could not get lock /var/lib/apt/lists/lock. It is held by process 42 (apt-get)"
        status, said, asked = install(place, [held, held, "", held, ""])
        assert (status, asked) == (0, ["update"] * 3 + ["install"] * 2), (status, said, asked)
        assert said.count("Another package manager is at work") == 2, said
        status, said, asked = install(place, [held] * 1000)
        assert (status, len(asked), held in said) == (1, 121, True), (status, said, len(asked))
        status, said, asked = install(place, ["", "Unable to locate package clang-tidy"])
        assert (status, asked, "Unable to locate package" in said) == (1, ["update", "install"], True), (status, said, asked)
    finally:
        place.close()
