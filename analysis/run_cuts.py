"""Runs a scenario once per cut of a workload's model, each into its own results folder, for plot_frontier.py.

Example: run_cuts.py gpz_vgg19_phone_5g --coinfer build/release/coinfer --cuts 'block*' --out results/vgg19

A folder that is complete and was made from the same scenario, settings and version is kept, so that a run that was
interrupted goes on where it stopped. Exit codes are those of coinfer: 0 all runs done, 1 one failed, 2 wrong input,
130 interrupted.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Sequence, TextIO

import results
from cut_runs import Cut, CutError, Split, choose_cuts, cuts_of_model, run_coinfer, set_options, split_of_scenario

KEYS_FILE = ".cuts.json"  # Hidden, so that OUT/* are the results folders.


@dataclass
class Outcome:
    """Names of the cuts that were run, that were kept from an earlier run, and why the others failed."""

    ran: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


class ProgressBar:
    """A bar that rewrites its line on a terminal; elsewhere a line at most every ten seconds, and the last one."""

    def __init__(self, total: int, out: TextIO, quiet: bool) -> None:
        self.total, self.out, self.quiet = total, out, quiet
        self.terminal = out.isatty()
        self.next_line = time.monotonic() + 10

    def show(self, done: int, name: str) -> None:
        if self.quiet:
            return
        if self.terminal:
            filled = 30 * done // max(self.total, 1)
            end = "\n" if done == self.total else ""
            self.out.write(f"\r\033[K[{'#' * filled}{' ' * (30 - filled)}] {done} of {self.total} cuts  {name}{end}")
        elif done == self.total or time.monotonic() >= self.next_line:
            self.next_line = time.monotonic() + 10
            self.out.write(f"{done} of {self.total} cuts, last {name}\n")
        self.out.flush()


def run_keys(coinfer: Path | str, scenario: str, split: Split, settings: Sequence[str],
             cuts: Sequence[Cut]) -> dict[str, str]:
    """By folder: two runs with one key have the same results. It covers the scenario as written, settings and version."""
    path = Path(scenario)
    raw = path.read_text(encoding="utf-8") if path.is_file() else run_coinfer(coinfer, ["show", "scenario", scenario])
    common = [run_coinfer(coinfer, ["--version"]), raw, list(settings)]
    return {cut.folder: hashlib.sha256(json.dumps([*common, split.settings(cut)]).encode()).hexdigest() for cut in cuts}


def is_complete(folder: Path) -> bool:
    """Whether a folder holds every file, in a version known here."""
    try:
        results.check_folder(folder)
    except results.ResultsError:
        return False
    return True


def load_keys(out: Path) -> dict[str, str]:
    """The key of each folder that an earlier run left; nothing where there was none, or where it cannot be read."""
    try:
        keys = json.loads((out / KEYS_FILE).read_text(encoding="utf-8"))["keys"]
        return dict(keys)
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def save_keys(out: Path, keys: dict[str, str]) -> None:
    """Replaces the file in one step, so that an interruption leaves the old or the new one."""
    half_made = out / (KEYS_FILE + ".new")
    half_made.write_text(json.dumps({"schema_version": 1, "keys": keys}, indent=1) + "\n", encoding="utf-8")
    half_made.replace(out / KEYS_FILE)


def run_cuts(coinfer: Path | str, scenario: str, workload: str | None, wanted: str, out: Path,
             settings: Sequence[str] = (), jobs: int = 2, show: Callable[[int, int, str], None] | None = None) -> Outcome:
    """Runs what is missing under `out`, one folder per cut, `jobs` at a time; `show(done, total, cut)` after each.

    Raises CutError where the scenario, the workload or a cut is wrong; a run that fails is listed in the outcome.
    """
    split = split_of_scenario(coinfer, scenario, workload, settings)
    cuts = choose_cuts(cuts_of_model(coinfer, split.model), wanted)
    out.mkdir(parents=True, exist_ok=True)
    keys = load_keys(out)
    wanted_keys = run_keys(coinfer, scenario, split, settings, cuts)
    outcome = Outcome()
    to_run = []
    for cut in cuts:
        same = keys.get(cut.folder) == wanted_keys[cut.folder]
        if same and is_complete(out / cut.folder):
            outcome.kept.append(cut.name)
        else:
            to_run.append(cut)

    def run_one(cut: Cut) -> None:
        arguments = ["run", scenario, *set_options([*settings, *split.settings(cut)])]
        run_coinfer(coinfer, [*arguments, "--out", str(out / cut.folder), "--force", "--quiet"])

    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        running = {pool.submit(run_one, cut): cut for cut in to_run}
        try:
            for future in concurrent.futures.as_completed(running):
                cut = running[future]
                try:
                    future.result()
                    outcome.ran.append(cut.name)
                    keys[cut.folder] = wanted_keys[cut.folder]
                    save_keys(out, keys)
                except CutError as error:
                    outcome.failed[cut.name] = str(error)
                if show:
                    show(len(outcome.kept) + len(outcome.ran) + len(outcome.failed), len(cuts), cut.name)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return outcome


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", help="scenario file, or the name of a library scenario")
    parser.add_argument("--coinfer", default="coinfer", help="the program (default: on the path)")
    parser.add_argument("--workload", help="the workload to cut; needed where the scenario has several")
    parser.add_argument("--cuts", default="all", help="names, aliases or wildcards, joined with commas; or all (default)")
    parser.add_argument("--out", required=True, type=Path, help="where the results folders go, one per cut")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="passed on to every run")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time (default 2)")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error("--jobs must be at least 1")
    return options


def main(arguments: Sequence[str]) -> int:
    options = parse_arguments(arguments)
    bar: ProgressBar | None = None

    def show(done: int, total: int, name: str) -> None:
        nonlocal bar
        bar = bar or ProgressBar(total, sys.stderr, options.quiet)
        bar.show(done, name)

    try:
        outcome = run_cuts(options.coinfer, options.scenario, options.workload, options.cuts, options.out, options.set,
                           options.jobs, show)
    except (CutError, results.ResultsError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ninterrupted: the same command goes on from here", file=sys.stderr)
        return 130
    for name, why in outcome.failed.items():
        print(f"cut {name} failed: {why}", file=sys.stderr)
    print(f"{len(outcome.ran)} cuts run, {len(outcome.kept)} kept, {len(outcome.failed)} failed; results are in "
          f"{options.out}")
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
