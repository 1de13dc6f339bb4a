"""How fast is R_c^2 computed from a file of activations, beside reading the file and beside NumPy?

Usage: rc2_bench.py COINFER [--samples N] [--dimension D] [--classes C] [--repetitions R] [--no-memory-limit]
Writes N x D random float32 values in a folder that vanishes, then runs `cat`, `coinfer privacy rc2` and three NumPy versions
in turns, each a process of its own, from file to value, all from the page cache. NumPy's clock starts after Python has
(its processor seconds include the start). Prints the best and the median time, and fails where a value is not that of two
passes in double precision or where coinfer takes too much memory; times only warn.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NUMPY = ("naive_float32", "naive_float64", "einsum_float64")
# Relative, from the two passes in double precision.
TOLERANCES = {"coinfer": 1e-10, "naive_float32": 1e-3, "naive_float64": 1e-10, "einsum_float64": 1e-10}
# The most memory that coinfer may take: 64 MiB and one batch of values, which is 4 MiB (RadiusResources).
MOST_BYTES = (64 + 4) << 20
# How much faster than the fastest NumPy version it should be, on files that take longer than its start.
LEAST_RATIO = 1.5
LEAST_BYTES = 1 << 30

MAKE = """
import sys, numpy
folder, samples, dimension, classes = sys.argv[1], *map(int, sys.argv[2:])
random = numpy.random.default_rng(11)
labels = random.integers(0, classes, samples)
numpy.save(folder + "/labels.npy", labels)
values = numpy.lib.format.open_memmap(folder + "/cuts/z.npy", "w+", numpy.float32, (samples, dimension))
means = random.standard_normal((classes, dimension), numpy.float32)
for first in range(0, samples, 200):
    part = labels[first:first + 200]
    values[first:first + 200] = means[part] + random.standard_normal((len(part), dimension), numpy.float32)
values.flush()
"""


def launch(command):
    """(what the command printed, {seconds, cpu_seconds, peak_bytes})."""
    launcher = [sys.executable, "-S", str(HERE / "launch.py")]
    done = subprocess.run([*launcher, *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed: {done.stderr}")
    return done.stdout, json.loads(done.stderr.splitlines()[-1])


def run_numpy(version, folder):
    program = [sys.executable, str(HERE / "rc2_numpy.py"), version]
    output, found = launch([*program, f"{folder}/cuts/z.npy", f"{folder}/labels.npy"])
    found.update(json.loads(output))
    return found


def run_coinfer(coinfer, folder):
    table = f"{folder}/radii.csv"
    _, found = launch([coinfer, "privacy", "rc2", "--activations", f"{folder}/cuts", "--labels", f"{folder}/labels.npy",
                       "--out", table, "--force"])
    with open(table, encoding="utf-8") as file:
        row, = csv.DictReader(line for line in file if not line.startswith("#"))
    found["rc2"] = float(row["radius2"])
    return found


def run_cat(folder):
    # The output goes to a shell's /dev/null and not through a pipe of ours.
    _, found = launch(["sh", "-c", 'exec cat "$0" >/dev/null', f"{folder}/cuts/z.npy"])
    return found


def measure(arguments, folder):
    """Of each variant, what it found in every repetition; the variants take turns."""
    variants = {"cat": lambda: run_cat(folder), "coinfer": lambda: run_coinfer(arguments.coinfer, folder)}
    for version in NUMPY:
        variants[version] = lambda version=version: run_numpy(version, folder)
    runs = {name: [] for name in variants}
    for _ in range(arguments.repetitions):
        for name, run in variants.items():
            runs[name].append(run())
    return runs


def report(runs, reference, file_bytes, most_bytes):
    """Prints the table; what is wrong, and what is slow."""
    best = {name: min(run["seconds"] for run in found) for name, found in runs.items()}
    fastest = min(best[name] for name in NUMPY)
    wrong, slow = [], []
    print(f"{'variant':<16}{'best s':>9}{'median s':>10}{'cpu s':>8}{'GB/s':>8}{'times NumPy':>13}{'deviation':>11}"
          f"{'peak MiB':>10}")
    for name, found in runs.items():
        median = statistics.median(run["seconds"] for run in found)
        peak = max(run["peak_bytes"] for run in found)
        deviation = ""
        if name in TOLERANCES:
            worst = max(abs(run["rc2"] / reference - 1) for run in found)
            deviation = f"{worst:.1e}"
            if not worst <= TOLERANCES[name]:
                wrong.append(f"{name} deviates by {worst:.1e} from two passes (at most {TOLERANCES[name]:.0e})")
        if name == "coinfer" and peak > most_bytes:
            wrong.append(f"{name} took {peak / 2 ** 20:.1f} MiB (at most {most_bytes / 2 ** 20:.0f})")
        cpu = min(run["cpu_seconds"] for run in found)
        print(f"{name:<16}{best[name]:>9.3f}{median:>10.3f}{cpu:>8.3f}{file_bytes / best[name] / 1e9:>8.2f}"
              f"{fastest / best[name]:>13.2f}{deviation:>11}{peak / 2 ** 20:>10.1f}")
    if file_bytes >= LEAST_BYTES and best["coinfer"] * LEAST_RATIO > fastest:
        slow.append(f"coinfer is less than {LEAST_RATIO} times as fast as the fastest NumPy version here")
    return wrong, slow


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("coinfer")
    parser.add_argument("--samples", type=int, default=10000)
    parser.add_argument("--dimension", type=int, default=32768)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--no-memory-limit", action="store_true", help="for sanitizers, which take memory of their own")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cuts").mkdir()
        sizes = [str(arguments.samples), str(arguments.dimension), str(arguments.classes)]
        subprocess.run([sys.executable, "-c", MAKE, folder, *sizes], check=True)
        file_bytes = (Path(folder) / "cuts" / "z.npy").stat().st_size
        print(f"{' x '.join(sizes[:2])} float32 values, {file_bytes / 1e9:.2f} GB, {arguments.classes} classes, "
              f"{arguments.repetitions} repetitions")
        reference = run_numpy("reference", folder)["rc2"]
        most_bytes = float("inf") if arguments.no_memory_limit else MOST_BYTES
        wrong, slow = report(measure(arguments, folder), reference, file_bytes, most_bytes)
    for line in slow:
        print(f"WARNING: {line}")
    for line in wrong:
        print(f"FAILED: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
