"""Results keep their bytes: a few scenarios against results that are committed, in every build and on every x86-64 machine.

golden.py COINFER                            compares, each scenario three times: as it is, again, and with the processor's AVX2
                                             and FMA hidden from the C library, whose exp and log differ there in the last bit
golden.py COINFER --update CASE --why TEXT   writes what CASE gives now as the new golden result; TEXT says why it changed

cases.json names for each case the arguments of `coinfer run`, the law that stands beside its numbers, and why it changed last.
Files whose name ends in .sha256 hold the digest of a file too long to keep.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = HERE / "cases.json"
EXPECTED = HERE / "expected"
FILES = ["summary.json", "requests.csv", "exposures.csv", "resources.csv", "servers.csv", "ledger.csv", "timeline.csv",
         "deployment.json"]
LONGEST_KEPT = 20000
RUNS = {"as it is": {}, "again": {}, "without AVX2 and FMA": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"}}


def results(binary, arguments, environment):
    """The files of a results folder, by name."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results"
        subprocess.run([binary, "run", *arguments, "--quiet", "--out", str(out)], check=True, cwd=HERE,
                       stdout=subprocess.DEVNULL, env={**os.environ, **environment})
        return {name: (out / name).read_bytes() for name in FILES}


def first_difference(expected, found):
    for number, (before, now) in enumerate(zip(expected.splitlines(), found.splitlines()), start=1):
        if before != now:
            return f"line {number}\n  golden: {before.decode()}\n  now:    {now.decode()}"
    return f"{len(expected)} bytes in the golden file, {len(found)} now"


def compare(folder, found):
    """What differs from the golden files of one case, one text for each file."""
    problems = []
    for name, content in found.items():
        if (folder / name).exists():
            expected = (folder / name).read_bytes()
            if expected != content:
                problems.append(f"{name}: {first_difference(expected, content)}")
        elif (folder / f"{name}.sha256").read_text().strip() != hashlib.sha256(content).hexdigest():
            problems.append(f"{name}: its SHA-256 is another one")
    return problems


def update(folder, found):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        for old in (folder / name, folder / f"{name}.sha256"):
            old.unlink(missing_ok=True)
        if len(content) <= LONGEST_KEPT:
            (folder / name).write_bytes(content)
        else:
            (folder / f"{name}.sha256").write_text(hashlib.sha256(content).hexdigest() + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--update", metavar="CASE")
    parser.add_argument("--why")
    arguments = parser.parse_args()
    binary = str(Path(arguments.binary).resolve())
    cases = json.loads(CASES.read_text())
    if arguments.update:
        if not arguments.why or arguments.update not in cases:
            parser.error("--update takes the name of a case, and --why a line that says why it changed")
        case = cases[arguments.update]
        update(EXPECTED / arguments.update, results(binary, case["run"], {}))
        case["why"] = arguments.why
        CASES.write_text(json.dumps(cases, indent=2) + "\n")
        return 0
    failures = 0
    for name, case in cases.items():
        assert case["law"] and case["why"], name
        for title, environment in RUNS.items():
            problems = compare(EXPECTED / name, results(binary, case["run"], environment))
            failures += len(problems)
            for problem in problems:
                print(f"{name}, {title}: {problem}\n  law beside it: {case['law']}\n  changed last because: {case['why']}")
    print(f"{len(cases)} golden results, {len(RUNS)} runs each: {failures} files differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
