"""What the tests of the report share: the page, a sweep and a frontier, made by the programs under test."""

import html
import json
import re
import subprocess
import sys

from samples import BINARY, ROOT, SCENARIO

SWEEP = """
name: "small"
scenario: "SCENARIO"
question: "Which uplink <is> enough?"
set: "stop.requests=60"
set: "stop.warm_up_s=0"
axes { name: "cut" fields: "workloads[vision].placement.stages[0].until" values { value: "block 13" value: "block 30" value: "none" } }
axes { name: "uplink_mbit_per_s" fields: "links[access].up_mbit_per_s" values { value: "10" value: "100" } }
axes { name: "phones" fields: "devices[phone].count" values { value: "10" value: "20" } }
replications: 2
"""


def make_sweep(folder):
    """24 runs: 8 of a cut that is none, and two replications of 8 points."""
    path = folder / "small.sweep.textproto"
    path.write_text(SWEEP.replace("SCENARIO", SCENARIO), encoding="utf-8")
    done = subprocess.run([str(BINARY), "sweep", str(path), "--out", str(folder / "sweep"), "--jobs", "1", "--quiet"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr  # Points that are invalid are told.
    return folder / "sweep"


def make_frontier(folder):
    """Three cuts, of which one is measured and one sends the raw input."""
    path = folder / "frontier.csv"
    subprocess.run([str(BINARY), "privacy", "frontier", SCENARIO, "--cuts", "input,block 13,block 30", "--set",
                    "stop.requests=40", "--set", "stop.warm_up_s=0", "--out", str(path), "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return path


def report(*arguments):
    """Runs the report as its users do; every warning is an error."""
    command = [sys.executable, "-B", "-W", "error", str(ROOT / "analysis" / "report.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def words_of(page):
    """What a reader sees of a page without its charts, with one blank between words."""
    text = re.sub(r"<[^>]*>", " ", page[page.index("<main>"):page.index("</main>")])
    return " ".join(html.unescape(text).replace("\u00a0", " ").split())


def data_of(page):
    """What the charts of a page show."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])
