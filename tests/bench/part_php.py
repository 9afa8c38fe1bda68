"""Cardea\\user() in a page of php-fpm, in microseconds, beside the same checks by openssl_verify without a library."""

import http.client
import json
import statistics

from harness import site
from measure import BUILD, QUICK, Figure, LeftOut, Run, compared
from part_verify import BOTH, bearer, export_public_key, php_pages

ASKED = 20 if QUICK else 400  # requests a round


def figures():
    with php_pages() as php:
        if not php:
            yield LeftOut("Cardea\\user()", "php-fpm is not installed")
            return
        with site("bench-user", settings=BOTH, processes=1, extra=php.lines) as here:
            export_public_key(here)
            here.cardea.command("key", "export", "--file", f"{BUILD}/keys.json")
            with open(f"{BUILD}/user.json", "w", encoding="ascii") as file:
                json.dump({"url": here.cardea.url, "keys": f"{BUILD}/keys.json", "transport": "both", "revocations": f"{here.cardea.keys}/revoked"}, file)
            headers = bearer(here)
            here.sign_in().post("/auth/logout")  # so that the file of ended sessions is there
            figure = Figure("time of Cardea\\user(), php-fpm", "the same checks by openssl_verify alone", 1.5, at_most=True)
            ours, other = [], []
            compared(figure, lambda: timed(here.port, "/verify-user.php", headers, ours),
                     lambda: timed(here.port, "/verify-openssl.php", headers, other), value=lambda run: run.p50)
            figure.notes = {"µs": round(statistics.median(ours), 1), "µs beside": round(statistics.median(other), 1)}
            yield figure


def timed(port, path, headers, medians):
    """A Run whose p50 is what the pages say of themselves."""
    connection, times, failed = http.client.HTTPConnection("127.0.0.1", port, timeout=10), [], 0
    for _ in range(ASKED):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode("ascii", "replace")
        if answer.status == 200:
            times.append(float(text))
        else:
            failed += 1
    connection.close()
    medians.append(statistics.median(times) if times else 0)
    return Run(0.0, failed, len(times), p50=medians[-1])
