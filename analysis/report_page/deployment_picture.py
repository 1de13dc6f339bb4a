"""Where everything of a deployment is drawn: devices in columns by their distance from the users, trust domains framed.

Coordinates are SVG units, 1 of which is a pixel where the picture has its natural size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from report_page.readable import readable

BOX_WIDTH, GAP, MARGIN = 232.0, 188.0, 12.0
LINE, HEAD, PAD = 17.0, 27.0, 9.0
FRAME_HEAD, FRAME_PAD, FRAME_GAP, BOX_GAP = 24.0, 10.0, 18.0, 12.0
SWITCH_WIDTH, SWITCH_HEIGHT = 132.0, 34.0
LABEL_WIDTH, LABEL_LINE, LABEL_GAP = 152.0, 15.0, 7.0
CHARACTER, SMALL_CHARACTER = 8.1, 6.7  # mean advance of bold names and of the rest, in a wide font
FRAME_COLOURS = 7


@dataclass
class Box:
    """A device or a switch: its lines of text, and where it stands."""

    name: str
    title: str
    domain: str | None  # none for a switch
    lines: list[tuple[str, str]]  # kind ("unit", "layers", "plain"), text
    x: float = 0.0
    y: float = 0.0
    height: float = SWITCH_HEIGHT
    column: int = 0

    @property
    def width(self) -> float:
        return SWITCH_WIDTH if self.domain is None else BOX_WIDTH

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Frame:
    """A trust domain in one column."""

    domain: str
    colour: int
    x: float
    y: float
    width: float
    height: float


@dataclass
class Wire:
    """A link: the path of its line, and its label."""

    name: str
    domain: str
    colour: int
    ends: tuple[str, str]
    path: str
    lines: list[str]
    label_x: float
    label_y: float = 0.0
    dashed: bool = False

    @property
    def label_height(self) -> float:
        return LABEL_LINE * len(self.lines) + 6


@dataclass
class Picture:
    """The whole drawing, and what it shows in words."""

    width: float
    height: float
    boxes: list[Box]
    frames: list[Frame]
    wires: list[Wire]
    domains: dict[str, int] = field(default_factory=dict)
    words: str = ""


def picture_of(deployment: dict[str, Any], colours: dict[str, int] | None = None) -> Picture:
    """The drawing of deployment.json. A domain has the same colour in all pictures that share `colours`, which takes those
    that are new."""
    colours = {} if colours is None else colours
    for part in (*deployment["devices"], *deployment["links"]):
        colours.setdefault(part["domain"], len(colours) % FRAME_COLOURS)
    domains = {part["domain"]: colours[part["domain"]] for part in (*deployment["devices"], *deployment["links"])}
    boxes = {device["name"]: device_box(device, deployment) for device in deployment["devices"]}
    boxes.update({name: Box(name, name, None, []) for name in deployment["switches"]})
    columns = columns_of(deployment, boxes)
    frames = place(columns, domains, deployment["links"])
    wires = [wire_of(link, boxes, domains) for link in deployment["links"]]
    spread_labels(wires)
    height = max([frame.y + frame.height for frame in frames] + [box.y + box.height for box in boxes.values()] +
                 [wire.label_y + wire.label_height / 2 for wire in wires] + [0.0]) + MARGIN
    # A link within the last column bulges out to its right.
    right = max([frame.x + frame.width for frame in frames] + [wire.label_x + LABEL_WIDTH / 2 for wire in wires] +
                [box.x + box.width for box in boxes.values()]) + MARGIN
    return Picture(right, height, list(boxes.values()), frames, wires, domains, in_words(deployment))


def device_box(device: dict[str, Any], deployment: dict[str, Any]) -> Box:
    """Its units, each with the layers that run there."""
    count = f" ×{device['count']:,}" if device["count"] > 1 else ""
    lines: list[tuple[str, str]] = []
    if device.get("catalog_name") and device["catalog_name"] != device["name"]:
        lines.append(("plain", device["catalog_name"]))
    units = [(unit["name"], f"{unit['name']} ({unit['kind']})" if unit["name"] != unit["kind"] else unit["name"])
             for unit in device["processors"]]
    for unit in device["enclaves"]:
        kind = f" ({unit['catalog_name']})" if unit.get("catalog_name") else ""
        units.append((unit["name"], f"enclave {unit['name']}{kind} on {unit['on']}"))
    for name, text in units:
        place_name = f"{device['name']}.{name}"
        servers = [server for server in deployment["servers"] if server["on"] == place_name]
        layers = layer_lines(place_name, deployment)
        for server in servers[:1]:
            text += ": server" + (f", {server['replicas']} replicas" if server["replicas"] > 1 else "")
        lines.append(("unit", text))
        lines += [("layers", line) for line in layers]
    sources = [entry["name"] for entry in deployment["workloads"] if entry["source"] == device["name"]]
    if sources:
        lines.append(("plain", "requests of " + listed(sources, 3)))
    height = HEAD + LINE * len(lines) + PAD
    return Box(device["name"], device["name"] + count, device["domain"], lines, height=height)


def layer_lines(place_name: str, deployment: dict[str, Any]) -> list[str]:
    """"vision: 30 of 61 layers" and "conv1 to block30" for each workload that runs there."""
    lines = []
    for entry in deployment["workloads"]:
        runs = [run for run in entry["placed"] if run["on"] == place_name]
        if not runs:
            continue
        count, total = sum(run["layers"] for run in runs), sum(run["layers"] for run in entry["placed"])
        share = f"all {total:,}" if count == total else f"{count:,} of {total:,}"
        lines.append((f"{entry['name']}: " if len(deployment["workloads"]) > 1 else "") + share + " layers")
        spans = [run["first"] if run["layers"] == 1 else f"{run['first']} to {run['last']}" for run in runs]
        if count < total:
            lines += spans if len(spans) <= 3 else [spans[0], f"… and {len(spans) - 1} more runs of layers"]
    return lines


def listed(names: list[str], most: int) -> str:
    """"a, b, c and 4 more"."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def columns_of(deployment: dict[str, Any], boxes: dict[str, Box]) -> list[list[Box]]:
    """Boxes by their number of links from the nearest device that sends requests; what no link reaches stands first. In a
    column those of one domain stand together, near to what they are linked with."""
    neighbours: dict[str, list[str]] = {name: [] for name in boxes}
    for link in deployment["links"]:
        neighbours[link["from"]].append(link["to"])
        neighbours[link["to"]].append(link["from"])
    depth = {entry["source"]: 0 for entry in deployment["workloads"]} or dict.fromkeys(list(boxes)[:1], 0)
    front = list(depth)
    while front:
        reached = [other for name in front for other in neighbours[name] if other not in depth]
        depth.update({name: depth[front_name] + 1 for front_name in front for name in neighbours[front_name]
                      if name not in depth})
        front = list(dict.fromkeys(reached))
    columns: list[list[Box]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for name, box in boxes.items():
        columns[depth.get(name, 0)].append(box)
    for index, column in enumerate(columns):
        before = {box.name: at for at, box in enumerate(columns[index - 1])} if index else {}
        wish = {}
        for at, box in enumerate(column):
            linked = [before[other] for other in neighbours[box.name] if other in before]
            wish[box.name] = sum(linked) / len(linked) if linked else float(at)
        best = {}
        for box in column:
            best[box.domain] = min(best.get(box.domain, float("inf")), wish[box.name])
        column.sort(key=lambda box: (best[box.domain], box.domain or "", wish[box.name]))
    return columns


def place(columns: list[list[Box]], domains: dict[str, int], links: list[dict[str, Any]]) -> list[Frame]:
    """Stacks the boxes of each column, moves columns to the height of what they are linked with, and returns the frames."""
    frames: list[list[Frame]] = []
    heights = []
    for index, column in enumerate(columns):
        x = MARGIN + FRAME_PAD + index * (BOX_WIDTH + GAP)
        y = MARGIN
        at = 0
        frames.append([])
        while at < len(column):
            domain = column[at].domain
            group = [box for box in column[at:] if box.domain == domain]
            framed = domain is not None
            top = y
            y += FRAME_HEAD if framed else 0
            for box in group:
                box.x, box.y, box.column = x + (BOX_WIDTH - box.width) / 2, y, index
                y += box.height + BOX_GAP
            y += FRAME_PAD - BOX_GAP if framed else -BOX_GAP
            if framed:
                frames[-1].append(Frame(domain, domains[domain], x - FRAME_PAD, top, BOX_WIDTH + 2 * FRAME_PAD, y - top))
            y += FRAME_GAP
            at += len(group)
        heights.append(y - FRAME_GAP)
    shifts = [shift_of(column, columns[index - 1] if index else [], links, max(heights) - height)
              for index, (column, height) in enumerate(zip(columns, heights))]
    return [Frame(one.domain, one.colour, one.x, one.y + shift, one.width, one.height)
            for shift, of_column in zip(shifts, frames) for one in of_column]


def shift_of(column: list[Box], before: list[Box], links: list[dict[str, Any]], room: float) -> float:
    """How far the column was moved down, at most `room`: to the mean height of what it is linked with in the column before,
    which stands already, and to the middle where that is nothing."""
    mine, other = {box.name: box for box in column}, {box.name: box for box in before}
    drops = []
    for link in links:
        ends = sorted((link["from"], link["to"]), key=lambda name: name in mine)
        if ends[0] in other and ends[1] in mine:
            drops.append(other[ends[0]].middle - mine[ends[1]].middle)
    shift = min(max(sum(drops) / len(drops), 0.0), room) if drops else room / 2
    for box in column:
        box.y += shift
    return shift


def wire_of(link: dict[str, Any], boxes: dict[str, Box], domains: dict[str, int]) -> Wire:
    """A line between the facing sides of two boxes, or around the right of a column."""
    left, right = sorted((boxes[link["from"]], boxes[link["to"]]), key=lambda box: (box.column, box.y))
    start_x = left.x + left.width
    label_x = MARGIN + FRAME_PAD + left.column * (BOX_WIDTH + GAP) + BOX_WIDTH + GAP / 2
    if left.column == right.column:
        path = f"M{start_x:.1f} {left.middle:.1f}H{label_x:.1f}V{right.middle:.1f}H{right.x + right.width:.1f}"
    else:
        reach = (right.x - start_x) / 2
        path = (f"M{start_x:.1f} {left.middle:.1f}C{start_x + reach:.1f} {left.middle:.1f} {right.x - reach:.1f} "
                f"{right.middle:.1f} {right.x:.1f} {right.middle:.1f}")
    return Wire(link["name"], link["domain"], domains[link["domain"]], (link["from"], link["to"]), path, label_lines(link),
                label_x, (left.middle + right.middle) / 2, bool(link.get("private")))


def label_lines(link: dict[str, Any]) -> list[str]:
    """Name, bandwidth by direction, latency, sharing."""
    up, down = (readable(link[key] * 8, "bit_per_s") for key in ("up_bytes_per_s", "down_bytes_per_s"))
    if link["duplex"] == "half":
        speed = [f"↕ {up} in all"]
    else:
        speed = [f"⇅ {up}"] if up == down else [f"↑ {up}", f"↓ {down}"]
    latency = readable(link["latency_s"], "s") + (" + jitter" if link.get("jitter") else "")
    sharing = "one each" if link.get("private") else {"fair": "shared", "fifo": "one by one"}[link["sharing"]]
    # With jitter there is no room for both in a line.
    return [link["name"], *speed, *([latency, sharing] if link.get("jitter") else [f"{latency}, {sharing}"])]


def spread_labels(wires: list[Wire]) -> None:
    """Moves the labels of each gap apart, up and down alike, so that none lies on another."""
    for x in dict.fromkeys(wire.label_x for wire in wires):
        mine = sorted((wire for wire in wires if wire.label_x == x), key=lambda wire: wire.label_y)
        for _ in range(200):
            moved = False
            for above, below in zip(mine, mine[1:]):
                overlap = (above.label_height + below.label_height) / 2 + LABEL_GAP - (below.label_y - above.label_y)
                if overlap > 0.01:
                    above.label_y -= overlap / 2
                    below.label_y += overlap / 2
                    moved = True
            if not moved:
                break
        top = min(wire.label_y - wire.label_height / 2 for wire in mine)
        for wire in mine:
            wire.label_y += max(MARGIN - top, 0.0)


def fit(text: str, width: float, character: float = CHARACTER) -> str:
    """The text, its end cut off where it would not fit the width."""
    room = int(width / character)
    return text if len(text) <= room else text[:max(room - 1, 1)].rstrip() + "…"


def in_words(deployment: dict[str, Any]) -> str:
    """The drawing for those who do not see it."""
    texts = []
    for device in deployment["devices"]:
        layers = {unit["name"]: layer_lines(f"{device['name']}.{unit['name']}", deployment)
                  for unit in (*device["processors"], *device["enclaves"])}
        runs = [f"{', '.join(lines)} on {name}" for name, lines in layers.items() if lines]
        texts.append(f"{device['count']} × {device['name']} of {device['domain']}"
                     + (f" with {'; '.join(runs)}" if runs else ""))
    for link in deployment["links"]:
        texts.append(f"link {link['name']} of {link['domain']} between {link['from']} and {link['to']}: "
                     + ", ".join(label_lines(link)[1:]))
    return ". ".join(texts) + "."
