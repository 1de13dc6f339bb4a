"""coinfer compare from the command line: exit codes, what is refused, tables and JSON of runs and sweeps.

    test_compare.py COINFER
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

COINFER = ""
RUN = ["run", "gpz_vgg19_phone_5g", "--set", "stop.requests=1000", "--set", "stop.warm_up_s=0", "--quiet"]
SWEEP = 'name: "x" scenario: "gpz_vgg19_phone_5g" set: "stop.requests=20" set: "stop.warm_up_s=0" replications: 3\n' \
        'axes { name: "uplink" fields: "links[access].up_mbit_per_s" values { value: "50" value: "%s" } }\n'


class Compare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.here = pathlib.Path(cls.folder.name)
        cls.made(*RUN, "--out", "before")
        cls.made(*RUN, "--out", "after", "--set", "links[access].up_mbit_per_s=40")
        for name, uplink in (("a", 100), ("b", 100), ("c", 200)):
            (cls.here / f"{name}.sweep.textproto").write_text(SWEEP % uplink)
            cls.made("sweep", f"{name}.sweep.textproto", "--out", f"sweep_{name}", "--quiet")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def coinfer(cls, *arguments):
        return subprocess.run([COINFER, *arguments], cwd=cls.here, capture_output=True, text=True, timeout=120, check=False)

    @classmethod
    def made(cls, *arguments):
        done = cls.coinfer(*arguments)
        assert done.returncode == 0, done.stderr

    def test_a_difference_is_no_failure_unless_it_is_asked_for(self):
        done = self.coinfer("compare", "before", "after", "--figures", "latency_s.mean")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("B is slower", done.stdout)
        self.assertIn("  links[access].up_mbit_per_s: ", done.stdout)
        worse = self.coinfer("compare", "before", "after", "--figures", "latency_s.mean", "--fail-on-worse", "1")
        self.assertEqual((worse.returncode, worse.stdout), (1, done.stdout))
        self.assertRegex(worse.stderr, r"^worse by more than 1 %: latency_s.mean: \S+ in A, \S+ in B\n$")
        self.assertEqual(self.coinfer("compare", "after", "before", "--fail-on-worse", "0").returncode, 0)
        self.assertEqual(self.coinfer("compare", "before", "after", "--fail-on-worse", "10000").returncode, 0)

    def test_the_unknown_is_not_safe(self):
        def failed(*arguments):
            done = self.coinfer("compare", *arguments, "--fail-on-worse", "0")
            self.assertEqual(done.returncode, 1, done.stdout)
            return done.stderr
        until = "workloads[vision].placement.stages[0].until="
        self.made(*RUN, "--out", "block30", "--set", until + "block30")
        self.made(*RUN, "--out", "block13", "--set", until + "block13")
        self.assertRegex(failed("block30", "block13", "--figures", "privacy"),
                         r"(?m)^may be worse: privacy\[\S+ \S+\]: \S+ in A, not\S+ in B")
        self.made(*RUN, "--out", "nothing", "--set", "stop.at_end=CUT",
                  "--set", "links[access].up_mbit_per_s=0.000001")
        self.assertIn("may be worse: latency_s.p95: ", failed("before", "nothing", "--figures", "latency_s"))
        self.made(*RUN, "--out", "behind", "--set", "workloads[vision].arrivals.poisson.rate_per_s=100000")
        self.assertIn("does not keep up with its load: B is ", failed("before", "behind", "--figures", "privacy"))

    def test_json_has_every_figure_with_its_interval(self):
        done = self.coinfer("compare", "before", "after", "--json")
        figures = {figure["figure"]: figure for figure in json.loads(done.stdout)["figures"]}
        mean = figures["latency_s.mean"]
        self.assertLess(mean["difference_ci95"]["low"], mean["difference"])
        self.assertLess(mean["difference"], mean["difference_ci95"]["high"])
        self.assertAlmostEqual(mean["difference"], mean["b"] - mean["a"], delta=1e-12)
        self.assertEqual(figures["bytes.up"]["verdict"], "equal")
        self.assertIsNone(figures["bytes.up"]["difference_ci95"])

    def test_sweeps_are_compared_as_folders_and_as_tables(self):
        same = self.coinfer("compare", "sweep_a", "sweep_b")
        self.assertEqual((same.returncode, same.stderr), (0, ""))
        self.assertIn("paired by point and seed", same.stdout)
        self.assertIn("The inputs are the same.", same.stdout)
        table = self.coinfer("compare", "sweep_a/points.csv", "sweep_b")
        self.assertIn("a table alone does not say", table.stdout)
        self.assertNotIn("The inputs are the same.", table.stdout)
        other = self.coinfer("compare", "sweep_a", "sweep_c")
        self.assertIn("1 points of A alone are left out", other.stdout)
        self.assertIn('sweep.axes[uplink].values.value[1]: "100" in A, "200" in B', other.stdout)

    def test_what_cannot_be_compared_is_told(self):
        def told(*arguments):
            done = self.coinfer("compare", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            return done.stderr
        self.assertEqual(told("before", "sweep_a"),
                         "before and sweep_a are not of one kind: compare two runs, or two sweeps\n")
        self.assertEqual(told("before", "after", "--figures", "latncy_s"),
                         "no figure 'latncy_s' of runs, did you mean 'latency_s'?\n  figures of runs are paths in "
                         "summary.json: latency_s.p95, bytes.up, privacy\n")
        self.assertEqual(told("sweep_a", "sweep_b", "--figures", "latency_s.p95"),
                         "no figure 'latency_s.p95' of sweeps, did you mean 'latency_p95_s'?\n  figures of sweeps are "
                         "columns of points.csv: latency_p95_s, up_bytes, leakage\n")
        for wrong in ("nan", "-1", "inf"):
            self.assertIn("not in range", told("before", "after", "--fail-on-worse", wrong))
        self.assertEqual(told("before", "missing"),
                         "missing: no such results folder (coinfer run SCENARIO --out DIR writes one)\n")
        (self.here / "begun" / "journal").mkdir(parents=True)
        self.assertEqual(told("begun", "sweep_a"), "begun: no points.csv (the sweep has not come to its end)\n")


if __name__ == "__main__":
    COINFER = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
