"""Loads the table that `coinfer privacy frontier --out FILE.csv` wrote, and picks one question from it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Sequence

import pandas

from results import ResultsError, read_table

_KINDS = {"object": ["scenario", "workload", "model", "dataset", "cut", "alias", "protocol", "failure", "load", "adversary",
                     "metric", "scale", "more_private", "leakage", "reason", "attack", "grade", "citation", "tensor",
                     "transition"],
          "int64": ["position"],
          "bool": ["own"],
          "boolean": ["answer_seen", "pareto_optimal"],
          "Int64": ["exposures"],
          "float64": ["latency_mean_s", "latency_p95_s", "up_bytes", "down_bytes", "energy_j", "cost_usd", "throughput_per_s",
                      "value"]}

# Budgets of a mechanism hold against every attack.
BUDGETS = ("epsilon", "epsilon_per_word")


def load_frontier(path: Path | str) -> pandas.DataFrame:
    """One row per cut, adversary, metric and scale, as written; cuts that could not run have one row with their `failure`.
    An absent text is empty, an absent number NaN. Raises ResultsError for a file that is no such table."""
    path = Path(path)
    if not path.is_file():
        raise ResultsError(path, "no such file", "a table of coinfer privacy frontier --out")
    table = read_table(path, _KINDS)
    texts = _KINDS["object"]
    table[texts] = table[texts].fillna("")
    if len(table) == 0:
        raise ResultsError(path, "no row", "a table of at least one cut")
    return table


def one_question(table: pandas.DataFrame, metric: str | None = None, scale: str | None = None) -> pandas.DataFrame:
    """The rows of one metric on one scale: one per cut that ran and adversary, in model order. The metric is the first that
    has a value, unless it is given. An adversary that has no value of it anywhere is not measured by it, except where what it
    saw needs no attack (the raw input) or allows none (nothing). Raises ResultsError for a metric that the table does not
    have, and where a scale is needed.
    """
    ran = table[table["failure"] == ""]
    if len(ran) == 0:
        raise ResultsError("the table", "no cut could run", "a scenario that runs at some cut")
    known = list(dict.fromkeys(ran["metric"]))
    metrics = [name for name in known if name]
    with_value = list(dict.fromkeys(ran[ran["value"].notna()]["metric"]))
    if metric is None:
        metric = next(iter(with_value + metrics), "")
    elif metric not in metrics:
        raise ResultsError(f"--metric {metric}", "the table has no such metric", ", ".join(metrics) or "none")
    scales = sorted(set(ran[(ran["metric"] == metric) & ran["value"].notna()]["scale"]))
    if scale is None and len(scales) > 1:
        raise ResultsError(f"--metric {metric}", "values on several scales, which cannot be compared",
                           "one of --scale " + ", ".join(scales))
    scale = scale if scale is not None else next(iter(scales), "")
    if scales and scale not in scales:
        raise ResultsError(f"--scale {scale}", f"'{metric}' has no value on that scale", ", ".join(scales))
    rows = [_rows_of(mine, metric, scale) for _, mine in ran.groupby("adversary", sort=False)]
    return pandas.concat(rows).sort_values("position", kind="stable").reset_index(drop=True)


def _rows_of(mine: pandas.DataFrame, metric: str, scale: str) -> pandas.DataFrame:
    """One row per cut of one adversary."""
    meant = mine[(mine["metric"] == metric) & (mine["scale"].isin([scale, ""]))]
    if len(meant):
        return meant
    other = mine.drop_duplicates("cut").copy()
    measured = other["leakage"] == "measured"
    other.loc[measured, "reason"] = f"not measured: no value of metric '{metric}'"
    other.loc[measured, "leakage"] = "not_measured"
    other["value"] = float("nan")
    other["pareto_optimal"] = False
    return other.assign(metric=metric, scale=scale)


def short_list(names: Sequence[str], longest: int) -> str:
    """Names for one label: runs of numbers joined ("block28–30, fc1"), and what does not fit counted ("+3")."""
    groups: list[list[Any]] = []  # stem, first, last
    for name in dict.fromkeys(sorted(names, key=natural_key)):
        match = re.fullmatch(r"(.*?)(\d+)", name)
        stem, number = (match[1], int(match[2])) if match else (name, None)
        if groups and number is not None and groups[-1][0] == stem and groups[-1][2] == number - 1:
            groups[-1][2] = number
        else:
            groups.append([stem, number, number])
    texts, sizes = [], []
    for index, (stem, first, last) in enumerate(groups):
        shown_stem = "" if index and first is not None and groups[index - 1][0] == stem else stem
        texts.append(stem if first is None else f"{shown_stem}{first}" + (f"–{last}" if last > first else ""))
        sizes.append(1 if first is None else last - first + 1)
    for kept in range(len(texts), 0, -1):
        rest = sum(sizes[kept:])
        text = ", ".join(texts[:kept]) + (f" +{rest}" if rest else "")
        if len(text) <= longest or kept == 1:
            return text
    return ""


def natural_key(name: str) -> list[Any]:
    """Sorts block9 before block10."""
    return [(0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in re.split(r"(\d+)", name) if piece]
