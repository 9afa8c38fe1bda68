"""A short soak: mixed load for some seconds. `make soak` does the same for half an hour."""

import mixed_load
import part_hostile  # of tests/bench, which mixed_load has put on the path


def test_mixed_load_leaves_memory_and_descriptors_as_they_were():
    report = mixed_load.soak("short-soak", 10, samples=4, storm=1)
    assert not list(report.findings()), list(report.findings())
    assert report.done > 100, report.done


def test_no_record_of_a_hostile_peer_ends_the_program_or_costs_others_a_request():
    attack = part_hostile.Attack(6000, 60_000).run()
    assert not list(attack.findings()), list(attack.findings())
    assert attack.others.done > 50, attack.line(attack.peers)
