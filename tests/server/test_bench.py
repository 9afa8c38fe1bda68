"""The bench itself: what may call itself a figure, what fails a run, and that the documents say what was measured."""

import json
import os
import shutil
import subprocess
import sys
import unittest

from harness import ROOT, Place, Process, free_port, listens, wait_until

BENCH = os.path.join(ROOT, "tests", "bench")
sys.path.append(BENCH)

import limits  # noqa: E402
import measure  # noqa: E402
import table  # noqa: E402


def bench_of(*figures, broken=()):
    return {"date": "2026-01-01", "rounds": 5, "seconds": 3, "cores": 2, "kernel": "6", "quick": False, "left_out": [], "broken": list(broken),
            "figures": [figure.row() for figure in figures]}


def figure_of(ratios, wanted=0.9, failed=0, failed_beside=0, at_most=False):
    figure = measure.Figure("verify", limits.OWN, wanted, at_most=at_most)
    for ratio in ratios:
        figure.add(measure.Run(100 * ratio, failed), measure.Run(100, failed_beside))
    return figure


def test_the_documents_say_what_bench_json_says():
    done = subprocess.run([os.path.join(BENCH, "publish"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_missed_aim_says_what_its_limit_is_made_of():
    with open(os.path.join(BENCH, "results", "bench.json"), encoding="utf-8") as file:
        rows = json.load(file)["figures"]
    silent = [row["figure"] for row in rows if row["met"] is False and not limits.made_of(row)]
    assert not silent, silent


def test_rounds_that_differ_by_more_than_half_have_no_median():
    calm, noisy = figure_of([1.0, 1.2, 1.4]), figure_of([0.6, 0.9, 1.0])
    assert not calm.noisy and calm.row()["value"] == 1.2, calm.row()
    assert noisy.noisy and noisy.row()["value"] is None and noisy.met is None, noisy.row()
    assert "noisy" in noisy.line() and "noisy (0.60 .. 1.00)" in table.markdown(bench_of(noisy)), noisy.line()


def test_a_noisy_figure_whose_rounds_all_miss_the_aim_has_missed_it():
    assert figure_of([0.2, 0.8]).met is False
    assert figure_of([1.0, 2.0]).met is True
    assert figure_of([20, 80], wanted=5, at_most=True).met is False


def test_a_failed_answer_of_either_side_fails_the_run():
    assert table.failures(bench_of(figure_of([1.0]))) == 0
    assert table.failures(bench_of(figure_of([1.0], failed=1))) == 1
    assert table.failures(bench_of(figure_of([1.0], failed_beside=2))) == 2
    assert table.failures(bench_of(figure_of([1.0]), broken=["verify"])) == 1


def test_both_sides_are_warmed_up_and_the_order_changes_with_every_round():
    asked = []

    def side(name):
        return lambda: asked.append(name) or measure.Run(1)
    measure.in_turns(side("ours"), side("other"), rounds=3)
    assert asked == ["ours", "other", "ours", "other", "other", "ours", "ours", "other"], asked


def test_failures_while_warming_up_count():
    runs = iter([measure.Run(1, 7), measure.Run(1), measure.Run(1)])
    assert sum(run.failed for run in measure.in_turns(lambda: next(runs), rounds=2)[0]) == 7


def test_a_peer_that_fails_answers_faster_for_nothing():
    if not shutil.which("wrk"):
        raise unittest.SkipTest("wrk is not installed")
    os.makedirs(measure.BUILD, exist_ok=True)
    place, port = Place("failing-peer"), free_port()
    peer = Process([sys.executable, os.path.join(BENCH, "peers", "fails.py"), str(port)], place.log("peer"))
    try:
        wait_until(lambda: listens(port) or not peer.alive(), "the peer listens")
        run = measure.load(f"http://127.0.0.1:{port}/", 2, seconds=1)
    finally:
        peer.release()
        place.close()
    assert run.failed > 0.4 * run.answers > 0, run
    assert run.rate < 0.6 * run.answers / 1.0, run  # of both kinds within the second or a little more
    assert table.failures(bench_of(measure.Figure("verify", "a peer").add(measure.Run(100), run))) == run.failed


def test_clients_that_get_no_answer_have_waited_all_the_time():
    run = measure.run_of("RESULT 0 0 3000000 0 0 0\n", 3)
    assert run.failed == 1 and run.rate == 0 and run.p95 == 3000, run


def test_a_quick_run_or_one_with_failures_cannot_be_published():
    name = os.path.join(measure.BUILD, "not-published.json")
    os.makedirs(measure.BUILD, exist_ok=True)
    cases = {"quick": {**bench_of(figure_of([1.0])), "quick": True}, "failed": bench_of(figure_of([1.0], failed_beside=1)),
             "not finished": bench_of(figure_of([1.0]), broken=["cgi"])}
    for cause, bench in cases.items():
        with open(name, "w", encoding="utf-8") as file:
            json.dump(bench, file)
        done = subprocess.run([os.path.join(BENCH, "publish"), name], capture_output=True, text=True)
        assert done.returncode == 1 and cause in done.stdout, done
    os.unlink(name)
