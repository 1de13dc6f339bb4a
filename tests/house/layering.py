"""A room includes only rooms before it; the rules inside a room; analysis/ reads files only."""

import re
import sys
from pathlib import Path

import tree

INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')
IMPORT = re.compile(r'\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"')
FOREIGN = re.compile(r"\s*(?:import|from)\s+(ctypes|cffi|cppyy|pybind11|\w*_pb2)\b")


def why_not(path, target, quoted):
    """Why the file at `path` must not include `target`, or None. `quoted`: by a path of ours, not a system one."""
    room, target_room = path.parts[0], target.split("/")[0]
    if re.match(r"(simgrid|xbt)/", target) and not re.fullmatch(r"sim/kernel/simgrid_\w+\.cpp", path.as_posix()):
        return "only sim/kernel/simgrid_*.cpp include SimGrid"
    if target_room not in tree.ROOMS:
        return "a quoted include is a path from the repository root and starts with a room" if quoted else None
    if target_room == "tests" and room != "tests":
        return "nothing but tests/ includes tests/"
    if tree.ROOMS.index(target_room) > tree.ROOMS.index(room):
        return f"{room} stands before {target_room} and must not know it"
    if path.parts[:2] == ("sim", "base") and target.startswith("sim/kernel/"):
        return "sim/base must not know sim/kernel"
    return None


def violations(root):
    found = []
    for path in tree.files(root):
        if path.suffix in (".cpp", ".hpp", ".h", ".cc", ".proto") and path.parts[0] not in tree.ROOMS:
            found.append(f"{path}:1: C++ and schemas live in a room: {', '.join(tree.ROOMS)}")
        elif path.suffix in (".cpp", ".hpp", ".proto"):
            found += violations_of(root, path)
        elif path.suffix == ".py" and path.parts[0] == "analysis":
            for number, line in tree.lines(root, path):
                if match := FOREIGN.match(line):
                    found.append(f"{path}:{number}: imports {match[1]}: analysis/ reads files only")
    return found


def violations_of(root, path):
    found = []
    for number, line in tree.lines(root, path):
        if path.suffix == ".proto":
            match = IMPORT.match(line)
            target, quoted = (match[1], not match[1].startswith("google/protobuf/")) if match else (None, False)
        else:
            match = INCLUDE.match(line)
            target, quoted = (match[2], match[1] == '"') if match else (None, False)
        if target and (reason := why_not(path, target, quoted)):
            found.append(f"{path}:{number}: includes {target}: {reason}")
    return found


if __name__ == "__main__":
    sys.exit(tree.report(violations(Path(sys.argv[1])), "a room includes only rooms before it"))
