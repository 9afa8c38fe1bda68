"""`make lighthouse` where npm cannot fetch it: nothing was measured, and nobody can take that for a success."""

import os
import shutil
import subprocess

from harness import ROOT, Place
from processes import clean_environment


def test_what_cannot_be_fetched_is_skipped_and_no_success():
    place = Place("lighthouse")
    try:
        place.directory("tests/tools")
        script = shutil.copy(os.path.join(ROOT, "tests/tools/lighthouse"), place.file("tests", "tools"))
        place.directory("bin")
        place.write("bin/npm", "#!/bin/sh\nexit 1\n", mode=0o755)
        done = subprocess.run([script], capture_output=True, text=True, cwd=place.path,
                              env=clean_environment({"PATH": place.file("bin") + ":" + os.environ["PATH"]}))
        assert done.returncode == 77, done
        reason, count = done.stdout.splitlines()[-2:]
        assert "npm cannot fetch" in reason and count == "0 passed, 0 failed, 1 skipped", done.stdout
    finally:
        place.close()
