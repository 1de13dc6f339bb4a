"""`coinfer privacy tables`, `rc2 --table` and `locate` on leakage tables: what they say, and what wrong input gets.

    test_privacy.py COINFER
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

COINFER = ""
HEADER = "model,dataset,cut,protection,attack,knowledge,metric,scale,value,spread,n,source,grade\n"
# Five cuts of 10 values; from "block3" on a hundred times tighter.
RADII = [(f"block{cut}", mean) for cut, mean in enumerate((1.0, 1.1, 0.9, 0.01, 0.009))]


def figure(model="m", dataset="d", cut="a", metric="mse", scale="per_element_peak_1", value="0.5", source="us"):
    return f"{model},{dataset},{cut},clear,inversion,white_box,{metric},{scale},{value},,,{source},MEASURED\n"


def statistic(cut, mean, dataset="d"):
    start = f"m,{dataset},{cut},clear,statistic_by_label,query_free"
    return (f"{start},rc2,sum_over_dimensions,{10 * mean},,8,us,MEASURED\n"
            f"{start},rc2_per_dimension,mean_over_dimensions,{mean},,8,us,MEASURED\n")


class Privacy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)

    def write(self, rows, name="mine.csv"):
        (self.here / name).write_text(HEADER + rows, encoding="utf-8")

    def privacy(self, *arguments):
        return subprocess.run([COINFER, "privacy", *arguments], cwd=self.here, capture_output=True, text=True, timeout=60,
                              check=False)

    def refuses(self, stderr, *arguments):
        done = self.privacy(*arguments)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (2, stderr, ""))
        self.assertEqual([path.name for path in self.here.glob("*out*")], [])

    def answers(self, *arguments, stderr=""):
        done = self.privacy(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, stderr))
        return done.stdout


class Tables(Privacy):
    def test_the_catalogue_lists_its_pairs_with_scales_and_cuts(self):
        lines = self.answers("tables").splitlines()
        self.assertEqual(lines[0].split("  ")[0], "model")
        ir152 = next(line for line in lines if line.startswith("ir152_64px"))
        self.assertIn("mse (sum_over_channels_peak_1), psnr_db (peak_1)", ir152)
        self.assertTrue(ir152.endswith("block 40, block 50"))

    def test_a_misspelt_name_is_told_and_an_absent_pair_is_not_measured(self):
        self.refuses("no leakage figure has data set 'cifer10' did you mean 'cifar10'?\n", "tables", "--dataset", "cifer10",
                     "--out", "out.csv")
        self.refuses("no leakage figure has model 'ir152' did you mean 'ir152_64px'?\n", "tables", "--model", "ir152")
        self.refuses("--metric: unknown metric 'psnr' did you mean 'psnr_db'?\n", "tables", "--metric", "psnr")
        self.assertEqual(self.answers("tables", "--model", "ir152_64px", "--dataset", "mnist",
                                      stderr="no figure: nobody measured it, which does not mean that it is safe\n"), "")

    def test_rows_come_out_as_a_leakage_table_that_can_be_read_again(self):
        self.write(figure(value="0.50") + figure(cut="b", value="1e-1"))
        text = self.answers("tables", "mine.csv", "--csv", "--out", "out.csv")
        self.assertTrue(text.endswith(HEADER + figure() + figure(cut="b", value="0.1")), text)
        self.assertEqual((self.here / "out.csv").read_text(encoding="utf-8"), text)
        self.assertEqual(self.answers("tables", "out.csv", "--csv"), text)
        done = self.privacy("tables", "mine.csv", "--out", "out.csv")
        self.assertEqual((done.returncode, done.stderr), (2, "out.csv exists (use --force to replace it)\n"))

    def test_files_are_checked_beside_the_catalogue_and_each_other(self):
        self.write(figure())
        self.write(figure(cut="b", scale="sum_over_channels_peak_1") + figure(value="0.6") + figure(cut="c", source=""),
                   "other.csv")
        self.refuses(
            "other.csv:2:37: scale 'sum_over_channels_peak_1' of mse differs from 'per_element_peak_1' at mine.csv:2 (figures "
            "of one metric for model 'm' and data set 'd' need one scale)\n"
            "other.csv:3:56: the same figure is 0.5 at mine.csv:2 (equal model, data set, cut, protection, attack, knowledge "
            "and metric)\n"
            "other.csv:4:62: 'source' is empty (every figure says where it comes from)\n",
            "tables", "mine.csv", "other.csv", "--out", "out.csv")
        self.write(figure("ir152_64px", "cifar10", "block 40"))
        self.refuses(
            "mine.csv:2:59: scale 'per_element_peak_1' of mse differs from 'sum_over_channels_peak_1' at "
            "privacy/catalog/leakage_gpz.csv:13 (figures of one metric for model 'ir152_64px' and data set 'cifar10' need one "
            "scale)\n", "tables", "mine.csv")
        self.refuses("missing.csv: cannot be read (no such file or directory)\n", "tables", "missing.csv")
        self.refuses("nowhere: is not a folder\n", "tables", "--catalog", "nowhere")

    def test_a_figure_that_the_catalogue_has_too_is_listed(self):
        row = self.answers("tables", "--model", "talaria_average", "--csv").splitlines()[-1]
        self.write(row + "\n")
        self.assertTrue(self.answers("tables", "mine.csv", "--csv").endswith(HEADER + row + "\n"))

    def test_a_conversion_is_marked_and_what_cannot_be_converted_says_why(self):
        text = self.answers("tables", "--model", "ir152_64px", "--convert", "psnr_db:peak_1_of_mean_mse", "--csv",
                            stderr="not converted: 2 rows of model 'ir152_64px' and data set 'cifar10': psnr_db on 'peak_1' "
                                   "is averaged over images or batches, and a mean of logarithms does not give the MSE back\n")
        rows = text.split(HEADER)[1].splitlines()
        self.assertEqual(len(rows), 6)
        self.assertTrue(rows[1].startswith("ir152_64px,cifar10,block 50,clear,inversion_network,black_box,psnr_db,"
                                           "peak_1_of_mean_mse,17.21246399047"))
        self.assertTrue(rows[1].endswith(",,,\"converted from mse on sum_over_channels_peak_1 with 3 channels: Golden "
                                         "Partition Zone, arXiv 2506.15412, second-hand\",DERIVED"))

    def test_a_table_is_brought_onto_the_scale_of_the_catalogue_and_then_stands_beside_it(self):
        self.write(figure("ir152_64px", "cifar10", "block 25", value="0.002"))
        self.assertEqual(self.privacy("tables", "mine.csv").returncode, 2)
        self.answers("tables", "mine.csv", "--convert", "mse:sum_over_channels_peak_1", "--out", "summed.csv")
        self.assertIn(",sum_over_channels_peak_1,0.006,", self.answers("tables", "summed.csv", "--csv"))
        self.write(figure() + figure(value="0.6"))
        self.refuses("mine.csv:3:56: the same figure is 0.5 at mine.csv:2 (equal model, data set, cut, protection, attack, "
                     "knowledge and metric)\n", "tables", "mine.csv", "--convert", "mse:sum_over_channels_peak_1")

    def test_channels_are_never_guessed(self):
        self.write(figure(scale="sum_over_channels_peak_1"))
        convert = ("tables", "mine.csv", "--csv", "--convert", "mse:per_element_peak_1")
        stderr = ("not converted: 1 row of model 'm' and data set 'd': the number of channels is not known, and "
                  "'sum_over_channels_peak_1' sums over them\n"
                  "no figure: what was measured does not convert exactly\n")
        self.assertTrue(self.answers(*convert, stderr=stderr).endswith(HEADER))
        self.refuses(stderr + "out.csv is not written (there is no figure)\n", *convert[:2], *convert[3:], "--out", "out.csv")
        self.assertIn(",mse,per_element_peak_1,0.25,", self.answers(*convert, "--channels", "2"))

    def test_wrong_options_are_told(self):
        self.refuses("--convert: 'mse' is not METRIC:SCALE\n", "tables", "--convert", "mse")
        self.refuses("--convert: unknown metric 'mes' did you mean 'mse'?\n", "tables", "--convert", "mes:ratio")
        self.refuses("--channels goes with --convert\n", "tables", "--channels", "3")
        self.refuses("--metric and --convert exclude each other (it names its metric)\n", "tables", "--metric", "ssim",
                     "--convert", "mse:per_element_peak_1")

    def test_the_help_documents_every_column(self):
        text = self.answers("tables", "--help")
        for column in HEADER.strip().split(","):
            self.assertRegex(text, rf"(?m)^  {column} +\w")


class Locate(Privacy):
    def test_a_transition_is_located_in_a_leakage_table_by_both_methods(self):
        self.write("".join(statistic(cut, mean) for cut, mean in RADII))
        lines = self.answers("locate", "mine.csv").splitlines()
        self.assertEqual(lines[:2], ["m on d", "computed from 5 cuts, statistic_by_label, clear, MEASURED"])
        self.assertTrue(lines[2].startswith("relative_drop (published procedure): block3; "), lines)
        self.assertTrue(lines[3].startswith("change_point (least squares): block3; "), lines)

    def test_of_several_pairs_one_has_to_be_named(self):
        self.write("".join(statistic(cut, mean) + statistic(cut, 1.0, "other") for cut, mean in RADII))
        self.refuses("mine.csv: has several, so --model and --dataset are needed (m on d, m on other)\n", "locate", "mine.csv")
        self.refuses("no leakage figure has data set 'othr' did you mean 'other'?\n", "locate", "mine.csv", "--dataset", "othr")
        text = self.answers("locate", "mine.csv", "--dataset", "other")
        self.assertEqual(text.count("no transition"), 2)

    def test_what_nobody_measured_is_not_an_absent_transition(self):
        self.write(figure())
        self.assertEqual(self.answers("locate", "mine.csv"),
                         "m on d\ncomputed: nothing, since nobody measured R_c^2; that is not \"no transition\"\n")

    def test_published_statements_stand_apart(self):
        nothing = "computed: nothing, since nobody measured R_c^2; that is not \"no transition\"\n"
        zone = ("published: block 50; method not_stated [Golden Partition Zone, arXiv 2506.15412, second-hand, SECONDARY]\n")
        self.assertEqual(self.answers("locate", "--model", "ir152_64px", "--dataset", "cifar10"),
                         "ir152_64px on cifar10\n" + nothing + zone)
        vit = self.answers("locate", "--model", "vit_64px")
        self.assertTrue(vit.startswith("vit_64px\ncomputed: nothing, "), vit)
        self.assertIn("published: no transition, on any data set; ", vit)

    def test_figures_of_an_extra_catalogue_are_located(self):
        (self.here / "extra" / "privacy").mkdir(parents=True)
        self.write("".join(statistic(cut, mean) for cut, mean in RADII), "extra/privacy/leakage_mine.csv")
        (self.here / "extra" / "privacy" / "transitions.csv").write_text(
            "model,dataset,transition,cut,method,source,grade\nm,d,at_cut,block2,by_eye,me,ASSUMED\n", encoding="utf-8")
        text = self.answers("locate", "--model", "m", "--catalog", "extra")
        self.assertIn("relative_drop (published procedure): block3; ", text)
        self.assertTrue(text.endswith("published: block2; method by_eye [me, ASSUMED]\n"), text)

    def test_wrong_options_are_told(self):
        self.write(figure())
        (self.here / "radii.csv").write_text("cut,grouped_by,dimension,radius2\na,labels,4,1\n", encoding="utf-8")
        self.refuses("a table, --activations DIR, or --model M with a figure in the catalogue is needed\n", "locate")
        self.refuses("--activations, --labels, --predicted and --order do not go with a table (it holds its own cuts)\n",
                     "locate", "mine.csv", "--labels", "l.npy")
        self.refuses("--model, --dataset and --catalog do not go with a table of class radii (it is of one model and data "
                     "set)\n", "locate", "radii.csv", "--model", "m")
        self.write("")
        self.refuses("mine.csv: holds no figure\n", "locate", "mine.csv")


class Rc2(Privacy):
    def test_a_leakage_table_needs_to_say_what_it_is_of(self):
        why = " (every figure says what it is of, and who says so)\n"
        self.refuses("--table FILE needs --model" + why, "rc2", "--table", "out.csv")
        self.refuses("--table FILE needs --source" + why, "rc2", "--table", "out.csv", "--model", "m", "--dataset", "d",
                     "--source", " ")
        self.refuses("--model, --dataset, --source, --grade and --protection go with --table FILE\n", "rc2", "--grade",
                     "ASSUMED")
        self.refuses("out.csv is named for two tables\n", "rc2", "--table", "out.csv", "--out", "out.csv", "--model", "m",
                     "--dataset", "d", "--source", "us")
        self.assertIn("--grade", self.privacy("rc2", "--grade", "SURE").stderr)


if __name__ == "__main__":
    COINFER = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
