"""What verify, refresh and a page of PHP behind the gate wait for while 64 and 100 clients sign in without pause, beside the same idle."""

import shutil

from harness import Gate
from measure import HERE, Figure, LeftOut, Side, Storm, compared, inside, load
from part_refresh import CLIENTS, SESSIONS, durable_site, rotation_script
from part_sign_in import PEOPLE, SETTINGS, login_script
from part_verify import php_pages
from people import fill, rewind

STORMS = (64, 100)
IDLE = "idle, the same clients"
AIM = 5


def figures():
    with php_pages() as php:
        settings = {"password": SETTINGS["password"], "limits": SETTINGS["limits"]}
        with durable_site("bench-storm", users=PEOPLE, settings=settings, gates=[Gate("/members/")], extra=php_lines(php)) as here:
            fill(here.database, SESSIONS)
            headers = bearer_of(here)
            base = f"http://127.0.0.1:{here.port}"
            asked = [("verify ES256, remembered", lambda: load(base + "/auth/verify", CLIENTS, headers)), ("refresh", lambda: refresh(here))]
            if php:
                put_page(here)
                asked.append(("a page of PHP behind the gate", lambda: load(base + "/members/page.php", CLIENTS, headers, wanted=200)))
            else:
                yield LeftOut("a page of PHP in the storm", "php-fpm is not installed")
            for name, ask in asked:
                for clients in STORMS:
                    yield in_storm(here, f"{name}, p95, {clients} clients sign in", ask, clients)


def php_lines(php):
    return f'fastcgi.server += ( ".php" => (( "socket" => "{php.socket}", "broken-scriptfilename" => "enable" )) )\n' if php else ""


def put_page(here):
    directory = here.place.directory("documents", "members", mode=0o755)
    shutil.copy(f"{HERE}/page_gate.php", f"{directory}/page.php")


def bearer_of(here):
    return {"Authorization": "Bearer " + here.sign_in(PEOPLE[0]).signed_in.json()["access_token"]}


def refresh(here):
    rewind(here.database)
    tokens = inside("refresh-tokens", here.cardea.config, 0, 4 * CLIENTS)
    return load(f"http://127.0.0.1:{here.port}/auth/refresh", CLIENTS, script=rotation_script(tokens))


def in_storm(here, name, ask, clients):
    """The 95th percentile in the storm divided by the one without."""
    told = []

    def stormy():
        with Storm(f"http://127.0.0.1:{here.port}/auth/login", clients, login_script()) as storm:
            run = ask()
        told.append(storm.run.failed)
        here.sign_in(PEOPLE[0])  # until those that nobody waits for any more are done
        return run
    figure = Figure(name, IDLE, AIM, at_most=True, digits=1)
    stormy_runs, idle_runs = [], []
    compared(figure, Side(lambda: kept(stormy(), stormy_runs)), Side(lambda: kept(ask(), idle_runs)), value=lambda run: run.p95)
    return with_times(figure, stormy_runs[1:], idle_runs[1:], {"sign-ins told to come back": sum(told)} if sum(told) else {})


def kept(run, runs):
    runs.append(run)
    return run


def with_times(figure, runs, idle, more=()):
    """The longest of the rounds' percentiles in ms, as notes: p50 / p95 / p99."""
    for name, found in (("p50/p95/p99 ms", runs), ("idle", idle)):
        figure.notes[name] = "/".join(f"{max(getattr(run, which) for run in found):.1f}" for which in ("p50", "p95", "p99"))
    figure.notes |= dict(more)
    return figure
