"""Latency and leakage of runs that differ in the cut: the table behind plot_frontier.py, one row per run and adversary."""

from __future__ import annotations

import re
from typing import Any, Sequence

import pandas

from results import ResultsError, privacy_table
from series import cut_label

MEASURED, UNMEASURED, RAW_INPUT, NOTHING_SEEN = "measured", "not measured", "raw input seen", "nothing to attack"
ANSWER_SEEN = "only the answer seen"

# The metrics of leakage, and which way each points, as `coinfer list metrics` and privacy/ have it; not those of utility.
MORE_PRIVATE_UP = {"mse": True, "lpips": True, "psnr_db": False, "ssim": False, "distance_correlation": False,
                   "mutual_information_nat": False, "rc2": False, "rc2_per_dimension": False, "rc2_per_global_variance": False,
                   "feature_entropy_bound_nat": False, "decision_entropy_bound_nat": False,
                   "input_ambiguity_bound_nat": True, "token_reconstruction_accuracy": False,
                   "token_top5_accuracy": False, "token_f1": False, "bleu": False, "exact_match": False, "selectivity": False,
                   "attribute_accuracy": False, "membership_accuracy": False, "epsilon": False, "epsilon_per_word": False}
# Budgets of a mechanism hold against every attack: they need no table, and what no table covers takes nothing from them.
BUDGETS = ("epsilon", "epsilon_per_word")


def frontier(summaries: Sequence[dict[str, Any]], metric: str, workload: str | None = None,
             scale: str | None = None) -> pandas.DataFrame:
    """One row per run and adversary: run (its index), cut, protocol, latency_p95_s, adversary, status, value, scale, attack,
    grade, reason, answer_seen.

    `value` is in the unit of metric and scale, and NaN unless the status is "measured"; latency_p95_s is NaN where no
    request of the workload was counted. A run in which any cut that the adversary saw is not measured is "not measured": the
    measured ones do not speak for it. Only a budget of the very tensor for which no attack is measured stays known.
    `answer_seen` says that the adversary reads the answers of a token model, whatever it learns of the input. Raises ResultsError for an unknown metric or workload, and where `scale` or
    `workload` is needed.
    """
    if metric not in MORE_PRIVATE_UP:
        raise ResultsError(f"--metric {metric}", "no such metric of leakage", ", ".join(MORE_PRIVATE_UP))
    rows = []
    for index, summary in enumerate(summaries):
        entry = _workload_of(summary, workload)
        table = privacy_table(summary)
        table = table[table["workload"] == entry["name"]]
        for adversary, learned in table.groupby("adversary", sort=False):
            rows.append({"run": index, "cut": cut_label(entry["cut"], entry["protocol"]).removeprefix("cut "),
                         "protocol": entry["protocol"], "adversary": adversary,
                         "latency_p95_s": entry["latency_s"]["p95"] if entry["latency_s"] else float("nan"),
                         **_judge(learned, metric, scale, summary["scenario"])})
    columns = ["run", "cut", "protocol", "latency_p95_s", "adversary", "status", "value", "scale", "attack", "grade",
               "reason", "answer_seen"]
    found = pandas.DataFrame(rows, columns=columns).astype({"value": "float64", "latency_p95_s": "float64"})
    scales = sorted(found["scale"].dropna().unique())
    if len(scales) > 1:
        raise _several_scales("the runs", metric, scales)
    return found


def _workload_of(summary: dict[str, Any], workload: str | None) -> dict[str, Any]:
    entries = {entry["name"]: entry for entry in summary["workloads"]}
    if workload is None and len(entries) == 1:
        return next(iter(entries.values()))
    if workload not in entries:
        if workload is None:
            raise ResultsError(summary["scenario"], "several workloads, and none is chosen",
                               "one of --workload " + ", ".join(entries))
        raise ResultsError(summary["scenario"], f"no workload '{workload}'", ", ".join(entries))
    return entries[workload]


def _judge(learned: pandas.DataFrame, metric: str, scale: str | None, scenario: str) -> dict[str, Any]:
    """Status, value and reason of one adversary in one run. Rows without a metric speak for every metric that an attack has."""
    def answer(status: str, row: Any) -> dict[str, Any]:
        known = status == MEASURED
        return {"status": status, "value": row["value"] if known else float("nan"), "scale": row["scale"] if known else None,
                "attack": row["attack"] if known else None, "grade": row["grade"] if known else None,
                "reason": None if known else row["reason"], "answer_seen": bool((learned["status"] == "raw_output").any())}

    for _, row in learned[learned["status"] == "raw_input"].iterrows():
        return answer(RAW_INPUT, row)
    of_metric = learned[learned["metric"] == metric]
    without_attack = learned[(learned["metric"] == "") & (learned["status"] == "not_measured")]
    if metric in BUDGETS:
        without_attack = without_attack[~without_attack["tensor"].isin(of_metric["tensor"])]
    for _, row in without_attack.iterrows():
        return answer(UNMEASURED, row)
    for _, row in learned[learned["status"].isin(["nothing_seen", "ciphertext_only"])].iterrows():
        return answer(NOTHING_SEEN, row)
    for _, row in learned[learned["status"] == "raw_output"].iterrows():
        if len(learned) == 1:
            return answer(ANSWER_SEEN, row)
    for _, row in of_metric[of_metric["value"].isna()].iterrows():
        return answer(UNMEASURED, row)
    if scale is not None:
        of_metric = of_metric[of_metric["scale"] == scale]
    if len(of_metric) > 1:
        raise _several_scales(scenario, metric, sorted(of_metric["scale"]))
    for _, row in of_metric.iterrows():
        return answer(MEASURED, row)
    on_scale = f" on scale '{scale}'" if scale else ""
    return answer(UNMEASURED, {"reason": f"not measured: no value of metric '{metric}'{on_scale}"})


def _several_scales(where: str, metric: str, scales: Sequence[str]) -> ResultsError:
    return ResultsError(where, f"'{metric}' has values on several scales, which cannot be compared",
                        "one of --scale " + ", ".join(scales))


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
