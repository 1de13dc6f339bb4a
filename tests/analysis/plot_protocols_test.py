"""The picture of Talaria against what keeps everything on one machine: its levels, its crossings, and what it shows."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from samples import BINARY

import plot_protocols
from plot_protocols import Comparison, Talaria

NEVER = Talaria(0.5, {1.0: 201.0, 10.0: 1101.0})
LOSES = Talaria(0.1, {0.01: 31.0, 0.1: 40.0, 1.0: 130.0})


class PlotProtocolsTest(unittest.TestCase):
    def test_a_crossing_is_where_the_line_meets_the_level(self):
        self.assertAlmostEqual(LOSES.trips, 100)
        self.assertAlmostEqual(LOSES.without_latency_ms, 30)
        self.assertAlmostEqual(LOSES.crossing_ms(55), 0.25)
        self.assertAlmostEqual(NEVER.without_latency_ms, 101)
        self.assertIsNone(NEVER.crossing_ms(55))

    def test_the_answer_names_levels_and_crossings(self):
        self.assertEqual(plot_protocols.answer(Comparison("m", [LOSES, NEVER], {"tdx": 55.0})), [
            "tdx: 55 ms per token",
            "talaria, rank ratio 0.1: 30 ms per token without latency, 100 round trips per token",
            "    slower than tdx from 0.25 ms per round trip",
            "talaria, rank ratio 0.5: 101 ms per token without latency, 100 round trips per token",
            "    slower than tdx at any round-trip time"])

    def test_the_picture_marks_each_crossing_and_says_who_is_always_faster(self):
        figure = plot_protocols.plot(Comparison("m", [LOSES], {"tdx": 55.0, "gpu": 6.0}), "note")
        axes = figure.axes[0]
        self.assertEqual([text.get_text() for text in axes.texts], ["0.25 ms"])
        labels = [text.get_text() for text in axes.get_legend().get_texts()]
        self.assertEqual(labels, ["talaria, rank ratio 0.1: 30 ms + 100 round trips", "tdx: 55 ms",
                                  "gpu: 6 ms, faster at any round-trip time"])

    def test_runs_of_llama_3_8b_lie_on_a_line_of_129_round_trips_above_the_confidential_gpu(self):
        found = plot_protocols.compare(BINARY, "llama_3_8b", "h100_nvl_94", ("h100_nvl_94", "h100_cc"), (0.1, 0.5), (0.1, 1, 10))
        tdx_ms, gpu_ms = found.levels_ms.values()
        for line in found.lines:
            self.assertAlmostEqual(line.trips, 129, places=6)
            self.assertIsNone(line.crossing_ms(gpu_ms))
        # 16.1 GB of weights at most, read from memory of 245.8 GB/s that TDX slows by 1.086.
        self.assertAlmostEqual(tdx_ms, 66.5, delta=1.5)
        self.assertAlmostEqual(found.lines[0].crossing_ms(tdx_ms), 0.30, delta=0.03)
        self.assertIsNone(found.lines[1].crossing_ms(tdx_ms))

    def test_the_program_writes_the_picture_or_says_what_is_wrong(self):
        with tempfile.TemporaryDirectory() as scratch:
            picture = Path(scratch) / "talaria.png"
            with contextlib.redirect_stdout(io.StringIO()) as said:
                self.assertEqual(plot_protocols.main(["--coinfer", str(BINARY), "--out", str(picture), "--rank-ratios", "0.1"]), 0)
            self.assertGreater(picture.stat().st_size, 10000)
            self.assertIn("slower than TDX CPU (enclave_only) from ", said.getvalue())
        for wrong, text in ((["--out", "picture.txt"], "picture.txt"), (["--out", "a.png", "--model", "nothing"], "nothing"),
                            (["--out", "a.png", "--rank-ratios", "2"], "rank_ratio")):
            with contextlib.redirect_stderr(io.StringIO()) as told:
                self.assertEqual(plot_protocols.main(["--coinfer", str(BINARY), *wrong]), 2)
            self.assertIn(text, told.getvalue())


if __name__ == "__main__":
    unittest.main()
