"""A progress bar for work whose units differ in kind: how much is done, how fast, and how long the rest will take."""

from __future__ import annotations

import time
from typing import Callable, Mapping, TextIO


def duration(seconds: float) -> str:
    """"2 h 05 min", "3 min 20 s" or "7 s"."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02} min"
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"


class Progress:
    """Rewrites its line on a terminal; elsewhere writes a line at most every ten seconds, and the last one. The time left is
    what the units of each kind that are still to do took on average, over the units done at a time."""

    def __init__(self, total: Mapping[str, int], workers: int, out: TextIO, quiet: bool,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self.left, self.total = dict(total), sum(total.values())
        self.took_s: dict[str, list[float]] = {kind: [] for kind in total}
        self.workers, self.out, self.quiet, self.clock = workers, out, quiet, clock
        self.start_s, self.next_line_s, self.done, self.made = clock(), clock() + 10, 0, 0

    def keep(self, kind: str) -> None:
        """Counts a unit that was there already."""
        self.left[kind] -= 1
        self.done += 1

    def show(self, kind: str, name: str, took_s: float) -> None:
        """Counts a unit that was just made."""
        self.left[kind] -= 1
        self.done += 1
        self.made += 1
        self.took_s[kind].append(took_s)
        if self.quiet:
            return
        rate = self.made / max(self.clock() - self.start_s, 1e-9)
        text = f"{self.done} of {self.total} units, {60 * rate:.1f} a minute, {self.left_text()}"
        if self.out.isatty():
            filled = 30 * self.done // self.total
            end = "\n" if self.done == self.total else ""
            self.out.write(f"\r\033[K[{'#' * filled}{' ' * (30 - filled)}] {text}  {name}{end}")
        elif self.done == self.total or self.clock() >= self.next_line_s:
            self.next_line_s = self.clock() + 10
            self.out.write(f"{text}, last {name}\n")
        self.out.flush()

    def left_text(self) -> str:
        known = [took_s for kind in self.took_s for took_s in self.took_s[kind]]
        overall_s = sum(known) / len(known)
        left_s = sum(count * (sum(self.took_s[kind]) / len(self.took_s[kind]) if self.took_s[kind] else overall_s)
                     for kind, count in self.left.items())
        return f"{duration(left_s / self.workers)} left"
