"""Numbers for people: rounded, with a unit that suits their size. The page keeps the exact value beside each of them."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup, escape

ABSENT = "–"
DIGITS = 3

# Unit by the ending of a column's name, longest ending first: (ending, steps from the largest, unit in the exact text).
_TIMES = ((3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
_BITS = ((1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s"), (1.0, "bit/s"))
_JOULES = ((1e6, "MJ"), (1e3, "kJ"), (1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ"))
_UNITS = {"per_s": (((1.0, "/s"),), "/s"), "bit_per_s": (_BITS, "bit/s"), "bytes": (_BYTES, "B"),
          "usd": (((1.0, "USD"),), "USD"), "j": (_JOULES, "J"), "s": (_TIMES, "s"), "share": (((0.01, "%"),), "")}

# Units that fields of scenarios carry and that are shown as they are.
PLAIN_UNITS = {"mbit_per_s": "Mbit/s", "gbit_per_s": "Gbit/s", "kbit_per_s": "kbit/s", "gb_per_s": "GB/s",
               "mb_per_s": "MB/s", "gflop_per_s": "Gflop/s", "usd_per_hour": "USD/h", "usd_per_gb": "USD/GB",
               "j_per_mb": "J/MB", "ms": "ms", "us": "µs", "gib": "GiB", "mib": "MiB", "w": "W", "db": "dB", "nat": "nat"}
_UNITS.update({key: (((1.0, name),), name) for key, name in PLAIN_UNITS.items()})


def digits_of(value: float, digits: int = DIGITS) -> str:
    """So many significant digits, thousands set apart, and an exponent for what is very small or very large only."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e9 or size < 1e-4:
        return f"{value:.{digits - 1}e}"
    if size >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{value:,.0f}"


def unit_of(column: str) -> str:
    """The unit's key of a column whose unit stands last in its name; empty for a count or a ratio of its own kind."""
    if column.endswith(("utilisation", "slo_met")):
        return "share"
    return next((unit for unit in (*PLAIN_UNITS, "per_s", "bytes", "usd", "j", "s") if column.endswith("_" + unit)), "")


def readable(value: Any, unit: str = "", digits: int = DIGITS) -> str:
    """"35.7 ms", "2.62 GB", "19,761", "–" where there is no value."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ABSENT
    if isinstance(value, int) and not isinstance(value, bool) and not unit:
        return f"{value:,}"
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return str(value)
    if unit not in _UNITS:
        return digits_of(float(value), digits)
    if unit == "share" and 0 < value < 1e-5:
        return "< 0.001\u00a0%"
    steps, base = _UNITS[unit]
    # Minutes and hours only where there are two of them: 90 s is read more easily than 1.5 min.
    size, name = next((step for step in steps if abs(value) >= (step[0] if step[0] < 60 else 2 * step[0])), steps[-1])
    if value == 0:
        name = base or "%"
    text = digits_of(value / size, digits)
    return text + ("" if name.startswith("/") else "\u00a0") + name


def exact(value: Any, unit: str = "") -> str:
    """The value as the results have it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "no value"
    return f"{value!r} {_UNITS[unit][1]}".rstrip() if unit in _UNITS else str(value)


def number(value: Any, unit: str = "", digits: int = DIGITS) -> Markup:
    """A cell's content: readable, with the exact value where the pointer rests."""
    return Markup('<span title="{}">{}</span>').format(escape(exact(value, unit)), escape(readable(value, unit, digits)))


def column_name(column: str) -> str:
    """"latency_p95_s" as a reader says it, without its unit: "latency p95"."""
    unit = unit_of(column)
    return (column if unit in ("", "share") else column[:-len(unit) - 1]).replace("_", " ")


def interval(low: float, high: float, unit: str = "") -> str:
    """"35.77 ms to 35.81 ms": with as many digits as it takes to tell the ends apart, at most 6."""
    for digits in range(DIGITS, 7):
        texts = readable(low, unit, digits), readable(high, unit, digits)
        if texts[0] != texts[1]:
            break
    return f"{texts[0]} to {texts[1]}"
