"""Puts the page together: the words in HTML, the figures as JSON for the charts, the chart library inside it."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any, Sequence

import jinja2
from markupsafe import Markup
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from report_page.answer import answer_of, badge_of_status, bounds_text, expectations_of, interval_text, passes
from report_page.deployment_picture import (BOX_WIDTH, CHARACTER, FRAME_HEAD, HEAD, LABEL_LINE, LABEL_WIDTH, LINE,
                                            SMALL_CHARACTER, SWITCH_HEIGHT, fit, picture_of)
from report_page.front import front_rows
from report_page.inputs import Run, Sweep, plain, question_in
from report_page.readable import PLAIN_UNITS, column_name, number, readable
from report_page.sweep_points import MOST_POINTS, MOST_ROWS, heat_map_of, metrics_of, sentence_of, table_of
from series import labels_of

HERE = Path(__file__).resolve().parent
SCRIPTS = ("theme.js", "charts.js", "front.js", "heat_map.js", "points.js", "start.js")
GRADES = ("MEASURED", "PUBLISHED", "SECONDARY", "DERIVED", "ASSUMED")
MOST_EXPOSURES = 300  # rows of a run's table; the counts below it are of all
MOST_PICTURES = 8
PARTS = {"queue_s": "waits for a unit", "compute_s": "computes", "interference_s": "others' prompts in its batches",
         "enclave_s": "slower inside an enclave", "crossing_s": "enters and leaves enclaves",
         "paging_s": "pages enclave memory",
         "attestation_s": "checks what runs in an enclave", "protect_s": "masks, noises, verifies", "crypto_s": "encrypts",
         "serialise_s": "packs", "wire_s": "bytes on links", "propagation_s": "latency of links"}


def page_of(title: str | None, runs: Sequence[Run], sweeps: Sequence[Sweep], frontier: Path | None, command: str) -> str:
    """The whole HTML text. Raises ResultsError for a frontier that is none."""
    labels = run_labels(runs)
    front, front_notes = front_rows(runs, labels, sweeps, frontier)
    data = {"curves": curves(runs), "attribution": attribution(runs), "timelines": timelines(runs, labels), "front": front,
            "heat_maps": [heat_map_of(sweep) for sweep in sweeps if sweep.axes and metrics_of(sweep)],
            "tables": [table_of(sweep) for sweep in sweeps] or run_table(runs, labels), "units": PLAIN_UNITS}
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.globals.update(fit=fit, BOX_WIDTH=BOX_WIDTH, CHARACTER=CHARACTER, HEAD=HEAD, LINE=LINE, LABEL_LINE=LABEL_LINE,
                               LABEL_WIDTH=LABEL_WIDTH, SMALL_CHARACTER=SMALL_CHARACTER, SWITCH_HEIGHT=SWITCH_HEIGHT,
                               FRAME_HEAD=FRAME_HEAD)
    environment.filters.update(number=number, readable=readable, badge=badge_of_status, bounds=bounds_text,
                               interval=interval_text, passes=passes)
    return environment.get_template("page.html.jinja").render(
        title=title or title_of(runs, sweeps, frontier), questions=questions(runs, sweeps),
        runs=[run_view(run, label) for run, label in zip(runs, labels)],
        sweeps=[{"name": sweep.name, "folder": str(sweep.folder), "sentences": sentence_of(sweep), "axes": sweep.axes,
                 "version": sweep.manifest.get("coinfer_version"), "text": sweep.manifest.get("sweep"),
                 "points": sweep.points["point"].nunique()} for sweep in sweeps],
        pictures=pictures(runs, labels), front_notes=front_notes, data=data, parts=PARTS, most_points=MOST_POINTS,
        most_rows=MOST_ROWS, most_exposures=MOST_EXPOSURES, grades=GRADES, command=command,
        frontier=str(frontier) if frontier else None, plotly_version=get_plotlyjs_version(),
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")), data_json=json_for_html(data),
        script=Markup("\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)), plotly=packed_plotly())


def json_for_html(data: Any) -> Markup:
    """JSON that cannot end the script element it stands in, nor be read as markup."""
    text = json.dumps(plain(data), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def packed_plotly() -> Markup:
    """plotly.js, compressed to a quarter; the browser unpacks it. Debian's copy is not minified."""
    return Markup(base64.b64encode(gzip.compress(get_plotlyjs().encode("utf-8"), 9, mtime=0)).decode("ascii"))


def run_labels(runs: Sequence[Run]) -> list[str]:
    """The name of the scenario, with the folder where that does not tell runs apart."""
    names = Counter(run.summary["scenario"] for run in runs)
    return [name if names[name] == 1 else f"{name} ({run.folder.name})"
            for run in runs for name in (run.summary["scenario"],)]


def title_of(runs: Sequence[Run], sweeps: Sequence[Sweep], frontier: Path | None) -> str:
    """The scenario or sweep, or how many of them there are."""
    names = list(dict.fromkeys([run.summary["scenario"] for run in runs] + [sweep.name for sweep in sweeps]))
    if len(names) <= 2:
        return " and ".join(names) or (frontier.stem if frontier else "coinfer")
    return f"{names[0]} and {len(names) - 1} more"


def questions(runs: Sequence[Run], sweeps: Sequence[Sweep]) -> list[str]:
    """What the files ask, each once."""
    asked = [question_in(run.manifest.get("input", "")) for run in runs] + [sweep.question for sweep in sweeps]
    return list(dict.fromkeys(question for question in asked if question))


def curves(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Of all runs, with the label of their series."""
    labels = labels_of(runs)
    return [{"label": labels[index, curve.workload], "metric": curve.metric, "count": curve.count, "shares": curve.shares,
             "times_s": curve.times_s} for index, run in enumerate(runs) for curve in run.curves]


def attribution(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Of all runs, with the label of their series."""
    labels = labels_of(runs)
    return [{"label": labels[index, one.workload], "count": one.count, "mean_s": one.mean_s, "tail_count": one.tail_count,
             "tail_from_s": one.tail_from_s, "tail_s": one.tail_s}
            for index, run in enumerate(runs) for one in run.attributions]


def timelines(runs: Sequence[Run], labels: Sequence[str]) -> list[dict[str, Any]]:
    """By resource the ends of its intervals and what happened in each; a resource that nobody used or waited for is left out."""
    found = []
    for run, label in zip(runs, labels):
        if run.timeline is None:
            continue
        resources = []
        # A server may have the name of the processor that it runs on.
        for (name, kind), rows in run.timeline.groupby(["resource", "kind"], sort=False, observed=True):
            if not ((rows["utilisation"] > 0) | (rows["mean_waiting"] > 0)).any():
                continue
            resources.append({"name": f"{name} (server)" if kind == "server" else str(name), "edges_s": [*rows["from_s"], rows["to_s"].iloc[-1]],
                              "utilisation": rows["utilisation"].tolist(), "mean_waiting": rows["mean_waiting"].tolist()})
        found.append({"label": label, "resources": resources})
    return found


def run_table(runs: Sequence[Run], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Where there is no sweep, a row per run and workload."""
    times = ("mean", "p50", "p95", "p99", "max")
    columns = [("run", ""), ("workload", ""), ("protocol", ""), ("cut", ""), ("load", ""), ("requests_completed", ""),
               *((f"latency_{time}_s", "s") for time in times), ("throughput_per_s", "per_s"), ("up_bytes", "bytes"),
               ("down_bytes", "bytes")]
    rows = []
    for run, label in zip(runs, labels):
        for entry in run.summary["workloads"]:
            latency = entry["latency_s"] or {}
            rows.append([label, entry["name"], entry["protocol"], entry["cut"], run.summary["saturation"],
                         entry["requests"]["completed"], *(latency.get(time) for time in times), entry["throughput_per_s"],
                         entry["bytes"]["up"], entry["bytes"]["down"]])
    if not rows:
        return []
    numeric = {"requests_completed"}
    return [{"label": "runs", "all_rows": len(rows), "rows": rows[:MOST_ROWS],
             "columns": [{"name": name, "label": column_name(name), "unit": unit, "numeric": bool(unit) or name in numeric}
                         for name, unit in columns]}]


def run_view(run: Run, label: str) -> dict[str, Any]:
    """What the template says of one run."""
    counts = Counter(entry["grade"] for entry in run.manifest["inputs"])
    return {"label": label, "folder": str(run.folder), "summary": run.summary, "manifest": run.manifest,
            "answer": answer_of(run), "expectations": expectations_of(run.summary),
            "resources": plain(run.resources.to_dict("records")), "servers": plain(run.servers.to_dict("records")),
            "exposures": plain(run.exposures.head(MOST_EXPOSURES).to_dict("records")), "all_exposures": len(run.exposures),
            "grades": counts, "weak": [entry for entry in run.manifest["inputs"] if entry["grade"] == "ASSUMED"],
            "has_timeline": run.timeline is not None}


def pictures(runs: Sequence[Run], labels: Sequence[str]) -> dict[str, Any]:
    """Each deployment that differs from the others, with the runs that have it."""
    drawn: dict[str, dict[str, Any]] = {}
    for run, label in zip(runs, labels):
        if run.deployment is None:
            continue
        same = {key: value for key, value in run.deployment.items() if key not in ("scenario", "question")}
        drawn.setdefault(json.dumps(same, sort_keys=True), {"runs": [], "deployment": run.deployment})["runs"].append(label)
    kept = list(drawn.values())[:MOST_PICTURES]
    colours: dict[str, int] = {}
    return {"drawn": [{"runs": one["runs"], "picture": picture_of(one["deployment"], colours)} for one in kept],
            "left_out": len(drawn) - len(kept),
            "without": [label for run, label in zip(runs, labels) if run.deployment is None]}
