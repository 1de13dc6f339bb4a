"""Every wrong scenario of the corpus gets its exact text, exit code 2, and nothing is written.

corpus/NAME.textproto is a wrong file, or a right one that the arguments in NAME.args (one a line) make wrong; where there
is no NAME.textproto, NAME.args alone says what is loaded. NAME.expected is all of stderr. Other files are what scenarios
replay. `check` and `run --out` are both tried, in the corpus folder, so that no path of the machine is in a text; of a
sweep (NAME.sweep.textproto) `check`, which asks more of it than a sweep that is run; of a question of a plan
(NAME.plan.textproto) `plan`, for a run does not read it.

    run_corpus.py COINFER [--update]

--update writes NAME.expected anew, to be read by eye before it is committed.
"""

import difflib
import pathlib
import subprocess
import sys
import tempfile

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
LEAST_CASES = 300
TIMEOUT_S = 60


def names() -> list[str]:
    return sorted({path.stem for path in CORPUS.iterdir() if path.suffix in (".textproto", ".args")})


def arguments(name: str) -> list[str]:
    listed = CORPUS / f"{name}.args"
    scenario = [f"{name}.textproto"] if (CORPUS / f"{name}.textproto").exists() else []
    return scenario + (listed.read_text().splitlines() if listed.exists() else [])


def call(binary: str, *args: str) -> subprocess.CompletedProcess:
    return subprocess.run([binary, *args], cwd=CORPUS, capture_output=True, timeout=TIMEOUT_S, check=False)


def difference(expected: str, got: str) -> str:
    return "\n".join(difflib.unified_diff(expected.splitlines(), got.splitlines(), "expected", "got", lineterm=""))


def problems_of(binary: str, name: str, out: pathlib.Path, update: bool) -> list[str]:
    problems = []
    expected_path = CORPUS / f"{name}.expected"
    commands = [["check"], ["run", "--out", str(out), "--quiet"]]
    if name.endswith((".sweep", ".plan")):
        commands = [["check" if name.endswith(".sweep") else "plan"]]
    for command in commands:
        done = call(binary, *command, *arguments(name))
        text = done.stderr.decode("utf-8", "backslashreplace")
        if update and command == commands[0]:
            expected_path.write_text(text)
        expected = expected_path.read_text() if expected_path.exists() else ""
        if done.returncode != 2:
            problems.append(f"{command[0]} ends in {done.returncode}, not 2")
        if text != expected:
            problems.append(f"{command[0]} says something else:\n{difference(expected, text)}")
        if not text:
            problems.append(f"{command[0]} says nothing")
        if done.stdout:
            problems.append(f"{command[0]} writes to stdout: {done.stdout[:200]!r}")
        if out.exists():
            problems.append(f"{command[0]} leaves {out}")
    return problems


def main() -> int:
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    update = "--update" in sys.argv[2:]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names():
            for problem in problems_of(binary, name, pathlib.Path(folder) / name, update):
                print(f"FAILED {name}: {problem}")
                failed += 1
    orphans = [path.name for path in sorted(CORPUS.glob("*.expected")) if path.stem not in names()]
    if orphans:
        print(f"FAILED: no scenario belongs to {', '.join(orphans)}")
    if len(names()) < LEAST_CASES:
        print(f"FAILED: {len(names())} cases, at least {LEAST_CASES} are asked for")
    print(f"{len(names())} wrong inputs, {failed} problems")
    return 1 if failed or orphans or len(names()) < LEAST_CASES else 0


if __name__ == "__main__":
    sys.exit(main())
