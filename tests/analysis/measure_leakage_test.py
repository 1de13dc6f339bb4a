"""The measurement of leakage, reduced to one seed of one model: what it computes, keeps, goes on with, and that its models and
tables are those of coinfer.

Usage: COINFER_BINARY=build/release/coinfer measure_leakage_test.py
"""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))
BINARY = os.environ.get("COINFER_BINARY", str(ROOT / "build/dev/coinfer"))

import numpy  # noqa: E402
import torch  # noqa: E402

import digits_models  # noqa: E402
import leakage_report  # noqa: E402
import leakage_statistics  # noqa: E402
import leakage_table  # noqa: E402
import measure_leakage  # noqa: E402
from digits_data import split_digits  # noqa: E402
from leakage_units import Victim  # noqa: E402
from progress import Progress  # noqa: E402

CUTS = ["conv1", "relu3", "fc2"]
REDUCED = ["--models", "digits_cnn", "--smoothings", "0", "--seeds", "1", "--cuts", ",".join(CUTS), "--victim-epochs", "12",
           "--shadow-epochs", "3", "--decoder-epochs", "12"]


def coinfer(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=120, check=False)


def rows_of(text):
    return list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))


class ReducedMeasurement(unittest.TestCase):
    """One measurement that is killed after its first cut, then made again."""

    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.here = Path(kept.name)
        cls.out = cls.here / "out"
        cls.units = cls.out / "units/digits_cnn/seed0"
        running = subprocess.Popen(cls.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline_s = time.monotonic() + 240
        while not list(cls.units.glob("cut_*.json")) and running.poll() is None and time.monotonic() < deadline_s:
            time.sleep(0.02)
        running.send_signal(signal.SIGKILL)
        running.wait()
        cls.before = {path.name: path.stat().st_mtime_ns for path in cls.units.glob("*.json")}
        cls.second = cls.measure("--coinfer", BINARY, "--activations", str(cls.here / "activations"))

    @classmethod
    def command(cls, *more):
        return [sys.executable, "-B", "-W", "error", str(ROOT / "analysis/measure_leakage.py"), "--out", str(cls.out), *REDUCED,
                *more]

    @classmethod
    def measure(cls, *more):
        return subprocess.run(cls.command(*more), capture_output=True, text=True, timeout=300, check=False)

    def figures(self, cut):
        figures = json.loads((self.units / f"cut_{cut}.json").read_text())["figures"]
        figures.pop("processor_s")
        return figures

    def test_a_killed_measurement_goes_on_and_keeps_what_was_finished(self):
        self.assertEqual(self.second.returncode, 0, self.second.stderr)
        self.assertGreaterEqual(len(self.before), 2)  # The victim and a cut.
        made = int(self.second.stdout.split(" units measured")[0])
        self.assertEqual(made, 1 + len(CUTS) - len(self.before))
        for name, modified in self.before.items():
            self.assertEqual((self.units / name).stat().st_mtime_ns, modified)
        # Which unit comes last depends on how two workers take turns.
        self.assertRegex(self.second.stderr, r"(\d+) of \1 units, .*, last digits_cnn/seed0 \S+\n$")

    def test_a_spoilt_unit_is_made_again_and_has_the_same_figures_with_one_worker(self):
        before = self.figures("fc2")
        (self.units / "cut_fc2.json").write_text("{")
        again = self.measure("--jobs", "1", "--quiet")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertTrue(again.stdout.startswith("1 units measured"), again.stdout)
        self.assertEqual(self.figures("fc2"), before)

    def test_the_summary_alone_measures_nothing(self):
        only = self.measure("--summary")
        self.assertEqual(only.returncode, 0, only.stderr)
        self.assertIn("digits_cnn (3 cuts, seeds 0)", only.stdout)
        self.assertIn("was not looked for", only.stdout)
        none = self.measure("--summary", "--decoder-epochs", "13")
        self.assertEqual((none.returncode, none.stderr),
                         (2, f"{self.out}: no victim is finished with these settings\n"))

    def test_the_summary_says_where_the_transition_is_by_both_methods(self):
        for method in ("relative_drop", "change_point"):
            for grouping in ("labels", "predicted"):
                self.assertRegex(self.second.stdout, rf"transition by R_c\^2, {method} by {grouping}: .+ \(1 seed\)")
        self.assertRegex(self.second.stdout, r"inversion_network: largest relative jump of mse at \w+ \(1 seed\)")

    def test_the_first_cut_is_rebuilt_better_than_the_last_and_better_than_by_guessing(self):
        victim = json.loads((self.units / "victim.json").read_text())["figures"]
        self.assertGreater(victim["task_accuracy"], 0.9)
        for attack in ("inversion_network", "inversion_ridge"):
            first, last = (self.figures(cut)["attacks"][attack] for cut in ("conv1", "fc2"))
            self.assertLess(2 * first["mse"], last["mse"])
            self.assertGreater(first["ssim"], last["ssim"] + 0.05)
            self.assertGreater(first["psnr_db"], 18)
            self.assertLess(last["mse"], victim["mean_image_mse"])

    def test_the_table_is_one_that_coinfer_reads(self):
        path = self.here / "leakage_reduced.csv"  # Another data set, for the catalogue has other figures of this one.
        path.write_text((self.out / "leakage_digits.csv").read_text().replace(",digits,", ",digits_reduced,"))
        read = coinfer("privacy", "tables", str(path), "--csv")
        self.assertEqual((read.returncode, read.stderr), (0, ""))
        rows = rows_of(read.stdout)
        self.assertEqual(len(rows), len(CUTS) * (4 * 3 + 2 * 3 + 2))
        self.assertEqual({(row["model"], row["dataset"], row["grade"], row["n"], row["spread"]) for row in rows},
                         {("digits_cnn", "digits_reduced", "MEASURED", "1", "")})
        self.assertEqual({row["cut"] for row in rows}, set(CUTS))
        self.assertEqual({row["attack"] for row in rows if row["knowledge"] == "black_box"},
                         {"inversion_network", "inversion_ridge"})
        (source,) = {row["source"] for row in rows}
        self.assertEqual(source, "coinfer analysis/measure_leakage.py --out DIR --models digits_cnn --smoothings=0 --seeds 1 --cuts "
                                 "conv1,relu3,fc2 --victim-epochs 12 --shadow-epochs 3 --decoder-epochs 12, seeds 0")

    def test_the_activations_are_kept_in_the_order_of_the_model_and_have_the_radii_of_the_table(self):
        folder = self.here / "activations/digits_cnn/seed0"
        names = sorted(path.stem for path in (folder / "cuts").iterdir())
        self.assertEqual([name[3:] for name in names], digits_models.digits_cnn().cuts)
        read = coinfer("privacy", "rc2", "--activations", str(folder / "cuts"), "--labels", str(folder / "labels.npy"),
                       "--predicted", str(folder / "predicted.npy"), "--out", str(self.here / "radii.csv"), "--force")
        self.assertEqual(read.returncode, 0, read.stderr)
        radii = {(row["cut"][3:], row["grouped_by"]): row for row in rows_of((self.here / "radii.csv").read_text())}
        for cut in CUTS:
            figures = self.figures(cut)
            for grouping, ours in (("labels", figures["by_label"]), ("predicted", figures["by_prediction"])):
                theirs = radii[cut, grouping]
                for column, metric in (("radius2", "rc2"), ("radius2_per_dimension", "rc2_per_dimension"),
                                       ("radius2_per_global_variance", "rc2_per_global_variance")):
                    self.assertAlmostEqual(float(theirs[column]) / ours[metric], 1, delta=1e-5)

    def test_what_is_wrong_is_said(self):
        for more, text in ((("--models", "digits_vgg"), "unknown model 'digits_vgg': the models are digits_cnn, digits_resnet, "
                                                        "digits_transformer\n"),
                           (("--cuts", "conv9"), "unknown cut 'conv9' of digits_cnn\n")):
            wrong = self.measure(*more)
            self.assertEqual((wrong.returncode, wrong.stdout, wrong.stderr), (2, "", text))


class SameModels(unittest.TestCase):
    """The networks that are trained are those that coinfer prices."""

    def macs(self, chain):
        """Multiply-accumulates up to each cut, counted while an image runs through."""
        total, found = 0, []

        def count(module, inputs, output):
            nonlocal total
            if isinstance(module, torch.nn.Conv2d):
                total += output.numel() * module.weight[0].numel()
            elif isinstance(module, torch.nn.Linear):
                total += output.numel() * module.in_features
            elif isinstance(module, digits_models.SelfAttention):
                tokens, width = inputs[0].shape[1:]
                total += 2 * tokens * tokens * width

        for module in chain.modules():
            module.register_forward_hook(count)
        values = torch.zeros(1, 1, 8, 8)
        shapes = []
        for stage in chain.eval().stages:
            values = stage(values)
            found.append(total)
            shapes.append("x".join(str(size) for size in values.shape[1:]))
        return found, shapes

    def test_cuts_shapes_parameters_and_work_are_equal(self):
        for model, make in digits_models.MODELS.items():
            chain = make()
            with torch.no_grad():
                macs, shapes = self.macs(chain)
            shown = coinfer("show", "model", model, "--cuts", "--csv")
            self.assertEqual(shown.returncode, 0, shown.stderr)
            rows = rows_of(shown.stdout)[1:]  # Without the input.
            self.assertEqual([(row["cut"], row["shape"], int(row["edge_parameters"]), int(row["edge_macs"])) for row in rows],
                             [(cut, shape, chain.edge_parameters(cut), work)
                              for cut, shape, work in zip(chain.cuts, shapes, macs)])
            self.assertTrue(set(digits_models.DECISION_LEVEL[model]) < set(chain.cuts))

    def test_the_table_of_the_catalogue_has_every_cut_of_every_model_with_every_measure(self):
        shown = coinfer("privacy", "tables", "--dataset", "digits", "--csv")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        figures = {}
        for row in rows_of(shown.stdout):
            figures.setdefault(row["model"], {}).setdefault(row["cut"], []).append((row["attack"], row["metric"]))
            self.assertGreaterEqual(int(row["n"]), 3)
        self.assertEqual(set(figures), {model + smoothing for model in digits_models.MODELS
                                        for smoothing in ("", "_ls0.3", "_ls-0.05")})
        for model, cuts in figures.items():
            self.assertEqual(list(cuts), digits_models.MODELS[model.split("_ls")[0]]().cuts)
            for found in cuts.values():
                self.assertEqual(len(set(found)), 4 * 3 + 2 * 3 + 2)

    def test_a_scenario_may_cut_each_at_each_cut(self):
        scenario = """name: "cut"
            devices { name: "phone" use: "snapdragon_8_gen_2" domain: "user" }
            devices { name: "cloud" use: "a100_sxm_80" domain: "cloud operator" }
            links { name: "access" use: "nr_low_band_verizon" from: "phone" to: "cloud" domain: "network" }
            workloads { name: "digits" model: "MODEL" dataset: "digits" source: "phone" protocol: "plain_split"
              arrivals { closed_loop { users: 1 } }
              placement { stages { on: "phone.cpu" until: "CUT" } stages { on: "cloud.gpu" } } }
            stop { requests: 2 }"""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cut.textproto"
            for model, cut in (("digits_cnn", "fc1_relu"), ("digits_resnet", "block4.add"), ("digits_transformer", "block 2")):
                path.write_text(scenario.replace("MODEL", model).replace("CUT", cut))
                checked = coinfer("check", str(path))
                self.assertEqual(checked.returncode, 0, checked.stderr)


class Statistics(unittest.TestCase):
    def test_distance_correlation_is_the_one_worked_out_by_hand(self):
        inputs, sent = numpy.array([[0.0], [1.0], [2.0]]), numpy.array([[0.0], [1.0], [0.0]])
        self.assertAlmostEqual(leakage_statistics.distance_correlation(inputs, sent), 10**-0.25, delta=1e-12)
        self.assertAlmostEqual(leakage_statistics.distance_correlation(inputs, 3 * inputs - 1), 1, delta=1e-12)
        self.assertEqual(leakage_statistics.distance_correlation(inputs, numpy.ones((3, 1))), 0)

    def test_errors_of_a_guess(self):
        images = split_digits(0).test.pixels[:, 0].numpy()
        self.assertEqual(leakage_statistics.errors_of(images, images), {"mse": 0, "ssim": 1})
        found = leakage_statistics.errors_of(images, images + 0.1)
        self.assertAlmostEqual(found["mse"], 0.01, delta=1e-7)
        self.assertAlmostEqual(found["psnr_db"], 20, delta=1e-5)
        # Two constant images have no variance: what is left is the term of the means.
        flat = leakage_statistics.ssim(numpy.full((1, 8, 8), 0.5), numpy.full((1, 8, 8), 0.25))
        self.assertAlmostEqual(flat, (2 * 0.5 * 0.25 + 1e-4) / (0.25 + 0.0625 + 1e-4), delta=1e-12)

    def test_class_radii(self):
        values = numpy.array([[0.0, 0.0], [2.0, 0.0], [5.0, 1.0]])
        found = leakage_statistics.class_radii(values, numpy.array([4, 4, 7]))
        self.assertEqual(found["rc2"], 0.5)  # 1 for the first class, 0 for the second.
        self.assertEqual(found["rc2_per_dimension"], 0.25)
        variance = numpy.mean(((values - values.mean(axis=0)) ** 2).sum(axis=1))
        self.assertAlmostEqual(found["rc2_per_global_variance"], 0.5 / variance, delta=1e-12)

    def test_label_smoothing_takes_from_the_true_class_and_gives_to_the_others(self):
        logits, labels = torch.tensor([[2.0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]), torch.tensor([0])
        log_p = torch.log_softmax(logits, dim=1)[0]
        for smoothing in (0.0, 0.3, -0.05):
            by_hand = -((1 - smoothing) * log_p[0] + smoothing / 9 * log_p[1:].sum())
            loss = digits_models.smoothed_cross_entropy(logits, labels, smoothing)
            self.assertAlmostEqual(float(loss), float(by_hand), delta=1e-6)

    def test_the_parts_of_the_digits_share_no_image_and_hold_every_class(self):
        split = split_digits(3)
        parts = (split.victim, split.attacker, split.held_out, split.test)
        self.assertEqual([len(part) for part in parts], [719, 611, 108, 359])
        for part in parts:
            self.assertEqual(set(part.labels.tolist()), set(range(10)))
        images = torch.cat([part.pixels for part in parts]).flatten(1).numpy()
        self.assertEqual(len(numpy.unique(images, axis=0)), 1797)
        self.assertFalse(torch.equal(split_digits(4).test.pixels, split.test.pixels))


class Reporting(unittest.TestCase):
    def test_figures_are_means_over_seeds_with_the_deviation_of_the_sample(self):
        def victim_of(seed, error):
            cut = {"attacks": {"inversion_network": {"mse": error}}, "by_label": {}, "by_prediction": {},
                   "distance_correlation": 0.5}
            return Victim("digits_cnn", 0.3, seed), {None: {"task_accuracy": 1.0, "class_mean_mse": 0.01, "class_mean_ssim": 0.5}, "fc2": cut}

        rows = leakage_table.table_rows(dict(victim_of(seed, error) for seed, error in enumerate((0.1, 0.2, 0.6))), "us")
        values = {(row["attack"], row["metric"]): (row["value"], row["spread"]) for row in rows}
        self.assertEqual(values["class_mean_image", "psnr_db"], ("20", "0"))
        mse = next(row for row in rows if row["metric"] == "mse")
        self.assertEqual(mse, {"model": "digits_cnn_ls0.3", "dataset": "digits", "cut": "fc2", "protection": "clear",
                               "attack": "inversion_network", "knowledge": "black_box", "metric": "mse",
                               "scale": "per_element_peak_1", "value": "0.3", "spread": "0.264575", "n": "3", "source": "us",
                               "grade": "MEASURED"})

    def test_the_largest_jumps(self):
        self.assertEqual(leakage_report.jumps(["a", "b", "c", "d"], [0.001, 0.004, 0.010, 0.030]), ("b", "d"))

    def test_what_coinfer_locates_is_named_without_its_figures(self):
        text = ("3 cuts, grouped by labels\nrelative_drop (published procedure): 04_pool1 and 08_pool2; the largest drop is 0.7\n"
                "change_point (least squares): no transition; the best step has a factor of 2\n")
        self.assertEqual(measure_leakage.parse_located(text),
                         {"relative_drop by labels": "04_pool1 and 08_pool2", "change_point by labels": "no transition"})

    def test_progress_says_the_rate_and_the_time_left(self):
        class Terminal(io.StringIO):
            def isatty(self):
                return True

        now_s, out = 0.0, Terminal()
        bar = Progress({"victim": 1, "cut": 3}, 2, out, False, lambda: now_s)
        bar.keep("victim")
        now_s = 30.0
        bar.show("cut", "a", 60.0)
        self.assertEqual(out.getvalue(), f"\r\033[K[{'#' * 15}{' ' * 15}] 2 of 4 units, 2.0 a minute, 1 min 00 s left  a")
        silent = Terminal()
        Progress({"cut": 1}, 1, silent, True, lambda: now_s).show("cut", "a", 1.0)
        self.assertEqual(silent.getvalue(), "")


if __name__ == "__main__":
    unittest.main()
