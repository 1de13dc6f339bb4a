// What leaks against what it costs: values above, and below them, in rows of their own, the points that have none.

const STATUSES = [["raw_input", "raw input seen"], ["not_measured", "not measured"], ["raw_output", "only answers seen"],
                  ["ciphertext_only", "only ciphertext"], ["nothing_seen", "nothing seen"]];
const FRONT_COSTS = [["latency_p95_s", "latency p95", "s"], ["latency_mean_s", "mean latency", "s"], ["cost_of_1000_usd", "cost of 1,000 requests", "usd"],
                     ["energy_j", "energy per request", "j"], ["up_bytes", "bytes sent up per request", "bytes"]];
const costOf = (key) => FRONT_COSTS.find((cost) => cost[0] === key);

// Whose latency says how long a queue was: none of them is the best of anything.
const STRAINED = ["OVERLOADED", "BACKLOGGED", "SATURATED"];
const strained = (point) => STRAINED.includes(point.load);
const SUBJECT = ["adversary", "model", "dataset"];
const subjectOf = (row) => JSON.stringify(SUBJECT.map((key) => row[key]));

// Values compare only for one model on one data set: an attack on another model answers another question.
function frontQuestions() {
  const found = new Map();
  for (const row of data.front) {
    const measured = row.status === "measured";
    const key = JSON.stringify([subjectOf(row), measured ? row.metric : "", measured ? row.scale : ""]);
    if (!found.has(key)) found.set(key, { adversary: row.adversary, model: row.model, dataset: row.dataset, metric: measured ? row.metric : "", scale: measured ? row.scale : "", measured });
  }
  const asked = new Set([...found.values()].filter((one) => one.measured).map(subjectOf));
  return [...found.values()].filter((one) => one.measured || !asked.has(subjectOf(one))).sort((a, b) => b.measured - a.measured);
}
// One point per thing that ran: the value that answers the question, else the worst that is known of it.
function frontPoints(question) {
  const groups = new Map();
  for (const row of data.front) {
    if (subjectOf(row) !== subjectOf(question)) continue;
    const key = JSON.stringify([row.source, row.name, row.workload]);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  return [...groups.values()].map((rows) => {
    const value = rows.find((row) => row.status === "measured" && row.metric === question.metric && row.scale === question.scale && row.value !== null);
    const open = rows.some((row) => row.status === "raw_output");
    if (value) return { ...value, open };
    for (const [status] of STATUSES) {
      const row = rows.find((one) => one.status === status);
      if (row && !(status === "raw_output" && rows.some((one) => one.status === "measured"))) return { ...row, value: null, open };
    }
    return { ...rows[0], status: "not_measured", value: null, why: "no value by this metric and scale", open };
  });
}
// The points that no other beats in both: less of x, and more private.
function frontOf(points, x, direction) {
  if (!direction) return [];
  const sign = direction === "larger" ? -1 : 1;
  const sorted = points.filter((p) => !strained(p)).sort((a, b) => a[x] - b[x] || sign * (a.value - b.value));
  const kept = [];
  for (const point of sorted) if (!kept.length || sign * point.value < sign * kept[kept.length - 1].value) kept.push(point);
  return kept;
}
function frontHover(point) {
  const about = [`<b>${lines(point.name, 60)}</b>`];
  about.push(point.value === null ? safe((STATUSES.find(([key]) => key === point.status) || ["", point.status])[1])
    : `${safe(point.metric)} ${digits(point.value, 4)}${point.scale ? ` (${safe(point.scale)})` : ""}, exactly ${point.value}`);
  for (const [key, name, unit] of FRONT_COSTS) if (point[key] !== null) about.push(`${name} ${readable(point[key], unit, 4)}, exactly ${exact(point[key], unit)}`);
  if (point.load) about.push(`load ${safe(point.load)}`);
  if (point.open) about.push("the answers are read in the clear");
  if (point.grade) about.push(`grade ${safe(point.grade)}`);
  if (point.why) about.push(lines(point.why, 70));
  return about.join("<br>");
}

function makeFront(width) {
  const question = frontQuestions()[Number(element("front-question").value)];
  const [x, xName, xUnit] = costOf(element("front-x").value);
  const colourKey = element("front-colour").value, cost = costOf(colourKey);
  const points = frontPoints(question), drawn = points.filter((point) => point[x] !== null);
  const measured = drawn.filter((point) => point.value !== null), unknown = drawn.filter((point) => point.value === null);
  const scale = scaleOf(drawn.map((point) => point[x]), xUnit), now = theme();
  const rows = STATUSES.filter(([key]) => unknown.some((point) => point.status === key));
  const sources = [...new Set(data.front.map((row) => row.source))];
  const known = cost ? drawn.filter((point) => point[colourKey] !== null) : [];
  const prices = known.map((point) => point[colourKey]), least = Math.min(...prices), most = Math.max(...prices);
  // A scale from end to end of what differs in the fifth digit would show a difference that nobody would pay for.
  const flat = known.length > 1 && most - least <= 1e-4 * Math.abs(most);
  const colourScale = cost ? scaleOf(known.map((point) => point[colourKey]), cost[2]) : null;
  const traces = [];
  const best = frontOf(measured, x, question.metric ? (measured[0] || {}).direction : "");
  if (best.length > 1) traces.push({ type: "scatter", mode: "lines", name: "best of both", x: best.map((p) => p[x] / scale.size), y: best.map((p) => p.value),
                                     line: { dash: "dash", width: 1.2, color: now.soft }, hoverinfo: "skip" });
  sources.forEach((source, index) => {
    traces.push({ type: "scatter", mode: "markers", name: safe(short(source, 40)), legendgroup: source, x: [null], y: [null],
                  marker: { symbol: SYMBOLS[index % 7], size: 10, color: cost ? now.soft : now.series[index % 7] } });
    for (const [part, axis] of [[measured, "y"], [unknown, "y2"]]) {
      const mine = part.filter((point) => point.source === source);
      const priced = cost ? mine.filter((point) => point[colourKey] !== null) : [];
      const rest = cost ? mine.filter((point) => point[colourKey] === null) : mine;
      for (const [group, coloured] of [[priced, true], [rest, false]]) {
        if (!group.length) continue;
        const marker = { symbol: SYMBOLS[index % 7] + (coloured || !cost ? "" : "-open"), size: axis === "y" ? 11 : 9,
                         opacity: group.map((point) => (strained(point) ? 0.45 : 1)), line: { width: cost && !coloured ? 1.5 : 0.8, color: coloured || !cost ? now.rim : now.soft } };
        if (coloured) Object.assign(marker, { color: group.map((point) => point[colourKey] / colourScale.size), coloraxis: "coloraxis" });
        else marker.color = cost ? now.soft : now.series[index % 7];
        traces.push({ type: "scatter", mode: "markers", name: safe(short(source, 40)), legendgroup: source, yaxis: axis, marker, hoverinfo: "text",
                      showlegend: false, hovertext: group.map(frontHover), x: group.map((point) => point[x] / scale.size),
                      y: group.map((point) => (axis === "y" ? point.value : rows.findIndex(([key]) => key === point.status))) });
      }
    }
  });
  const log = needsLog(drawn.map((point) => point[x]));
  const strip = rows.length ? (measured.length ? Math.min(0.08 + 0.075 * rows.length, 0.4) : 0.99) : 0;
  const direction = (measured[0] || {}).direction;
  const layout = { height: measured.length ? 520 : 170 + 60 * rows.length, margin: { l: 64, r: 24, t: 34, b: 56 }, showlegend: sources.length > 1, legend: { ...layoutOf({}).legend, y: 1.07 },
    xaxis: { title: { text: withUnit(xName, scale) + (log ? ", logarithmic" : "") }, ...(log ? logAxis(scaled(drawn.map((point) => point[x]), scale)) : {}), anchor: rows.length ? "y2" : "y" },
    yaxis: { domain: [strip ? Math.min(strip + 0.05, 0.995) : 0, 1], visible: measured.length > 0,
             zeroline: false },
    yaxis2: { domain: [0, strip || 0.001], visible: rows.length > 0, tickvals: rows.map((_, row) => row), ticktext: rows.map(([, name]) => name),
              range: [rows.length - 0.5, -0.5], zeroline: false }, annotations: [], shapes: [] };
  if (measured.length && Math.min(...measured.map((point) => point.value)) >= 0) layout.yaxis.range = [0, 1.15 * Math.max(...measured.map((point) => point.value)) || 1];
  if (cost && flat) layout.coloraxis = { colorscale: now.scale, cmin: least / colourScale.size - 1, cmax: most / colourScale.size + 1, showscale: false };
  else if (cost && known.length) layout.coloraxis = { colorscale: now.scale, colorbar: { thickness: 12, outlinewidth: 0, title: { text: withUnit(cost[1], colourScale), side: "right" } } };
  if (rows.length) layout.shapes.push({ type: "rect", xref: "paper", yref: "paper", x0: 0, x1: 1, y0: 0, y1: strip, line: { width: 0 }, fillcolor: now.soft, opacity: 0.1, layer: "below" });
  // What goes up stands above the axis, where it can be read without turning the head.
  if (measured.length) layout.annotations.push({ xref: "paper", yref: "paper", x: 0, y: 1, yanchor: "bottom", xanchor: "left", showarrow: false,
    text: `<b>${safe(short(question.metric, 40))}</b>` + (question.scale && width > 640 ? ` (${safe(short(question.scale, 50))})` : "") +
      (direction ? `   ${direction === "larger" ? "↑" : "↓"} more private` : "") });
  if (!measured.length) layout.annotations.push({ xref: "paper", yref: "paper", x: 0, xanchor: "left", y: 1, yanchor: "bottom", showarrow: false, text: "no value was measured for this adversary", font: { color: now.soft } });
  const absent = points.length - drawn.length, colourless = cost ? drawn.length - known.length : 0;
  element("front-note").textContent = `${measured.length} of ${points.length} points have a value. ` +
    (absent ? `${absent} have no ${xName} and are not drawn. ` : "") + (colourless ? `Hollow: ${cost[1]} is not known. ` : "") +
    (flat ? `One colour: to four digits, ${cost[1]} is ${readable(most, cost[2], 4)} at every point. ` : "") +
    (drawn.some(strained) ? `Pale: ${STRAINED.filter((load) => drawn.some((point) => point.load === load)).join(" or ")}, so that latency says how long the queue was; none of them can be the best. ` : "") +
    (best.length > 1 ? "Dashed: no other measured point is better in both." : "");
  return { traces, layout, after: (target) => {
    // The best first: where names compete for room, theirs matter most.
    const ordered = drawn.length <= 40 && best.length < 2 ? [...best, ...measured.filter((point) => !best.includes(point)), ...unknown] : best;
    if (width > 640) nameFront(target, ordered, drawn, (point) => [point[x] / scale.size, point.value === null ? rows.findIndex(([key]) => key === point.status) : point.value]);
  } };
}
// Names beside points, where there is room: a name that would lie on another, or on a point, is left to the hover.
function nameFront(target, named, all, at) {
  const full = target._fullLayout, yAxis = (point) => (point.value === null ? full.yaxis2 : full.yaxis);
  const pixel = (point) => { const [x, y] = at(point); return [full.xaxis.d2p(x), yAxis(point)._offset + yAxis(point).d2p(y)]; };
  const taken = all.map((point) => { const [px, py] = pixel(point); return [px - 7, py - 7, px + 7, py + 7]; });
  const free = (box, axis) => box[0] >= 0 && box[2] <= full.xaxis._length && box[1] >= axis._offset && box[3] <= axis._offset + axis._length &&
    taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
  const annotations = [...(full.annotations || [])].map((one) => one._input);
  for (const point of named.slice(0, 24)) {
    const text = short(point.name, 46), wide = 6.8 * text.length, [px, py] = pixel(point), [x, y] = at(point);
    for (const [dx, dy] of [[10, 0], [-10 - wide, 0], [-wide / 2, -17], [-wide / 2, 17]]) {
      const box = [px + dx, py + dy - 8, px + dx + wide, py + dy + 8];
      if (!free(box, yAxis(point))) continue;
      taken.push(box);
      annotations.push({ x: full.xaxis.type === "log" ? Math.log10(x) : x, y, yref: point.value === null ? "y2" : "y", text: safe(text), showarrow: false,
                         xanchor: "left", xshift: dx, yshift: -dy, font: { size: 12 } });
      break;
    }
  }
  Plotly.relayout(target, { annotations });
}
function startFront() {
  if (!element("front-question")) return;
  const questions = frontQuestions(), several = new Set(questions.map((one) => JSON.stringify([one.model, one.dataset]))).size > 1;
  const subject = (one) => (several ? `${one.model}${one.dataset ? ` on ${one.dataset}` : ""}, ` : "");
  fill(element("front-question"), questions.map((one, index) => [String(index), `${subject(one)}${short(one.adversary, 40)}: ${one.metric ? one.metric : "nothing measured"}${one.scale ? ` (${one.scale})` : ""}`]), "0");
  const known = FRONT_COSTS.filter(([key]) => data.front.some((row) => row[key] !== null));
  fill(element("front-x"), known.map(([key, name]) => [key, name]), "latency_p95_s");
  const priced = known.find(([key]) => key === "cost_of_1000_usd" && 2 * data.front.filter((row) => row[key] !== null).length > data.front.length);
  fill(element("front-colour"), [["source", "where it comes from"], ...known.map(([key, name]) => [key, name])], priced ? priced[0] : "source");
  for (const id of ["front-question", "front-x", "front-colour"]) element(id).addEventListener("change", () => redraw("front"));
  addChart("front", makeFront);
}
