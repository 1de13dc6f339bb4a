"""Every C++ source is as clang-format would write it. Usage: format.py ROOT [--fix]."""

import subprocess
import sys
from pathlib import Path

import tree


def violations(root, fix=False):
    """The complaints of clang-format, by line; with `fix`, rewrites the files instead."""
    names = [str(path) for path in tree.sources(root)]
    if not names:
        return ["no sources found"]
    command = ["clang-format", "-i"] if fix else ["clang-format", "--dry-run", "-Werror"]
    result = subprocess.run([*command, *names], cwd=root, capture_output=True, text=True, check=False)
    complaints = [line for line in result.stderr.splitlines() if "error:" in line]
    if result.returncode and not complaints:
        complaints = [result.stderr.strip()]
    return complaints


if __name__ == "__main__":
    sys.exit(tree.report(violations(Path(sys.argv[1]), "--fix" in sys.argv[2:]),
                         "sources are formatted (python3 tests/house/format.py . --fix)"))
