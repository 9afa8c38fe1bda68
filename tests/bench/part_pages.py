"""The sign-in page as a browser gets it that comes for the first time: bytes, requests, and when the first text is there."""

import os
import statistics
import subprocess

from harness import site
from measure import HERE, ROOT, ROUNDS, Figure, LeftOut, one_value


def figures():
    if not os.path.isdir(os.path.join(ROOT, "build", "browser", "node_modules", "playwright-core")):
        yield LeftOut("the sign-in page in Chromium", "build/browser is not installed (make browser)")
        return
    with site("bench-pages", "nginx") as here:
        url = f"http://127.0.0.1:{here.port}/cardea/en/sign-in.html"
        done = subprocess.run(["node", os.path.join(HERE, "sign_in_page.mjs"), url, str(ROUNDS + 1)], check=True, capture_output=True, text=True)
        loads = [list(map(float, line.split())) for line in done.stdout.splitlines()[1:]]  # the first one starts the browser
        requests, size, painted = zip(*loads)
        yield one_value("sign-in page, requests", statistics.median(requests), "", None, 0)
        yield one_value("sign-in page, bytes without compression", statistics.median(size) / 1024, "KiB")
        figure = Figure("sign-in page, first text painted", "", None, "ms", 0, at_most=True)
        figure.values += painted
        yield figure
