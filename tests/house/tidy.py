"""clang-tidy with the checks of .clang-tidy over the C++ sources. Usage: tidy.py ROOT BUILD [NAME...].

The headers of protobuf and Catch2 cost five seconds a source, so sources are looked at in batches, as one translation
unit; only when a batch has findings (or its sources cannot share a unit) is each of them looked at alone, and what is
found then counts. A source that passed is not looked at again until it, a header or schema of ours that it reaches, its
compiler flags, the checks or clang-tidy change. NAME... (parts of paths) says which sources to look at; without it those
of the rooms, because tests would double the time of a clean run: `tidy.py ROOT BUILD tests/` looks at them.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import tree

BATCH = 10
INCLUDE = re.compile(rb'^\s*(?:#\s*include\s*[<"]([^">]+)[">]|import\s+"([^"]+)")', re.MULTILINE)
CHATTER = re.compile(r"^\d+ (warnings?|errors?)( and \d+ errors?)? generated\.$|^Suppressed |^Use -header-filter")
# What an unnamed namespace (its end written as clang-format writes it) or `static` hides in one source: an identifier
# before a parenthesis, brace, equals sign or semicolon, outside any body.
HIDDEN = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
HIDDEN_NAME = re.compile(r"^(?:[a-zA-Z].*?\b)?(\w+)(?=\s*[({=;\[]|\s*:)", re.MULTILINE)


@lru_cache(maxsize=None)
def reached(root, name):
    """The files of ours that `name` includes or imports directly. A generated header stands for its schema."""
    found = set()
    for pair in INCLUDE.findall((root / name).read_bytes()):
        target = (pair[0] or pair[1]).decode().replace(".pb.h", ".proto")
        if (root / target).is_file():
            found.add(target)
    return frozenset(found)


def key(root, name, flags, common):
    """Names everything the findings in `name` depend on, but system headers."""
    seen, waiting = {name}, [name]
    while waiting:
        for target in reached(root, waiting.pop()) - seen:
            seen.add(target)
            waiting.append(target)
    digest = hashlib.sha256(common + " ".join(flags).encode())
    for part in sorted(seen):
        digest.update(part.encode() + b"\0" + (root / part).read_bytes())
    return digest.hexdigest()


def flags_by_source(root, build):
    """The compiler flags of every source of ours."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = Path(entry["file"])
        if not path.is_relative_to(root) or path.is_relative_to(build):
            continue
        words = shlex.split(entry["command"])
        keep = [word for before, word in zip([""] + words, words)
                if word.startswith(("-D", "-I", "-isystem", "-std=")) or before in ("-D", "-I", "-isystem")]
        found[path.relative_to(root).as_posix()] = tuple(keep)
    return found


def hidden_names(root, name):
    """The identifiers that would clash if two sources that define them shared a translation unit; too many is harmless."""
    text = (root / name).read_text(encoding="utf-8")
    return {word for block in HIDDEN.findall(text) for word in HIDDEN_NAME.findall(block)}


def batches(root, names, flags):
    """Groups of sources of one room with the same flags and without common hidden names."""
    groups = []
    for name in names:
        kind, hidden = (name.split("/")[0], flags[name]), hidden_names(root, name)
        for group in groups:
            if group["kind"] == kind and len(group["names"]) < BATCH and not group["hidden"] & hidden:
                group["names"].append(name)
                group["hidden"] |= hidden
                break
        else:
            groups.append({"kind": kind, "names": [name], "hidden": set(hidden)})
    return [group["names"] for group in groups]


def findings(root, source, flags):
    """What clang-tidy finds in one translation unit, as text; empty when it passes."""
    # The compiler's own warnings are g++'s business (-w); generated and system headers are nobody's.
    command = ["clang-tidy", "--quiet", f"--header-filter=^{re.escape(str(root))}/({'|'.join(tree.ROOMS)})/", str(source),
               "--", "-w", "-xc++", *flags]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return ""
    text = "\n".join(line for line in (result.stdout + result.stderr).splitlines() if not CHATTER.match(line))
    return text.strip() or f"{source}: clang-tidy ended with status {result.returncode}"


def batch_findings(root, folder, number, names, flags):
    """{name: text} of a batch; an empty text is a source that passed."""
    if len(names) > 1:
        room = names[0].split("/")[0]
        # The checks for a source are those of its folder.
        (folder / room).mkdir(exist_ok=True)
        if (root / room / ".clang-tidy").exists():
            (folder / room / ".clang-tidy").write_bytes((root / room / ".clang-tidy").read_bytes())
        unit = folder / room / f"batch_{number}.cpp"
        unit.write_text("".join(f'#include "{name}"  // NOLINT\n' for name in names))
        if not findings(root, unit, flags):
            return dict.fromkeys(names, "")
    return {name: findings(root, root / name, flags) for name in names}


def main(root, build, wanted):
    flags = flags_by_source(root, build)
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    checks = b"".join(path.read_bytes() for path in [*sorted(root.glob(".clang-tidy")), *sorted(root.glob("*/.clang-tidy"))])
    common = version + checks + Path(__file__).read_bytes()
    cache = build / "tidy-cache"
    cache.mkdir(exist_ok=True)
    keys = {name: key(root, name, flags[name], common) for name in sorted(flags)
            if (any(part in name for part in wanted) if wanted else not name.startswith("tests/"))}
    stale = [name for name in keys if not (cache / keys[name]).exists()]
    begin, failed, groups = time.monotonic(), [], batches(root, stale, flags)
    with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        jobs = [pool.submit(batch_findings, root, cache, number, names, flags[names[0]])
                for number, names in enumerate(groups)]
        for job in jobs:
            for name, text in job.result().items():
                if text:
                    failed.append(name)
                    print(text, flush=True)
                else:
                    (cache / keys[name]).touch()
    print(f"clang-tidy: {len(keys)} sources, {len(stale)} looked at in {len(groups)} batches and "
          f"{time.monotonic() - begin:.0f} s, {len(failed)} with findings: {' '.join(failed)}")
    return 1 if failed or not keys else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:]))
