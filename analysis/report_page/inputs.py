"""The folders that a report is made from: what each of them is, and what is kept of it once its tables were read."""

from __future__ import annotations

import codecs
import dataclasses
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

import numpy
import pandas

from results import ResultsError, load_points, load_results, read_json
from series import METRICS, nearest_rank

MOST_QUANTILES = 500  # of a curve
TAIL_RANKS = 100  # the longest requests are all there
TAIL_SHARE = 0.95


@dataclass(frozen=True)
class Curve:
    """A distribution of one time of the counted requests of one workload: `times_s[i]` is the smallest that the share
    `shares[i]` of them do not exceed. Exact points, at most MOST_QUANTILES."""

    workload: str
    metric: str
    count: int
    shares: list[float]
    times_s: list[float]


@dataclass(frozen=True)
class Attribution:
    """Mean of each part of latency, s, over the counted requests of a workload, and over the slowest of them: those that
    take at least `tail_from_s`, the 95th percentile."""

    workload: str
    count: int
    mean_s: dict[str, float]
    tail_count: int
    tail_from_s: float
    tail_s: dict[str, float]


@dataclass(frozen=True)
class Run:
    """One results folder, without its requests."""

    folder: Path
    summary: dict[str, Any]
    manifest: dict[str, Any]
    deployment: dict[str, Any] | None  # absent in folders of versions that did not write it
    curves: list[Curve]
    attributions: list[Attribution]
    resources: pandas.DataFrame
    servers: pandas.DataFrame
    exposures: pandas.DataFrame
    ledger: pandas.DataFrame
    timeline: pandas.DataFrame | None


@dataclass(frozen=True)
class Sweep:
    """The table of a sweep: one row a run; `axes` are the columns of what was varied."""

    folder: Path
    name: str
    question: str
    points: pandas.DataFrame
    axes: list[str]
    manifest: dict[str, Any]  # empty in folders of versions that did not write one


def load_inputs(folders: Sequence[Path | str]) -> tuple[list[Run], list[Sweep]]:
    """The runs and the sweeps among them, each in the order given. Raises ResultsError."""
    runs, sweeps = [], []
    seen: set[Path] = set()
    for folder in map(Path, folders):
        if folder.resolve() in seen:
            raise ResultsError(folder, "given twice", "each folder once")
        seen.add(folder.resolve())
        if (folder / "summary.json").exists():
            runs.append(load_run(folder))
        elif (folder / "points.csv").exists():
            sweeps.append(load_sweep(folder))
        else:
            raise ResultsError(folder, "neither a results folder nor that of a sweep",
                               "a folder with summary.json, or with points.csv")
    return runs, sweeps


def load_run(folder: Path) -> Run:
    """Reads the tables whole, and keeps what a page can show. Raises ResultsError."""
    whole = load_results(folder)
    return Run(folder, whole.summary, whole.manifest, whole.deployment, curves_of(whole.counted),
               attributions_of(whole.counted, whole.parts), whole.resources, whole.servers, whole.exposures, whole.ledger,
               whole.timeline)


def thinned_ranks(count: int) -> numpy.ndarray:
    """Indices into `count` sorted values: evenly spaced, and every one of the last, at most MOST_QUANTILES in all."""
    even = numpy.linspace(0, count - 1, min(count, MOST_QUANTILES - TAIL_RANKS)).astype(int)
    return numpy.unique(numpy.concatenate([even, numpy.arange(max(count - TAIL_RANKS, 0), count)]))


def curves_of(counted: pandas.DataFrame) -> list[Curve]:
    """One per workload and time that its requests have."""
    curves = []
    for workload, requests in counted.groupby("workload", sort=False, observed=True):
        for name, metric in METRICS.items():
            times_s = numpy.sort(requests[metric.column].dropna().to_numpy())
            if len(times_s) == 0:
                continue
            ranks = thinned_ranks(len(times_s))
            curves.append(Curve(str(workload), name, len(times_s), ((ranks + 1) / len(times_s)).tolist(),
                                times_s[ranks].tolist()))
    return curves


def attributions_of(counted: pandas.DataFrame, parts: Sequence[str]) -> list[Attribution]:
    """One per workload that has counted requests."""
    found = []
    for workload, requests in counted.groupby("workload", sort=False, observed=True):
        times_s = requests["latency_s"].to_numpy()
        if len(times_s) == 0:
            continue
        tail_from_s = float(numpy.sort(times_s)[nearest_rank(TAIL_SHARE, len(times_s))])
        tail = requests[requests["latency_s"] >= tail_from_s]
        found.append(Attribution(str(workload), len(requests), {part: float(requests[part].mean()) for part in parts},
                                 len(tail), tail_from_s, {part: float(tail[part].mean()) for part in parts}))
    return found


def load_sweep(folder: Path) -> Sweep:
    """Raises ResultsError. The axes stand between the seed of a run and its status."""
    points = load_points(folder)
    columns = list(points.columns)
    axes = columns[columns.index("seed") + 1:columns.index("status")]
    manifest = read_json(folder / "manifest.json") if (folder / "manifest.json").exists() else {}
    question = question_in(str(manifest.get("sweep", "")))
    return Sweep(folder, str(manifest.get("name") or folder.name), question, points, axes, manifest)


def question_in(text: str) -> str:
    """What a scenario or sweep in text format asks; empty where it asks nothing."""
    found = re.search(r'^question: "((?:[^"\\\n]|\\.)*)"', text, re.MULTILINE)
    if found is None:
        return ""
    # Text format escapes bytes as C does: \303\244 is an umlaut.
    return codecs.escape_decode(found[1].encode("utf-8"))[0].decode("utf-8", "replace")


def plain(value: Any) -> Any:
    """Values as JSON has them: what is not a number is null, and numpy's types are Python's."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(inner) for inner in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    if isinstance(value, numpy.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return None if value is pandas.NA else value
