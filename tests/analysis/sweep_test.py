"""`coinfer sweep` and `coinfer merge` on the command line: one table, however it came about.

Usage: COINFER_BINARY=build/release/coinfer sweep_test.py
"""

import filecmp
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from samples import BINARY

import results

# A phone that hands half of a model to a cloud, and another phone that shares the way there.
SCENARIO = """
name: "small"
seed: 5
devices { name: "phone" domain: "user" processors { name: "cpu" kind: CPU rates { type: FP32 gflop_per_s: 1 } } }
devices { name: "other" domain: "user" processors { name: "cpu" kind: CPU rates { type: FP32 gflop_per_s: 1 } } }
switches: "air"
devices { name: "cloud" domain: "cloud" processors { name: "cpu" kind: CPU rates { type: FP32 gflop_per_s: 10 } } }
links { name: "access" from: "phone" to: "air" domain: "network" up_mbit_per_s: 8 latency_ms: 10 }
links { name: "second" from: "other" to: "air" domain: "network" up_mbit_per_s: 8 latency_ms: 10 }
links { name: "core" from: "air" to: "cloud" domain: "network" up_mbit_per_s: 10 latency_ms: 5 }
WORKLOAD
adversaries { name: "eve" domains: "cloud" knowledge: BLACK_BOX }
stop { requests: 30 }
"""
WORKLOAD = """
workloads {
  name: "NAME" source: "NAME"
  model_inline { name: "m" input_shape: [1000]
    parts { layer { name: "a" op { linear { out_features: 1000 bias: false } } } }
    parts { layer { name: "b" op { linear { out_features: 1000 bias: false } } } } }
  arrivals { poisson { rate_per_s: 100 } }
  protocol: "plain_split" placement { stages { on: "NAME" until: "a" } stages { on: "cloud" } }
}
"""

# 96 runs: some need SimGrid and so a process each; rates in two orders of magnitude; a cut that is none; an idle field.
SWEEP = """
name: "small"
scenario: "small.textproto"
axes { name: "engine" fields: "engine" values { value: "FAST" value: "PLAIN" } }
axes { name: "rate_per_s" fields: "workloads[phone].arrivals.poisson.rate_per_s" log { from: 10 to: 1000 count: 4 } }
axes { name: "cut" fields: "workloads[phone].placement.stages[0].until" values { value: "a" value: "none" } }
axes { name: "question" fields: "question" values { value: "one" value: "two" value: "three" } }
replications: 2
"""


def coinfer(*arguments, **options):
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False,
                          **options)


def children_of(process):
    """Numbers of the processes that a process has started."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


class SweepTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.holder.name)
        both = "".join(WORKLOAD.replace("NAME", name) for name in ("phone", "other"))
        (cls.folder / "small.textproto").write_text(SCENARIO.replace("WORKLOAD", both), encoding="utf-8")
        cls.sweep = cls.folder / "small.sweep.textproto"
        cls.sweep.write_text(SWEEP, encoding="utf-8")
        cls.whole = cls.folder / "whole"
        cls.done = coinfer("sweep", cls.sweep, "--out", cls.whole, "--jobs", 1)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def bytes_of(self, folder):
        return (folder / "points.csv").read_bytes()

    def written(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def wait_for(self, condition, process):
        """Until the condition holds, which must be before the process ends."""
        while not condition():
            self.assertIsNone(process.poll(), "it ended too early")
            time.sleep(0.01)

    def long_sweep(self, name):
        """One of 40 runs of some tens of milliseconds each."""
        return self.written(f"{name}.sweep.textproto", SWEEP.split("axes")[0] + """
set: "stop.requests=3000"
axes { name: "rate_per_s" fields: "workloads[phone].arrivals.poisson.rate_per_s" linear { from: 100 to: 120 count: 40 } }
""")

    def test_table_has_a_row_a_run_and_says_what_failed(self):
        self.assertEqual(self.done.returncode, 1)
        self.assertIn("96 runs: 48 ok, 0 failed, 48 invalid\n", self.done.stdout)
        self.assertIn("48 runs failed or invalid, the first: ", self.done.stderr)
        points = results.load_points(self.whole)
        self.assertEqual(list(points["point"]), [run // 2 for run in range(96)])
        self.assertEqual(list(points["replication"]), [0, 1] * 48)
        self.assertEqual(set(points[points["cut"] == "a"]["status"]), {"ok"})
        invalid = points[points["cut"] == "none"]
        self.assertEqual(set(invalid["status"]), {"invalid"})
        self.assertTrue(invalid["reason"].str.contains("'none'").all())
        self.assertTrue(invalid["latency_mean_s"].isna().all())
        self.assertEqual(points["seed"].iloc[0], 5)
        self.assertEqual(points["seed"].nunique(), 2)

    def test_idle_axis_is_named_and_a_constant_metric_is_not(self):
        self.assertIn("No result changes with 'question': ", self.done.stdout)
        points = results.load_points(self.whole)
        self.assertEqual(points["requests_rejected"].dropna().nunique(), 1)
        self.assertNotIn("requests_rejected", self.done.stdout)

    def test_two_jobs_and_a_second_call_write_the_same_bytes(self):
        out = self.folder / "two"
        coinfer("sweep", self.sweep, "--out", out, "--jobs", 2)
        self.assertEqual(self.bytes_of(out), self.bytes_of(self.whole))
        (out / "points.csv").unlink()
        again = coinfer("sweep", self.sweep, "--out", out, "--jobs", 1)
        self.assertIn("96 of them had been done before\n", again.stdout)
        self.assertEqual(self.bytes_of(out), self.bytes_of(self.whole))

    def test_row_equals_the_run(self):
        points = results.load_points(self.whole)
        row = points[(points["point"] == 12) & (points["replication"] == 1)].iloc[0]
        run = coinfer("run", self.folder / "small.textproto", "--json", "--quiet", "--seed", row["seed"], "--engine",
                      row["engine"].lower(), "--set", f"workloads[phone].arrivals.poisson.rate_per_s={row['rate_per_s']!r}")
        summary = json.loads(run.stdout)
        self.assertEqual(row["latency_mean_s"], summary["latency_s"]["mean"])
        self.assertEqual(row["latency_p99_s"], summary["latency_s"]["p99"])
        self.assertEqual(row["requests_completed"], summary["requests"]["completed"])
        self.assertEqual(row["other.latency_max_s"], summary["workloads"][1]["latency_s"]["max"])
        self.assertEqual(row["end_s"], summary["end_s"])
        self.assertEqual(row["leakage.eve.phone.other_metrics.status"], "not_measured")

    def test_killed_at_any_instant_it_goes_on(self):
        out = self.folder / "killed"
        before = {}
        for wait_s in (0.02, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5):
            process = subprocess.Popen([str(BINARY), "sweep", str(self.sweep), "--out", str(out), "--jobs", "2", "--quiet"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(wait_s)
            process.kill()
            process.wait()
            time.sleep(0.05)  # Its workers end with it, not before it.
            rows = {path.name: path.read_bytes() for path in (out / "journal").glob("*.rows")}
            for name, content in before.items():
                # A torn record at the end may go, what stands before it may not.
                self.assertTrue(rows[name].startswith(content[:len(content) - 4096]), name)
            before = rows
        done = coinfer("sweep", self.sweep, "--out", out, "--jobs", 2)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(self.bytes_of(out), self.bytes_of(self.whole))

    def test_four_shards_merge_into_the_same_bytes(self):
        shards = [self.folder / f"shard{number}" for number in (1, 2, 3, 4)]
        for number, shard in enumerate(shards, 1):
            coinfer("sweep", self.sweep, "--out", shard, "--shard", f"{number}/4", "--quiet")
        merged = coinfer("merge", *shards[:2], shards[3], "--out", self.folder / "merged")
        self.assertEqual(merged.returncode, 2)
        self.assertIn("24 of 96 runs are missing\nno folder holds shard 3/4\n", merged.stderr)
        self.assertFalse((self.folder / "merged").exists())
        merged = coinfer("merge", *reversed(shards), "--out", self.folder / "merged")
        self.assertEqual(merged.returncode, 1, merged.stderr)
        self.assertIn("96 runs: 48 ok, 0 failed, 48 invalid\n", merged.stdout)
        self.assertIn("No result changes with 'question': ", merged.stdout)
        self.assertEqual(self.bytes_of(self.folder / "merged"), self.bytes_of(self.whole))

    def test_another_sweep_is_refused_unless_forced(self):
        out = self.folder / "taken"
        first = self.written("first.sweep.textproto", 'name: "one"\nscenario: "small.textproto"\n')
        second = self.written("second.sweep.textproto", 'name: "two"\nscenario: "small.textproto"\n')
        self.assertEqual(coinfer("sweep", first, "--out", out).returncode, 0)
        before = self.bytes_of(out)
        refused = coinfer("sweep", second, "--out", out)
        self.assertEqual(refused.returncode, 2)
        self.assertEqual(refused.stderr,
                         f"{out} holds another sweep: its sweep file differs (use --force to replace it)\n")
        self.assertEqual(self.bytes_of(out), before)
        self.assertEqual(coinfer("sweep", second, "--out", out, "--force").returncode, 0)

    def test_interrupt_keeps_what_is_done_and_says_how_to_go_on(self):
        out = self.folder / "interrupted"
        sweep = self.long_sweep("interrupted")
        process = subprocess.Popen([str(BINARY), "sweep", str(sweep), "--out", str(out), "--jobs", "1"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.wait_for(lambda: list((out / "journal").glob("*.rows")), process)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertRegex(stderr, r"interrupted: \d+ of 40 runs are done and kept in .*; the same command goes on")
        self.assertFalse((out / "points.csv").exists())
        self.assertEqual(coinfer("sweep", sweep, "--out", out, "--jobs", 2).returncode, 0)

    def test_run_whose_process_is_killed_is_a_row_and_is_tried_again(self):
        out = self.folder / "shot"
        sweep = self.long_sweep("shot")
        process = subprocess.Popen([str(BINARY), "sweep", str(sweep), "--out", str(out), "--jobs", "1", "--quiet"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        rows = out / "journal" / "0.rows"
        self.wait_for(lambda: rows.exists() and rows.stat().st_size > 0, process)
        os.kill(children_of(process.pid)[0], signal.SIGKILL)
        _, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1)
        self.assertIn("1 run failed or invalid, the first: the process that ran it ended with signal 9 (Killed)", stderr)
        points = results.load_points(out)
        self.assertEqual(len(points), 40)
        self.assertEqual(list(points["status"]).count("failed"), 1)
        again = coinfer("sweep", sweep, "--out", out, "--jobs", 1)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("39 of them had been done before\n", again.stdout)
        self.assertEqual(set(results.load_points(out)["status"]), {"ok"})

    def test_results_folders_are_those_of_coinfer_run(self):
        out = self.folder / "folders"
        sweep = self.written("folders.sweep.textproto", """
name: "folders"
scenario: "small.textproto"
axes { fields: "stop.requests" values { value: "3" value: "4" } }
""")
        self.assertEqual(coinfer("sweep", sweep, "--out", out, "--quiet").returncode, 0)
        again = coinfer("sweep", sweep, "--out", out, "--points-out", "--jobs", 2)
        self.assertEqual(again.returncode, 0, again.stderr)
        alone = self.folder / "alone"
        coinfer("run", self.folder / "small.textproto", "--set", "stop.requests=4", "--out", alone, "--quiet")
        same, different, odd = filecmp.cmpfiles(alone, out / "points" / "1-0", [path.name for path in alone.iterdir()],
                                                shallow=False)
        self.assertEqual((different, odd), (["manifest.json"], []))
        self.assertEqual(len(same), 8)
        manifests = [results.load_results(folder).manifest["input"] for folder in (alone, out / "points" / "1-0")]
        self.assertEqual(manifests[0], manifests[1])


if __name__ == "__main__":
    unittest.main()
