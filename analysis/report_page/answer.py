"""The answer of one run in words: how long requests take, whether the load is bearable, what leaks, and what is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas

from report_page.inputs import Run
from report_page.readable import digits_of, interval, readable

# From the worst to the best: what an adversary learns, how the page calls it, and how good that is.
STATUSES = {"raw_input": ("raw input seen", "bad"), "not_measured": ("not measured", "doubt"),
            "measured": ("measured", "plain"), "raw_output": ("answers seen", "doubt"),
            "ciphertext_only": ("only ciphertext", "good"), "nothing_seen": ("nothing seen", "good")}
LOADS = {"STABLE": ("good", "everything keeps up"),
         "BACKLOGGED": ("doubt",
                        "late requests took far longer than early ones, so latencies grow with the length of the run"),
         "SATURATED": ("doubt", "the users who wait for their answers keep a resource busy all the time"),
         "OVERLOADED": ("bad", "more is asked of a resource than it can do, so latencies grow with the length of the run")}
MOST_SENTENCES = 8


@dataclass(frozen=True)
class Badge:
    """A verdict at a glance: its text says everything that its colour does."""

    text: str
    tone: str  # good, plain, doubt or bad


@dataclass(frozen=True)
class Answer:
    """Of one run."""

    badges: list[Badge]
    sentences: list[str]
    leaks: list[tuple[str, Badge]]
    more_leaks: int


def answer_of(run: Run) -> Answer:
    """Everything the head of the page says of the run."""
    summary = run.summary
    leaks = sorted(summary["privacy"], key=lambda score: list(STATUSES).index(score["status"])
                   if score["status"] in STATUSES else 0)
    told = [(leak_text(score, len(summary["workloads"]) > 1), badge_of_status(score["status"])) for score in leaks]
    badges = [load_badge(run), *worst_badges(leaks), *kept_badges("privacy floor", floors_kept(summary)),
              *kept_badges("expectation", [passes(entry) for entry in expectations_of(summary)])]
    return Answer(badges, [latency_text(summary), load_text(run), *cost_texts(summary), *missed_texts(summary)],
                  told[:MOST_SENTENCES], max(len(told) - MOST_SENTENCES, 0))


def badge_of_status(status: str) -> Badge:
    """Of a status that is not known here, its own name."""
    return Badge(*STATUSES.get(status, (status.replace("_", " "), "doubt")))


def latency_text(summary: dict[str, Any]) -> str:
    """How many requests, how long."""
    requests, latency = summary["requests"], summary["latency_s"]
    others = [f"{requests[key]:,} {key.replace('_', ' ')}" for key in
              ("rejected", "timed_out", "failed", "unfinished") if requests.get(key)]
    ended = f"{requests['completed']:,} of {requests['submitted']:,} requests were completed"
    ended += f" ({', '.join(others)})." if others else "."
    if latency is None:
        return ended + " No request counts, so that there is no latency."
    ends = latency.get("mean_ci95")
    mean = f"mean {readable(latency['mean'], 's')}"
    if ends:
        mean += f", 95 % interval {interval(ends['low'], ends['high'], 's')}"
    return (f"Half of the requests end within {readable(latency['p50'], 's')}, "
            f"95 % within {readable(latency['p95'], 's')}, 99 % within {readable(latency['p99'], 's')} ({mean}). {ended}")


def load_badge(run: Run) -> Badge:
    """The verdict on the load; good only where no server has a queue that grew."""
    verdict = run.summary["saturation"]
    if not verdict:
        return Badge("load not judged", "doubt")
    tone = LOADS.get(verdict, ("doubt", ""))[0]
    return Badge(f"load {verdict}", "doubt" if tone == "good" and grown_queues(run) else tone)


def grown_queues(run: Run) -> list[tuple[str, float, float]]:
    """Servers for which at least twice as many calls wait in the second half of the run as in the first, and two or more:
    (name, mean of the first half, of the second). A queue that grows evenly from nothing is three times as long."""
    found = []
    if run.timeline is None:
        return found
    for server in run.servers["server"].astype(str):
        rows = run.timeline[run.timeline["resource"].astype(str) == server]
        # Newer folders have the server's own row; in others its calls stand in the queue of its processor.
        own = rows[rows["kind"].astype(str) == "server"]
        rows = own if len(own) else rows
        if rows.empty:
            continue
        half_s = rows["to_s"].max() / 2
        first, second = waiting_between(rows, 0, half_s), waiting_between(rows, half_s, 2 * half_s)
        if second >= max(2 * first, 2):
            found.append((server, first, second))
    return found


def waiting_between(rows: pandas.DataFrame, from_s: float, to_s: float) -> float:
    """Mean number waiting of one resource from `from_s` to `to_s`."""
    shared_s = (rows["to_s"].clip(upper=to_s) - rows["from_s"].clip(lower=from_s)).clip(lower=0)
    return float((shared_s * rows["mean_waiting"]).sum() / shared_s.sum()) if shared_s.sum() > 0 else 0.0


def load_text(run: Run) -> str:
    """The verdict on the load, and the resource or server that limits it."""
    summary, grown = run.summary, grown_queues(run)
    verdict = summary["saturation"]
    text = "There are too few requests to judge the load." if verdict is None else \
        f"The load is {verdict}: {LOADS[verdict][1]}." if verdict in LOADS and not (grown and verdict == "STABLE") \
        else f"The load is {verdict}."
    for name, first, second in grown:
        text += (f" The queue of the server {name} grew: {readable(first)} calls wait on average in the first half of the run, "
                 f"{readable(second)} in the second.")
    servers = {server["server"]: server for server in summary.get("servers") or []}
    busiest = next((one for one in summary["resources"] if one["resource"] == summary["bottleneck"]), None)
    if busiest and busiest["resource"] in servers:
        text += f" The busiest is {busiest['resource']}{batches_text(servers[busiest['resource']])}."
    elif busiest:
        asked = busiest.get("offered_utilisation")
        use = readable(busiest["utilisation"], "share") + " busy"
        use += f", asked for {readable(asked, 'share')} of what it can do" if asked is not None else ""
        text += f" Most is asked of {busiest['resource']} ({use})."
    # What serves batches is not asked for a share, so that the busiest may be another one.
    most = max(summary["resources"], key=lambda one: one["utilisation"], default=None)
    if most is not None and most is not busiest and most["utilisation"] > 0:
        text += f" The busiest is {most['resource']}"
        text += batches_text(servers[most["resource"]]) if most["resource"] in servers else \
            f" ({readable(most['utilisation'], 'share')})"
        text += "."
    return text


def batches_text(server: dict[str, Any]) -> str:
    """", which works on batches 84.5 % of the time (7.25 calls in each and 41.5 waiting, on average)"."""
    return (f", which works on batches {readable(server['utilisation'], 'share')} of the time "
            f"({readable(server['mean_batch'])} calls in each and {readable(server['mean_waiting'])} waiting, on average)")


def cost_texts(summary: dict[str, Any]) -> list[str]:
    """Bytes, energy and money of the whole run; what is not known says why."""
    bytes_ = summary["bytes"]
    texts = [f"{readable(bytes_['up'], 'bytes')} went up and {readable(bytes_['down'], 'bytes')} down"]
    for key, unit, name in (("energy_j", "j", "energy"), ("cost_usd", "usd", "money")):
        total = summary[key]
        texts.append(f"{name}: {readable(total['value'], unit)}" if total["value"] is not None
                     else f"{name} is not known ({shortened(total.get('reason') or 'no reason given')})")
    return ["Over the whole run, " + "; ".join(texts) + "."]


def shortened(reason: str) -> str:
    """A list of what is missing, its first three named: "not measured: power of a, power of b, power of c and 4 more"."""
    parts = reason.split(", ")
    return reason if len(parts) <= 4 else ", ".join(parts[:3]) + f" and {len(parts) - 3} more"


def leak_text(score: dict[str, Any], name_workload: bool) -> str:
    """One score as a sentence."""
    of = f" of '{score['workload']}'" if name_workload else ""
    who, status, tensor = f"'{score['adversary']}'", score["status"], score.get("tensor") or ""
    if status == "measured":
        scale = f" ({score['scale']})" if score.get("scale") else ""
        by = "against any attack" if score.get("attack") == "any" else f"by {score.get('attack')}"
        return (f"{who} sees {tensor}{of}: {score['metric']} {digits_of(score['value'], 4)}{scale} {by}, "
                f"grade {score.get('grade')}.")
    if status == "not_measured":
        reason = (score.get("reason") or "").removeprefix("not measured: ")
        return (f"{who} sees {tensor or 'something'}{of}, and what that gives away is unknown: "
                f"{reason or 'no reason given'}.")
    known = {"raw_input": f"{who} sees the raw input{of}: no attack is needed.",
             "raw_output": f"{who} reads the answers{of} in the clear.",
             "ciphertext_only": f"{who} sees nothing but ciphertext{of}.", "nothing_seen": f"{who} sees nothing{of}."}
    return known.get(status, f"{who}{of}: {status.replace('_', ' ')}.")


def worst_badges(leaks: list[dict[str, Any]]) -> list[Badge]:
    """The worst status of any adversary, and, beside raw input, whether something is unknown as well. No adversary is no
    good news: nobody asked."""
    if not leaks:
        return [Badge("no adversary was asked about", "doubt")]
    seen = list(dict.fromkeys(score["status"] for score in leaks))
    shown = [status for status in seen if STATUSES.get(status, ("", "bad"))[1] in ("bad", "doubt")] or seen[:1]
    return [Badge("leakage: " + badge_of_status(status).text, badge_of_status(status).tone) for status in shown]


def floors_kept(summary: dict[str, Any]) -> list[bool]:
    """Of each privacy floor, whether it was kept."""
    return [bool(floor["kept"]) for floor in summary.get("privacy_floors") or []]


def expectations_of(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Empty where the scenario has none, or the folder was written before there were any."""
    return list(summary.get("expectations") or [])


def passes(entry: dict[str, Any]) -> bool:
    """Whether an expectation holds; one that does not say so does not."""
    return bool(entry.get("met"))


def kept_badges(noun: str, kept: list[bool]) -> list[Badge]:
    """One badge, or none where there is nothing to keep."""
    if not kept:
        return []
    missed = kept.count(False)
    if missed:
        return [Badge(f"{missed} of {len(kept)} {noun}s missed", "bad")]
    return [Badge(f"{noun} met" if len(kept) == 1 else f"all {len(kept)} {noun}s met", "good")]


def bounds_text(entry: dict[str, Any]) -> str:
    """"at most 0.2" of an expectation."""
    bounds = [f"{words} {entry[key]!r}" for key, words in (("at_least", "at least"), ("at_most", "at most"))
              if entry.get(key) is not None]
    return " and ".join(bounds) or "–"


def interval_text(entry: dict[str, Any]) -> str:
    """The 95 % interval of an expectation's figure."""
    ends = entry.get("ci95")
    return interval(ends["low"], ends["high"]) if ends else "–"


def missed_texts(summary: dict[str, Any]) -> list[str]:
    """A sentence per floor or expectation that was missed."""
    texts = []
    for floor in summary.get("privacy_floors") or []:
        if not floor["kept"]:
            texts.append(f"Privacy floor missed: {floor['metric']} {floor['direction'].replace('_', ' ')} "
                         f"{floor['bound']}: {floor['reason']}.")
    for entry in expectations_of(summary):
        if not passes(entry):
            reason = entry.get("reason") or "no reason given"
            value = entry.get("value")
            found = "it has no value" if value is None else f"it is {digits_of(value, 4)}" + (
                f" (95 % interval {interval_text(entry)})" if entry.get("ci95") else "")
            texts.append(f"Expectation missed: {entry.get('metric')} {bounds_text(entry)}; {found}: {reason}.")
    return texts
