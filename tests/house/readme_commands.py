"""The ```sh blocks of README.md work, in the order they stand. Usage: readme_commands.py ROOT BINARY [--full].

They run in a copy of the repository's files, in which build/release/coinfer and build/dev/coinfer are the given binary. A
block that installs, builds or tests everything is skipped, and says so, unless --full; so is one whose first line
is ```sh skip: REASON.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tree

FENCE = re.compile(r"^```(\w*)[ \t]*(.*?)[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
LONG = re.compile(r"tests/run\.sh|quickstart\.sh|\.ci/run|apt-get|\bapt\b|\bcmake\b|\bctest\b|\bninja\b|git clone")
TIME_LIMIT_S = 300


class Block:
    """One fenced block: the language and what follows it on the fence, the commands, the line of the fence."""

    def __init__(self, language, remark, commands, line):
        self.language, self.remark, self.commands, self.line = language, remark, commands, line

    @property
    def title(self):
        first = next((line for line in self.commands.splitlines() if line.strip() and not line.startswith("#")), "empty")
        return f"README: {first.strip()}"

    def skip_reason(self, full):
        """Why the block does not run, or None."""
        if self.remark.startswith("skip:"):
            return self.remark.removeprefix("skip:").strip()
        return "it installs, builds or tests everything" if LONG.search(self.commands) and not full else None


def blocks(text):
    return [Block(match[1], match[2], match[3], text.count("\n", 0, match.start()) + 1) for match in FENCE.finditer(text)]


def copy_tree(root, binary, target):
    for path in tree.files(root):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / path, target / path)
    for preset in ("release", "dev"):
        (target / "build" / preset).mkdir(parents=True)
        (target / "build" / preset / "coinfer").symlink_to(binary)


def run(block, folder):
    """What went wrong, or None."""
    environment = {**os.environ, "PATH": "/usr/bin:" + os.environ.get("PATH", "/bin"), "MPLBACKEND": "Agg"}
    try:
        result = subprocess.run(["bash", "-euo", "pipefail", "-c", block.commands], cwd=folder, env=environment, text=True,
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return f"README.md:{block.line}: still running after {TIME_LIMIT_S} s:\n{block.commands}"
    if result.returncode == 0:
        return None
    return (f"README.md:{block.line}: ended with status {result.returncode}:\n{block.commands}"
            f"{result.stdout[-2000:]}{result.stderr[-2000:]}")


def violations(root, binary, full=False):
    """The blocks that fail, or that no test would run; prints the skips."""
    found = blocks((root / "README.md").read_text(encoding="utf-8"))
    wrong = [f"README.md:{block.line}: a command block is fenced ```sh, so that it is tested, not ```{block.language}"
             for block in found if block.language in ("bash", "shell", "console", "zsh")]
    commands = [block for block in found if block.language == "sh"]
    if not commands:
        return wrong + ["README.md:1: it has no ```sh block: nothing shows a reader what to type"]
    with tempfile.TemporaryDirectory() as scratch:
        copy_tree(root, binary, Path(scratch))
        for block in commands:
            if reason := block.skip_reason(full):
                print(f"SKIPPED: {block.title}: {reason}")
            elif failure := run(block, scratch):
                wrong.append(failure)
    return wrong


if __name__ == "__main__":
    sys.exit(tree.report(violations(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), "--full" in sys.argv[3:]),
                         "the command blocks of README.md work"))
