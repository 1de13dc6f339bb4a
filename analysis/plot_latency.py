"""How long do requests take, and where does the time go? Usage: plot_latency.py RESULTS... --out PNG|PDF|SVG

Left the distribution of latency, right its mean, split into the parts that make it up. One line and one bar per workload of
each results folder.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import Sequence

import numpy
from matplotlib import pyplot, ticker

import style
from results import ResultsError, load_results
from series import QUANTILES, Series, caption_of, nearest_rank, series_of

WIDTH_IN = 10.0
LOG_FROM_RATIO = 8.0  # A linear axis hides the shorter latencies when the longest is this many times the shortest.
DRAWN_RANKS = 2000
LABEL_WIDTH = 24  # characters of a line beside a bar
ONE_ROW_LABEL = 28  # characters of a label that leave room for the other legend in the same row


def cdf(latency_ms: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Sorted latencies, ms, and the share of requests at or below each; thinned to what a picture can show, tail kept."""
    count = len(latency_ms)
    ranks = numpy.unique(numpy.concatenate([numpy.linspace(0, count - 1, DRAWN_RANKS).astype(int),
                                            numpy.arange(max(count - DRAWN_RANKS // 4, 0), count)]))
    return latency_ms[ranks], (ranks + 1) / count


def draw_cdf(axes: pyplot.Axes, series: Sequence[Series]) -> None:
    """One step line per series, with its quantiles marked and their values in the legend."""
    for index, one in enumerate(series):
        colour, line = style.series_look(index)
        x, y = cdf(one.latency_ms)
        quantiles = [one.quantile_ms(share) for share in QUANTILES.values()]
        values = ", ".join(f"{name} {style.number(value, 4)}" for name, value in zip(QUANTILES, quantiles))
        marks = {"color": colour, "marker": style.MARKERS[index % len(style.MARKERS)], "markersize": 5,
                 "markeredgecolor": "white", "markeredgewidth": 0.6}
        axes.plot(numpy.r_[x[0], x], numpy.r_[0, y], drawstyle="steps-post", color=colour, linestyle=line, linewidth=1.6)
        axes.plot(quantiles, [(nearest_rank(share, len(one.latency_ms)) + 1) / len(one.latency_ms)
                              for share in QUANTILES.values()], linestyle="", zorder=3, clip_on=False, **marks)
        axes.plot([], [], linestyle=line, linewidth=1.6, label=f"{one.label}: {values} ms", **marks)
    for name, share in QUANTILES.items():
        axes.axhline(share, color="#BBBBBB", linewidth=0.6, linestyle=":", zorder=0)
        axes.annotate(name, (1.0, share), xycoords=("axes fraction", "data"), xytext=(3, -3 if name == "p95" else 0),
                      textcoords="offset points", va="center", fontsize=8, color="#666666")
    axes.set(xlabel="latency (ms)", ylabel="share of requests at or below", ylim=(0, 1.01), title="How long?")
    shortest, longest = (f(one.latency_ms[end] for one in series) for f, end in ((min, 0), (max, -1)))
    if shortest > 0 and longest / shortest > LOG_FROM_RATIO:
        axes.set_xscale("log")
        axes.set_xlabel("latency (ms, logarithmic)")
        use_plain_log_ticks(axes)
    else:
        axes.set_xlim(left=0, right=longest * 1.04)


def use_plain_log_ticks(axes: pyplot.Axes) -> None:
    """Ticks at 1, 2 and 5 written as plain numbers: readers should not have to raise ten to a power."""
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(ticker.NullFormatter())


def draw_parts(axes: pyplot.Axes, series: Sequence[Series]) -> None:
    """A stacked bar per series: mean of each part, ms; parts that are nowhere above zero are left out."""
    parts = [part for part in dict.fromkeys(p for one in series for p in one.parts_ms)
             if any(one.parts_ms.get(part, 0) > 0 for one in series)]
    rows = numpy.arange(len(series))
    left = numpy.zeros(len(series))
    widest = max(sum(one.parts_ms.values()) for one in series)
    for part in parts:
        colour, hatch = style.part_look(part)
        width = numpy.array([one.parts_ms.get(part, 0.0) for one in series])
        invisible = width.max() < widest / 200
        axes.barh(rows, width, left=left, height=0.62, color=colour, hatch=hatch, edgecolor="white", linewidth=0.5,
                  label=style.part_name(part) + (f" (at most {width.max():.2g} ms)" if invisible else ""))
        for row in rows[width > 0.09 * widest]:
            axes.text(left[row] + width[row] / 2, row, style.number(width[row], 3), ha="center", va="center", fontsize=8,
                      color="white" if colour == style.BLUE else "black")
        left += width
    for row in rows:
        axes.text(left[row], row, f" {style.number(left[row], 4)} ms", ha="left", va="center", fontsize=8)
    axes.set_yticks(rows, ["\n".join(bar_label(one)) for one in series])
    edge = 0.6 if len(series) > 1 else 0.9  # A single bar would fill the axes.
    axes.set_ylim(len(series) - 1 + edge, -edge)
    axes.set_xlim(0, widest * 1.2)
    axes.set(xlabel="mean latency (ms)", title="Where does it go?")
    axes.tick_params(axis="y", length=0)


def bar_label(one: Series) -> list[str]:
    """The label in lines short enough to stand beside a bar; the name of a cut stays with its "cut"."""
    return textwrap.wrap(one.label.replace("cut ", "cut\u00a0"), LABEL_WIDTH)


def plot(series: Sequence[Series], title: str) -> pyplot.Figure:
    """The whole picture. Series without a completed request appear in the caption only; ValueError if all are so."""
    style.use_style()
    caption = caption_of(series)
    shown = [one for one in series if len(one.latency_ms)]
    if not shown:
        raise ValueError("no request was completed outside the warm-up: there is nothing to plot")
    wrapped, caption_in = style.caption_height(caption, WIDTH_IN)
    crowded = max(len(one.label) for one in shown) > ONE_ROW_LABEL  # Then the legends stand below each other.
    legend_in = 0.1 + 0.19 * (len(shown) + crowded)
    axes_in = max(2.7, 0.42 * len(shown) + 0.6)
    height = 0.65 + axes_in + 0.55 + legend_in + caption_in
    figure = pyplot.figure(figsize=(WIDTH_IN, height))
    figure.suptitle(title, x=0.12 / WIDTH_IN, y=1 - 0.1 / height, ha="left", va="top", fontsize=12, fontweight="bold")
    longest_label = max(len(line) for one in shown for line in bar_label(one))
    bars_left = 0.525 + 0.0064 * longest_label
    bottom, tall = (caption_in + legend_in + 0.55) / height, axes_in / height
    left_axes = figure.add_axes((0.065, bottom, 0.4, tall))
    right_axes = figure.add_axes((bars_left, bottom, 0.985 - bars_left, tall))
    draw_cdf(left_axes, shown)
    draw_parts(right_axes, shown)
    legend_top = (caption_in + legend_in) / height
    left_axes.legend(loc="upper left", bbox_to_anchor=(0.055, legend_top - 0.19 * crowded / height), fontsize=8,
                     bbox_transform=figure.transFigure, borderaxespad=0, handlelength=2.6)
    right_axes.legend(loc="upper left", bbox_to_anchor=(0.55, legend_top), fontsize=8, borderaxespad=0,
                      bbox_transform=figure.transFigure, ncol=4, handlelength=1.4, columnspacing=1.2)
    style.add_caption(figure, wrapped)
    return figure


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=Path, help="results folders")
    parser.add_argument("--out", required=True, help="the picture: .png, .pdf or .svg")
    options = parser.parse_args(arguments)
    try:
        out = style.picture_path(options.out)
        runs = [load_results(folder) for folder in options.results]
        scenarios = list(dict.fromkeys(run.summary["scenario"] for run in runs))
        where = f" ({scenarios[0]})" if len(scenarios) == 1 else ""
        style.save(plot(series_of(runs), f"How long do requests take, and where does the time go?{where}"), out)
    except (ResultsError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
