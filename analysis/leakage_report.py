"""From finished units to the leakage table (columns of coinfer's LeakageTable) and to the summary in words."""

from __future__ import annotations

import csv
import io
import statistics as numbers
from collections import Counter
from typing import Any, Mapping, Sequence

import leakage_statistics
from digits_models import DECISION_LEVEL, MODELS
from leakage_units import Victim

COLUMNS = ("model", "dataset", "cut", "protection", "attack", "knowledge", "metric", "scale", "value", "spread", "n", "source",
           "grade")
KNOWLEDGE = {"inversion_network": "black_box", "inversion_ridge": "black_box", "inversion_network_shadow": "query_free"}
SCALES = {"mse": "per_element_peak_1", "psnr_db": "peak_1", "ssim": leakage_statistics.SSIM_SCALE,
          "rc2": "sum_over_dimensions", "rc2_per_dimension": "mean_over_dimensions", "rc2_per_global_variance": "ratio",
          "distance_correlation": "ratio", "task_accuracy": "ratio"}

# The figures of one victim: of the victim as a whole under None, else of a cut.
Figures = Mapping[str | None, Mapping[str, Any]]


def statistics_of(victim: Mapping[str, Any], cut: Mapping[str, Any]) -> dict[tuple[str, str, str], float]:
    """Every figure of a cut that stands in the table, by (attack, knowledge, metric). What is no attack but computed of the
    activations can be computed by whoever sees them: query_free."""
    found = {(attack, KNOWLEDGE[attack], metric): value for attack, metrics in cut["attacks"].items()
             for metric, value in metrics.items()}
    for grouping in ("by_label", "by_prediction"):
        found |= {(f"statistic_{grouping}", "query_free", metric): value for metric, value in cut[grouping].items()}
    found["statistic", "query_free", "distance_correlation"] = cut["distance_correlation"]
    found["statistic", "query_free", "task_accuracy"] = victim["task_accuracy"]
    return found


def by_model(done: Mapping[Victim, Figures]) -> dict[str, list[tuple[Victim, Figures]]]:
    """The seeds of each model, models in the order given."""
    groups: dict[str, list[tuple[Victim, Figures]]] = {}
    for victim, figures in done.items():
        groups.setdefault(victim.name, []).append((victim, figures))
    return groups


def table_rows(done: Mapping[Victim, Figures], source: str) -> list[dict[str, str]]:
    """A row for each cut and figure: mean over seeds, sample standard deviation over seeds (none for one seed), n seeds."""
    rows = []
    for name, seeds in by_model(done).items():
        victim, first = seeds[0]
        for cut in (cut for cut in MODELS[victim.model]().cuts if cut in first):
            of_seeds = [statistics_of(figures[None], figures[cut]) for _, figures in seeds]
            for key in dict.fromkeys(key for found in of_seeds for key in found):
                values = [found[key] for found in of_seeds if key in found]
                spread = f"{numbers.stdev(values):.6g}" if len(values) > 1 else ""
                cells = (name, "digits", cut, "clear", *key, SCALES[key[2]], f"{numbers.mean(values):.6g}", spread,
                         str(len(values)), source, "MEASURED")
                rows.append(dict(zip(COLUMNS, cells)))
    return rows


def table_text(done: Mapping[Victim, Figures], source: str, comments: Sequence[str]) -> str:
    """The whole file: comments, header, rows."""
    out = io.StringIO()
    out.writelines(f"# {line}".rstrip() + "\n" for line in comments)
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table_rows(done, source))
    return out.getvalue()


def spread_text(values: Sequence[float], digits: int = 4) -> str:
    """"mean +- standard deviation"."""
    spread = f" +- {numbers.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{numbers.mean(values):.{digits}f}{spread}"


def counted(names: Sequence[str]) -> str:
    """"a (2 seeds), b (1 seed)", the most frequent first."""
    return ", ".join(f"{name} ({count} seed{'s' if count > 1 else ''})" for name, count in Counter(names).most_common())


def jumps(cuts: Sequence[str], errors: Sequence[float]) -> tuple[str, str]:
    """The cut after which the error has grown most: relative to the cut before it, and absolutely."""
    steps = list(zip(cuts[1:], errors, errors[1:]))
    return max(steps, key=lambda step: (step[2] - step[1]) / step[1])[0], max(steps, key=lambda step: step[2] - step[1])[0]


def levels_text(model: str, cuts: Sequence[str], seeds: Sequence[tuple[Victim, Figures]], attack: str) -> list[str]:
    """Decision level against feature level, by the structure of the model: of each seed the mean over cuts, and the hardest
    feature-level cut against the easiest decision-level one."""
    late = [cut for cut in cuts if cut in DECISION_LEVEL[model]]
    early = [cut for cut in cuts if cut not in late]
    if not late or not early:
        return []
    lines = []
    for metric in ("mse", "ssim"):
        def mean(chosen: Sequence[str], figures: Figures) -> float:
            return numbers.mean(figures[cut]["attacks"][attack][metric] for cut in chosen)

        feature, decision = ([mean(chosen, figures) for _, figures in seeds] for chosen in (early, late))
        ratio = f", ratio {spread_text([b / a for a, b in zip(feature, decision)], 2)}" if metric == "mse" else ""
        lines.append(f"    {metric} feature level {spread_text(feature)}, decision level {spread_text(decision)}{ratio}")
    hardest = [max(figures[cut]["attacks"][attack]["mse"] for cut in early) for _, figures in seeds]
    easiest = [min(figures[cut]["attacks"][attack]["mse"] for cut in late) for _, figures in seeds]
    lines.append(f"    worst case: largest feature-level mse {spread_text(hardest)}, smallest decision-level mse "
                 f"{spread_text(easiest)}")
    return lines


def model_text(name: str, seeds: Sequence[tuple[Victim, Figures]], located: Mapping[Victim, Mapping[str, str]]) -> list[str]:
    """What the summary says of one model."""
    model = seeds[0][0].model
    cuts = [cut for cut in MODELS[model]().cuts if cut in seeds[0][1]]

    def of_victims(key: str) -> list[float]:
        return [figures[None][key] for _, figures in seeds]

    lines = [f"{name} ({len(cuts)} cuts, seeds {', '.join(str(victim.seed) for victim, _ in seeds)})",
             f"  accuracy {spread_text(of_victims('task_accuracy'))}; mse of guessing the mean image "
             f"{spread_text(of_victims('mean_image_mse'))}, the mean of the predicted class "
             f"{spread_text(of_victims('class_mean_mse'))} (ssim {spread_text(of_victims('class_mean_ssim'))})"]
    for method in sorted({method for victim, _ in seeds for method in located.get(victim, {})}):
        lines.append(f"  transition by R_c^2, {method}: {counted([located[victim][method] for victim, _ in seeds])}")
    for attack in KNOWLEDGE:
        if len(cuts) > 1:
            found = [jumps(cuts, [figures[cut]["attacks"][attack]["mse"] for cut in cuts]) for _, figures in seeds]
            relative, absolute = zip(*found)
            lines.append(f"  {attack}: largest relative jump of mse at {counted(relative)}; largest absolute at "
                         f"{counted(absolute)}")
        lines += levels_text(model, cuts, seeds, attack)
    networks = [figures[cut]["training"]["inversion_network"] for _, figures in seeds for cut in cuts]
    stopped = sum(network["stopped_early"] for network in networks)
    beaten = [cut for cut in cuts if numbers.mean(figures[cut]["attacks"]["inversion_network"]["mse"] for _, figures in seeds)
              > numbers.mean(figures[cut]["attacks"]["inversion_ridge"]["mse"] for _, figures in seeds)]
    lines.append(f"  decoders that stopped before the last epoch: {stopped} of {len(networks)}; cuts where the linear map "
                 f"rebuilds more than the network: {', '.join(beaten) or 'none'}")
    lines.append("  cut: mse of network, linear map, shadow; ssim of network; distance correlation; R_c^2, R_c^2/D, "
                 "R_c^2/global variance by label")
    for cut in cuts:
        def mean(*path: str) -> float:
            values = []
            for _, figures in seeds:
                value: Any = figures[cut]
                for part in path:
                    value = value[part]
                values.append(value)
            return numbers.mean(values)

        errors = " ".join(f"{mean('attacks', attack, 'mse'):.5f}" for attack in KNOWLEDGE)
        lines.append(f"    {cut:12} {errors}  {mean('attacks', 'inversion_network', 'ssim'):.3f}  "
                     f"{mean('distance_correlation'):.3f}  {mean('by_label', 'rc2'):.4g}  "
                     f"{mean('by_label', 'rc2_per_dimension'):.4g}  {mean('by_label', 'rc2_per_global_variance'):.4g}")
    return lines


def smoothing_text(done: Mapping[Victim, Figures]) -> list[str]:
    """What label smoothing changes at the last cuts: accuracy, R_c^2 over the global variance, and the network's mse."""
    lines = ["label smoothing: accuracy; at the decision-level cuts mse of the network and R_c^2 over the global variance"]
    for name, seeds in by_model(done).items():
        late = [cut for cut in DECISION_LEVEL[seeds[0][0].model] if cut in seeds[0][1]]
        accuracy = spread_text([figures[None]["task_accuracy"] for _, figures in seeds])
        parts = [f"{cut} {spread_text([figures[cut]['attacks']['inversion_network']['mse'] for _, figures in seeds])}, "
                 f"{spread_text([figures[cut]['by_label']['rc2_per_global_variance'] for _, figures in seeds], 3)}"
                 for cut in late]
        lines.append(f"  {name} {accuracy}; {'; '.join(parts)}")
    return lines


def summary(done: Mapping[Victim, Figures], located: Mapping[Victim, Mapping[str, str]]) -> str:
    """The whole summary. `located`: by victim and method, what `coinfer privacy locate` found; empty where it was not asked."""
    lines = []
    for name, seeds in by_model(done).items():
        lines += [*model_text(name, seeds, located), ""]
    if not located:
        lines += ["The transition by R_c^2 was not looked for: no program was given (--coinfer).", ""]
    return "\n".join(lines + smoothing_text(done)) + "\n"
