"""Can what was published about CMIF (arXiv 2509.09091) hold together on plausible machines and links?

Example: cmif_consistency.py --coinfer build/release/coinfer --out cmif.csv

Published are ratios alone, second-hand: the overhead of trusted execution falls from 6.5x to 1.54x, and report-noisy-max adds
0.6 to 0.74 % of the time. Hardware, network, prompts, who embeds new tokens and what the sanitiser scores are not. So this
is a study of consistency over an assumed grid, no validation: a deployment where everything holds shows that the figures can
be true together, not that they are.

Read here: 6.5x is the whole model in the client's enclave (enclave_only), 1.54x is cmif with that enclave, both over the plain
model on the same GPU and link (cloud_only). The publication names no baseline. Another would be the same CPU without its
enclave; but no enclave of the grid slows it by more than a tenth, so 6.5x cannot be meant over that one.

Each point is one request of one user on idle machines. The sanitiser's time is proportional to share of words x candidates x
width of the vectors and overlaps with nothing, so each deployment runs once with the dearest one (every word, the whole
vocabulary, the model's width) and is rescaled. It computes at the CPU's effective rate for matrices, as the rest of the
enclave does; a program that loops over words would be slower by a factor that nobody published. Every client has 256 GiB, all
of it protected, so that nothing pages. Every parameter of the grid is ASSUMED.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import itertools
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Sequence

import pandas

from program import ProgramError, run_coinfer
from results import ResultsError, load_summary

ENCLAVE_RATIO, CMIF_RATIO = 6.5, 1.54
TOLERANCE = 0.10  # ASSUMED: how far a ratio may lie from the published one, which has two or three digits
RNM_SHARE = (0.006, 0.0074)
VARIANTS = ("CLIENT_EMBEDS", "SERVER_EMBEDS")


@dataclass(frozen=True)
class Sanitiser:
    """What one sensitive word costs; None stands for the model's own vocabulary or width."""

    name: str
    share: float
    candidates: int | None
    width: int | None

    def relative_to(self, vocabulary: int, width: int) -> float:
        """Its work per word over that of the dearest sanitiser."""
        return self.share * (self.candidates or vocabulary) * (self.width or width) / (vocabulary * width)


@dataclass(frozen=True)
class TokenModel:
    """A model of the catalogue, the lengths of its prompts, and the tokens of an answer (None: an encoder)."""

    name: str
    vocabulary: int
    width: int
    prompts: tuple[int, ...]
    output: int | None


@dataclass(frozen=True)
class Grid:
    """The axes. Enclaves stand with their CPU, links with their fields."""

    models: Sequence[TokenModel] = (TokenModel("bert_base", 30522, 768, (32, 128, 512), None),
                                    TokenModel("llama_2_7b", 32000, 4096, (32, 150, 1000), 100))
    cpus: Sequence[tuple[str, str]] = (("i7_8565u", "sgx2"), ("xeon_8480", "sgx2"), ("xeon_8480", "tdx"),
                                       ("epyc_9654", "sev_snp"))
    gpus: Sequence[str] = ("l4", "rtx_4090", "a100_sxm_80", "h100_sxm_80")
    links: dict[str, str] = field(default_factory=lambda: {
        "10 Gb/s, RTT 0.2 ms": "up_mbit_per_s: 10000 latency_ms: 0.1",
        "1 Gb/s, RTT 1 ms": "up_mbit_per_s: 1000 latency_ms: 0.5",
        "1 Gb/s, RTT 5 ms": "up_mbit_per_s: 1000 latency_ms: 2.5",
        "Wi-Fi 6": 'use: "wifi_6"',
        "home broadband": 'use: "home_broadband"'})
    sanitisers: Sequence[Sanitiser] = (Sanitiser("all words, vocabulary, model width", 1, None, None),
                                       Sanitiser("half, vocabulary, width 300", 0.5, None, 300),
                                       Sanitiser("fifth, vocabulary, width 300", 0.2, None, 300),
                                       Sanitiser("half, 20 candidates, width 300", 0.5, 20, 300))


@dataclass(frozen=True)
class Point:
    """One run. An encoder has no decode variant; enclave_only has neither GPU nor link, cloud_only no enclave."""

    protocol: str
    model: TokenModel
    prompt: int
    cpu: tuple[str, str] | None = None
    gpu: str | None = None
    link: str | None = None
    decode: str | None = None


def scenario_of(point: Point, links: dict[str, str]) -> str:
    """The scenario file of a point."""
    cpu, enclave = point.cpu or ("xeon_8480", "")
    inside = f' enclaves {{ name: "tee" use: "{enclave}" on: "cpu" protected_memory_mib: 262144 }}' if enclave else ""
    devices = [f'devices {{ name: "client" use: "{cpu}" domain: "user" memory_gib: 256{inside} }}']
    if point.gpu:
        devices += [f'devices {{ name: "cloud" use: "{point.gpu}" domain: "cloud operator" }}',
                    f'links {{ name: "wan" from: "client" to: "cloud" domain: "network" {links[point.link or ""]} }}',
                    'servers { on: "cloud.gpu" }']
    stages = {"enclave_only": 'stages { on: "client.tee" }', "cloud_only": 'stages { on: "cloud.gpu" }',
              "cmif": 'stages { on: "client.tee" until: "embedding" } stages { on: "cloud.gpu" }'}[point.protocol]
    decode = f"decode: {point.decode}" if point.decode else ""
    options = f"options {{ cmif {{ epsilon: 1 {decode} }} }}" if point.protocol == "cmif" else ""
    output = f"output {{ constant: {point.model.output} }}" if point.model.output else ""
    wire = "wire_type: FP16" if point.protocol == "cmif" else ""
    return "\n".join(['name: "cmif_consistency"', *devices, f"""workloads {{
  name: "chat" model: "{point.model.name}" source: "client" protocol: "{point.protocol}" {options} {wire} attestation: NEVER
  arrivals {{ closed_loop {{ users: 1 }} }} tokens {{ prompt {{ constant: {point.prompt} }} {output} }}
  placement {{ {stages} }}
}}
stop {{ requests: 1 }}
"""])


def points_of(grid: Grid) -> list[Point]:
    """Every run that the grid needs, each once."""
    points = []
    for model in grid.models:
        for prompt in model.prompts:
            points += [Point("enclave_only", model, prompt, cpu) for cpu in grid.cpus]
            points += [Point("cloud_only", model, prompt, None, gpu, link) for gpu in grid.gpus for link in grid.links]
            variants: Sequence[str | None] = VARIANTS if model.output else (None,)
            points += [Point("cmif", model, prompt, *rest)
                       for rest in itertools.product(grid.cpus, grid.gpus, grid.links, variants)]
    return points


def run_points(coinfer: Path | str, grid: Grid, jobs: int) -> dict[Point, tuple[float, float]]:
    """Latency of the request of each point, and its share that the sanitiser took, both in seconds."""

    def run_one(point: Point) -> tuple[float, float]:
        with tempfile.TemporaryDirectory() as scratch:
            scenario = Path(scratch) / "point.textproto"
            scenario.write_text(scenario_of(point, grid.links), encoding="utf-8")
            run_coinfer(coinfer, ["run", str(scenario), "--out", str(Path(scratch) / "out"), "--quiet"])
            summary = load_summary(Path(scratch) / "out")
        return summary["latency_s"]["mean"], summary["mean_parts"]["protect_s"]

    points = points_of(grid)
    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        return dict(zip(points, pool.map(run_one, points)))


def study(coinfer: Path | str, grid: Grid, jobs: int = 2) -> pandas.DataFrame:
    """One row per deployment and sanitiser: both ratios, the time that the sanitiser adds as a share of the rest, and what
    holds. `wanted_of_dearest` is the work per word with which the sanitiser would add the middle of the published range,
    over that of the dearest one: above 1 no sanitiser of this kind is slow enough. `free_holds` is whether everything holds
    with some sanitiser that adds at least the lower end of the range, whether or not it is in the grid."""
    times = run_points(coinfer, grid, jobs)
    rows: list[dict[str, Any]] = []
    for point in times:
        if point.protocol != "cmif":
            continue
        model = point.model
        latency_s, dearest_s = times[point]
        plain_s = times[Point("cloud_only", model, point.prompt, None, point.gpu, point.link)][0]
        enclave_s = times[Point("enclave_only", model, point.prompt, point.cpu)][0]
        rest_s = latency_s - dearest_s
        cpu, enclave = point.cpu or ("", "")
        middle = sum(RNM_SHARE) / 2
        wanted = middle * rest_s / dearest_s
        for sanitiser in grid.sanitisers:
            added_s = dearest_s * sanitiser.relative_to(model.vocabulary, model.width)
            rows.append({"model": model.name, "decode": point.decode or "-", "cpu": cpu, "enclave": enclave,
                         "gpu": point.gpu, "link": point.link, "prompt_tokens": point.prompt, "sanitiser": sanitiser.name,
                         "enclave_ratio": enclave_s / plain_s, "cmif_ratio": (rest_s + added_s) / plain_s,
                         "rnm_share": added_s / rest_s, "wanted_of_dearest": wanted,
                         "wanted_ratio": (1 + middle) * rest_s / plain_s})
    table = pandas.DataFrame(rows)
    table["enclave_holds"] = near(table["enclave_ratio"], ENCLAVE_RATIO)
    table["cmif_holds"] = near(table["cmif_ratio"], CMIF_RATIO)
    table["rnm_holds"] = table["rnm_share"].between(*RNM_SHARE)
    table["all_hold"] = table["enclave_holds"] & table["cmif_holds"] & table["rnm_holds"]
    table["free_holds"] = (table["enclave_holds"] & near(table["wanted_ratio"], CMIF_RATIO)
                           & (table["wanted_of_dearest"] * RNM_SHARE[0] / (sum(RNM_SHARE) / 2) <= 1))
    return table


def near(values: pandas.Series, published: float) -> pandas.Series:
    """Whether each lies within the tolerance of the published ratio."""
    return (values / published - 1).abs() <= TOLERANCE


KEYS = ["model", "decode", "cpu", "enclave", "gpu", "link", "prompt_tokens"]


def report(table: pandas.DataFrame) -> str:
    """Where the figures hold, alone and together, in words."""
    lines = [f"Read as within {TOLERANCE:.0%} of {ENCLAVE_RATIO}x and of {CMIF_RATIO}x, and {RNM_SHARE[0]:.2%} to "
             f"{RNM_SHARE[1]:.2%} added by report-noisy-max. Every parameter is ASSUMED.", ""]
    for (model, decode), mine in table.groupby(["model", "decode"]):
        both = mine[mine["enclave_holds"] & mine["cmif_holds"]]
        lines.append(f"{model}, {decode}: {len(mine.drop_duplicates(KEYS))} deployments x "
                     f"{mine['sanitiser'].nunique()} sanitisers; enclave_only {mine['enclave_ratio'].min():.2g} to "
                     f"{mine['enclave_ratio'].max():.2g}x, cmif {mine['cmif_ratio'].min():.3g} to "
                     f"{mine['cmif_ratio'].max():.3g}x, noisy-max {mine['rnm_share'].min():.2g} to "
                     f"{mine['rnm_share'].max():.2g}")
        lines.append(f"    of {len(mine)} points: {int(mine['enclave_holds'].sum())} hold 6.5x, "
                     f"{int(mine['cmif_holds'].sum())} 1.54x, {len(both)} both, {int(mine['rnm_holds'].sum())} the share, "
                     f"{int(mine['all_hold'].sum())} all three")
    lines.append("")
    ratios = table[table["enclave_holds"] & near(table["wanted_ratio"], CMIF_RATIO)].drop_duplicates(KEYS)
    lines.append("Both ratios hold with a sanitiser of the published share, which then has so much of the work of the dearest "
                 "(above 1: there is none):" if len(ratios) else "Both ratios hold nowhere with the published share.")
    for row in ratios.itertuples():
        lines.append(f"    {row.model}, {row.decode}, {row.cpu} {row.enclave}, {row.gpu}, {row.link}, {row.prompt_tokens} "
                     f"tokens: {row.enclave_ratio:.2f}x -> {row.wanted_ratio:.2f}x, asks for {row.wanted_of_dearest:.2g}")
    lines.append(f"With a sanitiser left free, all three hold in {int(ratios['free_holds'].sum())} of "
                 f"{len(table.drop_duplicates(KEYS))} deployments.")
    together = table[table["all_hold"]]
    lines.append("With a sanitiser of the grid, all three hold here:" if len(together) else
                 "With no sanitiser of the grid do all three hold together.")
    for row in together.itertuples():
        lines.append(f"    {row.model}, {row.decode}, {row.cpu} {row.enclave}, {row.gpu}, {row.link}, {row.prompt_tokens} "
                     f"tokens, {row.sanitiser}: {row.enclave_ratio:.2f}x -> {row.cmif_ratio:.2f}x, {row.rnm_share:.2%}")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--coinfer", default="coinfer", help="the program (default: on the path)")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time (default 2)")
    parser.add_argument("--out", type=Path, help="every point as CSV")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error("--jobs must be at least 1")
    try:
        table = study(options.coinfer, Grid(), options.jobs)
        if options.out:
            table.to_csv(options.out, index=False)
    except (ProgramError, ResultsError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(report(table))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
