"""The report in headless Chromium: it opens from a file, draws everything, loads nothing, and answers the user.

Usage: COINFER_BINARY=build/release/coinfer report_browser_test.py
"""

import json
import os
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

from report_samples import make_frontier, make_sweep, report
from samples import SampleTest, change_json

TITLE = "the report opens in a browser"
try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select
except ImportError:
    webdriver = None

CHARTS = ("curves", "attribution", "timeline", "front", "heat")
PATIENCE_S = 60


def browser(profile):
    """Chromium without a window, which keeps a record of all it logs and of all it asks the network for."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    # The sandbox needs rights that root and containers do not have; the only page is our own.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                     "--window-size=1280,900", f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # The driver and the browser write below a home that may not be writable.
    service = Service(shutil.which("chromedriver"), env={**os.environ, "HOME": str(profile)})
    return webdriver.Chrome(service=service, options=options)


class BrowserTest(SampleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = Path(cls.real).parent
        (cls.real / "timeline.csv").write_text(
            "# schema_version: 2\nresource,kind,from_s,to_s,utilisation,mean_waiting\n"
            "cloud.gpu,processor,0,2,0.5,0\ncloud.gpu,processor,2,5,0.25,1.5\nphone.cpu,processor,0,5,1,0.5\n", encoding="utf-8")
        for name in ("summary.json", "manifest.json"):
            change_json(cls.real / name, lambda content: content.update(scenario="<script>alert(1)</script><b>\"'&"))
        change_json(cls.real / "summary.json", lambda summary: summary["privacy"][0].update(adversary="<img src=x onerror=alert(1)>"))
        cls.page = folder / "a page.html"
        done = report(cls.real, cls.tokens, make_sweep(folder), "--frontier", make_frontier(folder), "--out", cls.page)
        assert done.returncode == 0, done.stderr
        profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(profile.cleanup)
        cls.browser = browser(Path(profile.name))
        cls.addClassCleanup(cls.browser.quit)
        cls.browser.set_script_timeout(PATIENCE_S)
        cls.browser.get(cls.page.as_uri())
        cls.wait_until(lambda: cls.script("return document.documentElement.dataset.drawn") is not None)

    @classmethod
    def script(cls, text, *arguments):
        return cls.browser.execute_script(text, *arguments)

    @classmethod
    def wait_until(cls, condition):
        until = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > until:
                raise AssertionError("the page does not come to rest")
            time.sleep(0.05)

    def choose(self, name, value):
        Select(self.browser.find_element(By.ID, name)).select_by_value(value)

    def hover(self, chart, selector, dx=0, dy=0):
        """Rests the pointer on a mark of a chart; the text of the label that appears."""
        mark = self.browser.find_element(By.CSS_SELECTOR, f"#chart-{chart} {selector}")
        self.script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", mark)
        ActionChains(self.browser).move_to_element_with_offset(mark, dx, dy).move_by_offset(1, 0).perform()
        read = f"return [...document.querySelectorAll('#chart-{chart} .hoverlayer .hovertext')].map((one) => one.textContent).join()"
        self.wait_until(lambda: self.script(read))
        text = self.script(read)
        ActionChains(self.browser).move_by_offset(-2, 0).perform()
        return text

    def test_everything_is_drawn_without_an_error_or_a_request(self):
        self.assertEqual(self.script("return document.documentElement.dataset.drawn"), "true")
        self.assertEqual([entry["message"] for entry in self.browser.get_log("browser")], [])
        records = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        asked = {record["params"]["request"]["url"] for record in records if record["method"] == "Network.requestWillBeSent"
                 and record["params"]["documentURL"] == self.page.as_uri()}
        # What stands in the page itself ("data:") is no request to anywhere.
        self.assertEqual({url for url in asked if not url.startswith("data:")}, {self.page.as_uri()})
        for chart in CHARTS:
            drawn = self.script("""const chart = document.getElementById(`chart-${arguments[0]}`);
                return {marks: chart.querySelectorAll('.points path, path.js-line, .heatmaplayer image').length, wide: chart.clientWidth,
                        within: chart.querySelector('.main-svg').getBoundingClientRect().height <= chart.getBoundingClientRect().height + 1,
                        titles: [...chart.querySelectorAll('.xtitle')].map((one) => one.textContent)}""", chart)
            self.assertGreater(drawn["marks"], 0, chart)
            self.assertGreater(drawn["wide"], 600, chart)
            self.assertTrue(drawn["within"], chart)
            self.assertTrue(drawn["titles"] and all(drawn["titles"]), chart)
        boxes = self.script("return document.querySelectorAll('svg.deployment .box').length")
        self.assertEqual(boxes, 4)

    def test_names_stay_text(self):
        self.assertEqual(self.script("return document.querySelectorAll('main img, main script, main b b').length"), 0)
        self.assertIn("<script>alert(1)</script><b>\"'&", self.script("return document.querySelector('.card h3').textContent"))
        question = self.script("return [...document.getElementById('front-question').options].findIndex((one) => one.text.includes('<img'))")
        self.choose("front-question", str(question))
        self.addCleanup(self.choose, "front-question", "0")
        label = self.hover("front", ".points path")
        self.assertIn("<script>alert(1)</script>", self.script("return data.front.map((row) => row.name).join()"))
        self.assertTrue(label)

    def test_page_fits_the_window(self):
        for width in (1280, 800, 400):
            self.browser.set_window_size(width, 900)
            self.wait_until(lambda: self.script("return document.getElementById('chart-curves')._fullLayout.width === "
                                                "document.getElementById('chart-curves').clientWidth"))
            self.assertLessEqual(self.script("return document.documentElement.scrollWidth - window.innerWidth"), 0, width)
        self.browser.set_window_size(1280, 900)
        self.wait_until(lambda: self.script("return document.getElementById('chart-curves')._fullLayout.width > 1000"))

    def test_hover_has_a_label(self):
        self.assertRegex(self.hover("attribution", ".points path"), r"(mean|slowest 5 %)compute: .*s \(.* %\)exactly")
        self.assertRegex(self.hover("heat", ".heatmaplayer image", 20, 20), r"latency p95: .*cut: .*uplink")
        self.assertRegex(self.hover("timeline", ".heatmaplayer image"), r"utilisation .*mean waiting")

    def test_filter_and_sort_change_the_table(self):
        rows = lambda: self.script("return [...document.querySelectorAll('#points-table tbody tr')].map((row) => [...row.cells].map((cell) => cell.title || cell.textContent))")
        head = self.script("return [...document.querySelectorAll('#points-table thead button')].map((one) => one.title)")
        self.assertEqual(len(rows()), 24)
        field = self.browser.find_element(By.ID, "points-filter")
        field.send_keys("ok uplink=100 phones>=20")
        found = rows()
        self.assertEqual([[row[head.index(name)] for name in ("cut", "phones", "replication")] for row in found],
                         [["block 13", "20", "0"], ["block 13", "20", "1"], ["block 30", "20", "0"], ["block 30", "20", "1"]])
        self.assertEqual(self.script("return document.getElementById('points-count').textContent"), "4 of 24 rows")
        at = head.index("latency_p95_s")
        for down in (False, True):
            self.browser.find_elements(By.CSS_SELECTOR, "#points-table thead button")[at].send_keys("\n")  # By keyboard.
            values = [float(row[at].split()[0]) for row in rows()]
            self.assertEqual(values, sorted(values, reverse=down))
        field.clear()
        for text, problem in (("nosuch<3", "no column 'nosuch'"), ("uplink<abc", "'abc' is no number to compare 'uplink' with"),
                              (")(", "no row has ')('"), ("uplink<", "no value after 'uplink<'"), ("cut<3", "column 'cut' holds texts, which only '=' compares")):
            field.clear()
            field.send_keys(text)
            self.assertEqual(rows(), [])
            self.assertEqual(self.script("return document.getElementById('points-count').textContent"), f"0 of 24 rows; {problem}")
        self.assertEqual(field.get_attribute("aria-invalid"), "true")
        field.clear()
        field.send_keys(" ")
        self.assertEqual(len(rows()), 24)

    def test_heat_map_follows_its_selectors(self):
        shown = lambda: self.script("const chart = document.getElementById('chart-heat'); return {type: chart.data[0].type, z: chart.data[0].z || null, "
                                    "y: chart.data[0].y, up: chart._fullLayout.yaxis.title.text, bar: (chart.layout.coloraxis || {colorbar: {title: {}}}).colorbar.title.text}")
        before = shown()
        self.assertEqual((before["type"], len(before["z"]), len(before["z"][0])), ("heatmap", 3, 2))
        self.assertEqual(before["z"][2], [None, None])  # The cut that is none.
        self.choose("heat-metric", "throughput_per_s")
        after = shown()
        self.assertEqual(after["bar"], "throughput (/s)")
        self.assertNotEqual(after["z"], before["z"])
        self.choose("heat-y", "phones")
        self.assertEqual((shown()["up"], len(shown()["z"])), ("phones", 2))
        held = self.script("return [...document.querySelectorAll('#heat-held select')].map((one) => [one.dataset.axis, one.value])")
        self.assertEqual(held, [["cut", "block 13"]])
        self.choose("heat-y", "")
        line = shown()
        self.assertEqual((line["type"], len(line["y"])), ("scatter", 2))
        self.choose("heat-y", "cut")
        self.choose("heat-metric", "latency_p95_s")
        self.assertEqual(shown()["z"], before["z"])

    def test_unmeasured_points_stand_apart(self):
        chart = self.script("""const chart = document.getElementById('chart-front');
            return {values: chart.data.filter((one) => one.mode === 'markers' && one.yaxis === 'y').flatMap((one) => one.y),
                    apart: chart.data.filter((one) => one.yaxis === 'y2').flatMap((one) => one.hovertext), rows: chart._fullLayout.yaxis2.ticktext}""")
        self.assertTrue(chart["values"])
        self.assertNotIn(0, chart["values"])
        self.assertIn("not measured", chart["rows"])
        self.assertTrue(chart["apart"])

    def front_of(self, changes):
        """Questions, best points, note and colours of a front whose points are the first measured one with these changes."""
        return self.script("""
            const before = data.front.splice(0), one = before.find((row) => row.status === 'measured');
            data.front.push(...arguments[0].map((change, index) => ({...one, source: 'run', name: String(index), cost_of_1000_usd: 1, ...change})));
            const made = makeFront(1000), asked = frontQuestions(), kept = element('front-note').textContent;
            const best = asked.map((question) => frontOf(frontPoints(question), 'latency_p95_s', 'larger').map((point) => point.name));
            data.front.splice(0, data.front.length, ...before);
            return {asked: asked.map((one) => one.model), best, note: kept, bar: made.layout.coloraxis.showscale !== false}""", changes)

    def test_a_front_has_one_model_and_no_point_that_does_not_keep_up(self):
        self.choose("front-colour", "cost_of_1000_usd")
        self.addCleanup(lambda: (self.choose("front-question", "0"), self.script("redraw('front')")))
        self.choose("front-question", "0")
        front = self.front_of([{"model": "a", "latency_p95_s": 2, "value": 1}, {"model": "b", "latency_p95_s": 1, "value": 2},
                               {"model": "a", "latency_p95_s": 3, "value": 2}, {"model": "b", "latency_p95_s": 0.5, "value": 9, "load": "BACKLOGGED"},
                               {"model": "b", "latency_p95_s": 2, "value": 9, "load": "SATURATED"}, {"model": "a", "latency_p95_s": 4, "value": 2}])
        self.assertEqual((front["asked"], front["best"]), (["a", "b"], [["0", "2"], ["1"]]))

    def test_equal_costs_have_one_colour(self):
        self.choose("front-colour", "cost_of_1000_usd")
        self.choose("front-question", "0")
        same = self.front_of([{"cost_of_1000_usd": 0.02846974}, {"cost_of_1000_usd": 0.02846988, "load": "SATURATED"}])
        self.assertFalse(same["bar"])
        self.assertIn("One colour: to four digits, cost of 1,000 requests is 0.02847\u00a0USD at every point.", same["note"])
        self.assertIn("Pale: SATURATED, so that", same["note"])
        other = self.front_of([{"cost_of_1000_usd": 0.0284}, {"cost_of_1000_usd": 0.0285}])
        self.assertEqual((other["bar"], "One colour" in other["note"]), (True, False))

    def test_a_heat_map_marks_what_does_not_keep_up(self):
        drawn = self.script("""
            const sweep = heatSweep(), before = [...sweep.loads];
            const shown = heatPoints(sweep);
            sweep.loads[shown[0]] = 'OVERLOADED';
            sweep.loads[shown[1]] = 'BACKLOGGED';
            const wide = makeHeat(1200), narrow = makeHeat(300), note = element('heat-note').textContent;
            sweep.loads.splice(0, before.length, ...before);
            return {texts: wide.layout.annotations.map((one) => one.text), symbols: narrow.traces[1].marker.symbol, note}""")
        self.assertEqual([text[-1] for text in drawn["texts"] if text[-1] in "▲△"], ["▲", "△"])
        self.assertEqual(drawn["symbols"], ["triangle-up", "triangle-up-open"])
        self.assertIn("▲ OVERLOADED: latency says how long the queue was. △ BACKLOGGED: ", drawn["note"])

    def test_dark_paper_redraws_the_charts(self):
        ink = lambda: self.script("return [getComputedStyle(document.body).color, document.getElementById('chart-curves')._fullLayout.font.color]")
        light = ink()
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
        self.wait_until(lambda: ink()[1] != light[1])
        self.assertEqual(ink(), ["rgb(230, 233, 237)", "#e6e9ed"])
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "light"}]})
        self.wait_until(lambda: ink() == light)


if __name__ == "__main__":
    absent = [name for name, found in (("chromium", shutil.which("chromium")), ("chromedriver", shutil.which("chromedriver")),
                                       ("python3-selenium", webdriver)) if not found]
    if absent:
        print(f"SKIPPED: {TITLE}: {', '.join(absent)} absent")
        sys.exit(0)
    unittest.main()
