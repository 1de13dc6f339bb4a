"""`coinfer privacy rc2` against NumPy in two passes of double precision, on drawn and on real activations, and its memory.

Usage: COINFER_BINARY=build/release/coinfer class_radius_test.py [--no-memory-limit]
A sanitizer takes memory of its own: --no-memory-limit leaves out the tests that limit it.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy
from sklearn.datasets import load_digits

BINARY = os.environ["COINFER_BINARY"]
BENCH = Path(__file__).resolve().parent.parent / "bench"
MIB = 1 << 20
TOLERANCE = 1e-10


def two_passes(values, labels):
    """The columns of a row of the table that are measured, by definition."""
    flat = values.reshape(len(values), -1).astype(numpy.float64)
    overall = flat.mean(axis=0)
    means = {label: flat[labels == label].mean(axis=0) for label in numpy.unique(labels)}
    squares = {label: ((flat[labels == label] - mean) ** 2).sum(axis=1) for label, mean in means.items()}
    return {
        "radius2": numpy.mean([own.mean() for own in squares.values()]),
        "within_class_variance": sum(own.sum() for own in squares.values()) / len(flat),
        "inter_class_distance2": numpy.mean([((mean - overall) ** 2).sum() for mean in means.values()]),
        "global_variance": ((flat - overall) ** 2).sum(axis=1).mean(),
    }


def drawn(labels, shape, spread=1.0, offset=0.0, seed=3):
    """Activations around a mean for each class."""
    random = numpy.random.default_rng(seed)
    means = random.normal(size=(int(labels.max()) + 1, *shape))
    return offset + means[labels] + spread * random.normal(size=(len(labels), *shape))


class Rc2(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = Path(folder.name)
        (self.here / "cuts").mkdir()

    def save(self, labels, **cuts):
        numpy.save(self.here / "labels.npy", labels)
        for name, values in cuts.items():
            numpy.save(self.here / "cuts" / f"{name}.npy", values)

    def rc2(self, *arguments, launcher=()):
        return subprocess.run([*launcher, BINARY, "privacy", "rc2", "--activations", "cuts", "--labels", "labels.npy",
                               "--out", "radii.csv", "--classes-out", "classes.csv", "--force", *arguments],
                              cwd=self.here, capture_output=True, text=True, timeout=300, check=False)

    def rows(self, name="radii.csv"):
        with open(self.here / name, encoding="utf-8") as file:
            return list(csv.DictReader(line for line in file if not line.startswith("#")))

    def check(self, groupings, cuts, tolerance=TOLERANCE):
        """Every row of the table equals two passes."""
        rows = self.rows()
        self.assertEqual(len(rows), len(groupings) * len(cuts))
        for row in rows:
            values, labels = cuts[row["cut"]], groupings[row["grouped_by"]]
            self.assertEqual(int(row["dimension"]), values[0].size)
            self.assertEqual(int(row["classes"]), len(numpy.unique(labels)))
            for column, expected in two_passes(values, labels).items():
                with self.subTest(cut=row["cut"], column=column):
                    self.assertLessEqual(abs(float(row[column]) / expected - 1), tolerance)


class ClassRadius(Rc2):
    def test_any_rank_and_type_equals_two_passes(self):
        labels = numpy.arange(90) * 7 % 5
        shapes = [(2, 3, 4, 5)[:rank] for rank in range(5)]
        cuts = {f"rank{1 + len(shape)}": drawn(labels, shape).astype(numpy.float32) for shape in shapes}
        cuts["half"] = drawn(labels, (37,)).astype(numpy.float16)
        cuts["double"] = drawn(labels, (1300,))
        cuts["wide"] = drawn(labels, (5000,)).astype(numpy.float32)
        cuts["whole"] = (10 * drawn(labels, (11,))).astype(numpy.int32)
        self.save(labels, **cuts)
        done = self.rc2()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.check({"labels": labels}, cuts)

    def test_classes_of_one_sample_add_a_radius_of_0_and_labels_without_a_sample_are_no_classes(self):
        labels = numpy.array([0] * 20 + [3] * 15 + [4] + [900] + [1000] * 8)
        cuts = {"z": drawn(labels, (6, 7))}
        self.save(labels, **cuts)
        done = self.rc2()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check({"labels": labels}, cuts)
        classes = {int(row["label"]): (int(row["samples"]), float(row["radius2"])) for row in self.rows("classes.csv")}
        self.assertEqual(list(classes), [0, 3, 4, 900, 1000])
        self.assertEqual((classes[4], classes[900]), ((1, 0.0), (1, 0.0)))
        self.assertIn("2 of 5 classes have one sample", done.stdout)

    def test_a_large_common_offset_costs_no_digits(self):
        labels = numpy.arange(600) % 7
        # As float32 the scatter itself is rounded, before both sides read it.
        cuts = {"double": drawn(labels, (300,), offset=1e6), "single": drawn(labels, (300,), 10, 1e6).astype(numpy.float32)}
        self.save(labels, **cuts)
        self.assertEqual(self.rc2().returncode, 0)
        self.check({"labels": labels}, cuts)

    def test_a_thousand_classes_equal_two_passes_whatever_order_they_are_read_in(self):
        labels = numpy.random.default_rng(5).permutation(numpy.arange(2500) % 1000)
        # The means of a thousand classes are kept for the narrow cut, and read one class after the other for the wide one.
        cuts = {"narrow": drawn(labels, (40,)).astype(numpy.float32), "wide": drawn(labels, (2, 1300)).astype(numpy.float32)}
        self.save(labels, **cuts)
        self.assertEqual(self.rc2().returncode, 0)
        self.check({"labels": labels}, cuts)

    def test_a_value_that_is_no_number_is_told_with_its_place_and_nothing_is_written(self):
        labels = numpy.arange(50) % 5
        values = drawn(labels, (3, 2000))
        values[31, 1, 7] = numpy.nan
        values[30, 2, 1999] = numpy.inf
        values[40, 0, 0] = numpy.nan
        self.save(labels, z=values)
        done = self.rc2()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("cuts/z.npy: value 5999 of sample 30 is infinite (both count from 0)", done.stderr)
        self.assertFalse((self.here / "radii.csv").exists())

    def test_activations_of_a_network_on_real_images_equal_two_passes_by_label_and_by_prediction(self):
        digits = load_digits()
        random = numpy.random.default_rng(2)
        images = (digits.images / 16).astype(numpy.float32)
        kernels = random.normal(size=(12, 3, 3)).astype(numpy.float32)
        windows = numpy.lib.stride_tricks.sliding_window_view(images, (3, 3), axis=(1, 2))
        convolved = numpy.maximum(numpy.einsum("nhwij,cij->nchw", windows, kernels), 0)
        pooled = convolved.reshape(len(images), 12, 3, 2, 3, 2).max(axis=(3, 5))
        # The head is what least squares finds, so that predictions are mostly right and a true class differs from them.
        targets = numpy.eye(10, dtype=numpy.float32)[digits.target]
        flat = numpy.concatenate([pooled.reshape(len(images), -1), numpy.ones((len(images), 1), numpy.float32)], axis=1)
        logits = flat @ numpy.linalg.lstsq(flat, targets, rcond=None)[0]
        predicted = logits.argmax(axis=1)
        self.assertTrue(0.8 < (predicted == digits.target).mean() < 1)
        cuts = {"1_image": images, "2_convolved": convolved, "3_pooled": pooled, "4_logits": logits}
        self.save(digits.target, **cuts)
        numpy.save(self.here / "predicted.npy", predicted)
        done = self.rc2("--predicted", "predicted.npy")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check({"labels": digits.target, "predicted": predicted}, cuts)


class Memory(Rc2):
    """At most 64 MiB and one batch of 4 MiB, for files larger than what may be used."""

    def check_peak(self, samples, shape, classes, data_bytes):
        random = numpy.random.default_rng(1)
        labels = random.integers(0, classes, samples)
        self.save(labels)
        values = numpy.lib.format.open_memmap(self.here / "cuts" / "z.npy", "w+", numpy.float32, (samples, *shape))
        block = random.standard_normal((100, *shape), numpy.float32)
        for first in range(0, samples, 100):
            values[first:first + 100] = block[:samples - first]
        values.flush()
        self.assertGreater(values.nbytes, data_bytes)
        done = self.rc2(launcher=(sys.executable, "-S", str(BENCH / "launch.py"), "--data-bytes", str(data_bytes)))
        self.assertEqual(done.returncode, 0, done.stderr)
        peak = json.loads(done.stderr.splitlines()[-1])["peak_bytes"]
        print(f"{samples} samples of {shape} in {classes} classes, {values.nbytes / MIB:.0f} MiB: peak {peak / MIB:.1f} MiB")
        self.assertLessEqual(peak, (64 + 4) * MIB)

    def test_ten_classes(self):
        self.check_peak(1500, (32768,), 10, 128 * MIB)

    def test_a_thousand_classes(self):
        self.check_peak(1500, (32768,), 1000, 128 * MIB)

    def test_samples_of_which_few_fit_into_memory(self):
        self.check_peak(20, (64, 224, 224), 3, 128 * MIB)

    def test_two_million_narrow_samples(self):
        self.check_peak(2000000, (20,), 1000, 128 * MIB)


def load_tests(loader, _, __):
    cases = [ClassRadius] if "--no-memory-limit" in sys.argv else [ClassRadius, Memory]
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
