"""The linker's warnings: one kind is known to be harmless, every other one ends the build."""

import os
import subprocess

from harness import ROOT

LINK = os.path.join(ROOT, "src", "tools", "link")
KNOWN = ("warning: Using 'getaddrinfo' in statically linked applications requires at runtime the shared libraries from the "
         "glibc version used for linking")
NOTE = "/usr/bin/ld: a.o: note: the message above does not take linker garbage collection into account"  # binutils 2.44
IN_FUNCTION = "/usr/bin/ld: /usr/lib/libmariadbclient.a(ma_pvio_socket.c.o): in function `pvio_socket_connect':"


def link(said, status=0):
    """The exit status and the words of `link` around a linker that says this."""
    done = subprocess.run([LINK, "sh", "-c", 'printf "%s" "$1" >&2; exit "$2"', "sh", said, str(status)], capture_output=True,
                          text=True, timeout=10)
    return done.returncode, done.stderr


def test_a_silent_linker_succeeds():
    assert link("") == (0, "")


def test_the_known_warning_is_not_shown_and_fails_nothing():
    for said in (f"{IN_FUNCTION}\n(.text.pvio_socket_connect+0x1f): {KNOWN}\n", f"/usr/bin/ld: a.o:(.text+0x1f): {KNOWN}\n",
                 f"{IN_FUNCTION}\na.c:7: {KNOWN}\n{NOTE}\n", f"a.c:7: {KNOWN}\n{NOTE}\n",
                 f"{IN_FUNCTION}\na.c:7: {KNOWN}\n/usr/bin/ld: a.c:9: {KNOWN.replace('getaddrinfo', 'getpwnam_r')}\n"):
        assert link(said) == (0, ""), said


def test_every_other_warning_is_shown_and_fails():
    for other in ("/usr/bin/ld: warning: a.o: missing .note.GNU-stack section implies executable stack",
                  "a.c:7: warning: the use of `mktemp' is dangerous, better use `mkstemp'"):
        said = f"{IN_FUNCTION}\na.c:7: {KNOWN}\n{IN_FUNCTION}\n{other}\n"
        status, shown = link(said)
        assert status == 1 and other in shown and IN_FUNCTION in shown and KNOWN not in shown, shown


def test_a_linker_that_fails_passes_its_status_and_words_on():
    assert link("/usr/bin/ld: cannot find -lfcgi\n", 2) == (2, "/usr/bin/ld: cannot find -lfcgi\n")
    assert link(f"a.c:7: {KNOWN}\n", 3) == (3, "")
