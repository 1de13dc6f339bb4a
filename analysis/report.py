"""What does a deployment cost, what does it leak, and what is unknown? One HTML page that needs no network.

Usage: report.py RESULTS... --out report.html [--force] [--frontier FRONTIER.csv] [--title TITLE]

RESULTS are folders of `coinfer run --out` and of `coinfer sweep --out`, in any mixture. FRONTIER.csv is a table of `coinfer
privacy frontier --out`. The page holds its charts, their library and every number it shows; the same input gives the same
bytes.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import Sequence

from report_page.inputs import load_inputs
from report_page.page import page_of
from results import ResultsError


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULTS", help="a folder of coinfer run or coinfer sweep")
    parser.add_argument("--out", required=True, type=Path, help="the page: a name that ends in .html")
    parser.add_argument("--force", action="store_true", help="replace a page that exists")
    parser.add_argument("--frontier", type=Path, help="a table of coinfer privacy frontier --out")
    parser.add_argument("--title", help="heading of the page (default: the scenario)")
    options = parser.parse_args(arguments)
    try:
        if options.out.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"{options.out}: the name of a page ends in .html")
        if options.out.exists() and not options.force:
            raise ValueError(f"{options.out} exists (use --force to replace it)")
        if not options.out.parent.is_dir():
            raise ValueError(f"{options.out}: no folder '{options.out.parent}' to write it to")
        runs, sweeps = load_inputs(options.results)
        # Whether another page was replaced does not change this one.
        command = shlex.join(["report.py", *(one for one in arguments if one != "--force")])
        page = page_of(options.title, runs, sweeps, options.frontier, command)
        # Written beside it first, so that a page is whole or not there.
        part = options.out.with_name(options.out.name + ".part")
        part.write_text(page, encoding="utf-8")
        part.replace(options.out)
    except (ResultsError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
