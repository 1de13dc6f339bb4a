"""At which round-trip time does Talaria lose to a CPU enclave, and to a confidential GPU?

Example: plot_protocols.py --coinfer build/release/coinfer --out talaria.png

One user, idle machines. Talaria's confidential VM and its GPU are two machines with a link between them, which it crosses
4 L + 1 times per token, so that its time is linear in the link's round-trip time; the alternatives keep everything on one
machine, and their tokens do not cross it. Times come from runs of coinfer; a crossing is where the line through the two
outermost runs meets the other's level, and the runs between are checked to lie on that line.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import numpy
from matplotlib import pyplot

import style
from program import ProgramError, run_coinfer
from results import ResultsError, load_summary

ROUND_TRIPS_MS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
OUTPUT_TOKENS = 50
WIDTH_IN = 8.0
VM = ('devices { name: "vm" use: "xeon_8480" domain: "cloud operator" memory_gib: 512 '
      'enclaves { name: "tee" use: "tdx" on: "cpu" } }')


@dataclass(frozen=True)
class Deployment:
    """What a line of the picture runs: its name, the machines beside the user's, and the parts of a scenario that follow."""

    name: str
    machines: str
    server: str
    workload: str


@dataclass(frozen=True)
class Talaria:
    """Times per token, ms, by round-trip time, ms, with one rank ratio of the masks."""

    rank_ratio: float
    times_ms: dict[float, float]

    @property
    def trips(self) -> float:
        """Round trips per token: what a millisecond of round-trip time costs."""
        (low_x, low), (high_x, high) = min(self.times_ms.items()), max(self.times_ms.items())
        return (high - low) / (high_x - low_x)

    @property
    def without_latency_ms(self) -> float:
        """What a token takes on a link of no latency."""
        round_trip_ms, time_ms = min(self.times_ms.items())
        return time_ms - self.trips * round_trip_ms

    def crossing_ms(self, level_ms: float) -> float | None:
        """The round-trip time from which this is slower than `level_ms` per token; None where it is at any."""
        crossing = (level_ms - self.without_latency_ms) / self.trips
        return crossing if crossing > 0 else None


@dataclass(frozen=True)
class Comparison:
    """Talaria by rank ratio, and the levels of the others, ms per token by name."""

    model: str
    lines: list[Talaria]
    levels_ms: dict[str, float]


def talaria(gpu: str, rank_ratio: float, round_trip_ms: float) -> Deployment:
    """A TDX VM that hands products to a GPU over 100 Gb/s."""
    link = (f'links {{ name: "fabric" from: "vm" to: "cloud" domain: "cloud operator" up_mbit_per_s: 100000 '
            f'latency_ms: {round_trip_ms / 2!r} }}')
    return Deployment("talaria", f'{VM} devices {{ name: "cloud" use: "{gpu}" domain: "cloud operator" }} {link}', "vm.cpu",
                      f'protocol: "talaria" options {{ talaria {{ rank_ratio: {rank_ratio!r} setup: false '
                      'linears_on: "cloud.gpu" } } wire_type: BF16 placement { stages { on: "vm.tee" } }')


def alternatives(confidential_gpu: tuple[str, str]) -> list[Deployment]:
    """Everything on a TDX CPU, and everything on a GPU in confidential mode."""
    gpu, mode = confidential_gpu
    machine = (f'devices {{ name: "vm" use: "{gpu}" domain: "cloud operator" aes_gcm_gbit_per_s: 83.2 '
               f'enclaves {{ name: "tee" use: "{mode}" on: "gpu" }} }}')
    place = 'placement { stages { on: "vm.tee" } }'
    return [Deployment("TDX CPU (enclave_only)", VM, "vm.cpu", f'protocol: "enclave_only" {place}'),
            Deployment(f"confidential GPU ({mode})", machine, "vm.gpu", f'protocol: "gpu_confidential" {place}')]


def ms_per_token(coinfer: Path | str, model: str, deployment: Deployment) -> float:
    """Mean gap between the tokens of one request on idle machines."""
    text = f"""name: "protocols"
devices {{ name: "client" use: "apple_m1" domain: "user" }}
{deployment.machines}
links {{ name: "access" use: "home_broadband" from: "client" to: "vm" domain: "network" }}
servers {{ on: "{deployment.server}" }}
workloads {{
  name: "chat" model: "{model}" source: "client" attestation: NEVER arrivals {{ closed_loop {{ users: 1 }} }}
  tokens {{ prompt {{ constant: 150 }} output {{ constant: {OUTPUT_TOKENS} }} }} {deployment.workload}
}}
stop {{ requests: 1 }}
"""
    with tempfile.TemporaryDirectory() as scratch:
        scenario = Path(scratch) / "point.textproto"
        scenario.write_text(text, encoding="utf-8")
        run_coinfer(coinfer, ["run", str(scenario), "--out", str(Path(scratch) / "out"), "--quiet"])
        return float(load_summary(Path(scratch) / "out")["tpot_s"]["mean"]) * 1e3


def compare(coinfer: Path | str, model: str, gpu: str, confidential_gpu: tuple[str, str], rank_ratios: Sequence[float],
            round_trips_ms: Sequence[float] = ROUND_TRIPS_MS) -> Comparison:
    """Runs everything that the picture shows. ValueError where a run of Talaria does not lie on the line through others."""
    lines = [Talaria(ratio, {one: ms_per_token(coinfer, model, talaria(gpu, ratio, one)) for one in round_trips_ms})
             for ratio in rank_ratios]
    for line in lines:
        for round_trip_ms, time_ms in line.times_ms.items():
            if abs(line.without_latency_ms + line.trips * round_trip_ms - time_ms) > 1e-6 * time_ms:
                raise ValueError(f"at {round_trip_ms} ms per round trip talaria takes {time_ms} ms per token, off its line")
    return Comparison(model, lines,
                      {one.name: ms_per_token(coinfer, model, one) for one in alternatives(confidential_gpu)})


def answer(found: Comparison) -> list[str]:
    """The levels and the crossings in sentences."""
    sentences = [f"{name}: {style.number(level, 3)} ms per token" for name, level in found.levels_ms.items()]
    for line in found.lines:
        sentences.append(f"talaria, rank ratio {line.rank_ratio:g}: {style.number(line.without_latency_ms, 3)} ms per token "
                         f"without latency, {line.trips:.0f} round trips per token")
        for name, level in found.levels_ms.items():
            crossing = line.crossing_ms(level)
            when = "at any round-trip time" if crossing is None else f"from {style.number(crossing, 3)} ms per round trip"
            sentences.append(f"    slower than {name} {when}")
    return sentences


def plot(found: Comparison, note: str) -> pyplot.Figure:
    """Round-trip time against time per token, both logarithmic, with the crossings marked."""
    style.use_style()
    wrapped, caption_in = style.caption_height(note, WIDTH_IN)
    height = 4.9 + caption_in
    figure, axes = pyplot.subplots(figsize=(WIDTH_IN, height))
    figure.subplots_adjust(left=0.09, right=0.97, bottom=(caption_in + 0.55) / height, top=1 - 0.5 / height)
    figure.suptitle(f"At which round-trip time does Talaria lose with {found.model}?", x=0.12 / WIDTH_IN, y=1 - 0.1 / height,
                    ha="left", va="top", fontsize=12, fontweight="bold")
    axes.set_xscale("log")
    axes.set_yscale("log")
    for index, line in enumerate(found.lines):
        curve = numpy.geomspace(min(line.times_ms), max(line.times_ms), 200)
        axes.plot(curve, line.without_latency_ms + line.trips * curve, color=style.SERIES[index])
        axes.plot(list(line.times_ms), list(line.times_ms.values()), color=style.SERIES[index], linestyle="",
                  marker=style.MARKERS[index], markersize=4, label=f"talaria, rank ratio {line.rank_ratio:g}: "
                  f"{style.number(line.without_latency_ms, 3)} ms + {line.trips:.0f} round trips")
    ends = [min(found.lines[0].times_ms), max(found.lines[0].times_ms)]
    for index, (name, level) in enumerate(found.levels_ms.items()):
        never = all(line.crossing_ms(level) is None for line in found.lines)
        axes.plot(ends, [level, level], color=style.BLACK, linestyle=style.LINES[index + 1],
                  label=f"{name}: {style.number(level, 3)} ms" + (", faster at any round-trip time" if never else ""))
    axes.set_xlim(*ends)
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top * 4)  # Room for the legend.
    for level in found.levels_ms.values():
        mark_crossings(axes, found, level)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("round-trip time between Talaria's confidential VM and its GPU (ms, logarithmic)")
    axes.set_ylabel("time per token (ms, logarithmic)")
    axes.legend(loc="upper left", fontsize=8)
    style.add_caption(figure, wrapped)
    return figure


def mark_crossings(axes: pyplot.Axes, found: Comparison, level_ms: float) -> None:
    """A ring where a line of Talaria passes a level, within the times that were run, and its round-trip time at the foot of
    a dotted line, where nothing else is drawn."""
    for index, line in enumerate(found.lines):
        crossing = line.crossing_ms(level_ms)
        if crossing is None or not min(line.times_ms) <= crossing <= max(line.times_ms):
            continue
        colour = style.SERIES[index]
        axes.plot([crossing], [level_ms], marker="o", markersize=9, markerfacecolor="none", markeredgecolor=style.BLACK)
        axes.plot([crossing] * 2, [axes.get_ylim()[0], level_ms], color=colour, linestyle=":", linewidth=1)
        axes.annotate(f"{style.number(crossing, 2)} ms", (crossing, 0.13), xycoords=("data", "axes fraction"), xytext=(3, 0),
                      textcoords="offset points", fontweight="bold", color=colour)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--coinfer", default="coinfer", help="the program (default: on the path)")
    parser.add_argument("--out", required=True, help="the picture: .png, .pdf or .svg")
    parser.add_argument("--model", default="llama_3_8b", help="a token model of the catalogue (default llama_3_8b)")
    parser.add_argument("--gpu", default="h100_nvl_94", help="the GPU of Talaria (default h100_nvl_94)")
    parser.add_argument("--confidential-gpu", nargs=2, default=("h100_nvl_94", "h100_cc"), metavar=("GPU", "MODE"),
                        help="the confidential GPU and its mode (default h100_nvl_94 h100_cc)")
    parser.add_argument("--rank-ratios", type=float, nargs="+", default=(0.1, 0.25, 0.5), metavar="RATIO",
                        help="m/d of Talaria's masks (default 0.1 0.25 0.5, ASSUMED)")
    options = parser.parse_args(arguments)
    try:
        out = style.picture_path(options.out)
        found = compare(options.coinfer, options.model, options.gpu, tuple(options.confidential_gpu),
                        options.rank_ratios)
        note = (f"One user, prompt of 150 tokens, {OUTPUT_TOKENS} generated, bf16, idle machines. Talaria: a Xeon 8480+ with "
                f"TDX and {options.gpu} behind 100 Gb/s; its rank ratio (rows of the mask basis over the width) is ASSUMED, as "
                "are machines and link: its publication gives none of them. The others keep every layer on one machine, so "
                "their tokens do not wait for that link. Nothing is counted for the hosts between two iterations.")
        style.save(plot(found, note), out)
    except (ProgramError, ResultsError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print("\n".join(answer(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
