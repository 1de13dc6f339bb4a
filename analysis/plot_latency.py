"""How long do requests take, and where does the time go?

Usage: plot_latency.py RESULTS... --out PNG|PDF|SVG [--metric latency|ttft|tpot]

Left the distribution of latency, right its mean, split into the parts that make it up. One line and one bar per workload of
each results folder. The time to the first token and the time per further token have no parts, and stand alone.
"""

from __future__ import annotations

import argparse
import math
import sys
import textwrap
from pathlib import Path
from typing import Sequence

import numpy
from matplotlib import pyplot, ticker
from matplotlib.legend import Legend

import style
from results import ResultsError, load_results
from series import METRICS, QUANTILES, Metric, Series, caption_of, nearest_rank, series_of

WIDTH_IN = 10.0
LOG_FROM_RATIO = 8.0  # A linear axis hides the shorter latencies when the longest is this many times the shortest.
DRAWN_RANKS = 2000
LABEL_WIDTH = 24  # characters of a line beside a bar
LEGEND_WIDTH = 115  # characters of a line of a legend that has the whole width of the picture
SECONDS_FROM_MS = 1e4  # Above this, latencies are shown in seconds: longer numbers are hard to read and do not fit.
MOST_TICKS = 6  # labels of an axis that stand beside each other without touching
PARTS_LEFT, LEGEND_LEFT, LEGENDS_RIGHT = 0.55, 0.055, 0.985  # shares of the width


def cdf(latency_ms: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Sorted latencies, ms, and the share of requests at or below each; thinned to what a picture can show, tail kept."""
    count = len(latency_ms)
    ranks = numpy.unique(numpy.concatenate([numpy.linspace(0, count - 1, DRAWN_RANKS).astype(int),
                                            numpy.arange(max(count - DRAWN_RANKS // 4, 0), count)]))
    return latency_ms[ranks], (ranks + 1) / count


def unit_of(series: Sequence[Series]) -> tuple[str, float]:
    """The unit that latencies are shown in, and its length in ms."""
    return ("s", 1e3) if max(one.times_ms[-1] for one in series) > SECONDS_FROM_MS else ("ms", 1.0)


def draw_cdf(axes: pyplot.Axes, series: Sequence[Series], metric: Metric) -> None:
    """One step line per series, with its quantiles marked and their values in the legend."""
    unit, unit_ms = unit_of(series)
    for index, one in enumerate(series):
        colour, line = style.series_look(index)
        x, y = cdf(one.times_ms / unit_ms)
        quantiles = [one.quantile_ms(share) / unit_ms for share in QUANTILES.values()]
        values = ", ".join(f"{name} {style.number(value, 4)}" for name, value in zip(QUANTILES, quantiles))
        marks = {"color": colour, "marker": style.MARKERS[index % len(style.MARKERS)], "markersize": 5,
                 "markeredgecolor": "white", "markeredgewidth": 0.6}
        axes.plot(numpy.r_[x[0], x], numpy.r_[0, y], drawstyle="steps-post", color=colour, linestyle=line, linewidth=1.6)
        axes.plot(quantiles, [(nearest_rank(share, len(one.times_ms)) + 1) / len(one.times_ms)
                              for share in QUANTILES.values()], linestyle="", zorder=3, clip_on=False, **marks)
        axes.plot([], [], linestyle=line, linewidth=1.6,
                  label=textwrap.fill(f"{one.label}: {values} {unit}", LEGEND_WIDTH), **marks)
    for name, share in QUANTILES.items():
        axes.axhline(share, color="#BBBBBB", linewidth=0.6, linestyle=":", zorder=0)
        axes.annotate(name, (1.0, share), xycoords=("axes fraction", "data"), xytext=(3, -3 if name == "p95" else 0),
                      textcoords="offset points", va="center", fontsize=8, color="#666666")
    axes.set(xlabel=f"{metric.name} ({unit})", ylabel="share of requests at or below", ylim=(0, 1.01))
    shortest, longest = (f(one.times_ms[end] / unit_ms for one in series) for f, end in ((min, 0), (max, -1)))
    if shortest > 0 and longest / shortest > LOG_FROM_RATIO:
        axes.set_xscale("log")
        axes.set_xlabel(f"{metric.name} ({unit}, logarithmic)")
        use_plain_log_ticks(axes)
    else:
        axes.set_xlim(left=0, right=longest * 1.04)
        axes.xaxis.set_major_locator(ticker.MaxNLocator(MOST_TICKS - 1, steps=[1, 2, 5, 10]))


class FewLogTicks(ticker.Locator):
    """Ticks at 1, 2 and 5 of every decade, or fewer of them where these are more than MOST_TICKS."""

    def __call__(self) -> list[float]:
        return self.tick_values(*self.axis.get_view_interval())

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        first, last = math.floor(math.log10(vmin)), math.ceil(math.log10(vmax))
        for steps, stride in [((1, 2, 5), 1), ((1, 3), 1), *(((1,), stride) for stride in range(1, last - first + 2))]:
            ticks = [step * 10.0**decade for decade in range(first, last + 1, stride) for step in steps]
            shown = [tick for tick in ticks if vmin <= tick <= vmax]
            if len(shown) <= MOST_TICKS:
                break
        return shown


def use_plain_log_ticks(axes: pyplot.Axes) -> None:
    """A few ticks written as plain numbers: readers should not have to raise ten to a power."""
    axes.xaxis.set_major_locator(FewLogTicks())
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: style.number(value, 4)))
    axes.xaxis.set_minor_formatter(ticker.NullFormatter())


def draw_parts(axes: pyplot.Axes, series: Sequence[Series]) -> None:
    """A stacked bar per series: mean of each part; parts that are nowhere above zero are left out."""
    unit, unit_ms = unit_of(series)
    parts = [part for part in dict.fromkeys(p for one in series for p in one.parts_ms)
             if any(one.parts_ms.get(part, 0) > 0 for one in series)]
    rows = numpy.arange(len(series))
    left = numpy.zeros(len(series))
    widest = max(sum(one.parts_ms.values()) for one in series) / unit_ms
    for part in parts:
        colour, hatch = style.part_look(part)
        width = numpy.array([one.parts_ms.get(part, 0.0) for one in series]) / unit_ms
        invisible = width.max() < widest / 200
        axes.barh(rows, width, left=left, height=0.62, color=colour, hatch=hatch, edgecolor="white", linewidth=0.5,
                  label=style.part_name(part) + (f" (at most {style.number(width.max(), 2)} {unit})" if invisible else ""))
        for row in rows[width > 0.09 * widest]:
            axes.text(left[row] + width[row] / 2, row, style.number(width[row], 3), ha="center", va="center", fontsize=8,
                      color="white" if colour == style.BLUE else "black")
        left += width
    for row in rows:
        axes.text(left[row], row, f" {style.number(left[row], 4)} {unit}", ha="left", va="center", fontsize=8)
    axes.set_yticks(rows, ["\n".join(bar_label(one)) for one in series])
    edge = 0.6 if len(series) > 1 else 0.9  # A single bar would fill the axes.
    axes.set_ylim(len(series) - 1 + edge, -edge)
    axes.set_xlim(0, widest * 1.2)
    axes.xaxis.set_major_locator(ticker.MaxNLocator(MOST_TICKS - 1, steps=[1, 2, 5, 10]))
    axes.set(xlabel=f"mean latency ({unit})", title="Where does it go?")
    axes.tick_params(axis="y", length=0)


def bar_label(one: Series) -> list[str]:
    """The label in lines short enough to stand beside a bar; the name of a cut stays with its "cut"."""
    return textwrap.wrap(one.label.replace("cut ", "cut\u00a0"), LABEL_WIDTH)


def legend_within(axes: pyplot.Axes, room_in: float, **look: float) -> tuple[Legend, float, float]:
    """A legend with as many columns as the room, inches, has; its width and height, inches, follow."""
    for columns in (4, 3, 2, 1):
        legend = axes.legend(loc="upper left", fontsize=8, borderaxespad=0, bbox_transform=axes.figure.transFigure,
                             ncol=columns, **look)
        box = legend.get_window_extent(axes.figure.canvas.get_renderer())
        width_in, height_in = box.width / axes.figure.dpi, box.height / axes.figure.dpi
        if width_in <= room_in:
            break
    return legend, width_in, height_in


def add_legends(figure: pyplot.Figure, left_axes: pyplot.Axes, right_axes: pyplot.Axes, axes_in: float, caption_in: float,
                longest_bar_label: int) -> None:
    """Adds both legends, side by side where they fit and else below each other, and gives figure and axes their sizes."""
    values, values_wide, values_in = legend_within(left_axes, 0, handlelength=2.6)  # A line per series.
    parts, _, parts_in = legend_within(right_axes, (LEGENDS_RIGHT - PARTS_LEFT) * WIDTH_IN, handlelength=1.4,
                                       columnspacing=1.2)
    crowded = values_wide > (PARTS_LEFT - LEGEND_LEFT) * WIDTH_IN
    legend_in = 0.1 + (parts_in + values_in if crowded else max(parts_in, values_in))
    bottom_in = caption_in + legend_in + 0.55
    height = bottom_in + axes_in + 0.65
    figure.set_size_inches(WIDTH_IN, height)
    bars_left = 0.525 + 0.0064 * longest_bar_label
    left_axes.set_position((0.065, bottom_in / height, 0.4, axes_in / height))
    right_axes.set_position((bars_left, bottom_in / height, LEGENDS_RIGHT - bars_left, axes_in / height))
    top = (caption_in + legend_in) / height
    parts.set_bbox_to_anchor((PARTS_LEFT, top), figure.transFigure)
    values.set_bbox_to_anchor((LEGEND_LEFT, top - parts_in * crowded / height), figure.transFigure)


def add_one_legend(figure: pyplot.Figure, axes: pyplot.Axes, axes_in: float, caption_in: float) -> None:
    """Adds the legend of a picture without parts, and gives figure and axes their sizes."""
    legend, _, legend_in = legend_within(axes, 0, handlelength=2.6)
    bottom_in = caption_in + 0.1 + legend_in + 0.55
    height = bottom_in + axes_in + 0.65
    figure.set_size_inches(WIDTH_IN, height)
    axes.set_position((0.065, bottom_in / height, 0.88, axes_in / height))
    legend.set_bbox_to_anchor((LEGEND_LEFT, (caption_in + 0.1 + legend_in) / height), figure.transFigure)


def plot(series: Sequence[Series], title: str, metric: Metric = METRICS["latency"]) -> pyplot.Figure:
    """The whole picture. Series without a completed request appear in the caption only; ValueError if all are so."""
    style.use_style()
    caption = caption_of(series, metric)
    shown = [one for one in series if len(one.times_ms)]
    if not shown:
        if any(one.without for one in series):
            raise ValueError(f"no request has a {metric.name}: {metric.absent}")
        raise ValueError("no request was completed outside the warm-up: there is nothing to plot")
    wrapped, caption_in = style.caption_height(caption, WIDTH_IN)
    lines = max(len(bar_label(one)) for one in shown)
    axes_in = max(2.7, max(0.42, 0.15 * lines + 0.12) * len(shown) + 0.6)
    figure = pyplot.figure(figsize=(WIDTH_IN, 5))
    left_axes = figure.add_axes((0, 0, 0.4, 0.5))
    draw_cdf(left_axes, shown, metric)
    if metric is METRICS["latency"]:
        left_axes.set_title("How long?")
        right_axes = figure.add_axes((0.5, 0, 0.4, 0.5))
        draw_parts(right_axes, shown)
        longest = max(len(line) for one in shown for line in bar_label(one))
        add_legends(figure, left_axes, right_axes, axes_in, caption_in, longest)
    else:
        add_one_legend(figure, left_axes, axes_in, caption_in)
    height = figure.get_size_inches()[1]
    figure.suptitle(title, x=0.12 / WIDTH_IN, y=1 - 0.1 / height, ha="left", va="top", fontsize=12, fontweight="bold")
    style.add_caption(figure, wrapped)
    return figure


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=Path, help="results folders")
    parser.add_argument("--out", required=True, help="the picture: .png, .pdf or .svg")
    parser.add_argument("--metric", default="latency", choices=METRICS, help="which time (default latency)")
    options = parser.parse_args(arguments)
    metric = METRICS[options.metric]
    try:
        out = style.picture_path(options.out)
        runs = [load_results(folder) for folder in options.results]
        scenarios = list(dict.fromkeys(run.summary["scenario"] for run in runs))
        where = f" ({scenarios[0]})" if len(scenarios) == 1 else ""
        style.save(plot(series_of(runs, metric), f"{metric.question}{where}", metric), out)
    except (ResultsError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
