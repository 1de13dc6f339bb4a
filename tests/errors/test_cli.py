"""What a user may do wrong by hand: folders that cannot be written, streams that close, interrupts, wrong options.

    test_cli.py COINFER [--no-memory-limit]

A sanitizer needs more address space than any program: --no-memory-limit leaves out the one test that limits it.
"""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

COINFER = ""
LIMIT_MEMORY = True
SCENARIO = "gpz_vgg19_phone_5g"
LIBRARY = pathlib.Path(__file__).resolve().parents[2] / "scenarios" / "library"
SHORT = ["--set", "stop.requests=100", "--set", "stop.warm_up_s=0", "--quiet"]
LONG = ["--set", "stop.requests=1000000000", "--quiet"]
FILES = ["deployment.json", "exposures.csv", "ledger.csv", "manifest.json", "requests.csv", "resources.csv", "servers.csv", "summary.json",
         "timeline.csv"]


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.here = pathlib.Path(self.folder.name)

    def coinfer(self, *arguments, stdout=subprocess.PIPE, **options):
        return subprocess.run([COINFER, *arguments], cwd=self.here, stdout=stdout, stderr=subprocess.PIPE, text=True,
                              timeout=60, check=False, **options)

    def check(self, done, code, stderr):
        self.assertEqual((done.returncode, done.stderr), (code, stderr))

    def left(self):
        """Everything in the folder, hidden names too."""
        return sorted(path.name for path in self.here.rglob("*"))

    def test_a_run_writes_its_files_and_says_where(self):
        done = self.coinfer("run", SCENARIO, *SHORT, "--out", "results/first")
        self.check(done, 0, "")
        self.assertTrue(done.stdout.endswith("\nResults are in results/first\n"))
        self.assertEqual(self.left(), sorted([*FILES, "first", "results"]))

    def test_an_existing_results_folder_is_refused_without_force_and_replaced_with_it(self):
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--out", "out"), 0, "")
        before = (self.here / "out" / "summary.json").read_bytes()
        refused = self.coinfer("run", SCENARIO, *SHORT, "--seed", "2", "--out", "out")
        self.check(refused, 2, "out exists (use --force to replace it)\n")
        self.assertEqual(refused.stdout, "")
        self.assertEqual((self.here / "out" / "summary.json").read_bytes(), before)
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--seed", "2", "--out", "out", "--force"), 0, "")
        self.assertNotEqual((self.here / "out" / "summary.json").read_bytes(), before)
        self.assertEqual(self.left(), sorted(FILES + ["out"]))

    def test_a_folder_of_something_else_is_never_replaced(self):
        (self.here / "thesis").mkdir()
        (self.here / "thesis" / "chapter_1.tex").write_text("years of work")
        done = self.coinfer("run", SCENARIO, *SHORT, "--out", "thesis", "--force")
        self.check(done, 2, "thesis exists and is not a results folder (--force does not replace it)\n")
        self.assertEqual(self.left(), ["chapter_1.tex", "thesis"])

    def test_a_file_is_no_destination(self):
        (self.here / "file").write_text("mine")
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--out", "file"), 2, "file exists (use --force to replace it)\n")
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--out", "file", "--force"), 2,
                   "file exists and is not a results folder (--force does not replace it)\n")
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--out", "file/below"), 1,
                   "file/below: cannot be written (not a directory)\n")
        self.assertEqual((self.here / "file").read_text(), "mine")
        self.assertEqual(self.left(), ["file"])

    def test_a_place_that_cannot_be_written_fails_the_run(self):
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--out", "/proc/results"), 1,
                   "/proc/results: cannot be written (no such file or directory)\n")

    def test_an_empty_name_is_no_destination(self):
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--out", ""), 2, "--out: the name is empty\nRun with --help for more information.\n")

    def test_a_reader_that_leaves_early_ends_the_program_without_a_word(self):
        """As under `| head -1`: the shell takes the broken pipe for an end like any other."""
        reading, writing = os.pipe()
        os.close(reading)
        # Python's children inherit an ignored SIGPIPE unless told otherwise; a shell's children do not.
        done = self.coinfer("list", "devices", stdout=writing, restore_signals=True)
        os.close(writing)
        self.assertIn(done.returncode, (1, -signal.SIGPIPE))
        self.assertNotIn("terminate", done.stderr)

    def test_a_full_disk_behind_stdout_is_told(self):
        for command in (["list", "devices"], ["check", SCENARIO], ["run", SCENARIO, *SHORT], ["show", "model", "vit_64px"]):
            with self.subTest(command), open("/dev/full", "w") as full:
                self.check(self.coinfer(*command, stdout=full), 1, "standard output cannot be written\n")

    def test_a_closed_stdout_is_told(self):
        for command in (["check", SCENARIO], ["run", SCENARIO, *SHORT]):
            with self.subTest(command):
                done = self.coinfer(*command, stdout=None, preexec_fn=lambda: os.close(1))
                self.check(done, 1, "standard output cannot be written\n")

    def interrupt(self, number, arguments):
        process = subprocess.Popen([COINFER, "run", *arguments, "--out", "out"], cwd=self.here, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(1.0)
        self.assertIsNone(process.poll(), "the run was over before it could be interrupted")
        os.killpg(process.pid, number)  # as a terminal does: the child that runs SimGrid gets it too
        stdout, stderr = process.communicate(timeout=10)
        self.assertEqual(self.left(), [])
        return process.returncode, stdout, stderr

    def test_an_interrupted_run_leaves_nothing(self):
        for number, code, text in ((signal.SIGINT, 130, "interrupted\n"), (signal.SIGTERM, -signal.SIGTERM, "")):
            for engine in ("fast", "plain"):
                with self.subTest(signal=number, engine=engine):
                    ended = self.interrupt(number, [SCENARIO, *LONG, "--engine", engine, "--trace", "trace.json"])
                    self.assertEqual(ended, (code, "", text))

    def test_a_legal_run_that_cannot_be_carried_out_fails_with_the_reason(self):
        proportion = "is beyond the largest number: some quantity of the scenario is out of all proportion\n"
        for assignments, stderr in (
            (["links[access].latency_ms=1e300"], "the run goes on for more than 2000 years of simulated time\n"),
            (["links[access].up_mbit_per_s=1e-300"], "the run goes on for more than 2000 years of simulated time\n"),
            (["engine=PLAIN", "links[access].up_mbit_per_s=1e-300"],
             "a transfer ends after more than 2000 years of simulated time\n"),
            (["devices[cloud].price_usd_per_hour=1e308", "devices[phone].price_usd_per_hour=1e308",
              "workloads[vision].arrivals.poisson.rate_per_s=0.001"], f"the cost {proportion}"),
            (["workloads[vision].framing_bytes=1e307", "links[access].up_mbit_per_s=1e300",
              "links[access].down_mbit_per_s=1e300"],
             f"the utilisation of 'access up' {proportion}"),
        ):
            with self.subTest(assignments):
                sets = [argument for assignment in assignments for argument in ("--set", assignment)]
                self.check(self.coinfer("run", SCENARIO, *SHORT, *sets, "--out", "out"), 1, stderr)
                self.assertEqual(self.left(), [])

    def run_with_floor(self, floor):
        """A run of the library scenario with that floor, and what summary.json says of it."""
        text = (LIBRARY / f"{SCENARIO}.textproto").read_text()
        (self.here / "floor.textproto").write_text(text + f"privacy_floors {{ {floor} }}\n")
        done = self.coinfer("run", "floor.textproto", *SHORT, "--out", "out", "--force")
        self.assertEqual(sorted(os.listdir(self.here / "out")), FILES)
        (verdict,) = json.loads((self.here / "out" / "summary.json").read_text())["privacy_floors"]
        return done, verdict

    def test_a_privacy_floor_on_a_metric_that_nobody_measured_fails_the_run_with_that_reason(self):
        lpips = 'adversary: "curious cloud" metric: "lpips" at_least: 0.3'
        what = "lpips of at least 0.3 against 'curious cloud'"
        why = ("not measured: nobody measured lpips for the cut 'block30', but mse "
               "(adversary 'curious cloud', workload 'vision')")
        done, verdict = self.run_with_floor(lpips)
        self.check(done, 1, f"privacy floor missed: {what}: {why}\n")
        self.assertIn(f"\nWhat it must not leak\n  MISSED        {what}: {why}\n", done.stdout)
        self.assertTrue(done.stdout.endswith("\nResults are in out\n"))
        self.assertEqual(verdict, {"adversary": "curious cloud", "workload": None, "metric": "lpips", "scale": None,
                                   "direction": "at_least", "bound": 0.3, "value": None, "kept": False, "reason": why})
        done, verdict = self.run_with_floor(f"{lpips} unmeasured: ALLOW")
        self.check(done, 0, "")
        self.assertIn(f"  kept          {what}: unmeasured is allowed: {why}\n", done.stdout)
        self.assertEqual((verdict["value"], verdict["kept"]), (None, True))

    def test_a_privacy_floor_is_decided_on_the_worst_that_was_measured(self):
        where = "(adversary 'curious cloud', workload 'vision')"
        done, verdict = self.run_with_floor('adversary: "curious cloud" metric: "mse" at_least: 0.066')
        self.check(done, 0, "")
        self.assertEqual((verdict["value"], verdict["scale"], verdict["kept"], verdict["reason"]),
                         (0.066, "sum_over_channels_peak_1", True,
                          f"mse is 0.066 for 'block30' by inversion_network {where}"))
        # 0.066 summed over three channels is 0.022 of an element, but for the last bit of a double.
        done, verdict = self.run_with_floor('adversary: "curious cloud" metric: "mse" scale: "per_element_peak_1" '
                                            "at_least: 0.0221")
        why = ("mse is 0.022000000000000002 for 'block30' by inversion_network, converted from mse on sum_over_channels_peak_1 " + where)
        self.check(done, 1, "privacy floor missed: mse of at least 0.0221 (per_element_peak_1) against 'curious cloud': "
                            f"{why}\n")
        # Every adversary: the other one may do what nobody measured.
        done, verdict = self.run_with_floor('metric: "mse" at_least: 0.01')
        why = ("not measured: no row with an attack that knowledge 'query_free' allows for model 'vgg19_bn_64px', dataset "
               "'cifar10', cut 'block30', protection 'clear' (adversary 'network observer', workload 'vision')")
        self.check(done, 1, f"privacy floor missed: mse of at least 0.01: {why}\n")
        self.assertEqual((verdict["value"], verdict["kept"]), (0.066, False))

    def test_a_results_folder_does_not_hide_the_scenario_it_is_named_for(self):
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--out", SCENARIO), 0, "")
        self.check(self.coinfer("run", SCENARIO, *SHORT, "--out", SCENARIO, "--force"), 0, "")

    def test_a_run_that_needs_more_memory_than_there_is_says_so(self):
        if not LIMIT_MEMORY:
            return
        limit = 512 << 20
        for engine in ("FAST", "PLAIN"):
            with self.subTest(engine):
                done = self.coinfer("run", SCENARIO, *SHORT, "--set", "stop={duration_s:1}", "--set", f"engine={engine}",
                                    "--set", "workloads[vision].arrivals={poisson{rate_per_s:1e8}}", "--out", "out",
                                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
                self.check(done, 1, "the memory does not suffice for this scenario: fewer requests, or users, need less\n")
                self.assertEqual(self.left(), [])

    def test_wrong_options_are_told(self):
        self.check(self.coinfer("run", SCENARIO, "--seed", "abc"), 2,
                   "--seed: 'abc' is no whole number from 0 to 2^64 - 1\nRun with --help for more information.\n")
        self.check(self.coinfer("run", SCENARIO, "--seed", "18446744073709551616"), 2,
                   "--seed: '18446744073709551616' is no whole number from 0 to 2^64 - 1\n"
                   "Run with --help for more information.\n")
        self.check(self.coinfer("run", SCENARIO, "--seed"), 2,
                   "--seed: 1 required UINT missing\nRun with --help for more information.\n")
        self.check(self.coinfer(), 2, "A subcommand is required\nRun with --help for more information.\n")
        self.check(self.coinfer("rum", SCENARIO), 2, "no command 'rum' did you mean 'run'?\n")
        self.check(self.coinfer("", SCENARIO), 2, "no command ''\n")

    def test_a_plan_that_cannot_decide_its_bounds_or_keep_up_is_missed(self):
        plan = ("plan", "plan_vgg19_camera_edge_cloud", "--quiet")
        done = self.coinfer(*plan, "--no-simulation", "--set", "plan.constraints.latency_p95_ms=50")
        self.check(done, 1, "bounds on percentiles are not checked without simulation\n")
        self.assertIn("Not checked: latency_p95_ms at most 50.", done.stdout)
        done = self.coinfer(*plan, "--set", "workloads[vision].arrivals.poisson.rate_per_s=100")
        self.check(done, 0, "")
        self.assertIn("camera.cpu to block27 | edge.gpu", done.stdout)
        done = self.coinfer(*plan, "--set", "workloads[vision].arrivals.poisson.rate_per_s=1000", "--set", "stop.requests=2000")
        self.check(done, 1, "every placement that was simulated is overloaded\n")
        self.assertIn("All of these are overloaded", done.stdout)

    def test_help_and_version_go_to_stdout(self):
        for arguments in (["--help"], ["run", "--help"], ["--version"]):
            with self.subTest(arguments):
                done = self.coinfer(*arguments)
                self.check(done, 0, "")
                self.assertTrue(done.stdout)


if __name__ == "__main__":
    COINFER = str(pathlib.Path(sys.argv.pop(1)).resolve())
    if "--no-memory-limit" in sys.argv:
        sys.argv.remove("--no-memory-limit")
        LIMIT_MEMORY = False
    unittest.main()
