"""Checks a trace against the rules by which ui.perfetto.dev reads Chrome's JSON format.

The rules ("Trace Event Format", Google, 2016; Perfetto docs, "Supported trace formats"): every event has a phase and the keys that
phase needs; times are microseconds, at least 0; the slices of a thread nest; the events of a flow come in order of time, begin
with "s", end with "f", and each lies in a slice of its thread; the values of a counter are numbers. Also ours: slices and counters
of one track stand in the file in order of time.
"""

import json
from collections import defaultdict
from decimal import Decimal

NEEDED = {"X": {"name", "cat", "ts", "dur", "pid", "tid", "args"}, "M": {"name", "pid", "tid", "args"},
          "C": {"name", "ts", "pid", "args"}, "s": {"name", "cat", "id", "ts", "pid", "tid"},
          "t": {"name", "cat", "id", "ts", "pid", "tid"}, "f": {"name", "cat", "id", "ts", "pid", "tid", "bp"}}


def load(path):
    """The document with exact times; fails where it is no JSON."""
    return json.loads(path.read_bytes(), parse_float=Decimal)


def slices_of(trace):
    """By thread: its slices as (begin, end), in order of the file; those that lack a key are left out."""
    slices = defaultdict(list)
    for event in trace["traceEvents"]:
        if event["ph"] == "X" and NEEDED["X"] <= set(event):
            slices[event["pid"], event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    return slices


def problems(trace):
    """What breaks a rule, one text each."""
    found = []
    named = {(e["pid"], e["tid"]) for e in trace["traceEvents"] if e["ph"] == "M" and e["name"] == "thread_name"}
    processes = {e["pid"] for e in trace["traceEvents"] if e["ph"] == "M" and e["name"] == "process_name"}
    counted = {}
    for event in trace["traceEvents"]:
        phase = event["ph"]
        if phase not in NEEDED:
            found.append(f"phase {phase}")
            continue
        missing = NEEDED[phase] - set(event)
        if missing:
            found.append(f"{phase} without {sorted(missing)}")
            continue
        if any(event.get(key, Decimal(0)) < 0 for key in ("ts", "dur")):
            found.append(f"a time below 0: {event}")
        if event["pid"] not in processes:
            found.append(f"no process {event['pid']}")
        if phase == "X" and (event["pid"], event["tid"]) not in named:
            found.append(f"no thread {event['tid']}")
        if phase == "C":
            track = event["pid"], event["name"]
            if counted.get(track, Decimal(0)) > event["ts"]:
                found.append(f"{track} goes back in time")
            counted[track] = event["ts"]
            if not all(isinstance(value, int) for value in event["args"].values()):
                found.append(f"{track} counts {event['args']}")
    slices = slices_of(trace)
    for thread, intervals in slices.items():
        for (_, end), (begin, _) in zip(intervals, intervals[1:]):
            if begin < end:
                found.append(f"slices of {thread} overlap, or do not stand in order of time: {begin} < {end}")
    return found + flow_problems(trace, slices)


def flow_problems(trace, slices):
    found = []
    flows = defaultdict(list)
    for event in trace["traceEvents"]:
        if event["ph"] in "stf":
            flows[event["cat"], event["name"], event["id"]].append(event)
            if not any(begin <= event["ts"] < end for begin, end in slices[event["pid"], event["tid"]]):
                found.append(f"{event['ph']} of flow {event['id']} lies in no slice")
    for name, events in flows.items():
        phases = "".join(event["ph"] for event in sorted(events, key=lambda event: (event["ts"], "stf".index(event["ph"]))))
        if phases != "s" + "t" * (len(phases) - 2) + "f":
            found.append(f"flow {name} goes {phases}")
    return found
