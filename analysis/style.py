"""What the plots share: colours that colour-blind readers can tell apart, captions, files that do not change by the hour."""

from __future__ import annotations

import textwrap
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # Plots are written to files; a screen is not needed.

import matplotlib.pyplot as pyplot  # noqa: E402

# Okabe and Ito, "Color Universal Design", 2008.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
FORMATS = (".png", ".pdf", ".svg")

# A part keeps its colour in every plot; the hatch tells parts apart that have to share a colour.
_PARTS = {"queue_s": (YELLOW, ""), "compute_s": (BLUE, ""), "interference_s": (BLUE, "///"), "enclave_s": (GREEN, ""),
          "crossing_s": (GREEN, "///"), "paging_s": (GREEN, "..."), "crypto_s": (PURPLE, ""),
          "attestation_s": (VERMILION, "///"), "protect_s": (VERMILION, ""), "serialise_s": (ORANGE, "///"),
          "wire_s": (ORANGE, ""), "propagation_s": (SKY, "")}
_OTHER_PART = ("#BBBBBB", "xxx")


def series_look(index: int) -> tuple[str, str]:
    """Colour and line style of the index-th line of a plot."""
    return SERIES[index % len(SERIES)], LINES[index // len(SERIES) % len(LINES)]


def part_look(column: str) -> tuple[str, str]:
    """Colour and hatch of a part of latency, by its column."""
    return _PARTS.get(column, _OTHER_PART)


def part_name(column: str) -> str:
    """"wire_s" as a reader says it: "wire"."""
    return column.removesuffix("_s").replace("_", " ")


def number(value: float, digits: int) -> str:
    """So many significant digits, and never an exponent for a large value."""
    return f"{value:.0f}" if abs(value) >= 10**digits - 0.5 else f"{value:.{digits}g}"


def use_style() -> None:
    """Sets the fonts and lines of all plots made from here on."""
    pyplot.rcdefaults()
    pyplot.rcParams.update({"font.size": 9, "axes.titlesize": 10, "axes.spines.top": False, "axes.spines.right": False,
                            "legend.frameon": False, "hatch.linewidth": 0.6, "svg.hashsalt": "coinfer"})


def caption_height(text: str, width_in: float) -> tuple[str, float]:
    """A caption wrapped to a figure of that width, and the height that it needs, inches."""
    wrapped = textwrap.fill(text, int(width_in * 15))
    return wrapped, 0.1 + 0.16 * (wrapped.count("\n") + 1)


def add_caption(figure: pyplot.Figure, wrapped: str) -> None:
    """Writes a wrapped caption along the bottom edge of a figure."""
    width_in, height_in = figure.get_size_inches()
    figure.text(0.12 / width_in, 0.07 / height_in, wrapped, ha="left", va="bottom", fontsize=8, color="#444444")


def save(figure: pyplot.Figure, path: Path | str) -> None:
    """Writes PNG, PDF or SVG, by the ending of the name, without a date, and closes the figure."""
    dated = {".pdf": "CreationDate", ".svg": "Date"}.get(Path(path).suffix.lower())
    figure.savefig(path, dpi=150, metadata={dated: None} if dated else None)
    pyplot.close(figure)


def picture_path(text: str) -> Path:
    """A name given to --out; raises ValueError for an ending that is not a picture's."""
    path = Path(text)
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"{text}: the name of a picture ends in {', '.join(FORMATS)}")
    return path
