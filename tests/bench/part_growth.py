"""Growth: refresh with many users and sessions, in turns with the same program on a database with a hundred of each."""

import os

from limits import STATEMENTS
from measure import QUICK, ROUNDS, Figure
from part_refresh import durable_site, rotations
from people import fill, rewind

FEW = 100
SIZES = [int(text) for text in (os.environ.get("GROWTH") or ("1000" if QUICK else "100000 1000000")).split()]
POOL = ["--innodb-buffer-pool-size=1G", "--innodb-log-file-size=256M"]  # all in memory, as on a server that is meant for it


def figures():
    with durable_site("bench-few", POOL) as few, durable_site("bench-many", POOL) as many:
        fill(few.database, FEW)
        before = 0
        for size in SIZES:
            fill(many.database, size, before)
            before = size
            yield from compare(few, many, size)


def compare(few, many, size):
    beside_few = Figure(f"refresh, {size:,} users and sessions, in process", f"the same with {FEW}", 0.8)
    beside_statements = Figure(f"refresh, {size:,} users and sessions, in process", STATEMENTS, 0.85)
    for number in range(ROUNDS + 1):
        order = ((few, FEW), (many, size))
        found = {}
        for here, sessions in reversed(order) if number % 2 else order:
            rewind(here.database)
            found[here] = next(iter(rotations(here, sessions, rounds=1)))
        if number > 0:  # the first one has warmed both
            beside_few.add(found[many][1], found[few][1])
            beside_statements.add(found[many][1], found[many][0])
    yield beside_few
    yield beside_statements
