"""The end of a test run. Usage: summary.py JUNIT SKIPS [--coverage JSON].

Reads what ctest wrote and prints the failed tests, the skips, and "N passed, N failed, N skipped" as the last line. Fails on a
failed test, on a skip that is not in the list SKIPS, and on too low a line coverage. A skip is a line of a test's output
that begins with "SKIPPED: ", followed by its title, a colon and the reason.
"""

import argparse
import fnmatch
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ENOUGH_PERCENT = 85.0
MARK = "SKIPPED: "


class Outcome:
    """The results of a run: names of passed and failed tests, texts of skips."""

    def __init__(self):
        self.passed, self.failed, self.skips = [], [], []


def read(junit):
    """The outcome in a JUnit file of ctest. A test that did not run failed; one that printed a skip is skipped, not passed."""
    outcome = Outcome()
    if not Path(junit).is_file():
        outcome.failed.append("ctest left no results")
        return outcome
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        name = case.get("name")
        text = case.findtext("system-out") or ""
        skips = [line[len(MARK):].strip() for line in text.splitlines() if line.startswith(MARK)]
        outcome.skips += skips
        if case.get("status") != "run":
            outcome.failed.append(name)
        elif not any(names_itself(name, skip) for skip in skips):
            outcome.passed.append(name)
    if not outcome.passed and not outcome.failed and not outcome.skips:
        outcome.failed.append("no test ran")
    return outcome


def names_itself(name, skip):
    """Whether a skip is of the test that printed it, not of a part of it. ctest names a test "program: title"."""
    return skip.startswith(name.split(": ", 1)[-1] + ":") or skip.startswith(name + ":")


def allowed(skips_file):
    """The patterns of the list of allowed skips."""
    text = Path(skips_file).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def forbidden(skips, patterns):
    """The skips that no pattern allows. A pattern is matched against the title, which its reason follows after ": "."""
    return [skip for skip in skips if not any(fnmatch.fnmatchcase(skip, pattern + ": *") for pattern in patterns)]


def coverage_failures(report):
    """Prints the line coverage of each room and of all; what is wrong with it, if anything."""
    if not Path(report).is_file():
        return ["line coverage: gcovr left no report"]
    lines = {}
    for entry in json.loads(Path(report).read_text())["files"]:
        for room in (entry["filename"].split("/")[0], "all"):
            covered, total = lines.get(room, (0, 0))
            lines[room] = (covered + entry["line_covered"], total + entry["line_total"])
    for room, (covered, total) in lines.items():
        print(f"line coverage of {room}: {100.0 * covered / max(total, 1):.1f} % ({covered} of {total})")
    covered, total = lines.get("all", (0, 0))
    if total == 0 or 100.0 * covered / total < ENOUGH_PERCENT:
        return [f"line coverage: under {ENOUGH_PERCENT:.0f} %"]
    return []


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("junit")
    parser.add_argument("skips")
    parser.add_argument("--coverage")
    options = parser.parse_args(arguments)
    outcome = read(options.junit)
    if options.coverage:
        wrong = coverage_failures(options.coverage)
        outcome.failed += wrong
        outcome.passed += [] if wrong else ["line coverage"]
    unexpected = forbidden(outcome.skips, allowed(options.skips))
    print("Skips:" if outcome.skips else "Skips: none")
    for skip in outcome.skips:
        print(f"  {skip}{'  <- not in ' + options.skips if skip in unexpected else ''}")
    outcome.failed += [f"a skip that {options.skips} does not allow: {skip}" for skip in unexpected]
    for name in outcome.failed:
        print(f"FAILED: {name}")
    print(f"{len(outcome.passed)} passed, {len(outcome.failed)} failed, {len(outcome.skips)} skipped")
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
