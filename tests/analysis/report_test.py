"""Tests of analysis/report.py: what the page says, what it refuses, and that names cannot break out of it.

Usage: COINFER_BINARY=build/release/coinfer report_test.py
"""

import html.parser
import json
import re
import subprocess
import unittest
from pathlib import Path

import numpy
import pandas

from report_samples import data_of, make_frontier, make_sweep, report, words_of
from samples import BINARY, ROOT, SampleTest, change_json, change_rows

from report_page import readable
from report_page.answer import answer_of
from report_page.deployment_picture import LABEL_WIDTH, picture_of
from report_page.front import LARGER_IS_PRIVATE, METRIC_NAMES, NEITHER_IS_PRIVATE, load_of, split_question, subject_of
from report_page.inputs import Sweep, attributions_of, curves_of, load_run, question_in, thinned_ranks
from report_page.sweep_points import heat_map_of, sentence_of, student_t_975

EVIL = "<script>alert(1)</script>\"'&</text><img src=x onerror=alert(1)>"


class Outline(html.parser.HTMLParser):
    """Ids, what refers to ids, levels of headings, and every address a browser would load."""

    def __init__(self, page):
        super().__init__()
        self.ids, self.referred, self.levels, self.loaded, self.tags = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.referred += (attributes.get(name) or "").split()
        if attributes.get("href", "").startswith("#"):
            self.referred.append(attributes["href"][1:])
        elif "href" in attributes:
            self.loaded.append(attributes["href"])
        self.loaded += [attributes["src"]] if "src" in attributes else []
        if re.fullmatch(r"h\d", tag):
            self.levels.append(int(tag[1]))


class PageTest(SampleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = Path(cls.real).parent
        cls.sweep, cls.frontier = make_sweep(folder), make_frontier(folder)
        cls.out = folder / "page.html"
        done = report(cls.real, cls.tokens, cls.sweep, "--frontier", cls.frontier, "--out", cls.out)
        assert done.returncode == 0, done.stderr
        cls.page = cls.out.read_text(encoding="utf-8")
        cls.data = data_of(cls.page)

    def assert_says(self, page, *texts):
        words = words_of(page)
        for text in texts:
            # A page is too long to be printed.
            self.assertTrue(text.replace("\u00a0", " ") in words, text)

    def page_of(self, *folders):
        done = report(*folders, "--out", self.scratch / "page.html", "--force")
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.scratch / "page.html").read_text(encoding="utf-8")

    def test_page_is_whole_and_loads_nothing(self):
        outline = Outline(self.page)
        self.assertEqual(outline.loaded, ["data:,"])
        self.assertEqual(len(outline.ids), len(set(outline.ids)))
        self.assertEqual(set(outline.referred) - set(outline.ids), set())
        self.assertEqual(outline.levels[0], 1)
        self.assertTrue(all(below - above <= 1 for above, below in zip(outline.levels, outline.levels[1:])), outline.levels)
        style = self.page[:self.page.index("<main>")]
        self.assertFalse("@import" in style or "url(" in style)
        self.assertLess(len(self.page), 4_000_000)

    def test_same_input_gives_the_same_bytes(self):
        again = report(self.real, self.tokens, self.sweep, "--frontier", self.frontier, "--out", self.out, "--force")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(self.out.read_text(encoding="utf-8") == self.page)

    def test_answer_says_latency_load_leakage_and_what_is_unknown(self):
        summary = json.loads((self.real / "summary.json").read_text())
        grades = [entry["grade"] for entry in json.loads((self.real / "manifest.json").read_text())["inputs"]]
        self.assert_says(self.page, f"95 % within {readable.readable(summary['latency_s']['p95'], 's')}", "The load is STABLE",
                         "'curious cloud' sees block30: mse 0.066 (sum_over_channels_peak_1) by inversion_network, grade SECONDARY.",
                         "'network observer' sees block30, and what that gives away is unknown: no row with an attack",
                         "24 runs of 12 points: 16 ok, 0 failed, 8 invalid.", f"{grades.count('ASSUMED')} inputs rest on an assumption")
        head = self.page[:self.page.index("<main>")]
        for question in ("What do 100 phones on 5G pay", "Which uplink &lt;is&gt; enough?"):
            self.assertTrue(question in head, question)

    def test_missed_floors_and_expectations_are_told(self):
        copy = self.copy()
        floor = {"adversary": None, "workload": None, "metric": "mse", "scale": None, "direction": "at_least", "bound": 0.1,
                 "value": 0.066, "kept": False, "reason": "mse is 0.066"}
        expectation = {"metric": "latency_s.p95", "at_most": 0.01, "at_least": None, "verdict": "missed", "met": False, "value": 0.03566,
                       "ci95": {"low": 0.035, "high": 0.036}, "because": None, "reason": "the whole interval is beyond it"}
        change_json(copy / "summary.json", lambda summary: summary.update(privacy_floors=[floor],
                                                                          expectations=[expectation, {**expectation, "verdict": "met", "met": True}]))
        answer = answer_of(load_run(copy))
        self.assertIn("1 of 1 privacy floors missed", [badge.text for badge in answer.badges])
        self.assertIn("1 of 2 expectations missed", [badge.text for badge in answer.badges])
        self.assertIn("Privacy floor missed: mse at least 0.1: mse is 0.066.", answer.sentences)
        self.assertIn("Expectation missed: latency_s.p95 at most 0.01; it is 0.03566 (95 % interval 0.035 to 0.036): the whole interval is beyond it.", answer.sentences)
        self.assert_says(self.page_of(copy), "missed 0.03566 0.035 to 0.036", "every one every one at least 0.1 missed 0.066")

    def test_what_an_older_folder_lacks_is_said(self):
        copy = self.copy()
        for name in ("deployment.json", "timeline.csv"):
            (copy / name).unlink(missing_ok=True)
        change_json(copy / "summary.json", lambda summary: summary.pop("privacy_floors", None))
        page = self.page_of(copy)
        self.assert_says(page, "These folders have no deployment.json", "this folder has no timeline.csv")
        self.assertEqual(data_of(page)["timelines"], [])

    def test_timeline_is_shown_by_resource(self):
        copy = self.copy()
        (copy / "timeline.csv").write_text("# schema_version: 2\nresource,kind,from_s,to_s,utilisation,mean_waiting\n"
                                           "cloud.gpu,processor,0,2,0.5,0\ncloud.gpu,processor,2,5,0.25,1.5\n"
                                           "idle.cpu,processor,0,5,0,0\n", encoding="utf-8")
        self.assertEqual(data_of(self.page_of(copy))["timelines"], [
            {"label": "gpz_vgg19_phone_5g", "resources": [{"name": "cloud.gpu", "edges_s": [0, 2, 5], "utilisation": [0.5, 0.25],
                                                           "mean_waiting": [0, 1.5]}]}])

    def test_names_do_not_break_out(self):
        copy = self.copy("evil<b>")
        change_json(copy / "summary.json", lambda summary: (
            summary.update(scenario=EVIL), summary["workloads"][0].update(cut=EVIL, protocol="plain_split"),
            [score.update(adversary=EVIL, reason=EVIL) for score in summary["privacy"]]))
        change_json(copy / "manifest.json", lambda manifest: manifest.update(input=f"question: \"{EVIL[:8]}\"\n" + EVIL, notes=[EVIL]))
        change_rows(copy / "resources.csv", lambda row: row.update(resource=EVIL))
        change_rows(copy / "exposures.csv", lambda row: row.update(tensor=EVIL))
        sample = self.page_of(self.real)
        change_json(copy / "deployment.json", lambda deployment: (deployment["devices"][0].update(domain=EVIL, catalog_name=EVIL),
                                                                  deployment["links"][0].update(domain=EVIL)))
        page = self.page_of(copy)
        self.assertFalse("<script>alert" in page or "<img" in page)
        self.assertEqual(Outline(page).tags.count("script"), Outline(sample).tags.count("script"))
        self.assertEqual(data_of(page)["front"][0]["adversary"], EVIL)

    def test_wrong_input_is_told_and_nothing_is_written(self):
        newer = self.copy()
        change_json(newer / "summary.json", lambda summary: summary.update(schema_version=3))
        empty = self.scratch / "empty"
        empty.mkdir()
        for arguments, reason in (
                ([newer], f"{newer}/summary.json: schema_version 3 is not known (supported: schema_version 2)"),
                ([empty], f"{empty}: neither a results folder nor that of a sweep (supported: a folder with summary.json, or with points.csv)"),
                ([self.real, "--frontier", "none.csv"], "none.csv: no such file (supported: a table of coinfer privacy frontier --out)")):
            out = self.scratch / "refused.html"
            done = report(*arguments, "--out", out)
            self.assertEqual((done.returncode, done.stderr), (2, reason + "\n"))
            self.assertFalse(out.exists())
        done = report(self.real, "--out", self.scratch / "page.pdf")
        self.assertEqual((done.returncode, done.stderr), (2, f"{self.scratch}/page.pdf: the name of a page ends in .html\n"))
        self.assertEqual(report("--out", "page.html").returncode, 2)

    def test_a_page_is_kept_unless_forced_and_a_folder_counts_once(self):
        page = self.scratch / "page.html"
        page.write_text("mine", encoding="utf-8")
        done = report(self.real, "--out", page)
        self.assertEqual((done.returncode, done.stderr), (2, f"{page} exists (use --force to replace it)\n"))
        self.assertEqual(page.read_text(encoding="utf-8"), "mine")
        self.assertEqual(report(self.real, "--out", page, "--force").returncode, 0)
        nowhere = self.scratch / "none" / "page.html"
        self.assertEqual(report(self.real, "--out", nowhere).stderr, f"{nowhere}: no folder '{nowhere.parent}' to write it to\n")
        twice = self.real / ".." / self.real.name
        self.assertEqual(report(self.real, twice, "--out", page, "--force").stderr, f"{twice}: given twice (supported: each folder once)\n")
        self.assertEqual(sorted(path.name for path in self.scratch.iterdir()), ["page.html"])

    def test_a_server_shows_its_queue(self):
        copy = self.copy(of=self.tokens)
        change_rows(copy / "servers.csv", lambda row: row.update(mean_batch="7.25", mean_waiting="41.5", peak_kv_utilisation="0.875"))
        with (copy / "timeline.csv").open("a", encoding="utf-8") as file:
            file.write("cloud.gpu,server,0,2,0,3\n")  # Work waits though nothing runs.
        page = self.page_of(copy)
        self.assert_says(page, "server that batches", "cloud.gpu 1 of 1 84.5 % 7.25 1 41.5 87.5 % 0")
        server = data_of(page)["timelines"][0]["resources"][-1]
        self.assertEqual(server, {"name": "cloud.gpu (server)", "edges_s": [0, 2], "utilisation": [0], "mean_waiting": [3]})

    def test_a_server_with_a_queue_that_grew_keeps_up_with_nothing(self):
        copy = self.copy(of=self.tokens)
        change_json(copy / "summary.json", lambda summary: (summary.update(saturation="STABLE", bottleneck="cloud.gpu"),
                                                            summary["servers"][0].update(utilisation=0.845, mean_batch=7.25, mean_waiting=41.5)))
        busy = " The busiest is cloud.gpu, which works on batches 84.5 % of the time (7.25 calls in each and 41.5 waiting, on average)."
        keeps_up = answer_of(load_run(copy))
        self.assertEqual(keeps_up.sentences[1].replace("\u00a0", " "), "The load is STABLE: everything keeps up." + busy)
        self.assertEqual((keeps_up.badges[0].text, keeps_up.badges[0].tone), ("load STABLE", "good"))
        for kind, rows in (("server", ["0,2,1,0", "2,6,1,3", "6,8,1,15"]), ("processor", ["0,8,1,0", "8,16,1,9"])):
            # 0 for 2 s and 3 for 2 s are 1.5 in the first half; 3 for 2 s and 15 for 2 s are 9 in the second.
            (copy / "timeline.csv").write_text("# schema_version: 2\nresource,kind,from_s,to_s,utilisation,mean_waiting\n" +
                                               "".join(f"cloud.gpu,{kind},{row}\n" for row in rows), encoding="utf-8")
            grew = answer_of(load_run(copy))
            first = "1.5" if kind == "server" else "0"
            self.assertEqual(grew.sentences[1].replace("\u00a0", " "), "The load is STABLE. The queue of the server cloud.gpu grew: "
                             f"{first} calls wait on average in the first half of the run, 9 in the second." + busy)
            self.assertEqual(grew.badges[0].tone, "doubt")

    def test_points_of_the_front_name_their_model_and_data_set(self):
        self.assertEqual({(row["source"], row["model"], row["dataset"]) for row in self.data["front"]},
                         {("frontier", "vgg19_bn_64px", "cifar10"), ("small", "vgg19_bn_64px", "cifar10"),
                          ("run", "vgg19_bn_64px", "cifar10"), ("run", "llama_2_7b", "chats")})
        scenario = 'model: "a"\n# model: "b"\ndataset: "d"\n'
        axis = 'axes {\n  name: "net"\n  fields: "workloads[w].model"\n  values {\n    value: "x"\n  }\n}\n'
        for text, sweep_text, subject in ((scenario, "", ("a", "d")), (scenario, axis, ("x", "d")), (scenario + 'model: "c"\n', "", ("that of s", "d")),
                                          (scenario, 'set: "workloads[w].dataset=e"\n', ("a", "that of s"))):
            sweep = Sweep(Path("s"), "s", "", pandas.DataFrame(), ["net"], {"scenario": text, "sweep": sweep_text})
            self.assertEqual(tuple(subject_of(sweep, {"net": "x"}).values()), subject)
        self.assertEqual([load_of(pandas.Series(loads, dtype="object")) for loads in (["STABLE", "BACKLOGGED", None], [None], ["SATURATED", "OVERLOADED"])],
                         ["BACKLOGGED", None, "OVERLOADED"])

    def test_front_keeps_the_unmeasured_apart_and_costs_are_of_a_request(self):
        rows = self.data["front"]
        self.assertEqual({row["source"] for row in rows}, {"frontier", "small", "run"})
        for row in rows:
            self.assertEqual(row["value"] is None, row["status"] != "measured", row)
        raw = [row for row in rows if row["name"] == "cut input" and row["status"] == "raw_input"]
        self.assertEqual([row["adversary"] for row in raw], ["curious cloud", "network observer"])
        summary = json.loads((self.real / "summary.json").read_text())
        mine = next(row for row in rows if row["source"] == "run" and row["metric"] == "mse")
        self.assertEqual(mine["cost_of_1000_usd"], summary["cost_usd"]["value"] / (400 / 1000))
        self.assertEqual(mine["up_bytes"], summary["workloads"][0]["bytes"]["up"] / 400)
        same_cut = next(row for row in rows if row["source"] == "frontier" and row["name"] == "cut block30" and row["metric"] == "mse")
        self.assertEqual((same_cut["value"], same_cut["up_bytes"], same_cut["direction"]), (mine["value"], mine["up_bytes"], "larger"))
        # 8 points of cuts that are legal, two adversaries; at block 30 the cloud's mse is known, and nothing more of it.
        points = [row for row in rows if row["source"] == "small"]
        self.assertEqual(len({row["workload"] for row in points}), 8)
        self.assertEqual({row["value"] for row in points if row["status"] == "measured"}, {0.066})

    def test_heat_map_has_every_point_and_says_what_failed(self):
        heat = self.data["heat_maps"][0]
        self.assertEqual([axis["name"] for axis in heat["axes"]], ["cut", "uplink_mbit_per_s", "phones"])
        self.assertEqual([axis["unit"] for axis in heat["axes"]], ["", "mbit_per_s", ""])
        self.assertEqual(heat["statuses"], ["ok"] * 8 + ["invalid"] * 4)
        latency = heat["metrics"]["latency_p95_s"]
        self.assertEqual([value is None for value in latency["mean"]], [False] * 8 + [True] * 4)
        self.assertTrue(all("'none'" in reason for reason in heat["reasons"][8:]))
        table = self.data["tables"][0]
        self.assertEqual((table["all_rows"], len(table["rows"])), (24, 24))
        self.assertNotIn("ttft_p95_s", [column["name"] for column in table["columns"]])

    def test_curves_are_exact_quantiles_of_the_counted(self):
        curve = next(one for one in self.data["curves"] if one["metric"] == "latency" and "block30" in one["label"])
        requests = pandas.read_csv(self.real / "requests.csv", skiprows=1, float_precision="round_trip")
        times = numpy.sort(requests[~requests["warm_up"]]["latency_s"].to_numpy())
        self.assertEqual(curve["count"], len(times))
        self.assertEqual(curve["times_s"][-1], times[-1])
        for share, time in zip(curve["shares"], curve["times_s"]):
            self.assertEqual(time, times[round(share * len(times)) - 1])
        self.assertEqual({one["metric"] for one in self.data["curves"]}, {"latency", "ttft", "tpot"})


class PartsTest(unittest.TestCase):
    """Values by hand."""

    def test_a_million_requests_are_500_points_and_the_slowest_100_are_all_there(self):
        ranks = thinned_ranks(1_000_000)
        self.assertLessEqual(len(ranks), 500)
        self.assertEqual((ranks[0], list(ranks[-100:])), (0, list(range(999_900, 1_000_000))))
        self.assertLessEqual(numpy.diff(ranks).max(), 1_000_000 / 399 + 1)
        self.assertEqual(list(thinned_ranks(3)), [0, 1, 2])
        requests = pandas.DataFrame({"workload": "w", "latency_s": [3.0, 1.0, 2.0], "ttft_s": [None] * 3, "tpot_s": [None] * 3})
        curve, = curves_of(requests)
        self.assertEqual((curve.times_s, curve.shares), ([1, 2, 3], [1 / 3, 2 / 3, 1]))

    def test_attribution_of_the_slowest_adds_up(self):
        times = [float(n) for n in range(1, 41)]
        requests = pandas.DataFrame({"workload": "w", "latency_s": times, "wire_s": [1.0] * 40, "compute_s": [time - 1 for time in times]})
        found, = attributions_of(requests, ["compute_s", "wire_s"])
        self.assertEqual((found.count, found.mean_s), (40, {"compute_s": 19.5, "wire_s": 1}))
        # Rank 38 of 40 is the 95th percentile; 38, 39 and 40 s take at least as long.
        self.assertEqual((found.tail_from_s, found.tail_count, found.tail_s), (38, 3, {"compute_s": 38, "wire_s": 1}))

    def test_interval_over_replications_is_students(self):
        points = pandas.DataFrame({"point": [0, 0, 1, 1], "replication": [0, 1, 0, 1], "seed": 1, "rate": [5.0, 5.0, 6.0, 6.0],
                                   "status": ["ok", "ok", "ok", "failed"], "reason": [None, None, None, "lost"],
                                   "latency_p95_s": [1.0, 3.0, 7.0, None], "expectations_met": [True, True, None, None],
                                   "requests_submitted": [5.0] * 4})
        sweep = Sweep(Path("s"), "s", "", points, ["rate"], {})
        heat = heat_map_of(sweep)
        latency = heat["metrics"]["latency_p95_s"]
        self.assertEqual(latency["mean"], [2, 7])
        # The deviation is sqrt(2) s, over sqrt(2) replications: t is all that is left.
        self.assertAlmostEqual(latency["half"][0], 12.706, places=9)
        self.assertEqual((latency["half"][1], latency["count"]), (None, [2, 1]))
        self.assertEqual((heat["statuses"], heat["reasons"]), (["ok", "failed"], [None, "lost"]))
        self.assertEqual((heat["metrics"]["expectations_met"]["mean"], heat["same"]), ([1, None], ["requests submitted"]))
        self.assertEqual(sentence_of(sweep), ["4 runs of 2 points: 3 ok, 1 failed, 0 invalid.",
                                              "95 % of requests end within 2\u00a0s (rate 5) at best, and 7\u00a0s (rate 6) at worst.",
                                              "Expectations are met at 1 of 2 points."])
        self.assertAlmostEqual(student_t_975(40), 2.0211, delta=1e-3)
        self.assertAlmostEqual(student_t_975(120), 1.9799, delta=1e-3)

    def test_numbers_are_rounded_with_a_unit_that_suits(self):
        for value, unit, text in ((0.035787, "s", "35.8 ms"), (2.21, "s", "2.21 s"), (400.0, "s", "6.67 min"), (90.0, "s", "90 s"),
                                  (0.0, "s", "0 s"), (2.62144e9, "bytes", "2.62 GB"), (1234567, "", "1,234,567"), (None, "s", "–"),
                                  (float("nan"), "", "–"), (0.0926, "share", "9.26 %"), (3e-7, "share", "< 0.001 %"),
                                  (49.98, "per_s", "50/s"), (64.5e6, "bit_per_s", "64.5 Mbit/s"), (8.0, "mbit_per_s", "8 Mbit/s")):
            self.assertEqual(readable.readable(value, unit).replace("\u00a0", " "), text)
        self.assertEqual(readable.number(0.25, "s"), '<span title="0.25 s">250\u00a0ms</span>')
        self.assertEqual(readable.interval(0.0357655, 0.035809, "s").replace("\u00a0", " "), "35.77 ms to 35.81 ms")
        self.assertEqual([readable.column_name(name) for name in ("latency_p95_s", "uplink_mbit_per_s", "slo_met", "cut")],
                         ["latency p95", "uplink", "slo met", "cut"])

    def test_metrics_are_those_of_the_program(self):
        listed = subprocess.run([str(BINARY), "list", "metrics"], capture_output=True, text=True, check=True).stdout
        names = {line.split()[0] for line in listed.splitlines()}
        self.assertEqual(METRIC_NAMES - {"input", "output"}, names)
        source = (ROOT / "privacy/leakage_metric.cpp").read_text(encoding="utf-8")
        found = dict(re.findall(r'\{"(\w+)",\s*"[^"]*",\s*(larger|smaller|PrivateDirection::none)', source))
        self.assertEqual(set(found), names)
        self.assertEqual({name for name in names if found[name] == "larger"}, set(LARGER_IS_PRIVATE))
        self.assertEqual({name for name in names if "none" in found[name]}, set(NEITHER_IS_PRIVATE))

    def test_columns_of_leakage_are_split(self):
        self.assertEqual(split_question("dr. eve.mse.per_element"), ("dr. eve", "mse", "per_element"))
        self.assertEqual(split_question("eve.chat.other_metrics"), ("eve.chat", "", ""))
        self.assertEqual(split_question("eve.psnr_db"), ("eve", "psnr_db", ""))

    def test_question_of_a_file_is_read_with_its_escapes(self):
        self.assertEqual(question_in('name: "a"\nquestion: "\\"Why\\" \\303\\274?"\n'), '"Why" ü?')
        self.assertEqual(question_in('name: "question: \\"no\\""\n'), "")


def deployment(links, devices=("a", "b", "c"), domain="d"):
    """One workload from the first device, all of it there."""
    return {"devices": [{"name": name, "catalog_name": None, "count": 2, "domain": f"{domain}{index % 2}", "memory_bytes": None,
                         "processors": [{"name": "cpu", "kind": "cpu", "slots": 1}], "enclaves": []}
                        for index, name in enumerate(devices)], "switches": ["hub"],
            "links": [{"name": f"{one} to {other}", "from": one, "to": other, "domain": "network", "private": False, "duplex": "full",
                       "sharing": "fair", "up_bytes_per_s": 1e6, "down_bytes_per_s": 2e6, "latency_s": 0.01, "jitter": False}
                      for one, other in links], "servers": [],
            "workloads": [{"name": "w", "model": "m", "source": devices[0], "protocol": "p", "cut": None,
                           "placed": [{"on": f"{devices[0]}.cpu", "layers": 3, "first": "x", "last": "z"}]}]}


class PictureTest(unittest.TestCase):
    def boxes_of(self, picture):
        return [(box.name, box.x, box.y, box.x + box.width, box.y + box.height) for box in picture.boxes]

    def assert_apart(self, boxes):
        for index, (name, left, top, right, bottom) in enumerate(boxes):
            for other, left2, top2, right2, bottom2 in boxes[index + 1:]:
                self.assertTrue(right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top, f"{name} lies on {other}")

    def test_nothing_lies_on_anything(self):
        stars = [("a", "hub"), *((f"x{n}", "hub") for n in range(9)), ("hub", "z")]
        for links, devices in (([("a", "hub"), ("hub", "b"), ("b", "c"), ("a", "b")], ("a", "b", "c")), ([], ("a", "b", "c")),
                               (stars, ("a", *(f"x{n}" for n in range(9)), "z")), ([("a", "b")] * 5, ("a", "b"))):
            picture = picture_of(deployment(links, devices))
            boxes = self.boxes_of(picture)
            self.assert_apart(boxes)
            self.assert_apart([(wire.name, wire.label_x - LABEL_WIDTH / 2, wire.label_y - wire.label_height / 2, wire.label_x + LABEL_WIDTH / 2,
                                wire.label_y + wire.label_height / 2) for wire in picture.wires])
            self.assert_apart([(frame.domain, frame.x, frame.y, frame.x + frame.width, frame.y + frame.height) for frame in picture.frames])
            for name, left, top, right, bottom in boxes:
                self.assertTrue(0 <= left and right <= picture.width and 0 <= top and bottom <= picture.height)
                box = next(box for box in picture.boxes if box.name == name)
                inside = [frame.domain for frame in picture.frames if frame.x <= left and frame.y <= top and
                          right <= frame.x + frame.width and bottom <= frame.y + frame.height]
                self.assertEqual(inside, [box.domain] if box.domain else [])

    def test_columns_are_hops_from_the_users(self):
        picture = picture_of(deployment([("a", "hub"), ("hub", "b"), ("b", "c")]))
        x = {box.name: box.x for box in picture.boxes}
        self.assertEqual(sorted(x, key=x.get), ["a", "hub", "b", "c"])

    def test_layers_and_links_are_in_words(self):
        text = deployment([("a", "b")])
        text["workloads"][0]["placed"] = [{"on": "a.cpu", "layers": 3, "first": "x", "last": "z"},
                                          {"on": "b.cpu", "layers": 1, "first": "head", "last": "head"}]
        words = picture_of(text).words.replace("\u00a0", " ")
        self.assertIn("2 × a of d0 with 3 of 4 layers, x to z on cpu", words)
        self.assertIn("2 × b of d1 with 1 of 4 layers, head on cpu", words)
        self.assertIn("link a to b of network between a and b: ↑ 8 Mbit/s, ↓ 16 Mbit/s, 10 ms, shared", words)


if __name__ == "__main__":
    unittest.main()
