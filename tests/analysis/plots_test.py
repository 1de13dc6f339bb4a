"""The plots: what they show is tested on the data behind them; that they are pictures, on the files."""

import unittest

from pictures import PictureCase, script
from samples import SampleTest, change_json, change_rows

import labels
import plot_latency
import results
import series
import style
from matplotlib import pyplot


class PictureTest(PictureCase):
    def test_latency_is_plotted_for_one_folder(self):
        self.plot("plot_latency.py", self.real)

    def test_latency_is_plotted_for_three_folders(self):
        self.plot("plot_latency.py", self.real, self.copy("second"), self.copy("third"))

    def test_times_of_tokens_are_plotted_without_parts(self):
        for metric in ("ttft", "tpot"):
            self.plot("plot_latency.py", self.tokens, "--metric", metric)
        shown = series.series_of([results.load_results(self.tokens)], series.METRICS["ttft"])
        figure = plot_latency.plot(shown, "title", series.METRICS["ttft"])
        self.assertEqual([axes.get_xlabel() for axes in figure.axes], ["time to first token (ms)"])
        pyplot.close(figure)

    def test_times_of_tokens_of_a_model_without_them_are_refused(self):
        self.assert_refuses(plot_latency, [self.real, "--metric", "tpot"],
                            "no request has a time per further token: their answers have fewer than two tokens")

    def test_two_pictures_of_the_same_results_are_the_same_file(self):
        for ending in ("svg", "pdf"):
            files = [self.scratch / f"{n}.{ending}" for n in range(2)]
            for file in files:
                self.assertEqual(script("plot_latency.py", self.real, "--out", file).returncode, 0)
            self.assertEqual(files[0].read_bytes(), files[1].read_bytes())

    def test_wrong_input_ends_with_two_and_its_reason(self):
        self.assert_refuses(plot_latency, [self.scratch],
                            f"{self.scratch}/summary.json: no such file (supported: a folder with summary.json, "
                            "manifest.json, requests.csv, exposures.csv, resources.csv, servers.csv, ledger.csv)")
        self.assert_refuses(plot_latency, [self.real, "--out", "a.jpeg"],
                            "a.jpeg: the name of a picture ends in .png, .pdf, .svg")

    def test_results_without_a_completed_request_are_refused(self):
        copy = self.copy()
        change_rows(copy / "requests.csv", lambda row: row.update(outcome="failed"))
        self.assert_refuses(plot_latency, [copy],
                            "no request was completed outside the warm-up: there is nothing to plot")


class SeriesTest(SampleTest):
    def test_quantiles_and_parts_are_those_of_the_summary(self):
        run = results.load_results(self.real)
        (one,) = series.series_of([run])
        for name, share in series.QUANTILES.items():
            self.assertEqual(one.quantile_ms(share), run.summary["latency_s"][name] * 1e3, name)
        self.assertAlmostEqual(sum(one.parts_ms.values()), run.summary["latency_s"]["mean"] * 1e3, delta=1e-6)

    def test_quantiles_of_tokens_are_those_of_the_summary(self):
        run = results.load_results(self.tokens)
        for name, metric in (("ttft_s", "ttft"), ("tpot_s", "tpot")):
            (one,) = series.series_of([run], series.METRICS[metric])
            for quantile, share in series.QUANTILES.items():
                self.assertEqual(one.quantile_ms(share), run.summary[name][quantile] * 1e3, (name, quantile))

    def test_the_caption_counts_requests_that_lack_the_time(self):
        copy = self.copy("one_token", of=self.tokens)
        change_rows(copy / "requests.csv", lambda row: row.update(tpot_s="") if row["request_id"] in "37" else None)
        metric = series.METRICS["tpot"]
        caption = series.caption_of(series.series_of([results.load_results(copy)], metric), metric)
        self.assertEqual(caption, "18 of 20 requests are shown: completed, warm-up excluded (0 requests). 2 more have "
                                  "no time per further token, since their answers have fewer than two tokens. None was "
                                  "unfinished. Too few requests to judge the load. Quantiles are exact (nearest rank).")

    def test_a_protocol_names_what_ran_unless_the_cut_does(self):
        self.assertEqual([series.cut_label(cut, protocol) for cut, protocol in
                          (("block3", "plain_split"), ("block1 > block29", "per_token_pipeline"), ("input", "gpu_confidential"),
                           ("", "local_only"), ("sanitised input", "cmif"))],
                         ["cut block3", "per_token_pipeline, cut block1 > block29", "gpu_confidential", "local_only", "cmif"])

    def test_nearest_rank_is_the_smallest_value_that_the_share_does_not_exceed(self):
        self.assertEqual([series.nearest_rank(0.95, n) + 1 for n in (1, 19, 20, 21, 100)], [1, 19, 19, 20, 95])

    def test_the_caption_counts_warm_up_and_unfinished_requests(self):
        copy = self.copy()

        def end_early(row):
            row.update(warm_up="true" if int(row["request_id"]) < 30 else "false")
            if int(row["request_id"]) >= 395:
                row.update(outcome="unfinished", end_s="", latency_s="")
            elif int(row["request_id"]) >= 393:
                row.update(outcome="timed_out")

        change_rows(copy / "requests.csv", end_early)
        change_json(copy / "summary.json", lambda content: content.update(saturation="STABLE"))
        caption = series.caption_of(series.series_of([results.load_results(copy)]))
        self.assertEqual(caption, "363 of 400 requests are shown: completed, warm-up excluded (30 requests). Not shown: "
                                  "5 unfinished in 'cut block30', 2 timed out in 'cut block30'. "
                                  "Quantiles are exact (nearest rank).")

    def test_the_caption_says_the_verdict_on_a_load_that_is_not_stable(self):
        runs = []
        for verdict in ("STABLE", "OVERLOADED", None):
            copy = self.copy(str(verdict))
            change_json(copy / "summary.json", lambda content: content.update(saturation=verdict))
            runs.append(results.load_results(copy))

        def caption(*indices):
            return series.caption_of(series.series_of([runs[i] for i in indices])).split("None was unfinished. ")[1]

        overload = "more was asked of a resource than it can serve, so latencies grow with the length of the run. "
        exact = "Quantiles are exact (nearest rank)."
        self.assertEqual(caption(0), exact)
        self.assertEqual(caption(1), f"Load OVERLOADED: {overload}{exact}")
        self.assertEqual(caption(2), f"Too few requests to judge the load. {exact}")
        self.assertEqual(caption(0, 1, 2), f"Load OVERLOADED in 'cut block30 (OVERLOADED)': {overload}Too few requests to "
                                           f"judge the load in 'cut block30 (None)'. {exact}")

    def test_series_of_one_cut_are_told_apart_by_their_folders(self):
        runs = [results.load_results(folder) for folder in (self.real, self.copy("other"))]
        self.assertEqual([one.label for one in series.series_of(runs)], ["cut block30 (real)", "cut block30 (other)"])

    def test_the_drawn_distribution_keeps_its_ends_and_its_tail(self):
        latency_ms = series.numpy.arange(1.0, 50001.0)
        x, y = plot_latency.cdf(latency_ms)
        self.assertLess(len(x), 3000)
        self.assertEqual((x[0], y[0], x[-1], y[-1]), (1.0, 1 / 50000, 50000.0, 1.0))
        self.assertTrue((y == x / 50000).all())
        self.assertEqual(x[-400], 50000 - 399)


class LongLatencyTest(unittest.TestCase):
    """Pictures of latencies up to 161 s, of cuts with several crossings."""

    CUT = "cut pool1_pad > conv4_block6.add"

    def picture(self, longest_ms, label=CUT, count=2):
        latency_ms = series.numpy.geomspace(100.0, longest_ms, 1000)
        parts_ms = {f"{part}_s": share * longest_ms for part, share in
                    (("queue", 0.5), ("wire", 0.4), ("compute", 1e-5), ("propagation", 1e-5), ("crypto", 1e-5))}
        shown = [series.Series(f"{label} ({i})", latency_ms, parts_ms, 1000, 0, {}, "STABLE") for i in range(count)]
        figure = plot_latency.plot(shown, "title")
        self.addCleanup(pyplot.close, figure)
        figure.draw_without_rendering()
        return figure

    def test_seconds_are_shown_above_ten_of_them_and_milliseconds_below(self):
        long, short = self.picture(161e3).axes, self.picture(9.9e3).axes
        self.assertEqual([axes.get_xlabel() for axes in long], ["latency (s, logarithmic)", "mean latency (s)"])
        self.assertEqual([axes.get_xlabel() for axes in short], ["latency (ms, logarithmic)", "mean latency (ms)"])
        self.assertEqual(long[0].get_lines()[0].get_xdata()[-1], 161.0)
        self.assertEqual(long[0].get_legend().get_texts()[0].get_text(), self.CUT + " (0): p50 3.998, p95 111.3, p99 149.5 s")

    def test_no_tick_label_lies_on_its_neighbour(self):
        for longest_ms in (200.0, 9.9e3, 161e3, 2e7):
            for axes in self.picture(longest_ms).axes:
                low, high = axes.get_xlim()
                shown = [label for tick, label in zip(axes.get_xticks(), axes.get_xticklabels()) if low <= tick <= high]
                self.assertTrue(2 <= len(shown) <= 6, f"{len(shown)} ticks up to {longest_ms} ms")
                boxes = [label.get_window_extent() for label in shown]
                for left, right in zip(boxes, boxes[1:]):
                    self.assertLess(left.x1 + 3, right.x0)

    def test_legends_stay_inside_the_picture_and_beside_each_other(self):
        for label in ("cut a", self.CUT, self.CUT + " > conv5_block1.add" * 6):
            figure = self.picture(161e3, label, count=3)
            boxes = [axes.get_legend().get_window_extent() for axes in figure.axes]
            self.assertFalse(boxes[0].overlaps(boxes[1]), label)
            for box in boxes:
                self.assertGreaterEqual(min(box.x0, box.y0), 0)
                self.assertLessEqual(box.x1, figure.bbox.x1, label)
                self.assertLess(box.y1, figure.axes[0].get_window_extent().y0)

    def test_numbers_are_never_written_with_an_exponent_for_being_large(self):
        self.assertEqual([style.number(value, 4) for value in (9999.4, 9999.6, 161234.0)], ["9999", "10000", "161234"])


class LabelsTest(unittest.TestCase):
    def test_names_lie_neither_on_each_other_nor_outside(self):
        style.use_style()
        figure, axes = pyplot.subplots(figsize=(6, 4))
        points = [(1 + 0.02 * (i % 4), 1 + 0.03 * (i // 4)) for i in range(12)] + [(2.0, 2.0), (0.0, 0.0)]
        axes.plot(*zip(*points), "o")
        boxes = labels.place_labels(axes, points, [f"block{i}" for i in range(len(points))])
        inside = axes.get_window_extent()
        for i, box in enumerate(boxes):
            self.assertGreaterEqual(box.x0, inside.x0 - 0.5)
            self.assertLessEqual(box.x1, inside.x1 + 0.5)
            for other in boxes[:i]:
                self.assertFalse(box.shrunk(0.97, 0.97).overlaps(other.shrunk(0.97, 0.97)), f"name {i} lies on another")
        pyplot.close(figure)

    def test_a_long_name_keeps_its_beginning_and_its_end(self):
        self.assertEqual(labels.elide("pool1_pad > conv4_block6.add", 28), "pool1_pad > conv4_block6.add")
        self.assertEqual(labels.elide("pool1_pad > conv4_block6.add", 12), "pool1_…6.add")

    def test_a_cluster_spans_less_than_the_width_of_a_label(self):
        self.assertEqual(labels.cluster([30.0, 1.0, 0.0, 9.0, 10.0], 10.0), [[2, 1, 3], [4], [0]])


if __name__ == "__main__":
    unittest.main()
