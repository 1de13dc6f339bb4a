"""Puts names beside points so that no name lies on another, on a point, or outside the axes."""

from __future__ import annotations

from typing import Sequence

from matplotlib import pyplot
from matplotlib.transforms import Bbox

# Offsets in points, nearest first; far ones get a line back to their point.
_OFFSETS = [(dx * far, dy * far) for far in (1, 2.2, 3.6, 5.2, 7) for dx, dy in
            ((7, 0), (5, 7), (5, -7), (0, 9), (0, -9), (-5, 7), (-5, -7), (-7, 0))]
_FAR = 14.0


def place_labels(axes: pyplot.Axes, points: Sequence[tuple[float, float]], names: Sequence[str],
                 fontsize: float = 8) -> list[Bbox]:
    """Annotates each point, in data coordinates, with its name; returns the boxes of the names, in pixels.

    Greedy, in the order given: the first free offset wins; where none is free the one that covers least is taken.
    """
    axes.figure.draw_without_rendering()  # Settles limits that are still automatic.
    renderer = axes.figure.canvas.get_renderer()
    inside = axes.get_window_extent(renderer)
    marker = 4.5 * axes.figure.dpi / 72
    pixels = axes.transData.transform(points) if len(points) else []
    taken = [Bbox.from_extents(x - marker, y - marker, x + marker, y + marker) for x, y in pixels]
    placed = []
    for point, name in zip(points, names):
        text = axes.annotate(name, point, xytext=_OFFSETS[0], textcoords="offset points", fontsize=fontsize, va="center")
        best = None
        for offset in _OFFSETS:
            _move(text, offset)
            box = text.get_window_extent(renderer)
            cost = sum(_overlap(box, other) for other in taken) + 10 * (box.width * box.height - _overlap(box, inside))
            if best is None or cost < best[0]:
                best = cost, offset, box
            if cost <= 0.5:
                break
        _, offset, box = best
        _move(text, offset)
        if max(abs(offset[0]), abs(offset[1])) > _FAR:
            axes.annotate("", point, xytext=offset, textcoords="offset points",
                          arrowprops={"arrowstyle": "-", "color": "#999999", "linewidth": 0.6})
        taken.append(box)
        placed.append(box)
    return placed


def _move(text: pyplot.Annotation, offset: tuple[float, float]) -> None:
    text.set_position(offset)
    text.set_ha("left" if offset[0] > 0 else "right" if offset[0] < 0 else "center")


def _overlap(a: Bbox, b: Bbox) -> float:
    """Common area, square pixels."""
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    return max(width, 0.0) * max(height, 0.0)


def elide(name: str, longest: int) -> str:
    """The name, or its beginning and its end around "…" where it has more than `longest` characters."""
    if len(name) <= longest:
        return name
    tail = (longest - 1) // 2
    return name[:longest - 1 - tail] + "…" + name[len(name) - tail:]


def cluster(positions: Sequence[float], width: float) -> list[list[int]]:
    """Indices of positions grouped from left to right: a group spans less than `width`, and so do no two groups' starts."""
    groups: list[list[int]] = []
    for index in sorted(range(len(positions)), key=lambda i: positions[i]):
        if groups and positions[index] - positions[groups[-1][0]] < width:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups
