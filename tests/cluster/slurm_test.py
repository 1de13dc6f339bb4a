"""A sweep as a job array of a real Slurm: one task is killed, its shard submitted again, and the merged table has the bytes
of one machine. Usage: slurm_test.py COINFER

Starts a controller, a node and munge on loopback (local_slurm.py) and ends them. Skips where it cannot.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import local_slurm

TITLE = "a killed task of a job array is submitted again, and the merged table has the bytes of one machine"
SHARDS, KILLED = 3, 2
SHARD_S = 2.0  # long enough that a shard is not over while its first row is noticed
PILOT_POINTS = 24
SCENARIO = """\
name: "slow enough"
devices { name: "phone" domain: "user" processors { name: "cpu" kind: CPU rates { type: FP32 gflop_per_s: 0.002 } } }
workloads {
  name: "w" source: "phone" protocol: "local_only" placement { stages { on: "phone" } }
  model_inline { name: "m" input_shape: [1000] parts { layer { name: "a" op { linear { out_features: 1000 } } } } }
  arrivals { poisson { rate_per_s: 0.5 } }
}
stop { requests: 30000 }
"""
SWEEP = """\
name: "rates" scenario: "slow.textproto"
axes { name: "rate_per_s" fields: "workloads[w].arrivals.poisson.rate_per_s" linear { from: 0.1 to: 0.7 count: %d } }
"""


def call(*command, **options):
    return subprocess.run([str(part) for part in command], text=True, capture_output=True, timeout=120, check=False, **options)


def rows_of(shard):
    """What the journal of a shard has so far."""
    return b"".join(path.read_bytes() for path in sorted((shard / "journal").glob("*.rows")))


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def task_of(slurm):
    """The process of the task that will be killed: the script became it, and it has workers of the same name below it."""
    wanted = b"\0--shard\0%d/%d\0" % (KILLED, SHARDS)
    parents = {}
    for process in slurm.processes():
        try:
            if wanted in Path(f"/proc/{process}/cmdline").read_bytes():
                parents[process] = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return next((process for process, parent in parents.items() if parent not in parents), None)


def kill_task(slurm, shard):
    """SIGKILL to the task as soon as its journal has a row: as a node would that runs out of memory."""
    local_slurm.wait_for("the task", lambda: task_of(slurm))
    task = task_of(slurm)
    expect(task, "the task to kill is over")
    local_slurm.wait_for("the first row of the shard", lambda: rows_of(shard), pause_s=0.001)
    os.kill(task, signal.SIGKILL)


def points_of(coinfer, work, sweep):
    """So many points that a shard takes SHARD_S on this machine, in this build."""
    sweep.write_text(SWEEP % PILOT_POINTS)
    pilot = call(coinfer, "sweep", sweep, "--out", work / "pilot", "--jobs", 1, "--quiet")
    expect(pilot.returncode == 0, pilot.stderr)
    rate_per_s = json.loads((work / "pilot" / "manifest.json").read_text())["last_call"]["runs_per_s"]
    return max(PILOT_POINTS, int(SHARDS * SHARD_S * rate_per_s))


def run(coinfer, work, slurm):
    (work / "slow.textproto").write_text(SCENARIO)
    sweep, out = work / "rates.sweep.textproto", work / "all of it"  # a blank: the script must quote
    sweep.write_text(SWEEP % points_of(coinfer, work, sweep))
    printed = call(coinfer, "sweep", sweep, "--out", out, "--print-slurm", "--shards", SHARDS, "--slurm-option",
                   f"output={work}/task-%a.log")
    expect(printed.returncode == 0, printed.stderr)
    script = work / "sweep.sbatch"
    script.write_text(printed.stdout)
    expect(not out.exists(), "--print-slurm writes a folder")

    job = slurm.submit(script)
    kill_task(slurm, out / f"shard-{KILLED}")
    local_slurm.wait_for("the end of the array", lambda: slurm.ended(job))
    expect(sorted(slurm.states()) == ["COMPLETED", "COMPLETED", "FAILED"], f"tasks ended as {slurm.states()}")
    kept = rows_of(out / f"shard-{KILLED}")

    shards = sorted(out.glob("shard-*"))
    early = call(coinfer, "merge", *shards, "--out", out / "merged")
    expect(early.returncode == 2 and f"(shard {KILLED}/{SHARDS}) lacks " in early.stderr, f"merge says: {early.stderr}")
    others = [shard for shard in shards if shard.name != f"shard-{KILLED}"]
    absent = call(coinfer, "merge", *others, "--out", out / "merged")
    expect(f"no folder holds shard {KILLED}/{SHARDS}" in absent.stderr, f"merge says: {absent.stderr}")
    expect(not (out / "merged").exists(), "merge writes a table with holes")

    again = slurm.submit(script, f"--array={KILLED}")
    local_slurm.wait_for("the end of the task", lambda: slurm.ended(again))
    expect(slurm.states()[-1] == "COMPLETED", f"the task ended as {slurm.states()[-1]}")
    expect(rows_of(out / f"shard-{KILLED}").startswith(kept), "the task did not go on with what the killed one had")

    merged = call(coinfer, "merge", *shards, "--out", out / "merged")
    expect(merged.returncode == 0, merged.stderr)
    alone = call(coinfer, "sweep", sweep, "--out", work / "alone", "--jobs", 2, "--quiet")
    expect(alone.returncode == 0, alone.stderr)
    expect((out / "merged" / "points.csv").read_bytes() == (work / "alone" / "points.csv").read_bytes(),
           "the merged table has other bytes than that of one machine")


def main(coinfer):
    reason = local_slurm.why_not()
    if reason:
        print(f"SKIPPED: {TITLE}: {reason}")
        return 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="coinfer_slurm_") as folder:
        work, daemons = Path(folder) / "work", Path(folder) / "slurm"
        Path(folder).chmod(0o755)
        work.mkdir()
        daemons.mkdir()
        slurm = local_slurm.LocalSlurm(daemons)
        try:
            with slurm:
                run(Path(coinfer).resolve(), work, slurm)
        except (AssertionError, TimeoutError, RuntimeError) as error:
            tasks = "\n".join(path.read_text() for path in sorted(work.glob("task-*.log")))
            print(f"{error}\n{slurm.logs()}\n--- tasks\n{tasks[-3000:]}")
            return 1
        expect(not slurm.processes(), "daemons are left")
    print(f"{TITLE}: {time.monotonic() - begun:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
