"""The rows of the latency-leakage-cost front: one per deployment and question about what it leaks, whatever its source."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Sequence

import pandas

from frontier import load_frontier
from report_page.answer import STATUSES
from report_page.inputs import Run, Sweep, plain
from report_page.readable import column_name, readable, unit_of

# Which value of a metric is the more private one, as privacy/leakage_metric.cpp has it: not these, the smaller.
LARGER_IS_PRIVATE = ("mse", "lpips", "input_ambiguity_bound_nat")
NEITHER_IS_PRIVATE = ("ndcg_at_10", "task_accuracy")
# Values of rc2 grow with the layer, so that cuts do not compare by them.
DOES_NOT_COMPARE = ("rc2",)
MOST_POINTS = 1500  # of a sweep
# Of one request, money of a thousand: one costs too little to read.
# From the worst to the best: what the load of a point is where its replications differ.
LOADS = ("OVERLOADED", "BACKLOGGED", "SATURATED", "STABLE")
COSTS = ("latency_p95_s", "latency_mean_s", "cost_of_1000_usd", "energy_j", "up_bytes")


def direction_of(metric: str) -> str:
    """"larger" or "smaller" is more private; empty where values do not compare."""
    if metric in NEITHER_IS_PRIVATE + DOES_NOT_COMPARE or not metric:
        return ""
    return "larger" if metric in LARGER_IS_PRIVATE else "smaller"


def front_rows(runs: Sequence[Run], labels: Sequence[str], sweeps: Sequence[Sweep],
               frontier: Path | None) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows, and what a reader must know of them. Raises ResultsError for a file that is no frontier."""
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    if frontier is not None:
        rows += _of_frontier(load_frontier(frontier), notes)
    for sweep in sweeps:
        rows += _of_sweep(sweep, notes)
    for run, label in zip(runs, labels):
        rows += _of_run(run, label)
    without = sum(row["latency_p95_s"] is None for row in rows)
    if without:
        notes.append(f"{without:,} rows have no latency, since no request was completed; they are not drawn.")
    return [row for row in rows if row["latency_p95_s"] is not None], notes


def _of_frontier(table: pandas.DataFrame, notes: list[str]) -> list[dict[str, Any]]:
    failed = table[table["failure"] != ""]
    if len(failed):
        notes.append(f"Cuts that cannot run and are left out: {failed['cut'].nunique()}.")
    kept = table[table["failure"] == ""]
    rows = []
    for row in plain(kept.to_dict("records")):
        rows.append({"source": "frontier", "name": f"cut {row['cut']}", "workload": row["workload"], "load": row["load"],
                     "model": row["model"], "dataset": row["dataset"],
                     "adversary": row["adversary"], "metric": row["metric"], "scale": row["scale"],
                     "status": row["leakage"], "value": row["value"], "why": row["reason"] or row["citation"],
                     "grade": row["grade"], "direction": row["more_private"] if row["more_private"] != "none" else "",
                     **{cost: row[cost] for cost in COSTS if cost in row},
                     "cost_of_1000_usd": _each(row["cost_usd"], 1e-3)})
    return rows


def _of_run(run: Run, label: str) -> list[dict[str, Any]]:
    """Latency is that of the workload. Money and energy are those of the whole run, and stay out where it has several."""
    alone = len(run.summary["workloads"]) == 1
    of_workload = {entry["name"]: entry for entry in run.summary["workloads"]}
    data_sets = data_sets_of(run)
    rows = []
    for score in run.summary["privacy"]:
        entry = of_workload[score["workload"]]
        admitted = entry["requests"]["submitted"] - entry["requests"]["rejected"]
        latency = entry["latency_s"] or {}
        rows.append({"source": "run", "name": label if alone else f"{label}: {score['workload']}",
                     "load": run.summary["saturation"], "workload": score["workload"], "adversary": score["adversary"],
                     "model": entry["model"], "dataset": data_sets.get(score["workload"], ""),
                     "metric": score["metric"], "scale": score["scale"], "status": score["status"], "value": score["value"],
                     "why": score.get("reason") or score.get("citation", ""), "grade": score.get("grade", ""),
                     "direction": direction_of(score["metric"]), "latency_p95_s": latency.get("p95"),
                     "latency_mean_s": latency.get("mean"), "up_bytes": _each(entry["bytes"]["up"], admitted),
                     "energy_j": _each(run.summary["energy_j"]["value"], admitted) if alone else None,
                     "cost_of_1000_usd": _each(run.summary["cost_usd"]["value"], admitted / 1e3) if alone else None})
    return rows


def data_sets_of(run: Run) -> dict[str, str]:
    """The data set of each workload: what the exposures name, else the one that the scenario names."""
    found = dict(zip(run.exposures["workload"].astype(str), run.exposures["dataset"].astype("object").fillna("")))
    named = fields_in(run.manifest.get("input", ""), "dataset")
    return {entry["name"]: found.get(entry["name"]) or (named[0] if len(named) == 1 else "") for entry in run.summary["workloads"]}


def fields_in(text: str, field: str) -> list[str]:
    """The distinct texts that a field of this name has in a file in text format, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return list(dict.fromkeys(re.findall(rf'\b{field}:\s*"([^"]*)"', "\n".join(lines))))


def subject_of(sweep: Sweep, first: dict[str, Any]) -> dict[str, str]:
    """Model and data set of a point: as an axis has them, else the only ones that the scenario names. Where there are several,
    or the sweep sets them, the sweep stands for them, so that its points are compared with no others."""
    sweep_text = str(sweep.manifest.get("sweep", ""))
    axes = re.findall(r'\baxes\s*\{\s*name:\s*"([^"]*)"((?:\s*fields:\s*"[^"]*")+)', sweep_text)
    subject = {}
    for field in ("model", "dataset"):
        varied = [name for name, fields in axes if re.search(rf'\.{field}"', fields) and name in first]
        named = fields_in(str(sweep.manifest.get("scenario", "")), field)
        if varied:
            subject[field] = ", ".join(str(first[name]) for name in varied)
        elif f".{field}=" in sweep_text or len(named) > 1 or (field == "model" and not named):
            subject[field] = f"that of {sweep.name}"
        else:
            subject[field] = named[0] if named else ""
    return subject


def load_of(loads: pandas.Series) -> str | None:
    """The worst of what replications say; None where none was judged."""
    seen = set(loads.dropna())
    return next((load for load in LOADS if load in seen), next(iter(sorted(seen)), None))


def _each(total: float | None, requests: float | None) -> float | None:
    """Of one request that was let in, as the frontier has it."""
    return None if total is None or not requests else total / requests


def _of_sweep(sweep: Sweep, notes: list[str]) -> list[dict[str, Any]]:
    """One row per point, adversary and metric, the mean of its replications: a column "leakage.ADVERSARY.METRIC.SCALE" has the
    value, and the one of that name with ".status" says what it means where there is none; of several workloads each has its
    own. Replications that differ in what is seen count as the worst of them."""
    done = sweep.points[sweep.points["status"] == "ok"]
    columns = [column for column in done.columns if column.startswith("leakage.") and column.endswith(".status")]
    if "latency_p95_s" not in done or not columns or done.empty:
        return []
    points = done["point"].unique()
    step = -(-len(points) // MOST_POINTS)
    if step > 1:
        notes.append(f"Of {len(points):,} points of {sweep.name}, every {step}th is drawn.")
        done = done[done["point"].isin(points[::step])]
    groups = done.groupby("point", sort=True)
    ranks = done[columns].apply(lambda column: column.map({status: rank for rank, status in enumerate(STATUSES)}))
    worst = ranks.astype("float64").groupby(done["point"]).min()
    loads = {point: load_of(of_point) for point, of_point in done.groupby("point")["saturation"]}
    rows = []
    for (point, means), (_, first) in zip(groups.mean(numeric_only=True).iterrows(), groups.first().iterrows()):
        means, first = plain(means.to_dict()), plain(first.to_dict())
        admitted = (means.get("requests_submitted") or 0) - (means.get("requests_rejected") or 0)
        costs = {"latency_p95_s": means.get("latency_p95_s"), "latency_mean_s": means.get("latency_mean_s"),
                 "cost_of_1000_usd": _each(means.get("cost_usd"), admitted / 1e3),
                 "energy_j": _each(means.get("energy_j"), admitted), "up_bytes": _each(means.get("up_bytes"), admitted)}
        name = ", ".join(f"{column_name(axis)} {readable(first[axis], unit_of(axis), 4)}" for axis in sweep.axes) or "point"
        subject = subject_of(sweep, first)
        for column in columns:
            if pandas.isna(worst.at[point, column]):
                continue
            status = list(STATUSES)[int(worst.at[point, column])]
            adversary, metric, scale = split_question(column[len("leakage."):-len(".status")])
            value = means.get(column[:-len(".status")]) if status == "measured" else None
            rows.append({"source": sweep.name, "name": name, "load": loads[point], "workload": f"point {point}", **subject,
                         "adversary": adversary, "metric": metric, "scale": scale, "status": status, "value": value,
                         "why": "", "grade": "", "direction": direction_of(metric), **costs})
    return rows


def split_question(question: str) -> tuple[str, str, str]:
    """"curious cloud.mse.per_element" as adversary, metric and scale; "eve.other_metrics" has no metric. The names of
    adversaries and workloads may hold points themselves, so that the known ends are taken off."""
    if question.endswith(".other_metrics"):
        return question[:-len(".other_metrics")], "", ""
    pieces = question.split(".")
    for at in range(len(pieces) - 1, 0, -1):
        if pieces[at] in METRIC_NAMES:
            return ".".join(pieces[:at]), pieces[at], ".".join(pieces[at + 1:])
    return ".".join(pieces[:-1]) or question, pieces[-1] if len(pieces) > 1 else "", ""


METRIC_NAMES = frozenset(LARGER_IS_PRIVATE + NEITHER_IS_PRIVATE + DOES_NOT_COMPARE + (
    "psnr_db", "ssim", "distance_correlation", "mutual_information_nat", "rc2_per_dimension", "rc2_per_global_variance",
    "feature_entropy_bound_nat", "decision_entropy_bound_nat", "token_reconstruction_accuracy", "token_top5_accuracy",
    "token_f1", "bleu", "exact_match", "selectivity", "attribute_accuracy", "membership_accuracy", "epsilon",
    "epsilon_per_word", "input", "output"))
