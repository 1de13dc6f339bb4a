"""coinfer explain from the command line: which requests and workloads it takes, and what its JSON has.

    test_explain.py COINFER
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

COINFER = ""


class Explain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.here = pathlib.Path(cls.folder.name)
        for name, requests in (("many", 60), ("one", 1)):
            done = cls.coinfer("run", "protocols_side_by_side", "--set", f"stop.requests={requests}", "--set",
                               "stop.warm_up_s=0", "--quiet", "--out", name)
            assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def coinfer(cls, *arguments):
        return subprocess.run([COINFER, *arguments], cwd=cls.here, capture_output=True, text=True, timeout=120, check=False)

    def refused(self, reason, *arguments):
        done = self.coinfer("explain", *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(reason, done.stderr)
        self.assertNotIn("18446744073709551615", done.stderr)

    def test_a_request_is_a_number_from_0(self):
        self.refused("requests are numbered from 0, not -1", "many", "--request", "-1")
        self.refused("no run has a request 99999999999999999999", "many", "--request", "99999999999999999999")
        self.refused("many: no request 60: the last is 59", "many", "--request", "60")

    def test_a_workload_is_looked_at_alone(self):
        whole = json.loads(self.coinfer("explain", "many", "--json").stdout)
        self.assertEqual(sum(one["requests"]["completed"] for one in whole["workloads"]), whole["completed"])
        for one in whole["workloads"]:
            alone = json.loads(self.coinfer("explain", "many", "--workload", one["workload"], "--json").stdout)
            for key in ("requests", "latency_mean_s", "latency_p50_s", "latency_p99_s", "parts"):
                self.assertEqual(alone[key], one[key])
        self.refused("no request is of workload 'nobody' (there are: ", "many", "--workload", "nobody")

    def test_runs_that_can_hardly_be_compared_come_with_a_warning(self):
        done = self.coinfer("explain", "one", "--against", "many")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("\nWith care:\n  one run had 60 requests, the other 1: they are not the same ones\n", done.stdout)
        self.assertIn("coinfer compare many one\n", done.stdout)
        said = json.loads(self.coinfer("explain", "one", "--against", "many", "--json").stdout)
        self.assertIn("the load after was not judged: too few requests, or too short a run", said["doubts"])
        self.assertIsNone(said["saturation_after"])


if __name__ == "__main__":
    COINFER = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
