"""What runs the torture: it fails if a store cannot be tried, and if too little was played to prove anything."""

import os
import subprocess
import sys
import unittest

from harness import ROOT, Place

SCRIPT = """
import importlib.machinery, importlib.util, sys
loader = importlib.machinery.SourceFileLoader("tool", "tests/torture/run")
tool = importlib.util.module_from_spec(importlib.util.spec_from_loader("tool", loader))
loader.exec_module(tool)
tool.TORTURE, tool.NODE_PAUSE = sys.argv.pop(1), 0.01


class Node:
    name = "node1"

    def kill(self):
        pass


class Cluster:
    def __init__(self, place):
        if mode == "cannot start":
            raise tool.processes.Failure("mariadbd ended with 1")
        self.nodes = [Node()] * 3

    def url(self):
        return "mysql://nowhere"

    def status(self, node, name):
        return "2" if mode == "not whole" else "3"

    def rejoin(self, node):
        if mode == "does not rejoin":
            raise tool.processes.Failure("node1 does not say where it stopped")

    def close(self):
        pass


def no_database(place):
    raise tool.processes.Failure("mariadbd ended with 1")


mode = sys.argv.pop(1)
tool.MariaDB, tool.galera.Galera = no_database, Cluster
if mode == "no kills":
    tool.kill_nodes = lambda cluster, done, kills: None
if mode == "the killer fails":
    tool.kill_nodes = lambda cluster, done, kills: 1 / 0
tool.SECONDS = 100
sys.exit(tool.main())
"""


class Torture(unittest.TestCase):
    def setUp(self):
        self.place = Place("torture")
        self.addCleanup(self.place.close)

    def program(self, histories=(200, 5000), rounds=(200, 9000), fails_with=0):
        """Says what build/torture says, of so many histories and rounds with so many refreshes that were granted."""
        return self.place.write("program", f"""#!/bin/sh
sleep 0.2
case "$*" in
*--mutants*) echo found ;;
*--races*) echo 'x: races of seed 1, 16 threads: {rounds[0]} rounds, 1 requests, {rounds[1]} refreshes granted, 1 moves' ;;
*) echo 'x: seeds 1 to 9: {histories[0]} histories, 1 requests, 9000 refreshes judged, {histories[1]} refreshes granted, 1 faults' ;;
esac
exit {fails_with}
""", mode=0o700)

    def ends(self, status, last, store, mode="", said="", **program):
        done = subprocess.run([sys.executable, "-B", "-c", SCRIPT, self.program(**program), mode, store], cwd=ROOT,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (status, last), done)
        self.assertIn(said, done.stdout)

    def test_enough_of_everything_passes(self):
        self.ends(0, "3 passed, 0 failed, 0 skipped", "memory")
        self.ends(0, "4 passed, 0 failed, 0 skipped", "galera")

    def test_a_violation_fails(self):
        self.ends(1, "0 passed, 3 failed, 0 skipped", "memory", fails_with=1)

    def test_a_database_that_cannot_start_fails(self):
        self.ends(1, "0 passed, 1 failed, 0 skipped", "mariadb", said="mariadbd ended with 1")
        self.ends(1, "0 passed, 1 failed, 0 skipped", "galera", "cannot start", said="mariadbd ended with 1")

    def test_too_few_histories_rounds_or_answers_200_fail(self):
        self.ends(1, "2 passed, 1 failed, 0 skipped", "memory", said="too little: 11 histories in 50 s", histories=(11, 5000))
        self.ends(1, "2 passed, 1 failed, 0 skipped", "memory", said="too little: 11 rounds in 50 s", rounds=(11, 9000))
        self.ends(1, "2 passed, 1 failed, 0 skipped", "memory", said="too little: 0 refreshes granted", histories=(200, 0))
        self.ends(1, "2 passed, 1 failed, 0 skipped", "memory", said="too little: 30 refreshes granted", rounds=(200, 30))

    def test_a_cluster_whose_nodes_were_not_killed_or_did_not_come_back_fails(self):
        self.ends(1, "3 passed, 1 failed, 0 skipped", "galera", "no kills", said="0 nodes killed")
        self.ends(1, "3 passed, 1 failed, 0 skipped", "galera", "not whole", said="'2', '2', '2'")
        self.ends(1, "2 passed, 1 failed, 0 skipped", "galera", "does not rejoin", said="node1 does not say where it stopped")
        self.ends(1, "2 passed, 1 failed, 0 skipped", "galera", "the killer fails", said="ZeroDivisionError")

    def test_a_program_that_is_not_there_fails(self):
        done = subprocess.run([sys.executable, "-B", "-c", SCRIPT, os.path.join(self.place.path, "nothing"), "", "sqlite"], cwd=ROOT,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (1, "0 passed, 1 failed, 0 skipped"), done)
