"""Measures what three small models leak at every cut, on scikit-learn's digits, and writes it as a leakage table.

Trains each model with each label smoothing and seed, attacks every cut with a decoder network, a linear map and a decoder of
a shadow model, and computes R_c^2, distance correlation and accuracy. inversion.py and leakage_statistics.py say how; the
table's own comments say what its figures mean.

Example: measure_leakage.py --out results/leakage_digits --jobs 2 --coinfer build/release/coinfer

Every unit of work is kept as soon as it is done: a run that was killed goes on where it stopped. On one machine and with the
same versions the figures are the same whatever --jobs. Exit codes: 0 done, 2 wrong input, 130 interrupted.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Callable, Sequence

from digits_models import MODELS
from leakage_report import summary
from leakage_table import comments, table_text
from leakage_units import Settings, Victim, load_unit, make_cut, make_victim, replace_file, write_activations
from progress import Progress

SMOOTHINGS = [0.0, 0.3, -0.05]
Unit = tuple[Victim, "str | None"]  # The victim itself under None, else a cut of it.


class MeasureError(Exception):
    """What was asked cannot be measured; the text says why."""


def cuts_of(victim: Victim, wanted: Sequence[str] | None) -> list[str]:
    """The cuts to measure, in model order."""
    return [cut for cut in MODELS[victim.model]().cuts if wanted is None or cut in wanted]


def start_worker() -> None:
    """One thread for each worker; interrupts are the parent's business, and a worker does not outlive it."""
    import torch

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process().sentinel

    def watch() -> None:
        multiprocessing.connection.wait([parent])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def make_unit(out: Path, settings: Settings, unit: Unit) -> float:
    """Runs in a worker. Returns the seconds it took."""
    start_s = time.monotonic()
    victim, cut = unit
    if cut is None:
        make_victim(out, settings, victim)
    else:
        make_cut(out, settings, victim, cut)
    return time.monotonic() - start_s


def measure(out: Path, settings: Settings, victims: Sequence[Victim], wanted: Sequence[str] | None, jobs: int,
            progress: Callable[[dict[str, int]], Progress]) -> int:
    """Makes every unit that is missing under `out`, `jobs` at a time; returns how many. The cuts of a victim come when it is
    trained; a victim whose weights are kept is not trained again."""
    kinds = {f"{victim.model} {kind}": 0 for victim in victims for kind in ("victim", "cut")}
    ready: list[Unit] = []
    waiting: dict[Victim, list[Unit]] = {}
    kept = []
    for victim in victims:
        trained = load_unit(out, settings, victim, None) is not None
        cuts: list[Unit] = []
        for cut in cuts_of(victim, wanted):
            kinds[f"{victim.model} cut"] += 1
            if trained and load_unit(out, settings, victim, cut) is not None:
                kept.append(f"{victim.model} cut")
            else:
                cuts.append((victim, cut))
        kinds[f"{victim.model} victim"] += 1
        if trained:
            kept.append(f"{victim.model} victim")
            ready += cuts
        else:
            ready.append((victim, None))
            waiting[victim] = cuts
    shown = progress(kinds)
    for kind in kept:
        shown.keep(kind)
    made = 0
    if not ready:
        return made
    # Workers are fresh processes, whose libraries of linear algebra read how many threads they may have when they start.
    os.environ.update({name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")})
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(jobs, context, start_worker) as pool:
        running: dict[concurrent.futures.Future[float], Unit] = {}
        try:
            while ready or running:
                while ready and len(running) < jobs:
                    unit = ready.pop(0)
                    running[pool.submit(make_unit, out, settings, unit)] = unit
                for future in concurrent.futures.wait(running, return_when="FIRST_COMPLETED").done:
                    victim, cut = running.pop(future)
                    took_s = future.result()
                    made += 1
                    shown.show(f"{victim.model} {'victim' if cut is None else 'cut'}",
                               f"{victim.folder} {cut or 'training'}", took_s)
                    if cut is None:
                        ready = waiting[victim] + ready
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)  # What is running is finished and kept.
            raise
    return made


def load_all(out: Path, settings: Settings, victims: Sequence[Victim], wanted: Sequence[str] | None) -> dict:
    """The figures of every victim all of whose units are there."""
    done = {}
    for victim in victims:
        keys = [None, *cuts_of(victim, wanted)]
        figures = {cut: load_unit(out, settings, victim, cut) for cut in keys}
        if all(unit is not None for unit in figures.values()):
            done[victim] = figures
    return done


def locate(coinfer: str, out: Path, victim: Victim) -> dict[str, str]:
    """What `coinfer privacy locate` says of the victim's activations, by method and grouping."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_activations(out, victim, folder)
        command = [coinfer, "privacy", "locate", "--activations", str(folder / "cuts"), "--labels", str(folder / "labels.npy"),
                   "--predicted", str(folder / "predicted.npy")]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        except OSError as error:
            raise MeasureError(f"{coinfer}: {error.strerror}") from None
    if done.returncode != 0:
        raise MeasureError(done.stderr.strip() or f"coinfer ended with {done.returncode}")
    return parse_located(done.stdout)


def parse_located(text: str) -> dict[str, str]:
    """"relative_drop by labels": "01_conv1", and so on; numbers that change from seed to seed are left out."""
    found, grouping = {}, ""
    for line in text.splitlines():
        if "grouped by" in line:
            grouping = line.split("grouped by ")[1]
        elif ": " in line:
            method, result = line.split(": ", 1)
            found[f"{method.split()[0]} by {grouping}"] = result.split(";")[0].split(" (")[0]
    return found


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    default = Settings()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path, help="folder of finished units, table and summary")
    parser.add_argument("--models", default=",".join(MODELS), help="names joined with commas (default: all)")
    parser.add_argument("--smoothings", default=",".join(f"{value:g}" for value in SMOOTHINGS),
                        help="label smoothings joined with commas (default: 0,0.3,-0.05); write --smoothings=-0.05")
    parser.add_argument("--seeds", type=int, default=3, help="seeds 0 to N-1 (default 3)")
    parser.add_argument("--cuts", help="names joined with commas (default: every cut)")
    parser.add_argument("--victim-epochs", type=int, default=default.victim_epochs, help="(default %(default)s)")
    parser.add_argument("--shadow-epochs", type=int, default=default.shadow_epochs, help="(default %(default)s)")
    parser.add_argument("--decoder-epochs", type=int, default=default.decoder_epochs, help="at most (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="workers, one thread each (default 2)")
    parser.add_argument("--table", type=Path, help="where the leakage table goes (default OUT/leakage_digits.csv)")
    parser.add_argument("--activations", type=Path, metavar="DIR", help="keep the test activations as .npy, a folder per seed")
    parser.add_argument("--coinfer", help="the program, to locate the transition by R_c^2")
    parser.add_argument("--summary", action="store_true", help="measure nothing: print the summary of what is finished")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")
    options = parser.parse_args(arguments)
    for name in ("seeds", "jobs", "victim_epochs", "shadow_epochs", "decoder_epochs"):
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    options.models = options.models.split(",")
    options.cuts = options.cuts.split(",") if options.cuts else None
    try:
        options.smoothings = [float(text) for text in options.smoothings.split(",")]
    except ValueError:
        parser.error(f"--smoothings {options.smoothings}: numbers joined with commas")
    return options


def check_names(options: argparse.Namespace) -> None:
    for model in options.models:
        if model not in MODELS:
            raise MeasureError(f"unknown model '{model}': the models are {', '.join(MODELS)}")
    known = {cut for model in options.models for cut in MODELS[model]().cuts}
    for cut in options.cuts or ():
        if cut not in known:
            raise MeasureError(f"unknown cut '{cut}' of {', '.join(options.models)}")
    if options.coinfer and shutil.which(options.coinfer) is None:
        raise MeasureError(f"{options.coinfer}: no such program")


def run(options: argparse.Namespace) -> int:
    check_names(options)
    settings = Settings(options.victim_epochs, options.shadow_epochs, options.decoder_epochs)
    # All models without smoothing come first, so that a run that is stopped early has finished something whole.
    victims = [Victim(model, smoothing, seed) for smoothing in options.smoothings for seed in range(options.seeds)
               for model in options.models]
    if not options.summary:
        start_s = time.monotonic()
        made = measure(options.out, settings, victims, options.cuts, options.jobs,
                       lambda kinds: Progress(kinds, options.jobs, sys.stderr, options.quiet))
        print(f"{made} units measured in {time.monotonic() - start_s:.0f} s, the others kept; they are in {options.out}")
    done = load_all(options.out, settings, victims, options.cuts)
    if not done:
        raise MeasureError(f"{options.out}: no victim is finished with these settings")
    if options.activations:
        for victim in done:
            write_activations(options.out, victim, options.activations / victim.folder)
    located = {victim: locate(options.coinfer, options.out, victim) for victim in done} if options.coinfer else {}
    text = summary(done, located)
    if not options.summary:
        command = command_text(options)
        source = f"coinfer {command}, seeds {', '.join(map(str, range(options.seeds)))}"
        table = table_text(done, source, comments(done, settings, command))
        path = options.table or options.out / "leakage_digits.csv"
        replace_file(path, lambda half_made: half_made.write_text(table, encoding="utf-8"))
        replace_file(options.out / "summary.txt", lambda half_made: half_made.write_text(text, encoding="utf-8"))
    print(text, end="")
    return 0


def command_text(options: argparse.Namespace) -> str:
    """The command as it would be typed, with the options that decide the figures where they are not the default."""
    usual = parse_arguments(["--out", "DIR"])
    words = ["analysis/measure_leakage.py --out DIR"]
    if options.models != usual.models:
        words.append(f"--models {','.join(options.models)}")
    if options.smoothings != usual.smoothings:
        words.append(f"--smoothings={','.join(f'{value:g}' for value in options.smoothings)}")
    if options.seeds != usual.seeds:
        words.append(f"--seeds {options.seeds}")
    if options.cuts:
        words.append(f"--cuts {','.join(options.cuts)}")
    for name in ("victim", "shadow", "decoder"):
        if (epochs := getattr(options, f"{name}_epochs")) != getattr(usual, f"{name}_epochs"):
            words.append(f"--{name}-epochs {epochs}")
    return " ".join(words)


def main(arguments: Sequence[str]) -> int:
    options = parse_arguments(arguments)
    try:
        return run(options)
    except MeasureError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ninterrupted: the same command goes on from here", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
