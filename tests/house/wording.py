"""Nothing unfinished and nothing of one machine stands in a file of the repository; no source is too long; every test has a
title under which CTest finds it again."""

import re
import sys
from pathlib import Path

import tree

# In pieces, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|XX" + r"X)\b")
MACHINE = re.compile("/wo" + r"rk/|/ho" + r"me/\w+/|/ro" + "ot/(?!\\.cache/ccache)")
LONGEST = 400
# CMake splits lists at semicolons, but not inside brackets: CTest would ask for a test that no program has, and a program
# that finds no test to run is content.
TITLE = re.compile(r'TEST_CASE\(\s*"[^"]*[\[\];]')


def violations(root):
    found = []
    for path in tree.files(root):
        try:
            numbered = list(tree.lines(root, path))
        except UnicodeDecodeError:
            continue  # A picture.
        for number, line in numbered:
            if match := UNFINISHED.search(line):
                found.append(f"{path}:{number}: {match[0]}: finish it, or leave the word out")
            if match := MACHINE.search(line):
                found.append(f"{path}:{number}: {match[0]} is a path of one machine")
        if path.suffix == ".cpp" and (match := TITLE.search("".join(line for _, line in numbered))):
            found.append(f"{path}: {match[0]}: CTest does not find a title with a semicolon or a bracket")
        if path.suffix in (".cpp", ".hpp", ".py") and len(numbered) > LONGEST:
            found.append(f"{path}:{len(numbered)}: more than {LONGEST} lines: look for the second noun")
    return found


if __name__ == "__main__":
    sys.exit(tree.report(violations(Path(sys.argv[1])), "no unfinished words, no machine paths, no overlong files"))
