"""Loads what `coinfer run --out FOLDER` wrote, as pandas tables. Usage: results.py FOLDER... > table.csv

Times are in seconds; the unit stands last in every column's name. An absent value is NaN (None in `summary`), never 0.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

import pandas

SCHEMA_VERSION = 2
JSON_FILES = ("summary.json", "manifest.json")
CSV_FILES = ("requests.csv", "exposures.csv", "resources.csv", "servers.csv", "ledger.csv")

OPTIONAL_FILES = ("timeline.csv", "deployment.json")  # folders of older versions lack them

_MARK = "# schema_version:"
_KINDS = {
    "requests.csv": {"category": ["outcome", "workload", "device", "protocol", "cut"],
                     "int64": ["request_id", "attempts"],
                     "bool": ["warm_up"],
                     # Counts of tokens are absent for models without any, so they cannot be whole numbers here.
                     "float64": ["arrival_s", "start_s", "end_s", "latency_s", "prompt_tokens", "output_tokens", "ttft_s",
                                 "tpot_s"]},
    "exposures.csv": {"category": ["workload", "domain", "place", "tensor", "model", "dataset", "protection"],
                      "int64": ["count"]},
    "resources.csv": {"category": ["resource", "kind"],
                      "int64": ["members", "members_used", "max_waiting", "served"],
                      "float64": ["utilisation", "offered_utilisation", "mean_waiting", "busy_s", "bytes", "energy_j",
                                  "cost_usd"]},
    "servers.csv": {"category": ["server"],
                    "int64": ["replicas", "replicas_used", "iterations", "tokens", "largest_batch", "kv_capacity_tokens",
                              "preemptions", "recomputed_tokens", "prefix_hit_tokens", "prefix_hit_blocks_other",
                              "priced_by_tables", "extrapolated"],
                    "float64": ["utilisation", "mean_batch", "mean_waiting", "peak_kv_utilisation"]},
    "ledger.csv": {"category": ["source", "user", "epsilon_per"],
                   "int64": ["requests", "refused", "over_budget", "draws"],
                   "float64": ["epsilon_sequential", "epsilon_advanced", "epsilon_renyi", "delta", "exhausted_at_s"]},
    "timeline.csv": {"category": ["resource", "kind"], "float64": ["from_s", "to_s", "utilisation", "mean_waiting"]},
}


class ResultsError(Exception):
    """A results folder that cannot be used: `path`, `what` is wrong with it, and what is `supported` instead."""

    def __init__(self, path: Path | str, what: str, supported: str = f"schema_version {SCHEMA_VERSION}") -> None:
        super().__init__(f"{path}: {what} (supported: {supported})")
        self.path, self.what, self.supported = Path(path), what, supported


@dataclass(frozen=True)
class Results:
    """One results folder. The tables have one row per request, per kind of exposure, per resource, per iteration server,
    and per user that private mechanisms drew for. `timeline` has one per resource and interval; it and `deployment` are
    None in folders of versions that did not write them."""

    folder: Path
    summary: dict[str, Any]
    manifest: dict[str, Any]
    requests: pandas.DataFrame
    exposures: pandas.DataFrame
    resources: pandas.DataFrame
    servers: pandas.DataFrame
    ledger: pandas.DataFrame
    timeline: pandas.DataFrame | None
    deployment: dict[str, Any] | None

    @property
    def parts(self) -> list[str]:
        """The columns of `requests` that add up to latency_s, in the order of the file, seconds."""
        return list(self.summary["mean_parts"])

    @property
    def counted(self) -> pandas.DataFrame:
        """The requests that the statistics are over: completed, and not in the warm-up."""
        return self.requests[(self.requests["outcome"] == "completed") & ~self.requests["warm_up"]]

    @property
    def privacy(self) -> pandas.DataFrame:
        """What each adversary learns: one row per entry of `summary["privacy"]`; `value` is NaN where nothing is known."""
        return privacy_table(self.summary)


def load_results(folder: Path | str) -> Results:
    """A whole results folder. Raises ResultsError for a missing file or schema line, or a version not known here."""
    folder = Path(folder)
    check_folder(folder)
    summary, manifest = (read_json(folder / name) for name in JSON_FILES)
    requests, exposures, resources, servers, ledger = (read_table(folder / name, _KINDS[name]) for name in CSV_FILES)
    absent = [part for part in summary["mean_parts"] if part not in requests.columns]
    if absent:
        raise ResultsError(folder / "requests.csv", f"no column '{absent[0]}'", "every part that summary.json names")
    for part in summary["mean_parts"]:
        requests[part] = requests[part].astype("float64")
    timeline, deployment = (folder / name for name in OPTIONAL_FILES)
    return Results(folder, summary, manifest, requests, exposures, resources, servers, ledger,
                   read_table(timeline, _KINDS["timeline.csv"]) if timeline.exists() else None,
                   read_json(deployment) if deployment.exists() else None)


def load_points(folder: Path | str) -> pandas.DataFrame:
    """points.csv of a sweep: one row a run, indexed from 0; `status` is "ok", "failed" or "invalid", with a `reason`. What a run
    does not have is NaN. Raises ResultsError."""
    return read_table(Path(folder) / "points.csv",
                      {"category": ["status"], "int64": ["point", "replication"], "uint64": ["seed"], "object": ["reason"]})


def load_summary(folder: Path | str) -> dict[str, Any]:
    """summary.json alone, for questions that need no table: a folder of a million requests loads at once."""
    return read_json(Path(folder) / "summary.json")


def load_many(folders: Iterable[Path | str]) -> pandas.DataFrame:
    """One row per folder, indexed by folder; one column per number or text of summary.json.

    Columns carry the path of the field: "latency_s.p95", "workloads[vision].requests.completed",
    "resources[phone.cpu].utilisation", "servers[cloud.gpu].mean_batch". A field that a folder lacks is NaN there. `privacy` is a table of its own: see
    `privacy_table`.
    """
    rows = {str(folder): dict(_flatten("", load_summary(folder))) for folder in folders}
    return pandas.DataFrame.from_dict(rows, orient="index").rename_axis("folder")


def privacy_table(summary: dict[str, Any]) -> pandas.DataFrame:
    """The privacy rows of a summary: adversary, workload, metric, status, scale, value, reason, grade, citation, attack, tensor,
    place, exposures; `value` in the unit of its metric and scale, NaN with a reason where there is none."""
    columns = ["adversary", "workload", "metric", "status", "scale", "value", "reason", "grade", "citation", "attack", "tensor",
               "place", "exposures"]
    table = pandas.DataFrame(summary["privacy"], columns=columns)
    return table.astype({"value": "float64", "exposures": "int64"})


def check_folder(folder: Path | str) -> None:
    """Raises ResultsError unless all seven files that every version writes are there in a version known here; the tables' rows are not read."""
    for name in JSON_FILES:
        read_json(Path(folder) / name)
    for name in CSV_FILES:
        _check_schema_line(Path(folder) / name)


def _open(path: Path):
    try:
        return path.open(encoding="utf-8", newline="")
    except (FileNotFoundError, NotADirectoryError):
        raise ResultsError(path, "no such file", "a folder with " + ", ".join(JSON_FILES + CSV_FILES)) from None


def _check_version(path: Path, version: Any) -> None:
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise ResultsError(path, f"schema_version {version} is not known")


def read_json(path: Path) -> dict[str, Any]:
    """One JSON file of a results folder, its version checked. Raises ResultsError."""
    with _open(path) as file:
        try:
            content = json.load(file)
        except ValueError as error:
            raise ResultsError(path, f"not JSON: {error}") from None
    if not isinstance(content, dict) or "schema_version" not in content:
        raise ResultsError(path, "no schema_version")
    _check_version(path, content["schema_version"])
    return content


def _check_schema_line(path: Path) -> None:
    with _open(path) as file:
        line = file.readline().strip()
    if not line.startswith(_MARK):
        raise ResultsError(path, f"the first line is not '{_MARK} N'")
    version = line[len(_MARK):].strip()
    _check_version(path, int(version) if version.isdecimal() else version)


def read_table(path: Path, columns_of_kind: dict[str, list[str]]) -> pandas.DataFrame:
    """A table with its first line checked, and with the columns of each kind ("category", "float64", ...) that it must have.
    Only an empty field is absent: a device may well be called "NA". Raises ResultsError."""
    _check_schema_line(path)
    kinds = {column: kind for kind, columns in columns_of_kind.items() for column in columns}
    with _open(path) as file:
        file.readline()
        header = next(csv.reader(file), [])
    absent = [column for column in kinds if column not in header]
    if absent:
        raise ResultsError(path, f"no column '{absent[0]}'", ", ".join(kinds))
    _check_end(path)
    try:
        return pandas.read_csv(path, skiprows=1, dtype=kinds, keep_default_na=False, na_values=[""],
                               float_precision="round_trip")
    except (ValueError, OverflowError) as error:
        raise ResultsError(path, _fault_in(path, kinds) or f"not a table: {error}", "whole tables as coinfer writes them") from None


def _check_end(path: Path) -> None:
    """Every line that coinfer writes ends: one that does not was cut off, and could pass for a shorter number."""
    with path.open("rb") as file:
        content = file.read()
    if not content.endswith(b"\n"):
        raise ResultsError(path, f"cut off in line {content.count(bytes([10])) + 1}", "whole tables as coinfer writes them")


def _fault_in(path: Path, kinds: dict[str, str]) -> str:
    """The first line that is no row of these columns, and why; empty where each is one."""
    with _open(path) as file:
        file.readline()
        rows = csv.reader(file)
        header = next(rows, [])
        try:
            for row in rows:
                if len(row) != len(header):
                    return f"line {rows.line_num + 1} has {len(row)} of {len(header)} fields"
                for column, text in zip(header, row):
                    if not _fits(text, kinds.get(column, "object")):
                        return f"line {rows.line_num + 1}: '{text}' is no value of column '{column}'"
        except csv.Error as error:
            return f"line {rows.line_num + 1}: {error}"
    return ""


def _fits(text: str, kind: str) -> bool:
    """Whether a field can be of a kind; what may be absent may be empty."""
    if text == "" and kind not in ("int64", "uint64", "bool"):
        return True
    if kind in ("bool", "boolean"):
        return text.lower() in ("true", "false")
    if kind == "float64":
        try:
            float(text)
            return True
        except ValueError:
            return False
    if kind in ("int64", "uint64", "Int64"):
        least, most = (0, 2**64) if kind == "uint64" else (-2**63, 2**63)
        return re.fullmatch(r"[+-]?\d+", text) is not None and least <= int(text) < most
    return True


def _flatten(prefix: str, value: Any) -> Iterable[tuple[str, Any]]:
    """(path, value) of every number and text in a nested object; members of a list go by their name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten(f"{prefix}.{key}" if prefix else key, inner)
    elif isinstance(value, list):
        for inner in value:
            name = next((inner[key] for key in ("name", "resource", "server", "source") if key in inner), None) if isinstance(inner, dict) else None
            if name is not None:
                yield from _flatten(f"{prefix}[{name}]", inner)
    else:
        yield prefix, float("nan") if value is None else value


if __name__ == "__main__":
    try:
        load_many(sys.argv[1:]).to_csv(sys.stdout)
    except ResultsError as problem:
        sys.exit(str(problem))
