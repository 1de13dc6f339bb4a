"""coinfer run --trace: what ui.perfetto.dev needs, what is in it, and that it changes no result. Usage: trace_test.py COINFER"""

import json
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

import trace_rules

BINARY = sys.argv[1]
FILES = ["summary.json", "requests.csv", "exposures.csv", "resources.csv", "servers.csv", "ledger.csv", "timeline.csv"]
# Several phones on one fair link with overlapping transfers and a processor of two slots; a server of batches; first-come links.
CASES = {
    "overlaps": ["resnet50_pi4_edge_cloud", "--set", "stop.requests=300",
                 "--set", "workloads[vision].arrivals.poisson.rate_per_s=20"],
    "plain engine": ["resnet50_pi4_edge_cloud", "--set", "stop.requests=40", "--engine", "plain"],
    "batches": ["cloud_only_llama_3_8b", "--set", "stop.requests=60"],
    "split tokens": ["wan_split_mistral_7b", "--set", "stop.requests=6"],
}


class TraceTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.addCleanup(self.folder.cleanup)

    def run_coinfer(self, *arguments, code=0):
        done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def test_every_trace_keeps_the_rules_and_changes_no_result(self):
        for name, arguments in CASES.items():
            with self.subTest(name):
                trace, plain, traced = (self.path / f"{name}.{end}" for end in ("json", "plain", "traced"))
                self.run_coinfer("run", *arguments, "--quiet", "--out", str(plain))
                self.run_coinfer("run", *arguments, "--quiet", "--out", str(traced), "--trace", str(trace))
                for file in FILES:
                    self.assertEqual((plain / file).read_bytes(), (traced / file).read_bytes(), file)
                document = trace_rules.load(trace)
                self.assertEqual(trace_rules.problems(document), [])
                self.assertNotIn("size_limit", document["otherData"])
                rows = (plain / "requests.csv").read_text().splitlines()[2:]
                requests = [e for e in document["traceEvents"] if e.get("cat") == "request"]
                self.assertEqual(len(requests), len(rows))
                # Each request's slice is its row: arrival and latency, to a nanosecond.
                for event in requests:
                    row = rows[event["args"]["request"]].split(",")
                    self.assertLess(abs(event["ts"] - Decimal(row[1]) * 1000000), Decimal("0.002"))
                    self.assertLess(abs(event["dur"] - Decimal(row[4]) * 1000000), Decimal("0.002"))

    def test_the_slices_of_a_resource_add_up_to_its_busy_time(self):
        trace, out = self.path / "t.json", self.path / "out"
        self.run_coinfer("run", *CASES["overlaps"], "--quiet", "--out", str(out), "--trace", str(trace))
        events = trace_rules.load(trace)["traceEvents"]
        names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["ph"] == "M" and e["name"] == "thread_name"}
        processes = {e["pid"]: e["args"]["name"] for e in events if e["ph"] == "M" and e["name"] == "process_name"}
        self.assertIn("network", processes.values())
        self.assertIn("cloud", processes.values())
        spent = sum(e["dur"] for e in events if e["ph"] == "X" and processes[e["pid"]] == "cloud"
                    and names[e["pid"], e["tid"]].split(" #")[0] == "gpu")
        header, *rows = [line.split(",") for line in (out / "resources.csv").read_text().splitlines()[1:]]
        row = next(dict(zip(header, row)) for row in rows if row[0] == "cloud.gpu")
        end_s = json.loads((out / "summary.json").read_text())["end_s"]
        # Utilisation is the busy share of its one slot.
        self.assertAlmostEqual(float(spent) / 1e6, float(row["utilisation"]) * end_s, places=6)

    def test_a_trace_beyond_its_limit_ends_in_order_and_says_so(self):
        trace = self.path / "t.json"
        done = self.run_coinfer("run", "resnet50_pi4_edge_cloud", "--set", "stop.requests=20000", "--quiet", "--trace", str(trace),
                                "--trace-limit-mib", "1")
        self.assertIn("it has reached its size limit: tasks that ended after ", done.stderr)
        self.assertLess(trace.stat().st_size, 1.01 * 2**20)
        document = trace_rules.load(trace)
        self.assertEqual(trace_rules.problems(document), [])
        self.assertRegex(document["otherData"]["size_limit"], r"^tasks that ended after [0-9.]+ s are left out$")

    def test_a_run_that_fails_leaves_what_happened_before(self):
        trace = self.path / "t.json"
        # Requests 1e11 s apart pass the end of simulated time.
        done = self.run_coinfer("run", "resnet50_pi4_edge_cloud", "--quiet", "--trace", str(trace),
                                "--set", "workloads[vision].arrivals.poisson.rate_per_s=1e-10", code=1)
        document = trace_rules.load(trace)
        self.assertEqual(document["otherData"]["ended_early"], done.stderr.strip().splitlines()[-1])

    def test_an_existing_file_is_kept(self):
        trace = self.path / "t.json"
        trace.write_text("mine")
        self.run_coinfer("run", "resnet50_pi4_edge_cloud", "--quiet", "--trace", str(trace), code=2)
        self.assertEqual(trace.read_text(), "mine")
        self.run_coinfer("run", "resnet50_pi4_edge_cloud", "--set", "stop.requests=3", "--quiet", "--trace", str(trace), "--force")
        self.assertEqual(trace_rules.problems(trace_rules.load(trace)), [])
        self.assertEqual(list(self.path.glob(".*")), [])


class RulesTest(unittest.TestCase):
    """The check finds what it is for."""

    GOOD = [{"ph": "M", "pid": 1, "tid": 0, "name": "process_name", "args": {"name": "p"}},
            {"ph": "M", "pid": 1, "tid": 1, "name": "thread_name", "args": {"name": "t"}},
            {"ph": "X", "pid": 1, "tid": 1, "ts": Decimal(1), "dur": Decimal(2), "cat": "c", "name": "a", "args": {}},
            {"ph": "X", "pid": 1, "tid": 1, "ts": Decimal(3), "dur": Decimal(2), "cat": "c", "name": "b", "args": {}},
            {"ph": "s", "pid": 1, "tid": 1, "ts": Decimal(1), "cat": "flow", "name": "r", "id": 7},
            {"ph": "f", "bp": "e", "pid": 1, "tid": 1, "ts": Decimal(4), "cat": "flow", "name": "r", "id": 7}]

    def check(self, at, **changes):
        events = [dict(event) for event in self.GOOD]
        events[at].update(changes)
        return trace_rules.problems({"traceEvents": [{k: v for k, v in e.items() if v is not None} for e in events]})

    def test_each_rule(self):
        self.assertEqual(self.check(0), [])
        for at, changes in [(2, {"dur": None}), (2, {"dur": Decimal("2.001")}), (2, {"ts": Decimal(-1)}), (2, {"ph": "Q"}),
                            (3, {"tid": 9}), (4, {"ts": Decimal(9)}), (5, {"id": 8}), (5, {"ts": Decimal(5)}), (0, {"pid": 2})]:
            with self.subTest(at=at, **changes):
                self.assertNotEqual(self.check(at, **changes), [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
