"""The files of the repository, as the checks of this folder see them."""

import os
import re
import subprocess
from pathlib import Path

# In order: a room includes only rooms before it.
ROOMS = ["sim", "platforms", "workloads", "privacy", "scenarios", "tests"]


def files(root):
    """Every file that is tracked, or could be (neither tracked nor ignored), as sorted paths relative to root."""
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "--cached", "--others",
               "--exclude-standard"]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        listed = subprocess.run(command, check=True, capture_output=True, env=environment).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        # An unpacked archive, without git: everything but what a build or a run leaves behind.
        listed = [path.relative_to(root).as_posix() for path in Path(root).rglob("*")]
        listed = [name for name in listed if not re.match(r"(build|results|\.git|\.cache)/|.*__pycache__/", name)]
    return sorted({Path(name) for name in listed if name and (Path(root) / name).is_file()})


def sources(root):
    """The C++ files of the rooms."""
    return [path for path in files(root) if path.suffix in (".cpp", ".hpp") and path.parts[0] in ROOMS]


def lines(root, path):
    """(number, text) of every line, from 1."""
    return enumerate((Path(root) / path).read_text(encoding="utf-8").splitlines(), start=1)


def report(violations, what):
    """Prints each violation; the exit status for them."""
    for violation in violations:
        print(violation)
    print(f"{len(violations)} violations of: {what}")
    return 1 if violations else 0
