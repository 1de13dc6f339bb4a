"""`coinfer privacy`: radii as NumPy computes them, the transition where it was planted, and wrong files told.

Usage: COINFER_BINARY=build/release/coinfer privacy_test.py
"""

import csv
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy

BINARY = os.environ["COINFER_BINARY"]
CLASSES, SAMPLES = 4, 200


def radius2(values, labels):
    """Mean over classes of the mean squared distance to the class mean, in two passes of float64."""
    flat = values.reshape(len(values), -1).astype(numpy.float64)
    return numpy.mean([((flat[labels == c] - flat[labels == c].mean(axis=0)) ** 2).sum(axis=1).mean()
                       for c in numpy.unique(labels)])


class PrivacyCommand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = Path(folder.name)
        (self.here / "cuts").mkdir()
        random = numpy.random.default_rng(7)
        self.labels = numpy.arange(SAMPLES) % CLASSES
        numpy.save(self.here / "labels.npy", self.labels)
        # Eight cuts of one size; from the sixth on the classes are ten times tighter.
        self.cuts = {}
        for cut in range(1, 9):
            spread = 1.0 if cut < 6 else 0.1
            means = random.normal(size=(CLASSES, 3, 4, 4))[self.labels]
            self.cuts[f"block{cut}"] = (means + spread * random.normal(size=means.shape)).astype(numpy.float32)
        for name, values in self.cuts.items():
            numpy.save(self.here / "cuts" / f"{name}.npy", values)

    def coinfer(self, *arguments):
        return subprocess.run([BINARY, "privacy", *arguments], cwd=self.here, capture_output=True, text=True, timeout=60,
                              check=False)

    def test_the_radii_are_those_of_two_passes_of_numpy(self):
        done = self.coinfer("rc2", "--activations", "cuts", "--labels", "labels.npy", "--out", "radii.csv")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(self.here / "radii.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
        self.assertEqual([row["cut"] for row in rows], list(self.cuts))
        for row in rows:
            self.assertAlmostEqual(float(row["radius2"]) / radius2(self.cuts[row["cut"]], self.labels), 1, delta=1e-9)
            self.assertEqual(int(row["dimension"]), 48)

    def test_the_transition_is_found_where_it_was_planted_by_both_methods(self):
        done = self.coinfer("locate", "--activations", "cuts", "--labels", "labels.npy")
        self.assertEqual(done.returncode, 0, done.stderr)
        named = [line for line in done.stdout.splitlines() if "block6" in line]
        self.assertGreaterEqual(len(named), 2, done.stdout)

    def test_a_profile_without_a_contraction_has_none(self):
        for cut in range(6, 9):
            numpy.save(self.here / "cuts" / f"block{cut}.npy", self.cuts["block5"])
        done = self.coinfer("locate", "--activations", "cuts", "--labels", "labels.npy")
        self.assertIn("no transition", done.stdout.lower() + done.stderr.lower())

    def test_a_leakage_table_holds_the_same_radii_and_locate_reads_it_back(self):
        table = ("--table", "leakage.csv", "--model", "m", "--dataset", "d", "--source", "drawn, seed 7")
        done = self.coinfer("rc2", "--activations", "cuts", "--labels", "labels.npy", "--predicted", "labels.npy", *table,
                            "--input-entropy-nats", "1000", "--discretisation-nats", "0")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(self.here / "leakage.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
        self.assertEqual(len(rows), 2 * 8 * 6)
        for row in rows:
            # What is left of the input rests on its entropy as given, too.
            grade = "DERIVED" if row["metric"] == "input_ambiguity_bound_nat" else "MEASURED"
            self.assertEqual((row["n"], row["knowledge"], row["grade"], row["spread"]), ("200", "query_free", grade, ""))
            if row["metric"] == "rc2":
                self.assertAlmostEqual(float(row["value"]) / radius2(self.cuts[row["cut"]], self.labels), 1, delta=1e-9)
        located = self.coinfer("locate", "leakage.csv")
        self.assertEqual(located.returncode, 0, located.stderr)
        self.assertEqual(sum("block6" in line for line in located.stdout.splitlines()), 4, located.stdout)
        self.assertEqual(self.coinfer("tables", "leakage.csv").returncode, 0)

    def test_a_file_that_is_cut_short_is_told_and_nothing_is_written(self):
        path = self.here / "cuts" / "block3.npy"
        path.write_bytes(path.read_bytes()[:-100])
        done = self.coinfer("rc2", "--activations", "cuts", "--labels", "labels.npy", "--out", "radii.csv",
                            "--table", "leakage.csv", "--model", "m", "--dataset", "d", "--source", "us")
        self.assertEqual(done.returncode, 2)
        self.assertIn("block3.npy", done.stderr)
        self.assertFalse((self.here / "radii.csv").exists() or (self.here / "leakage.csv").exists())


if __name__ == "__main__":
    unittest.main()
