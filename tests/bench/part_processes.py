"""One, four and sixteen processes of the program behind the same server: verify, refresh, and what each of them holds."""

from harness import site
from measure import Figure, compared, load, memory_kib, one_value
from part_refresh import CLIENTS, SESSIONS, durable_site, refreshing
from part_verify import BOTH, bearer
from people import fill, rewind

COUNTS = (4, 16)


def figures():
    for count in COUNTS:
        yield from verifying(count)
    for count in COUNTS:
        yield from refreshing_with(count)


def verifying(count):
    with site("bench-one", settings=BOTH, processes=1) as one, site("bench-many", settings=BOTH, processes=count) as many:
        def verifies(here, headers):
            return lambda: load(f"http://127.0.0.1:{here.port}/auth/verify", CLIENTS, headers)
        of_one, of_many = verifies(one, bearer(one)), verifies(many, bearer(many))
        yield compared(Figure(f"verify ES256, remembered, {count} processes, lighttpd", "the same with one"), of_many, of_one)
        private = [memory_kib(pid, "Private_Dirty:") / 1024 for pid in many.server.workers()]
        yield one_value(f"each of {len(private)} processes, private, after that", max(private), "MiB")


def refreshing_with(count):
    with durable_site("bench-one") as one, durable_site("bench-many", processes=count, connections=4) as many:
        def refreshes(here):
            fill(here.database, SESSIONS)

            def one_round():
                rewind(here.database)
                return refreshing(here)
            return one_round
        yield compared(Figure(f"refresh, {count} processes, lighttpd", "the same with one"), refreshes(many), refreshes(one))
