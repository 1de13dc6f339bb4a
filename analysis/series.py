"""What a plot of latency shows: one series per workload of each results folder, and the counts its caption owes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy

from results import Results


@dataclass(frozen=True)
class Metric:
    """A time of a request: its column, how axes call it, the question it answers, and why a completed request may lack it."""

    column: str
    name: str
    question: str
    absent: str


METRICS = {"latency": Metric("latency_s", "latency", "How long do requests take, and where does the time go?", ""),
           "ttft": Metric("ttft_s", "time to first token", "How long do users wait for the first token?",
                          "their models generate no tokens"),
           "tpot": Metric("tpot_s", "time per further token", "How long do users wait for each further token?",
                          "their answers have fewer than two tokens")}
QUANTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}

# What a verdict on the load, other than STABLE, means for the latencies; None where there was no verdict.
_VERDICTS = {"OVERLOADED": "Load OVERLOADED{where}: more was asked of a resource than it can serve, so latencies grow with the "
                           "length of the run. ",
             "BACKLOGGED": "Load BACKLOGGED{where}: late requests took far longer than early ones, so latencies grow with the "
                           "length of the run. ",
             "SATURATED": "Load SATURATED{where}: the users who wait for their answers keep a resource busy all the time. ",
             None: "Too few requests to judge the load{where}. "}


@dataclass(frozen=True)
class Series:
    """One workload of one run: the times of the metric [counted], sorted, ms; mean of each part of latency, ms; how the other
    requests ended; the verdict on the load of its run, None where there were too few requests for one; and how many counted
    requests lack the metric."""

    label: str
    times_ms: numpy.ndarray
    parts_ms: dict[str, float]
    submitted: int
    warm_up: int
    ended_otherwise: dict[str, int]
    saturation: str | None
    without: int = 0

    def quantile_ms(self, share: float) -> float:
        """Exact, nearest rank, as summary.json has it: the smallest time that `share` of the requests do not exceed."""
        return float(self.times_ms[nearest_rank(share, len(self.times_ms))])


def nearest_rank(share: float, count: int) -> int:
    """Index of the quantile `share` in (0, 1] among `count` sorted values; the rounding guards ranks like 0.95 * 20."""
    return max(int(numpy.ceil(round(share * count, 9))), 1) - 1


def series_of(runs: Sequence[Results], metric: Metric = METRICS["latency"]) -> list[Series]:
    """One series per run and workload, in the order given. Requests of the warm-up are only counted."""
    labels = labels_of(runs)
    found = []
    for run_index, run in enumerate(runs):
        counted = run.counted
        for entry in run.summary["workloads"]:
            of_workload = run.requests[run.requests["workload"] == entry["name"]]
            used = counted[counted["workload"] == entry["name"]]
            times_s = used[metric.column].dropna().to_numpy()
            outcomes = of_workload["outcome"][~of_workload["warm_up"]].value_counts()
            found.append(Series(
                label=labels[run_index, entry["name"]],
                times_ms=numpy.sort(times_s) * 1e3,
                parts_ms={part: float(used[part].mean()) * 1e3 for part in run.parts} if len(used) else {},
                submitted=len(of_workload),
                warm_up=int(of_workload["warm_up"].sum()),
                ended_otherwise={str(outcome): int(n) for outcome, n in outcomes.items() if n and outcome != "completed"},
                saturation=run.summary["saturation"],
                without=len(used) - len(times_s)))
    return found


def caption_of(series: Sequence[Series], metric: Metric = METRICS["latency"]) -> str:
    """What is left out, in words: warm-up, and every request that was not completed; and where the load was not stable."""
    submitted, warm_up = sum(s.submitted for s in series), sum(s.warm_up for s in series)
    counted = sum(len(s.times_ms) for s in series)
    text = f"{counted:,} of {submitted:,} requests are shown: completed, warm-up excluded ({warm_up:,} requests). "
    without = sum(s.without for s in series)
    if without:
        text += f"{without:,} more have no {metric.name}, since {metric.absent}. "
    others = [f"{n:,} {outcome.replace('_', ' ')} in '{s.label}'"
              for s in series for outcome, n in s.ended_otherwise.items()]
    unfinished = sum(s.ended_otherwise.get("unfinished", 0) for s in series)
    if unfinished == 0:
        text += "None was unfinished. "
    if others:
        text += "Not shown: " + ", ".join(others) + ". "
    return text + _verdicts(series) + "Quantiles are exact (nearest rank)."


def _verdicts(series: Sequence[Series]) -> str:
    """A sentence per verdict that is not STABLE; it names its series where others have another verdict."""
    text = ""
    for verdict in dict.fromkeys(one.saturation for one in series):
        if verdict == "STABLE":
            continue
        mine = [one.label for one in series if one.saturation == verdict]
        where = " in " + ", ".join(f"'{label}'" for label in mine) if len(mine) < len(series) else ""
        text += _VERDICTS.get(verdict, f"Load {verdict}{{where}}. ").replace("{where}", where)
    return text


def labels_of(runs: Sequence[Results]) -> dict[tuple[int, str], str]:
    """By run and workload: the shortest of scenario, folder, workload and cut that tells the series apart."""
    scenarios = {run.summary["scenario"] for run in runs}
    labels = {}
    for index, run in enumerate(runs):
        for entry in run.summary["workloads"]:
            words = [run.summary["scenario"]] if len(scenarios) > 1 else []
            words += [entry["name"]] if len(run.summary["workloads"]) > 1 else []
            words += [cut_label(entry["cut"], entry["protocol"])]
            labels[index, entry["name"]] = ", ".join(dict.fromkeys(words))
    repeated = {label for label in labels.values() if list(labels.values()).count(label) > 1}
    for (index, name), label in labels.items():
        if label in repeated:
            labels[index, name] = f"{label} ({runs[index].folder.name})"
    return labels


def cut_label(cut: str | None, protocol: str) -> str:
    """What ran, in a picture: the name of the cut, or the protocol where it is not the cut that tells runs apart."""
    if not cut or protocol not in ("plain_split", "per_token_pipeline"):
        return protocol
    return f"cut {cut}" if protocol == "plain_split" else f"{protocol}, cut {cut}"
