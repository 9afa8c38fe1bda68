"""A short soak: mixed load for some seconds. `make soak` does the same for half an hour."""

import mixed_load


def test_mixed_load_leaves_memory_and_descriptors_as_they_were():
    report = mixed_load.soak("short-soak", 10)
    assert not list(report.findings()), list(report.findings())
    assert report.done > 100, report.done
