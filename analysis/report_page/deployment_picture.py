"""Where everything of a deployment is drawn: devices in columns by their distance from the users, a frame per trust domain.

Coordinates are SVG units, 1 of which is a pixel where the picture has its natural size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BOX_WIDTH, GAP, MARGIN = 264.0, 236.0, 12.0
LINE, HEAD, PAD = 17.0, 27.0, 9.0
FRAME_HEAD, FRAME_PAD, FRAME_GAP, BOX_GAP = 24.0, 10.0, 18.0, 12.0
SWITCH_HEIGHT = 34.0
LABEL_WIDTH, LABEL_LINE, LABEL_GAP = 196.0, 15.0, 7.0
CHARACTER, SMALL_CHARACTER = 7.3, 6.5  # mean advance of the fonts of boxes and of labels
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


def picture_of(deployment: dict[str, Any]) -> Picture:
    """The drawing of deployment.json."""
    domains: dict[str, int] = {}
    for part in (*deployment["devices"], *deployment["links"]):
        domains.setdefault(part["domain"], len(domains) % FRAME_COLOURS)
    boxes = {device["name"]: device_box(device, deployment) for device in deployment["devices"]}
    boxes.update({name: Box(name, name, None, []) for name in deployment["switches"]})
    columns = columns_of(deployment, boxes)
    frames = place(columns, domains)
    wires = [wire_of(link, boxes, domains) for link in deployment["links"]]
    spread_labels(wires)
    height = max([frame.y + frame.height for frame in frames] + [box.y + box.height for box in boxes.values()] +
                 [wire.label_y + wire.label_height / 2 for wire in wires] + [0.0]) + MARGIN
    # A link within the last column bulges out to its right.
    right = max([frame.x + frame.width for frame in frames] + [wire.label_x + LABEL_WIDTH / 2 for wire in wires] +
                [box.x + BOX_WIDTH for box in boxes.values()]) + MARGIN
    return Picture(right, height, list(boxes.values()), frames, wires, domains, in_words(deployment))


def device_box(device: dict[str, Any], deployment: dict[str, Any]) -> Box:
    """Its units, each with the layers that run there."""
    count = f" ×{device['count']:,}" if device["count"] > 1 else ""
    lines: list[tuple[str, str]] = []
    if device.get("catalog_name") and device["catalog_name"] != device["name"]:
        lines.append(("plain", device["catalog_name"]))
    units = [(unit["name"], f"{unit['name']} ({unit['kind']})" if unit["name"] != unit["kind"] else unit["name"])
             for unit in device["processors"]]
    units += [(unit["name"], f"enclave {unit['name']}" + (f" ({unit['catalog_name']})" if unit.get("catalog_name") else "") +
               f" on {unit['on']}") for unit in device["enclaves"]]
    for name, text in units:
        place_name = f"{device['name']}.{name}"
        servers = [server for server in deployment["servers"] if server["on"] == place_name]
        layers = layer_lines(place_name, deployment)
        lines.append(("unit", text + (f": server, {servers[0]['replicas']} replicas" if servers and servers[0]["replicas"] > 1
                                      else ": server" if servers else "")))
        lines += [("layers", line) for line in layers]
    sources = [entry["name"] for entry in deployment["workloads"] if entry["source"] == device["name"]]
    if sources:
        lines.append(("plain", "requests of " + listed(sources, 3)))
    height = HEAD + LINE * len(lines) + PAD
    return Box(device["name"], device["name"] + count, device["domain"], lines, height=height)


def layer_lines(place_name: str, deployment: dict[str, Any]) -> list[str]:
    """"vision: 30 layers, conv1 to block30" for each workload that runs there."""
    lines = []
    for entry in deployment["workloads"]:
        runs = [run for run in entry["placed"] if run["on"] == place_name]
        if not runs:
            continue
        count = sum(run["layers"] for run in runs)
        spans = [run["first"] if run["layers"] == 1 else f"{run['first']} to {run['last']}" for run in runs]
        total = sum(run["layers"] for run in entry["placed"])
        share = "all" if count == total else f"{count:,} of"
        text = f"{share} {total:,} layers"
        if count < total:
            text += ": " + (", ".join(spans) if len(spans) <= 2 else f"{spans[0]}, {spans[1]} … in {len(spans)} runs")
        lines.append((f"{entry['name']}: " if len(deployment["workloads"]) > 1 else "") + text)
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


def place(columns: list[list[Box]], domains: dict[str, int]) -> list[Frame]:
    """Stacks the boxes of each column, centres the columns, and returns the frames."""
    frames: list[Frame] = []
    heights = []
    for index, column in enumerate(columns):
        x = MARGIN + FRAME_PAD + index * (BOX_WIDTH + GAP)
        y = MARGIN
        at = 0
        while at < len(column):
            domain = column[at].domain
            group = [box for box in column[at:] if box.domain == domain]
            framed = domain is not None
            top = y
            y += FRAME_HEAD if framed else 0
            for box in group:
                box.x, box.y = x, y
                y += box.height + BOX_GAP
            y += FRAME_PAD - BOX_GAP if framed else -BOX_GAP
            if framed:
                frames.append(Frame(domain, domains[domain], x - FRAME_PAD, top, BOX_WIDTH + 2 * FRAME_PAD, y - top))
            y += FRAME_GAP
            at += len(group)
        heights.append(y - FRAME_GAP)
    tallest = max(heights)
    shifts = [(tallest - height) / 2 for height in heights]
    for column, shift in zip(columns, shifts):
        for box in column:
            box.y += shift
    x_of_column = {MARGIN + index * (BOX_WIDTH + GAP): shift for index, shift in enumerate(shifts)}
    return [Frame(one.domain, one.colour, one.x, one.y + x_of_column[one.x], one.width, one.height) for one in frames]


def wire_of(link: dict[str, Any], boxes: dict[str, Box], domains: dict[str, int]) -> Wire:
    """A line between the facing sides of two boxes, or around the right of a column."""
    left, right = sorted((boxes[link["from"]], boxes[link["to"]]), key=lambda box: (box.x, box.y))
    start_x = left.x + BOX_WIDTH
    if left.x == right.x:
        bend = start_x + GAP / 2
        path = f"M{start_x:.1f} {left.middle:.1f}H{bend:.1f}V{right.middle:.1f}H{start_x:.1f}"
        label_x = bend
    else:
        reach = (right.x - start_x) / 2
        path = (f"M{start_x:.1f} {left.middle:.1f}C{start_x + reach:.1f} {left.middle:.1f} {right.x - reach:.1f} "
                f"{right.middle:.1f} {right.x:.1f} {right.middle:.1f}")
        label_x = start_x + reach
    return Wire(link["name"], link["domain"], domains[link["domain"]], (link["from"], link["to"]), path, label_lines(link),
                label_x, (left.middle + right.middle) / 2, bool(link.get("private")))


def label_lines(link: dict[str, Any]) -> list[str]:
    """Name and domain, bandwidth by direction, latency and sharing."""
    from report_page.readable import readable

    up, down = (readable(link[key] * 8, "bit_per_s") for key in ("up_bytes_per_s", "down_bytes_per_s"))
    if link["duplex"] == "half":
        speed = f"{up}, both ways together"
    else:
        speed = f"{up} each way" if up == down else f"↑ {up}  ↓ {down}"
    latency = readable(link["latency_s"], "s") + (" + jitter" if link.get("jitter") else "")
    sharing = "one each" if link.get("private") else {"fair": "shared fairly", "fifo": "one by one"}[link["sharing"]]
    return [link["name"], speed, f"{latency}, {sharing}"]


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
        runs = [f"{line} on {unit['name']}" for unit in (*device["processors"], *device["enclaves"])
                for line in layer_lines(f"{device['name']}.{unit['name']}", deployment)]
        texts.append(f"{device['count']} × {device['name']} of {device['domain']}" + (f" with {'; '.join(runs)}" if runs else ""))
    for link in deployment["links"]:
        name, speed, latency = label_lines(link)
        texts.append(f"link {name} of {link['domain']} between {link['from']} and {link['to']}: {speed}, {latency}")
    return ". ".join(texts) + "."
