"""From finished units to the leakage table that coinfer's catalogue holds: columns as `coinfer privacy tables --help` has them."""

from __future__ import annotations

import csv
import datetime
import io
import math
import os
import platform
import statistics as numbers
import textwrap
from pathlib import Path
from typing import Any, Mapping, Sequence

import leakage_statistics
from digits_models import MODELS
from leakage_units import Settings, Victim, versions

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
    error = victim["class_mean_mse"]
    guessed = {"mse": error, "psnr_db": -10 * math.log10(error), "ssim": victim["class_mean_ssim"]}
    found |= {("class_mean_image", "query_free", metric): value for metric, value in guessed.items()}
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


def processor_name() -> str:
    """What the machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def comments(done: Mapping[Victim, Figures], settings: Settings, command: str) -> list[str]:
    """What a reader of the table must know: how the figures were taken, with what, and what columns and scales mean."""
    def baseline(name: str) -> str:
        return f"{numbers.mean(figures[None][name] for figures in done.values()):.3g}"

    libraries = ", ".join(f"{name} {version}" for name, version in versions().items())
    paragraphs = [
        "Inversion of small models cut anywhere, measured by coinfer itself on scikit-learn's digits: 1,797 grey 8x8 images of "
        "10 classes, of which 40 % train the victim, 40 % are the attacker's own (34 % to train, 6 % to stop by) and 20 % are "
        "the test, drawn by the seed. digits_cnn, digits_resnet and digits_transformer are models of the catalogue; _ls0.3 and "
        "_ls-0.05 are the same networks trained with that label smoothing s (true class 1-s, each other s/9).",
        f"Command: {command}. Epochs: {settings.victim_epochs} victim, {settings.shadow_epochs} shadow, at most "
        f"{settings.decoder_epochs} decoder (fewer where the error on held-out images no longer falls), the same for every cut. "
        f"Date: {datetime.date.today().isoformat()}. Versions: Python {platform.python_version()}, {libraries}. Machine: "
        f"{processor_name()}, {os.cpu_count()} cores, no GPU.",
        "Columns: cut, the layer whose output crosses; value, the mean over the seeds; spread, the sample standard deviation "
        "over them; n, how many seeds. Attacks: inversion_network, a convolutional decoder trained on the attacker's images and "
        "what the victim's edge part answers to them (black box); inversion_ridge, a linear map instead, which has no training "
        "budget; inversion_network_shadow, a decoder of an edge part that the attacker trained so that the victim's later "
        "layers, which it runs, classify the attacker's images (query free, for whoever runs those layers); class_mean_image, "
        "the mean of the attacker's images of the class that the model predicts, which needs no more than the answer: the same "
        "at every cut, and what an attack must do better than. statistic, statistic_by_label and statistic_by_prediction are no attacks but are computed of the "
        "activations; task_accuracy is that of the whole model.",
        "Scales: mse, mean over pixels and test images, values in [0, 1]; psnr_db, 10 log10(1/mse) of a seed's mse, then the "
        "mean over seeds, so it is not 10 log10 of the mse beside it; ssim, a uniform 5x5 window, K1 0.01, K2 0.03; rc2, the "
        "class radius summed over dimensions (compare only cuts of one size), rc2_per_dimension divided by their number, "
        "rc2_per_global_variance by the variance of all activations; distance_correlation, the standard estimator with the "
        "final root on all test images (biased upwards: compare only within this table).",
        f"Who guesses the mean of the attacker's images, having seen nothing at all, has an mse of {baseline('mean_image_mse')} "
        "(mean over all models and seeds). An attack that does worse has gained nothing."]
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += [*textwrap.wrap(paragraph, 124, break_on_hyphens=False, break_long_words=False), ""]
    return lines[:-1]
