"""Gates from the command line: what was expected and is not so ends in exit code 1, with texts, JUnit XML and Markdown.

    test_gates.py COINFER
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

COINFER = ""
DEVICE = """devices { name: "phone" domain: "user" processors { name: "cpu" kind: CPU rates { type: FP32 gflop_per_s: 0.002 } } }
"""
LAYER = 'parts { layer { name: "%s" op { linear { out_features: 1000 bias: false } } } }'
# Two layers of 1 s each, one request every 5 s: each takes 2 s exactly.
WORKLOAD = ('workloads { name: "w" source: "phone" model_inline { name: "m" input_shape: [1000] ' + LAYER % "a" + LAYER % "b" +
            ' } arrivals { fixed_rate { rate_per_s: 0.2 } } protocol: "local_only" placement { stages { on: "phone" } } }\n')
STOP = "stop { requests: 300 }\n"


class Gates(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)

    def scenario(self, *expectations):
        (self.here / "s.textproto").write_text('name: "s"\n' + DEVICE + WORKLOAD + STOP + "\n".join(expectations) + "\n")

    def sweep(self, *lines):
        (self.here / "s.sweep.textproto").write_text('name: "t"\nscenario: "s.textproto"\n' + "\n".join(lines) + "\n")

    def coinfer(self, *arguments):
        return subprocess.run([COINFER, *arguments], cwd=self.here, capture_output=True, text=True, timeout=60, check=False)

    def cases(self, name):
        """The testcases of a JUnit file, whose counts must be right."""
        root = ElementTree.parse(self.here / name).getroot()
        self.assertEqual((root.tag, [suite.tag for suite in root]), ("testsuites", ["testsuite"]))
        self.assertEqual(root[0][0].tag, "properties")
        cases = list(root[0])[1:]
        for element in (root, root[0]):
            self.assertEqual(int(element.get("tests")), len(cases))
            self.assertEqual(int(element.get("failures")), sum(case.find("failure") is not None for case in cases))
            self.assertEqual(int(element.get("errors")), sum(case.find("error") is not None for case in cases))
        for case in cases:
            self.assertEqual(case.tag, "testcase")
            self.assertTrue(case.get("name") and case.get("classname") and case.get("time"))
            self.assertLessEqual({child.tag for child in case}, {"system-out", "failure", "error"})
        return cases

    def test_a_miss_ends_in_exit_code_1_after_everything_has_been_written(self):
        self.scenario('expect { metric: "latency_s.mean" at_most: 1.5 because: "nobody waits longer" }',
                      'expect { metric: "workloads[w].latency_s.p50" at_most: 2 at_least: 2 }')
        done = self.coinfer("run", "s.textproto", "--quiet", "--out", "out", "--junit", "j.xml", "--markdown", "m.md")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "expectation missed: s: latency_s.mean is 2 (95 % interval 2 to 2), expected at most 1.5 "
                                      "because nobody waits longer: the whole interval is beyond it\n")
        self.assertIn("\nWhat was expected\n  MISSED        latency_s.mean at most 1.5: 2 (2 to 2), the whole interval is "
                      "beyond it (expected because nobody waits longer)\n  met           workloads[w].latency_s.p50 at least 2 "
                      "and at most 2: 2 (2 to 2), the whole interval keeps it\n", done.stdout)
        summary = json.loads((self.here / "out" / "summary.json").read_text())["expectations"]
        self.assertEqual([one["verdict"] for one in summary], ["missed", "met"])
        self.assertEqual(summary[0]["ci95"], {"low": 2, "high": 2})
        missed, met = self.cases("j.xml")
        self.assertEqual((missed.get("classname"), missed.get("name")), ("s", "latency_s.mean at most 1.5"))
        self.assertEqual(missed.find("failure").get("message"),
                         "latency_s.mean is 2 (95 % interval 2 to 2), expected at most 1.5 because nobody waits longer: the "
                         "whole interval is beyond it")
        properties = dict(line.split(": ", 1) for line in missed.find("system-out").text.splitlines())
        self.assertEqual({name: properties[name] for name in ("metric", "value", "interval_low", "interval_high", "at_most")},
                         {"metric": "latency_s.mean", "value": "2", "interval_low": "2", "interval_high": "2",
                          "at_most": "1.5"})
        self.assertIsNone(met.find("failure"))
        self.assertEqual((self.here / "m.md").read_text(),
                         "### s: 1 of 2 expectations met\n\n"
                         "| Verdict | Figure | Value | 95 % interval | Expected | Why |\n|---|---|--:|---|---|---|\n"
                         "| **missed** | latency\\_s.mean | 2 | 2 to 2 | at most 1.5 | the whole interval is beyond it; "
                         "expected because nobody waits longer |\n"
                         "| met | workloads\\[w\\].latency\\_s.p50 | 2 | 2 to 2 | at least 2 and at most 2 | the whole "
                         "interval keeps it |\n")

    def test_what_is_met_ends_in_exit_code_0_and_says_nothing_on_stderr(self):
        self.scenario('expect { metric: "requests.completed" at_least: 300 }')
        done = self.coinfer("run", "s.textproto", "--quiet", "--out", "out", "--junit", "out/j.xml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(self.cases("out/j.xml")), 1)

    def test_what_is_not_measured_fails_unless_that_is_allowed(self):
        self.scenario('expect { metric: "energy_j" at_most: 1 }')
        done = self.coinfer("run", "s.textproto", "--quiet")
        self.assertEqual((done.returncode, done.stderr),
                         (1, "expectation missed: s: energy_j has no value, expected at most 1: not measured: power of "
                             "phone.cpu\n"))
        self.scenario('expect { metric: "energy_j" at_most: 1 unmeasured: ALLOW }')
        done = self.coinfer("run", "s.textproto", "--quiet")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("  not measured  energy_j at most 1: none, not measured: power of phone.cpu; the expectation allows that\n",
                      done.stdout)

    def test_too_few_requests_and_a_run_that_does_not_keep_up_do_not_decide(self):
        self.scenario('expect { metric: "latency_s.mean" at_most: 9 }')
        few = self.coinfer("run", "s.textproto", "--quiet", "--set", "stop.requests=100")
        self.assertEqual((few.returncode, few.stderr),
                         (1, "expectation missed: s: latency_s.mean is 2, expected at most 9: an interval takes 200 requests, "
                             "and there are 100 (decide_by: VALUE takes the value alone)\n"))
        behind = ["--set", "workloads[w].arrivals.fixed_rate.rate_per_s=0.51", "--quiet"]
        late = self.coinfer("run", "s.textproto", *behind)
        self.assertEqual(late.returncode, 1)
        self.assertIn(": the run is OVERLOADED (busiest is phone.cpu): the longer it goes on, the worse this is (decide_by: "
                      "VALUE takes the value alone)\n", late.stderr)
        alone = self.coinfer("run", "s.textproto", *behind, "--set", "expect[0].decide_by=VALUE")
        self.assertEqual((alone.returncode, alone.stderr), (0, ""))

    def test_privacy_floors_are_cases_too(self):
        done = self.coinfer("run", "gpz_vgg19_phone_5g", "--quiet", "--set", "stop={requests: 20}", "--set",
                            'privacy_floors=[{metric: "mse" at_least: 0.5}]', "--set", "seed=1",
                            "--junit", "j.xml", "--markdown", "m.md")
        self.assertEqual(done.returncode, 1)
        floor = self.cases("j.xml")[-1]
        self.assertEqual(floor.get("name"), "privacy floor: mse of at least 0.5")
        self.assertIsNotNone(floor.find("failure"))
        self.assertIn("| **missed** | privacy floor: mse of at least 0.5 | ", (self.here / "m.md").read_text())

    def test_a_sweep_decides_each_point_and_a_merge_says_the_same(self):
        self.scenario('expect { metric: "latency_s.mean" at_most: 1.5 because: "nobody waits longer" }')
        self.sweep('axes { name: "speed" fields: "devices[phone].processors[cpu].rates[0].gflop_per_s" '
                   'values { value: ["0.002", "0.004", "0.008"] } }',
                   'expect { metric: "requests.failed" at_most: 0 }', "replications: 2")
        gates = ["--junit", "j.xml", "--markdown", "m.md"]
        done = self.coinfer("sweep", "s.sweep.textproto", "--out", "out", "--quiet", "--jobs", "2", *gates)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr, "expectation missed: point 0 (speed = 0.002): latency_s.mean is 2 (95 % interval 2 to 2), "
                                      "expected at most 1.5 because nobody waits longer: the whole interval is beyond it\n")
        self.assertIn("2 of 3 points are as expected\n", done.stdout)
        table = (self.here / "out" / "points.csv").read_text()
        rows = list(csv.DictReader(table.splitlines()[1:]))
        self.assertEqual([row["expectations_met"] for row in rows], ["false"] * 2 + ["true"] * 4)
        self.assertEqual([row["expect[0].latency_s.mean.high"] for row in rows], ["2", "2", "1", "1", "0.5", "0.5"])
        self.assertEqual([row["expect[1].requests.failed.met"] for row in rows], ["true"] * 6)
        cases = self.cases("j.xml")
        self.assertEqual([case.get("classname") for case in cases],
                         [f"point {p} (speed = {s})" for p, s in enumerate(("0.002", "0.004", "0.008")) for _ in range(2)])
        self.assertEqual([case.find("failure") is not None for case in cases], [True] + [False] * 5)
        self.assertIn("### t: 2 of 3 points are as expected\n", (self.here / "m.md").read_text())
        texts = [(self.here / name).read_bytes() for name in ("out/points.csv", "j.xml", "m.md")]

        again = self.coinfer("sweep", "s.sweep.textproto", "--out", "out", "--quiet", *gates)
        self.assertEqual((again.returncode, again.stderr), (1, done.stderr))
        self.assertEqual([(self.here / name).read_bytes() for name in ("out/points.csv", "j.xml", "m.md")], texts)

        self.assertEqual(self.coinfer("sweep", "s.sweep.textproto", "--out", "1", "--shard", "1/2", "--quiet").returncode, 1)
        self.assertEqual(self.coinfer("sweep", "s.sweep.textproto", "--out", "2", "--shard", "2/2", "--quiet").returncode, 0)
        merged = self.coinfer("merge", "2", "1", "--out", "all", "--junit", "k.xml", "--markdown", "n.md")
        self.assertEqual((merged.returncode, merged.stderr), (1, done.stderr))
        self.assertEqual([(self.here / name).read_bytes() for name in ("all/points.csv", "k.xml", "n.md")], texts)

    def test_a_file_that_can_never_be_written_is_refused_before_the_work(self):
        self.scenario()
        done = self.coinfer("run", "s.textproto", "--quiet", "--out", "out", "--junit", "missing/j.xml")
        self.assertEqual((done.returncode, done.stderr, done.stdout), (2, "missing/j.xml: there is no folder missing\n", ""))
        self.assertFalse((self.here / "out").exists())


if __name__ == "__main__":
    COINFER = str(pathlib.Path(sys.argv[1]).resolve())
    unittest.main(argv=sys.argv[:1])
