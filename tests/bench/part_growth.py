"""Growth: refresh with many users and sessions, in turns with the same program on a database with a hundred of each."""

import os

from measure import ROUNDS, SECONDS, Figure, inside
from part_refresh import CLIENTS, STATEMENTS, durable_site
from people import fill, rewind

FEW = 100
SIZES = [int(text) for text in (os.environ.get("GROWTH") or "100000").split()]
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
    for _ in range(ROUNDS):
        _, rate_of_few, failed = rotations(few, FEW)
        statements, rate, failed_too = rotations(many, size)
        beside_few.add(rate, rate_of_few, failed + failed_too)
        beside_statements.add(rate, statements)
    yield beside_few
    yield beside_statements


def rotations(here, sessions):
    """(the statements' rate, ours, failed) of one round."""
    rewind(here.database)
    bare, ours, failed = inside("rotations", here.cardea.config, sessions, CLIENTS, SECONDS, 1)[0].split()
    return float(bare), float(ours), int(failed)
