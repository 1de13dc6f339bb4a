"""What does each cut of a model cost in latency, and what does it leak?

Usage: plot_frontier.py FRONTIER.csv --out PNG|PDF|SVG [--metric M], with a table of `coinfer privacy frontier --out`.

Above, the measured cuts: latency against a metric of leakage, the Pareto-optimal ones joined. Below, at the same latencies,
every cut of which that is not known, with the reason for its row: what was not measured is not safe, and it is not 0.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Sequence

import pandas
from matplotlib import pyplot

import style
from frontier import BUDGETS, load_frontier, one_question, short_list
from labels import cluster, elide, place_labels
from plot_latency import LOG_FROM_RATIO, use_plain_log_ticks
from results import ResultsError

WIDTH_IN = 10.0
LEFT, RIGHT = 0.125, 0.975
MAIN_IN, STATUS_IN, MARK_IN = 3.2, 0.14, 0.16
SHORT_NAME, LONGEST_NAME = 22, 44  # characters: names are listed up to the first, and one alone may take the second
NAME_IN = 0.06  # inches that a character of an upright name takes
ZONE = "#F6E08A"

STRAINED = ("OVERLOADED", "BACKLOGGED", "SATURATED")

# The rows of the strip, from the worst to the best.
STATUSES = {"raw_input": "raw input seen", "not_measured": "not measured", "raw_output": "only answers seen",
            "ciphertext_only": "only ciphertext", "nothing_seen": "nothing seen"}


def adversary_looks(table: pandas.DataFrame) -> dict[str, tuple[str, str]]:
    """Colour and marker of each adversary, in the order of the table."""
    names = list(dict.fromkeys(table["adversary"]))
    return {name: (style.SERIES[i % len(style.SERIES)], style.MARKERS[i % len(style.MARKERS)])
            for i, name in enumerate(names)}


def strip_rows(table: pandas.DataFrame) -> dict[str, pandas.DataFrame]:
    """The rows of the strip, by their name; measured cuts have no place in it."""
    rows = {name: table[table["leakage"] == status] for status, name in STATUSES.items()}
    return {name: row for name, row in rows.items() if len(row)}


def strained(table: pandas.DataFrame) -> pandas.Series:
    """Which rows have a latency that grows with the length of the run, or with the users who wait: no optimum is among them."""
    return table["load"].isin(STRAINED)


def optimal(table: pandas.DataFrame) -> pandas.Series:
    """Which rows are Pareto-optimal and keep up."""
    return table["pareto_optimal"].fillna(False).astype(bool) & ~strained(table)


def draw_zone(axes: pyplot.Axes, cuts: pandas.DataFrame, y: Sequence[float], size: float) -> None:
    """A disc behind each point whose cut lies in the transition zone."""
    inside = (cuts["transition"] != "").tolist()
    axes.plot([x * 1e3 for x, is_in in zip(cuts["latency_p95_s"], inside) if is_in],
              [value for value, is_in in zip(y, inside) if is_in], linestyle="", marker="o", markersize=size, color=ZONE,
              zorder=1)


def draw_measured(axes: pyplot.Axes, table: pandas.DataFrame) -> None:
    """Latency, ms, against the metric; a colour and a marker per adversary, the Pareto-optimal cuts joined by a thin line to
    lead the eye: two measurements do not tell what lies between them."""
    measured = table[table["leakage"] == "measured"]
    for adversary, (colour, marker) in adversary_looks(table).items():
        mine = measured[measured["adversary"] == adversary]
        attacks = " or ".join("any attack" if one == "any" else one for one in dict.fromkeys(mine["attack"]))
        label = f"{adversary}: {attacks} ({', '.join(dict.fromkeys(mine['grade']))})" if len(mine) else \
            f"{adversary}: nothing measured"
        axes.plot([], [], linestyle="", marker=marker, color=colour, markersize=7, label=label)
        draw_zone(axes, mine, mine["value"].tolist(), 13)
        best = mine[optimal(mine)].sort_values(["latency_p95_s", "value"])
        axes.plot(best["latency_p95_s"] * 1e3, best["value"], linestyle="--", linewidth=0.9, color=colour, alpha=0.7, zorder=2)
        for is_over, rows in mine.groupby(strained(mine)):
            axes.plot(rows["latency_p95_s"] * 1e3, rows["value"], linestyle="", marker=marker, color=colour, markersize=7,
                      markeredgecolor="white", zorder=3, alpha=0.35 if is_over else 1.0)
        axes.plot(best["latency_p95_s"] * 1e3, best["value"], linestyle="", marker=marker, markersize=9.5, zorder=2.5,
                  markerfacecolor="none", markeredgecolor=colour, markeredgewidth=1.2)
    metric, scale = measured["metric"].iloc[0] if len(measured) else table["metric"].iloc[0], table["scale"].max()
    axes.set_ylabel((metric or "leakage") + (f"\n({scale})" if scale else ""))
    axes.tick_params(labelbottom=False)
    axes.margins(y=0.25)
    if len(measured) == 0:
        axes.set_yticks([])
        axes.text(0.5, 0.5, f"no cut has a measured {metric or 'value'}", transform=axes.transAxes, ha="center",
                  color="#666666")
    elif measured["value"].min() >= 0:
        top = measured["value"].max() * 1.2 or 1
        axes.set_ylim(-0.03 * top, top)
    directions = {"larger": "more private ↑", "smaller": "more private ↓"}
    axes.text(0.0, 1.02, directions.get(table["more_private"].max(), "cuts do not compare by this metric"),
              transform=axes.transAxes, fontsize=9, fontweight="bold", color=style.GREEN, ha="left", va="bottom")


def draw_strip(axes: pyplot.Axes, table: pandas.DataFrame) -> None:
    """A row per status, in it a line of points per adversary; where a point stands in its row says nothing more."""
    looks = adversary_looks(table)
    rows = strip_rows(table)
    for height, row in enumerate(rows.values()):
        for index, (adversary, (colour, marker)) in enumerate(looks.items()):
            mine = row[row["adversary"] == adversary]
            inside = (index + 0.5) / len(looks) - 0.5
            y = height + inside * MARK_IN * len(looks) / (STATUS_IN + MARK_IN * len(looks))
            draw_zone(axes, mine, [y] * len(mine), 9)
            best = optimal(mine)
            for is_best, points in mine.groupby(best):
                axes.plot(points["latency_p95_s"] * 1e3, [y] * len(points), linestyle="", marker=marker, markersize=5,
                          markerfacecolor=colour if is_best else "none", markeredgecolor=colour, markeredgewidth=0.9)
        if height:
            axes.axhline(height - 0.5, color="white", linewidth=1.5)
    axes.set_yticks(range(len(rows)), list(rows), fontsize=8)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="both", which="both", length=0, labelbottom=False)
    axes.set_facecolor("#F4F4F4")
    for side in axes.spines.values():
        side.set_visible(False)


def draw_names(axes: pyplot.Axes, table: pandas.DataFrame) -> None:
    """The names of all cuts, upright under their latencies; cuts too close to tell apart share one label."""
    cuts = table.drop_duplicates("cut").reset_index(drop=True)
    x_ms = (cuts["latency_p95_s"] * 1e3).tolist()
    axes.figure.draw_without_rendering()
    pixels = [axes.transData.transform((x, 0))[0] for x in x_ms]
    point = axes.figure.dpi / 72
    previous = float("-inf")
    for group in cluster(pixels, width=12 * point):
        previous = max((pixels[group[0]] + pixels[group[-1]]) / 2, previous + 10 * point)
        x_ms = axes.transData.inverted().transform((previous, 0))[0]
        axes.annotate(elide(short_list([cuts["cut"][i] for i in group], SHORT_NAME), LONGEST_NAME), (x_ms, 1),
                      xycoords=("data", "axes fraction"), xytext=(0, -3), textcoords="offset points", rotation=90,
                      ha="center", va="top", fontsize=7.5, color="#333333")
    axes.set_yticks([0.5], ["cut"], fontsize=8)
    axes.set_ylim(0, 1)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def scale_latency(axes: pyplot.Axes, latency_ms: pandas.Series) -> None:
    """Limits, label and scale of the shared latency axis, ms; logarithmic where a linear one would crowd the short ones."""
    if latency_ms.min() > 0 and latency_ms.max() / latency_ms.min() > LOG_FROM_RATIO:
        axes.set_xscale("log")
        use_plain_log_ticks(axes)
        axes.set_xlim(latency_ms.min() / 1.12, latency_ms.max() * 1.12)
        axes.set_xlabel("latency p95 (ms, logarithmic)")
    else:
        margin = 0.05 * (latency_ms.max() - latency_ms.min()) or 1.0
        axes.set_xlim(latency_ms.min() - margin, latency_ms.max() + margin)
        axes.set_xlabel("latency p95 (ms)")


def zones_of(table: pandas.DataFrame) -> str:
    """"relative_drop block4, change_point block3 to block5": the ends of each method's transition zone among the cuts."""
    cuts = table.drop_duplicates("cut").sort_values("position")
    methods = dict.fromkeys(method for text in cuts["transition"] for method in text.split(";") if method)
    zones = []
    for method in methods:
        inside = cuts[[method in text.split(";") for text in cuts["transition"]]]["cut"].tolist()
        zones.append(f"{method} {inside[0]}" + (f" to {inside[-1]}" if len(inside) > 1 else ""))
    return ", ".join(zones)


def caption_of(table: pandas.DataFrame, failed: int = 0) -> str:
    """How many cuts are measured, for whom, and how the numbers are to be read. `failed` cuts could not run."""
    cuts = table["cut"].nunique()
    measured = {adversary: int((mine["leakage"] == "measured").sum())
                for adversary, mine in table.groupby("adversary", sort=False)}
    text = f"Workload '{table['workload'].iloc[0]}': p95 over completed requests, warm-up excluded. Measured cuts: "
    text += ", ".join(f"{count} of {cuts} for {adversary}" for adversary, count in measured.items()) + ". "
    if failed:
        text += f"Left out, since they cannot run: {failed} cuts. "
    left_out = table[table["latency_p95_s"].isna()]["cut"].nunique()
    if left_out:
        text += f"Left out, since no request was completed: {left_out} cuts. "
    for adversary, mine in table[table["leakage"] == "measured"].groupby("adversary", sort=False):
        if mine["attack"].nunique() > 1:
            text += f"The attacks of {adversary} differ: " + "; ".join(
                f"{attack} at {short_list(of_attack['cut'].tolist(), SHORT_NAME)}"
                for attack, of_attack in mine.groupby("attack", sort=False)) + ". "
    for adversary, mine in table[table["answer_seen"].astype(bool)].groupby("adversary", sort=False):
        text += f"{adversary} reads the answers in the clear in {mine['cut'].nunique()} of {cuts}. "
    if optimal(table).any():
        text += "Ringed or filled: Pareto-optimal over latency p95, bytes, energy where it is known, and this metric. "
    if strained(table).any():
        names = short_list(table[strained(table)]["cut"].tolist(), LONGEST_NAME)
        loads = " or ".join(load for load in STRAINED if (table["load"] == load).any())
        text += f"Pale: {loads}, so that latency says how long the queue was and no optimum is asked for ({names}). "
    text += f"Transition zone: {zones_of(table)}. " if zones_of(table) else "No transition zone is known here. "
    value = "a budget, which holds against every attack" if table["metric"].iloc[0] in BUDGETS else \
        "that of the strongest measured attack"
    return text + f"Each value is {value}; what is not measured is not safe, and nothing is interpolated."


def plot(table: pandas.DataFrame, failed: int = 0) -> pyplot.Figure:
    """The whole picture of the rows of one question. ValueError where no cut has a latency to show."""
    style.use_style()
    caption = caption_of(table, failed)
    table = table[table["latency_p95_s"].notna()]
    if len(table) == 0:
        raise ValueError("nothing to plot: no cut completed a request")
    wrapped, caption_in = style.caption_height(caption, WIDTH_IN)
    adversaries = table["adversary"].nunique()
    strip_in = (STATUS_IN + MARK_IN * adversaries) * len(strip_rows(table))
    has_zone = bool((table["transition"] != "").any())
    legend_in = 0.1 + 0.19 * (adversaries + has_zone)
    # A label counts what it leaves out (" +3"), which takes a few characters more than its first name.
    names_in = NAME_IN * min(max(SHORT_NAME, table["cut"].str.len().max() + 4), LONGEST_NAME)
    height = 0.75 + MAIN_IN + 0.12 + strip_in + names_in + 0.5 + legend_in + caption_in
    figure = pyplot.figure(figsize=(WIDTH_IN, height))
    figure.suptitle(f"What does each cut of {table['model'].iloc[0]} cost in latency, and what does it leak?",
                    x=0.12 / WIDTH_IN, y=1 - 0.1 / height, ha="left", va="top", fontsize=12, fontweight="bold")
    names_at = caption_in + legend_in + 0.5
    names = figure.add_axes((LEFT, names_at / height, RIGHT - LEFT, names_in / height))
    above_at = names_at + names_in + strip_in + 0.12
    above = figure.add_axes((LEFT, above_at / height, RIGHT - LEFT, MAIN_IN / height), sharex=names)
    draw_measured(above, table)
    if has_zone:
        above.plot([], [], linestyle="", marker="o", color=ZONE, markersize=11, label="in the transition zone")
    if strip_in:
        strip_box = (LEFT, (names_at + names_in) / height, RIGHT - LEFT, strip_in / height)
        draw_strip(figure.add_axes(strip_box, sharex=names), table)
    scale_latency(names, table["latency_p95_s"] * 1e3)
    above.tick_params(labelbottom=False)
    draw_names(names, table)
    measured = table[table["leakage"] == "measured"].drop_duplicates(["cut", "value"])
    place_labels(above, list(zip(measured["latency_p95_s"] * 1e3, measured["value"])),
                 [elide(cut, LONGEST_NAME) for cut in measured["cut"]])
    above.legend(loc="lower left", bbox_to_anchor=(LEFT - 0.02, (caption_in + 0.05) / height), fontsize=8,
                 bbox_transform=figure.transFigure, borderaxespad=0)
    style.add_caption(figure, wrapped)
    return figure


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("frontier", type=Path, help="the table of coinfer privacy frontier --out")
    parser.add_argument("--out", required=True, help="the picture: .png, .pdf or .svg")
    parser.add_argument("--metric", help="metric of leakage (default: the first with a value; see coinfer list metrics)")
    parser.add_argument("--scale", help="scale of the metric; needed where it was measured on several")
    options = parser.parse_args(arguments)
    try:
        out = style.picture_path(options.out)
        table = load_frontier(options.frontier)
        failed = table[table["failure"] != ""]["cut"].nunique()
        style.save(plot(one_question(table, options.metric, options.scale), failed), out)
    except (ResultsError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
