"""What the heat maps and the table of points show of a sweep: a value per point, averaged over its replications."""

from __future__ import annotations

import math
from typing import Any

import pandas

from report_page.front import load_of
from report_page.inputs import Sweep, plain
from report_page.readable import column_name, readable, unit_of

MOST_POINTS = 20000  # that a heat map gets
MOST_ROWS = 2000  # of the table of points
NO_RESULTS = ("point", "replication", "seed", "status", "reason")

# 97.5 % points of Student's t with 1 to 30 degrees of freedom (Abramowitz and Stegun 1964, table 26.10).
_T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
          2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)


def student_t_975(degrees: int) -> float:
    """Beyond the table the first terms of the expansion in 1/degrees (ibid., 26.7.5), right to 1e-3 there."""
    if degrees <= len(_T_975):
        return _T_975[degrees - 1]
    z = 1.959964
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


def metrics_of(sweep: Sweep) -> list[str]:
    """The columns of results that are numbers, and are not the same everywhere."""
    return [column for column in numbers_of(sweep) if sweep.points[column].nunique(dropna=False) > 1]


def numbers_of(sweep: Sweep) -> list[str]:
    """The columns of results that are numbers, or verdicts, and are not empty."""
    columns = [column for column in sweep.points.columns if column not in (*NO_RESULTS, *sweep.axes)]
    return [column for column in columns if sweep.points[column].notna().any()
            and (pandas.api.types.is_numeric_dtype(sweep.points[column]) or is_verdict(sweep.points[column]))]


def is_verdict(values: pandas.Series) -> bool:
    """Whether all there is are true and false: drawn as 1 and 0."""
    return bool(values.dropna().map(lambda value: isinstance(value, bool)).all())


def heat_map_of(sweep: Sweep) -> dict[str, Any]:
    """Per point its axes' values and, per metric, mean and half the width of the 95 % interval over replications (Student's
    t; none for a single one) and how many of them have it. A replication that failed has nothing to add and is counted."""
    groups = sweep.points.groupby("point", sort=True)
    first = groups.first()
    shown = first.head(MOST_POINTS)
    metrics = {}
    for metric in metrics_of(sweep):
        values = sweep.points[metric].astype("float64").groupby(sweep.points["point"])
        count, mean, spread = values.count(), values.mean(), values.std(ddof=1)
        half = [student_t_975(n - 1) * s / math.sqrt(n) if n > 1 else None for n, s in zip(count, spread)][:len(shown)]
        # A page of many points should not carry as many times that there is no interval.
        several = any(one is not None for one in half)
        metrics[metric] = {"name": column_name(metric), "unit": unit_of(metric), "mean": mean[shown.index].tolist(),
                           "half": half if several else None, "count": count[shown.index].tolist() if several else None}
    reasons = sweep.points[sweep.points["status"] != "ok"].groupby("point")["reason"].first()
    loads = {point: load_of(of_point) for point, of_point in points_ok(sweep).groupby("point")["saturation"]} \
        if "saturation" in sweep.points else {}
    axes = [{"name": axis, "label": column_name(axis), "unit": unit_of(axis), "values": shown[axis].tolist(),
             "numeric": bool(pandas.api.types.is_numeric_dtype(shown[axis]))} for axis in sweep.axes]
    return plain({"label": sweep.name, "points": shown.index.tolist(), "all_points": len(first), "axes": axes,
                  "metrics": metrics,
                  "same": [column_name(column) for column in numbers_of(sweep) if column not in metrics],
                  "replications": int(groups.size().max()) if len(first) else 0,
                  "loads": [loads.get(point) for point in shown.index],
                  "statuses": statuses_of(sweep, shown.index), "reasons": [reasons.get(point) for point in shown.index]})


def points_ok(sweep: Sweep) -> pandas.DataFrame:
    """The runs that have results."""
    return sweep.points[sweep.points["status"] == "ok"]


def statuses_of(sweep: Sweep, points: Any) -> list[str]:
    """Per point "ok" where every replication is, else the first other status."""
    other = sweep.points[sweep.points["status"] != "ok"].groupby("point")["status"].first()
    return [str(other.get(point, "ok")) for point in points]


def table_of(sweep: Sweep) -> dict[str, Any]:
    """The rows as points.csv has them, as many as a page can hold; columns that are empty throughout are left out."""
    points = sweep.points.drop(columns=["seed"])
    points = points[[column for column in points.columns if points[column].notna().any()]]
    # The order in which a reader looks: what was varied and what came of it first.
    first = ["point", "replication", *sweep.axes, "status", "reason", "expectations_met",
             "latency_p95_s", "latency_mean_s", "throughput_per_s",
             "saturation", "cost_usd", "energy_j", "up_bytes"]
    columns = [column for column in first if column in points] + [column for column in points if column not in first]
    shown = points[columns].head(MOST_ROWS)
    return plain({"label": sweep.name, "all_rows": len(points), "rows": [list(row) for row in shown.itertuples(index=False)],
                  "columns": [{"name": column, "label": column_name(column), "unit": unit_of(column),
                               "numeric": bool(pandas.api.types.is_numeric_dtype(shown[column]))} for column in columns]})


def place_of(sweep: Sweep, point: int) -> str:
    """Where the axes stand at a point: "cut block 30, uplink 200 Mbit/s"."""
    first = sweep.points[sweep.points["point"] == point].iloc[0]
    return ", ".join(f"{column_name(axis)} {readable(plain(first[axis]), unit_of(axis), 4)}" for axis in sweep.axes) or "the point"


def sentence_of(sweep: Sweep) -> list[str]:
    """What came of the sweep, in words."""
    points, statuses = sweep.points, sweep.points["status"].value_counts()
    text = f"{len(points):,} runs of {points['point'].nunique():,} points: " + ", ".join(
        f"{int(statuses.get(status, 0)):,} {status}" for status in ("ok", "failed", "invalid")) + "."
    sentences = [text]
    done = points[points["status"] == "ok"]
    if "saturation" in done and len(done):
        loads = done["saturation"].fillna("not judged").value_counts()
        sentences.append("Load: " + ", ".join(f"{name} in {int(n):,}" for name, n in loads.items() if n) + " runs.")
    if "latency_p95_s" in done and done["latency_p95_s"].notna().any():
        latency = done.groupby("point")["latency_p95_s"].mean()
        ends = [f"{readable(latency[point], 's')} ({place_of(sweep, point)})" for point in (latency.idxmin(), latency.idxmax())]
        sentences.append(f"95 % of requests end within {ends[0]} at best, and {ends[1]} at worst.")
    if "expectations_met" in points:
        kept = points.groupby("point")["expectations_met"].first()
        sentences.append(f"Expectations are met at {int((kept == True).sum()):,} of {len(kept):,} points.")  # noqa: E712
    leakage = [column for column in done.columns if column.startswith("leakage.") and column.endswith(".status")]
    for status, words in (("raw_input", "the raw input is seen"),
                          ("not_measured", "something that is seen was not measured")):
        count = int((done[leakage] == status).any(axis=1).sum())
        if count:
            sentences.append(f"In {count:,} of {len(done):,} runs {words}.")
    return sentences
