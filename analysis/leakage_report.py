"""From finished units to a summary in words: where each model's transition is, what each level of cuts gives away, and what
label smoothing changes."""

from __future__ import annotations

import statistics as numbers
from collections import Counter
from typing import Any, Mapping, Sequence

from digits_models import DECISION_LEVEL, MODELS
from leakage_table import KNOWLEDGE, Figures, by_model
from leakage_units import Victim


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
