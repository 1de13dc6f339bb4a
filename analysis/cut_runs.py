"""What running one scenario at one cut means: which cuts a model has, and which fields of the scenario a cut changes."""

from __future__ import annotations

import csv
import fnmatch
import io
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import results
import text_format


class CutError(Exception):
    """The scenario cannot be run at a cut, or there is no such cut; the text says why."""


@dataclass(frozen=True)
class Cut:
    """A row of `coinfer show model MODEL --cuts`. `last` is the cut after the whole model."""

    name: str
    aliases: tuple[str, ...] = ()
    last: bool = False

    @property
    def folder(self) -> str:
        """A name that is safe for a folder."""
        return re.sub(r"[^A-Za-z0-9._+-]", "_", self.name)


@dataclass(frozen=True)
class Split:
    """What of a scenario a cut changes: the workload, its model, and the first and last processor of its placement."""

    workload: str
    model: str
    edge: str
    cloud: str
    text: str  # The scenario as coinfer echoes it.

    def settings(self, cut: Cut) -> list[str]:
        """The --set values that move this workload to a cut. The two ends of a model are no splits: nothing kept at the
        edge is cloud_only, everything kept there is local_only."""
        workload = f"workloads[{self.workload}]"
        if cut.name == "input":
            return [f'{workload}.placement={{stages{{on:"{self.cloud}"}}}}', f"{workload}.protocol=cloud_only"]
        if cut.last:
            return [f'{workload}.placement={{stages{{on:"{self.edge}"}}}}', f"{workload}.protocol=local_only"]
        return [f'{workload}.placement={{stages{{on:"{self.edge}" until:"{cut.name}"}} stages{{on:"{self.cloud}"}}}}']


def run_coinfer(coinfer: Path | str, arguments: Sequence[str]) -> str:
    """stdout of `coinfer ARGUMENTS`. Raises CutError with its stderr where it fails, KeyboardInterrupt where it was told
    to stop."""
    try:
        done = subprocess.run([str(coinfer), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
    except OSError as error:
        raise CutError(f"{coinfer}: {error.strerror}") from None
    if done.returncode == 130:
        raise KeyboardInterrupt
    if done.returncode != 0:
        raise CutError(done.stderr.strip() or f"coinfer ended with {done.returncode}")
    return done.stdout


def cuts_of_model(coinfer: Path | str, model: str) -> list[Cut]:
    """The cuts of a model of the catalogue, from the input to the whole model."""
    text = run_coinfer(coinfer, ["show", "model", model, "--cuts", "--csv"])
    rows = list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))
    return [Cut(row["cut"], tuple(filter(None, row["aliases"].split(";"))), last=row is rows[-1]) for row in rows]


def choose_cuts(cuts: Sequence[Cut], wanted: str) -> list[Cut]:
    """The cuts of a comma-separated list of names, aliases and wildcards ("block*"), or "all"; in model order."""
    if wanted == "all":
        return list(cuts)
    chosen = set()
    for pattern in filter(None, (part.strip() for part in wanted.split(","))):
        matching = [cut for cut in cuts if any(fnmatch.fnmatchcase(name, pattern) for name in (cut.name, *cut.aliases))]
        if not matching:
            raise CutError(f"no cut '{pattern}': the cuts are {', '.join(cut.name for cut in cuts)}")
        chosen.update(matching)
    return [cut for cut in cuts if cut in chosen]


def split_of_scenario(coinfer: Path | str, scenario: str, workload: str | None, settings: Sequence[str]) -> Split:
    """Asks coinfer what the scenario says, settings included, by running one request of it."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "probe"
        run_coinfer(coinfer, ["run", scenario, *set_options([*settings, "stop.requests=1"]), "--out", str(out), "--quiet"])
        text = results.load_results(out).manifest["input"]
    workloads = {entry["name"][0]: entry for entry in text_format.parse(text)["workloads"]}
    if workload is None and len(workloads) > 1:
        raise CutError(f"--workload is needed: the scenario has {', '.join(workloads)}")
    name = workload or next(iter(workloads))
    if name not in workloads:
        raise CutError(f"no workload '{name}': the scenario has {', '.join(workloads)}")
    entry = workloads[name]
    if "model" not in entry:
        raise CutError(f"workload '{name}' describes its model inline: only the cuts of the catalogue's models are known")
    stages = entry["placement"][0]["stages"]
    if len(stages) != 2:
        raise CutError(f"the placement of workload '{name}' has {len(stages)} stages: a cut needs two")
    return Split(name, entry["model"][0], stages[0]["on"][0], stages[1]["on"][0], text)


def set_options(settings: Sequence[str]) -> list[str]:
    """Settings as arguments of coinfer."""
    return [argument for setting in settings for argument in ("--set", setting)]
