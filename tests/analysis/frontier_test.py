"""`coinfer privacy frontier` on the command line, the table it writes, and its plot.

Usage: COINFER_BINARY=build/release/coinfer frontier_test.py
"""

import math
import subprocess
import unittest

from pictures import PictureCase, script
from samples import BINARY, SCENARIO, change_rows

import frontier
import plot_frontier
import results
from matplotlib import pyplot

CUTS = "input,block13,block30,block39,fc3"
SHORT = ("--set", "stop.requests=400", "--set", "stop.warm_up_s=1")

# A client and a cloud that share the work on a token model; the answers are made in the cloud.
TOKENS = """
name: "tokens"
devices { name: "client" use: "xeon_8480" domain: "user" }
devices { name: "cloud" use: "a100_pcie_80" domain: "cloud operator" }
links { name: "wan" from: "client" to: "cloud" up_mbit_per_s: 100 latency_ms: 10 domain: "network" }
workloads {
  name: "chat" model: "mistral_7b" source: "client" dataset: "split_inference_samples"
  arrivals { closed_loop { users: 1 } }
  tokens { prompt { constant: 20 } output { constant: 5 } }
  protocol: "plain_split"
  placement { stages { on: "client" until: "block1" } stages { on: "cloud.gpu" } }
}
adversaries { name: "curious cloud" domains: "cloud operator" knowledge: BLACK_BOX }
stop { requests: 3 }
"""


def coinfer(*arguments, **options):
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False,
                          **options)


class FrontierTest(PictureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table_path = cls.real.parent / "frontier.csv"
        cls.done = coinfer("privacy", "frontier", SCENARIO, *SHORT, "--cuts", CUTS, "--out", cls.table_path)
        assert cls.done.returncode == 0, cls.done.stderr

    def table(self):
        return frontier.load_frontier(self.table_path)

    def of(self, adversary, table=None):
        table = frontier.one_question(self.table() if table is None else table)
        return table[table["adversary"] == adversary].set_index("cut")

    def changed(self, change):
        """A copy of the table after `change(row)` of each row."""
        copy = self.scratch / "changed.csv"
        copy.write_bytes(self.table_path.read_bytes())
        change_rows(copy, change)
        return copy

    def test_the_text_names_the_cuts_the_marks_and_what_is_not_known(self):
        lines = self.done.stdout.splitlines()
        self.assertEqual(lines[0], "gpz_vgg19_phone_5g: the cuts of vgg19_bn_64px, workload 'vision', data set 'cifar10'")
        row = {line.split()[1 if line.startswith("  >") else 0]: line for line in lines[4:9]}
        self.assertTrue(row["block30"].startswith("  >  block30  block 30  plain_split"))
        self.assertTrue(row["input"].split()[1] == "cloud_only" and "raw input" in row["input"])
        self.assertIn("nothing seen *", row["fc3"])
        self.assertIn("not measured", row["block13"])
        self.assertIn("  energy        absent (not measured: power of phone.cpu, ", self.done.stdout)
        self.assertIn("  at block30, block39: mse by inversion_network: SECONDARY, Golden Partition Zone", self.done.stdout)
        self.assertEqual(self.done.stderr, "")

    def test_a_row_is_what_a_run_of_that_cut_says(self):
        cut = self.of("curious cloud").loc["block30"]
        summary = results.load_summary(self.real)
        self.assertEqual(cut["latency_p95_s"], summary["latency_s"]["p95"])
        self.assertEqual(cut["latency_mean_s"], summary["latency_s"]["mean"])
        self.assertEqual(cut["up_bytes"], summary["bytes"]["up"] / 400)
        self.assertEqual(cut["cost_usd"], summary["cost_usd"]["value"] / 400)
        self.assertEqual((cut["value"], cut["scale"]), (0.066, "sum_over_channels_peak_1"))
        self.assertTrue(math.isnan(cut["energy_j"]))

    def test_statuses_and_marks_are_told_per_adversary(self):
        cloud, network = self.of("curious cloud"), self.of("network observer")
        self.assertEqual(cloud["leakage"].tolist(), ["raw_input", "not_measured", "measured", "measured", "nothing_seen"])
        self.assertEqual(network["leakage"].tolist(), ["raw_input"] + 3 * ["not_measured"] + ["nothing_seen"])
        # Nothing of the others is as fast as the phone alone, which shows nothing.
        self.assertEqual(cloud[cloud["pareto_optimal"].astype(bool)].index.tolist(), ["fc3"])
        self.assertFalse(network["pareto_optimal"].astype(bool).any())
        self.assertEqual(cloud["position"].tolist(), [0, 13, 30, 39, 61])

    def test_two_runs_write_the_same_bytes_and_an_existing_table_is_kept(self):
        again = self.scratch / "again.csv"
        command = ("privacy", "frontier", SCENARIO, *SHORT, "--cuts", CUTS, "--out", again)
        self.assertEqual(coinfer(*command).returncode, 0)
        self.assertEqual(again.read_bytes(), self.table_path.read_bytes())
        refused = coinfer(*command)
        self.assertEqual((refused.returncode, refused.stdout, refused.stderr),
                         (2, "", f"{again} exists (use --force to replace it)\n"))
        self.assertEqual(coinfer(*command, "--force", "--quiet").returncode, 0)

    def test_what_is_wrong_is_told_and_nothing_is_written(self):
        out = self.scratch / "none.csv"
        for arguments, text in (
                ((SCENARIO, "--cuts", "blocc30"), "--cuts: model 'vgg19_bn_64px' has no cut 'blocc30' did you mean 'block30'?\n"),
                ((SCENARIO, "--metric", "mes"), "--metric: no metric 'mes' did you mean 'mse'?\n"),
                ((SCENARIO, "--workload", "visio"), ":13:1: no workload 'visio' did you mean 'vision'?\n"),
                (("resnet50_pi4_edge_cloud",), "the placement has 3 stages (a cut that is moved needs two: what is before it "
                                               "and what is after it)\n"),
                (("cmif_llama_2_7b",), "the cut of protocol 'cmif' cannot be moved (of the protocols only 'plain_split' runs "
                                       "at any cut)\n"),
                ((SCENARIO, "--set", "devices[phone].count=0"), "count")):
            done = coinfer("privacy", "frontier", *arguments, "--out", out)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(text, done.stderr)
            self.assertFalse(out.exists())

    def test_cuts_of_a_token_model_say_where_answers_are_read(self):
        scenario = self.scratch / "tokens.textproto"
        scenario.write_text(TOKENS, encoding="utf-8")
        out = self.scratch / "tokens.csv"
        done = coinfer("privacy", "frontier", scenario, "--cuts", "input,block0,block1,block30,lm_head", "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        table = frontier.one_question(frontier.load_frontier(out), "token_reconstruction_accuracy").set_index("cut")
        self.assertEqual(table["value"].dropna().to_dict(), {"block1": 0.588})
        self.assertEqual(table["leakage"]["input"], "raw_input")
        self.assertTrue(table["answer_seen"]["block1"])
        self.assertIn("this adversary also reads the answers in the clear", done.stdout)
        self.plot("plot_frontier.py", out)

    def test_a_cut_that_cannot_run_is_a_row_and_left_out_of_the_plot(self):
        out = self.scratch / "small.csv"
        done = coinfer("privacy", "frontier", SCENARIO, *SHORT, "--set", "devices[phone].memory_gib=0.1", "--cuts", "block30,fc3",
                       "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("cannot run: the layers on 'phone' do not fit its memory", done.stdout)
        table = frontier.load_frontier(out)
        (failed,) = table[table["failure"] != ""].to_dict("records")
        self.assertEqual((failed["cut"], failed["adversary"], failed["leakage"]), ("fc3", "", ""))
        caption = plot_frontier.caption_of(frontier.one_question(table), failed=1)
        self.assertIn("Left out, since they cannot run: 1 cuts. ", caption)
        self.plot("plot_frontier.py", out)

    def test_a_question_is_one_metric_on_one_scale(self):
        self.assert_refuses(plot_frontier, [self.table_path, "--metric", "ssim"],
                            "--metric ssim: the table has no such metric (supported: mse)")
        self.assert_refuses(plot_frontier, [self.table_path, "--metric", "mse", "--scale", "none"],
                            "--scale none: 'mse' has no value on that scale (supported: sum_over_channels_peak_1)")
        two = self.changed(lambda row: row.update(scale="t") if row["cut"] == "block39" and row["metric"] else None)
        self.assert_refuses(plot_frontier, [two], "--metric mse: values on several scales, which cannot be compared "
                                                  "(supported: one of --scale sum_over_channels_peak_1, t)")
        self.assertEqual(frontier.one_question(frontier.load_frontier(two), scale="t")["value"].dropna().tolist(), [0.137])

    def test_an_adversary_without_the_metric_is_not_measured_by_it(self):
        other = self.changed(lambda row: row.update(metric="ssim", leakage="measured", value="0.5")
                             if row["adversary"] == "network observer" and row["cut"] == "block30" else None)
        table = frontier.one_question(frontier.load_frontier(other), "mse")
        row = table[(table["adversary"] == "network observer") & (table["cut"] == "block30")].iloc[0]
        self.assertEqual((row["leakage"], row["reason"]), ("not_measured", "not measured: no value of metric 'mse'"))
        self.assertTrue(math.isnan(row["value"]))

    def test_a_table_of_another_version_or_kind_is_refused(self):
        old = self.scratch / "old.csv"
        old.write_text(self.table_path.read_text().replace("schema_version: 2", "schema_version: 99"))
        self.assert_refuses(plot_frontier, [old], f"{old}: schema_version 99 is not known (supported: schema_version 2)")
        self.assert_refuses(plot_frontier, [self.scratch / "none.csv"],
                            f"{self.scratch}/none.csv: no such file (supported: a table of coinfer privacy frontier --out)")

    def test_the_picture_shows_measured_cuts_above_and_all_others_in_the_strip(self):
        self.plot("plot_frontier.py", self.table_path, "--metric", "mse")
        cloud = self.of("curious cloud").reset_index()
        strip = plot_frontier.strip_rows(cloud)
        self.assertEqual({name: rows["cut"].tolist() for name, rows in strip.items()},
                         {"raw input seen": ["input"], "not measured": ["block13"], "nothing seen": ["fc3"]})
        figure = pyplot.figure()
        self.addCleanup(pyplot.close, figure)
        axes = figure.add_subplot()
        plot_frontier.draw_measured(axes, cloud)
        shown = [line.get_ydata().tolist() for line in axes.get_lines() if len(line.get_ydata())]
        self.assertEqual(shown, [[0.066, 0.137]])

    def test_the_picture_joins_optimal_cuts_and_marks_the_zone_and_overload(self):
        def change(row):
            if row["metric"] == "mse":
                row.update(pareto_optimal="true" if row["leakage"] == "measured" else "false")
            row.update(transition={"block30": "relative_drop", "block39": "relative_drop;change_point"}.get(row["cut"], ""),
                       load="OVERLOADED" if row["cut"] == "block13" else row["load"])

        path = self.changed(change)
        table = frontier.one_question(frontier.load_frontier(path))
        caption = plot_frontier.caption_of(table)
        self.assertIn("Transition zone: relative_drop block30 to block39, change_point block39. ", caption)
        self.assertIn("no optimum is asked for (block13). ", caption)
        figure = plot_frontier.plot(table)
        self.addCleanup(pyplot.close, figure)
        above = next(axes for axes in figure.axes if axes.get_legend())
        self.assertEqual([text.get_text() for text in above.get_legend().get_texts()],
                         ["curious cloud: inversion_network (SECONDARY)", "network observer: nothing measured",
                          "in the transition zone"])
        joined = [line for line in above.get_lines() if line.get_linestyle() == "--" and len(line.get_ydata())]
        self.assertEqual([line.get_ydata().tolist() for line in joined], [[0.066, 0.137]])
        self.plot("plot_frontier.py", path)

    def test_a_cut_whose_queue_grew_is_no_optimum(self):
        loads = {"block30": "BACKLOGGED", "block39": "SATURATED"}
        path = self.changed(lambda row: row.update(load=loads.get(row["cut"], row["load"]), pareto_optimal="true"))
        table = frontier.one_question(frontier.load_frontier(path))
        self.assertEqual(set(table[plot_frontier.optimal(table)]["cut"]), {"input", "block13", "fc3"})
        self.assertIn("Pale: BACKLOGGED or SATURATED, so that latency says how long the queue was and no optimum is asked for (block30, 39). ",
                      plot_frontier.caption_of(table))
        figure = plot_frontier.plot(table)
        self.addCleanup(pyplot.close, figure)
        above = next(axes for axes in figure.axes if axes.get_legend())
        self.assertEqual({line.get_alpha() for line in above.get_lines() if line.get_ydata().tolist() == [0.066, 0.137]}, {0.35})

    def test_two_pictures_of_one_table_are_the_same_file(self):
        files = [self.scratch / f"{n}.svg" for n in range(2)]
        for file in files:
            self.assertEqual(script("plot_frontier.py", self.table_path, "--out", file).returncode, 0)
        self.assertEqual(files[0].read_bytes(), files[1].read_bytes())

    def test_names_of_cuts_are_listed_shortly(self):
        names = ["block10", "block9", "fc1", "block11", "block14"]
        self.assertEqual(frontier.short_list(names, 40), "block9–11, 14, fc1")
        self.assertEqual(frontier.short_list(names, 16), "block9–11, 14 +1")
        self.assertEqual(frontier.short_list(["block2"], 3), "block2")


if __name__ == "__main__":
    unittest.main()
