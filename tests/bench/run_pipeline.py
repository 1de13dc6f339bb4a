"""How many requests per second does the edge -> uplink -> GPU -> downlink pipeline simulate?

Usage: run_pipeline.py BENCH [COINFER] [--requests N]. BENCH is the program bench_pipeline, COINFER the program coinfer.
Runs the kernel, a bare event loop, SimPy and the whole program one after the other, prints a table, and fails where the
mean latencies disagree: then they do not simulate the same thing. Times are CPU times and only warn.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The kernel and the bare loop see the same draws.
SAME_DRAWS = 1e-9
# The others draw their own. Over 200,000 requests the mean latency has a standard deviation of about 0.1 %, from seed to
# seed; a difference of 1 % is no chance.
OWN_DRAWS = 0.01
# The least that the kernel should be faster than SimPy.
LEAST_RATIO = 4


def cpp_variants(bench):
    """(name, requests per CPU second, mean latency) of each benchmark of the C++ program."""
    command = [bench, "--benchmark_format=json", "--benchmark_repetitions=3", "--benchmark_report_aggregates_only=true"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for entry in json.loads(output)["benchmarks"]:
        if entry["aggregate_name"] == "median":
            yield entry["run_name"].split("/")[0], entry["requests_per_s"], entry["mean_latency_s"]


def simpy_variant(requests):
    """SimPy measures itself, without the time to start Python: in the median of three runs."""
    runs = []
    for _ in range(3):
        output = subprocess.run([sys.executable, str(HERE / "pipeline_simpy.py"), str(requests)], capture_output=True,
                                text=True, check=True).stdout
        found = json.loads(output)
        runs.append((found["requests"] / found["seconds"], found["mean_latency_s"]))
    rate, latency = sorted(runs)[1]
    return "SimPy 2.3", rate, latency


def cpu_seconds():
    """Of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def coinfer_variant(coinfer, requests):
    """The whole program: reading the scenario, simulating, attribution, exposures, statistics, writing every file."""
    runs = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "results"
            before = cpu_seconds()
            subprocess.run([coinfer, "run", str(HERE / "pipeline.textproto"), "--quiet", "--out", str(out), "--set",
                            f"stop.requests={requests}"], stdout=subprocess.DEVNULL, check=True)
            seconds = cpu_seconds() - before
            summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        runs.append((summary["requests"]["completed"] / seconds, summary["latency_s"]["mean"]))
    rate, latency = sorted(runs)[1]
    return "coinfer run", rate, latency


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("coinfer", nargs="?")
    parser.add_argument("--requests", type=int, default=200000, help="of SimPy and coinfer run")
    arguments = parser.parse_args()
    rows = list(cpp_variants(arguments.bench))
    rows.append(simpy_variant(arguments.requests))
    if arguments.coinfer:
        rows.append(coinfer_variant(arguments.coinfer, arguments.requests))

    reference = dict((name, latency) for name, _, latency in rows)["kernel"]
    simpy_rate = dict((name, rate) for name, rate, _ in rows)["SimPy 2.3"]
    print(f"{'variant':<16}{'requests/s':>12}{'times SimPy':>13}{'mean latency s':>16}{'deviation':>11}{'tolerance':>11}")
    failed = False
    for name, rate, latency in rows:
        tolerance = SAME_DRAWS if name == "bare event loop" else OWN_DRAWS
        deviation = latency / reference - 1
        failed = failed or abs(deviation) > tolerance
        print(f"{name:<16}{rate:>12,.0f}{rate / simpy_rate:>13.2f}{latency:>16.6f}{deviation:>11.1e}{tolerance:>11.0e}")
    if failed:
        print("FAILED: the variants do not simulate the same thing")
    for name, rate, _ in rows:
        if name in ("kernel", "coinfer run") and rate < LEAST_RATIO * simpy_rate:
            print(f"WARNING: {name} is less than {LEAST_RATIO} times as fast as SimPy here")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
