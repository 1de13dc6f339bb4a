"""Running a scenario over the cuts of its model: which runs it makes, and which it does not make again."""

import io
import subprocess
import sys
import unittest
from pathlib import Path

from samples import BINARY, ROOT, SCENARIO, SHORT, SampleTest, change_json

import cut_runs
import results
import run_cuts
import text_format

CUTS = "input,block 30,fc3"


class RunCutsTest(SampleTest):
    def run_cuts(self, wanted=CUTS, settings=SHORT, **options):
        workload = options.pop("workload", "vision")
        return run_cuts.run_cuts(BINARY, SCENARIO, workload, wanted, self.scratch / "out", settings, **options)

    def test_each_cut_runs_into_its_folder_and_the_ends_of_the_model_are_no_splits(self):
        seen = []
        outcome = self.run_cuts(show=lambda done, total, name: seen.append((done, total)))
        self.assertEqual((sorted(outcome.ran), outcome.kept, outcome.failed), (["block30", "fc3", "input"], [], {}))
        self.assertEqual(seen, [(1, 3), (2, 3), (3, 3)])
        table = results.load_many(sorted(path for path in (self.scratch / "out").iterdir() if path.is_dir()))
        self.assertEqual([Path(folder).name for folder in table.index], ["block30", "fc3", "input"])
        self.assertEqual(table["workloads[vision].protocol"].tolist(), ["plain_split", "local_only", "cloud_only"])
        self.assertEqual(table["workloads[vision].cut"][0], "block30")
        self.assertEqual(table["requests.submitted"].tolist(), [400, 400, 400])

    def test_a_second_call_keeps_what_is_complete_and_runs_what_is_not(self):
        self.run_cuts()
        out = self.scratch / "out"
        before = {name: (out / name / "summary.json").stat().st_mtime_ns for name in ("block30", "fc3", "input")}
        (out / "fc3" / "requests.csv").unlink()
        change_json(out / "input" / "summary.json", lambda content: content.update(schema_version=99))
        outcome = self.run_cuts("input,block30,block39,fc3")
        self.assertEqual((sorted(outcome.ran), outcome.kept), (["block39", "fc3", "input"], ["block30"]))
        self.assertEqual((out / "block30" / "summary.json").stat().st_mtime_ns, before["block30"])
        self.assertEqual(len(results.load_results(out / "fc3").requests), 400)
        self.assertEqual(self.run_cuts().ran, [])

    def test_a_changed_setting_makes_every_run_again(self):
        self.run_cuts("block30")
        outcome = self.run_cuts("block30", [*SHORT, "seed=2"])
        self.assertEqual((outcome.ran, outcome.kept), (["block30"], []))
        self.assertEqual(results.load_results(self.scratch / "out" / "block30").manifest["seed"], 2)

    def test_all_cuts_are_those_of_the_model_in_its_order(self):
        cuts = cut_runs.choose_cuts(cut_runs.cuts_of_model(BINARY, "vgg19_bn_64px"), "all")
        names = [cut.name for cut in cuts]
        self.assertEqual((names[0], names[1], names[-1]), ("input", "block1", "fc3"))
        self.assertEqual([cut.name for cut in cuts if cut.last], ["fc3"])
        blocks = cut_runs.choose_cuts(cuts, "block*")
        self.assertEqual([cut.name for cut in blocks], [name for name in names if name.startswith("block")])

    def test_one_cut_that_fails_does_not_stop_the_others(self):
        (self.scratch / "out").mkdir()
        (self.scratch / "out" / "block30").write_text("in the way")
        outcome = self.run_cuts()
        self.assertEqual((sorted(outcome.ran), list(outcome.failed)), (["fc3", "input"], ["block30"]))
        self.assertIn("block30", outcome.failed["block30"])

    def test_what_is_wrong_is_said_before_anything_runs(self):
        for options, text in (({"wanted": "block99"}, "no cut 'block99': the cuts are input, block1, "),
                              ({"workload": "audio"}, "no workload 'audio': the scenario has vision"),
                              ({"settings": ["devices[phone].count=0"]}, "count")):
            with self.assertRaises(cut_runs.CutError) as caught:
                self.run_cuts(**options)
            self.assertIn(text, str(caught.exception))
            self.assertFalse((self.scratch / "out").exists())

    def test_a_placement_of_three_stages_has_no_one_cut(self):
        stages = 'stages{on:"phone.cpu" until:"block30"} stages{on:"phone.gpu" until:"block39"} stages{on:"cloud.gpu"}'
        with self.assertRaises(cut_runs.CutError) as caught:
            self.run_cuts(settings=[f"workloads[vision].placement={{{stages}}}"])
        self.assertEqual(str(caught.exception), "the placement of workload 'vision' has 3 stages: a cut needs two")

    def test_the_command_says_what_it_did(self):
        command = [sys.executable, "-B", "-W", "error", str(ROOT / "analysis/run_cuts.py"), SCENARIO, "--coinfer",
                   str(BINARY), "--cuts", "block30", "--out", str(self.scratch / "out"), "--set", SHORT[0]]
        said = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)]
        self.assertEqual(said[0].stderr, "1 of 1 cuts, last block30\n")
        self.assertEqual([done.stdout for done in said],
                         [f"{ran} cuts run, {kept} kept, 0 failed; results are in {self.scratch / 'out'}\n"
                          for ran, kept in ((1, 0), (0, 1))])
        wrong = subprocess.run([*command, "--workload", "audio"], capture_output=True, text=True, check=False)
        self.assertEqual((wrong.returncode, wrong.stderr), (2, "no workload 'audio': the scenario has vision\n"))


class ProgressBarTest(unittest.TestCase):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def test_a_terminal_gets_a_bar_that_rewrites_its_line(self):
        out = self.Terminal()
        bar = run_cuts.ProgressBar(2, out, quiet=False)
        bar.show(1, "a")
        bar.show(2, "b")
        self.assertEqual(out.getvalue(), f"\r\033[K[{'#' * 15}{' ' * 15}] 1 of 2 cuts  a"
                                         f"\r\033[K[{'#' * 30}] 2 of 2 cuts  b\n")

    def test_elsewhere_lines_are_sparse_and_quiet_means_none(self):
        lines, nothing = io.StringIO(), io.StringIO()
        for out, quiet in ((lines, False), (nothing, True)):
            bar = run_cuts.ProgressBar(2, out, quiet)
            bar.show(1, "a")
            bar.show(2, "b")
        self.assertEqual((lines.getvalue(), nothing.getvalue()), ("2 of 2 cuts, last b\n", ""))


class TextFormatTest(unittest.TestCase):
    def test_an_echoed_scenario_is_read_field_by_field(self):
        text = 'name: "caf\\303\\251 \\"x\\""\ndevices {\n  count: 2\n  on {\n  }\n}\ndevices {\n  kind: FAST\n}\n'
        self.assertEqual(text_format.parse(text), {"name": ['café "x"'], "devices": [{"count": ["2"], "on": [{}]},
                                                                                     {"kind": ["FAST"]}]})

    def test_any_other_layout_is_refused(self):
        for text, why in (("devices { count: 2 }", "line 1 is neither a field nor a brace: devices { count: 2 }"),
                          ("devices {\n", "a brace is not closed"), ("}\n", "line 1 is neither a field nor a brace: }")):
            with self.assertRaises(ValueError) as caught:
                text_format.parse(text)
            self.assertEqual(str(caught.exception), why)


if __name__ == "__main__":
    unittest.main()
