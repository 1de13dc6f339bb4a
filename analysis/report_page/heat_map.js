// A result of a sweep over two of its axes as a heat map, or over one as a line; the others are held at one value each.

const NO_AXIS = "";
function heatSweep() { return data.heat_maps[Number(element("heat-sweep").value)]; }
// A filled triangle: more is asked than can be done. An open one: a queue grew, or users wait all the time.
const loadMark = (sweep, index) => ({ OVERLOADED: "▲", BACKLOGGED: "△", SATURATED: "△" })[sweep.loads[index]] || "";
const loadSymbol = (sweep, index) => ({ "▲": "triangle-up", "△": "triangle-up-open" })[loadMark(sweep, index)] || "circle";
const axisOf = (sweep, name) => sweep.axes.find((axis) => axis.name === name);
// Distinct values in order: numbers by size, texts as they first come.
function levels(axis) {
  const found = [...new Set(axis.values)];
  return axis.numeric ? found.sort((a, b) => a - b) : found;
}
function levelText(axis, value) { return axis.numeric ? readable(value, axis.unit, 4) : String(value); }

function heatPoints(sweep, xName, yName) {
  const held = [...element("heat-held").querySelectorAll("select")].filter((select) => select.value !== "*");
  return sweep.points.map((_, index) => index).filter((index) => held.every((select) => {
    const axis = axisOf(sweep, select.dataset.axis);
    return String(axis.values[index]) === select.value;
  }));
}
function heatText(sweep, index, metric) {
  const about = sweep.axes.map((axis) => `${safe(short(axis.name, 40))}: ${lines(levelText(axis, axis.values[index]), 60)}`);
  const mean = metric.mean[index], half = metric.half ? metric.half[index] : null;
  about.unshift(`<b>${safe(metric.name)}: ${readable(mean, metric.unit, 4)}</b>`);
  if (half !== null) about.push(`95 % interval over ${metric.count[index]} replications: ${readable(mean - half, metric.unit, 4)} to ${readable(mean + half, metric.unit, 4)}`);
  if (mean !== null) about.push(`exactly ${exact(mean, metric.unit)}${half === null ? "" : " ± " + half}`);
  if (sweep.loads[index]) about.push(`load ${safe(sweep.loads[index])}`);
  if (sweep.statuses[index] !== "ok") about.push(safe(sweep.statuses[index]) + (sweep.reasons[index] ? ": " + lines(sweep.reasons[index], 70) : ""));
  return about.join("<br>");
}
function heatAxis(axis, log, title, width, shown) {
  if (!axis.numeric) {
    const all = levels(axis);
    return { type: "linear", title: { text: title }, tickvals: all.map((_, i) => i), ticktext: all.map((value) => safe(short(value, width < 640 ? 14 : 26))), zeroline: false, showgrid: false };
  }
  return { ...(log ? logAxis(shown) : {}), title: { text: title + (log ? ", logarithmic" : "") }, zeroline: false, showgrid: false };
}
function placed(axis, value, scale) { return axis.numeric ? value / scale.size : levels(axis).indexOf(value); }

function makeHeat(width) {
  const sweep = heatSweep(), metric = sweep.metrics[element("heat-metric").value], now = theme();
  const x = axisOf(sweep, element("heat-x").value), y = axisOf(sweep, element("heat-y").value);
  const points = heatPoints(sweep), values = points.map((index) => metric.mean[index]), scale = scaleOf(values, metric.unit);
  heatNote(sweep, points, metric);
  const xScale = x.numeric ? scaleOf(levels(x), x.unit) : null, xLog = x.numeric && needsLog(levels(x));
  const title = safe(short(withUnit(metric.name, scale), 60)), xTitle = safe(short(x.numeric ? withUnit(x.label, xScale) : x.label, 60));
  const xAxis = heatAxis(x, xLog, xTitle, width, x.numeric ? scaled(levels(x), xScale) : []);
  const px = points.map((index) => placed(x, x.values[index], xScale));
  if (!y) {
    const order = points.map((_, i) => i).sort((a, b) => px[a] - px[b]);
    const half = points.map((index) => (metric.half && metric.half[index] !== null ? metric.half[index] / scale.size : 0));
    return { traces: [{ type: "scatter", mode: x.numeric ? "lines+markers" : "markers", x: order.map((i) => px[i]), y: order.map((i) => (values[i] === null ? null : values[i] / scale.size)),
                        error_y: { type: "data", array: order.map((i) => half[i]), color: now.soft, thickness: 1.2, width: 4 }, marker: { color: now.series[0], size: 9, symbol: order.map((i) => loadSymbol(sweep, points[i])) },
                        line: { color: now.series[0], width: 1.5 }, hoverinfo: "text", hovertext: order.map((i) => heatText(sweep, points[i], metric)) }],
             layout: { height: 460, xaxis: { ...xAxis, showgrid: true }, yaxis: { title: { text: title }, rangemode: Math.min(...values.filter((v) => v !== null)) >= 0 ? "tozero" : "normal" }, showlegend: false } };
  }
  const yScale = y.numeric ? scaleOf(levels(y), y.unit) : null, yLog = y.numeric && needsLog(levels(y));
  const yAxis = heatAxis(y, yLog, safe(short(y.numeric ? withUnit(y.label, yScale) : y.label, 60)), width, y.numeric ? scaled(levels(y), yScale) : []);
  const known = values.filter((value) => value !== null && value > 0);
  // A colour per factor, not per step, where values differ by orders of magnitude.
  const logColour = known.length === values.filter((value) => value !== null).length && needsLog(known) && Math.max(...known) / Math.min(...known) > 50;
  const colour = (value) => (value === null ? null : logColour ? Math.log10(value / scale.size) : value / scale.size);
  const bar = { thickness: 12, outlinewidth: 0, title: { text: title + (logColour ? ", logarithmic" : ""), side: "right" } };
  if (logColour) {
    const low = Math.floor(Math.log10(Math.min(...known) / scale.size)), high = Math.ceil(Math.log10(Math.max(...known) / scale.size));
    bar.tickvals = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    bar.ticktext = bar.tickvals.map((power) => digits(10 ** power));
  }
  const layout = { height: 480, xaxis: xAxis, yaxis: yAxis, showlegend: false, annotations: [], coloraxis: { colorscale: now.scale, colorbar: bar } };
  const xs = levels(x), ys = levels(y);
  if (points.length < 0.3 * xs.length * ys.length) {
    // Drawn at random rather than on a grid: each point for itself.
    return { traces: [{ type: "scatter", mode: "markers", x: px, y: points.map((index) => placed(y, y.values[index], yScale)), hoverinfo: "text",
                        hovertext: points.map((index) => heatText(sweep, index, metric)), marker: { color: values.map(colour), coloraxis: "coloraxis", size: 10, symbol: points.map((index) => loadSymbol(sweep, index)), line: { width: 0.6, color: now.soft } } }], layout };
  }
  const grid = ys.map(() => xs.map(() => null)), texts = ys.map(() => xs.map(() => ""));
  const xAt = new Map(xs.map((value, i) => [value, i])), yAt = new Map(ys.map((value, i) => [value, i]));
  points.forEach((index, i) => {
    const column = xAt.get(x.values[index]), row = yAt.get(y.values[index]);
    grid[row][column] = colour(values[i]);
    texts[row][column] = heatText(sweep, index, metric);
    if (values[i] === null) layout.annotations.push({ x: column, y: row, text: "×", showarrow: false, font: { color: now.soft }, hovertext: texts[row][column], captureevents: false });
  });
  // Where cells are few and wide enough, each carries its value: paper has no pointer.
  const written = xs.length * ys.length <= 120 && (width - 220) / xs.length > 46;
  const marked = written ? [] : points.filter((index) => loadMark(sweep, index));
  if (written) {
    const all = points.map((_, i) => colour(values[i])).filter((value) => value !== null), low = Math.min(...all), high = Math.max(...all);
    points.forEach((index, i) => {
      if (values[i] === null) return;
      const light = high > low && (colour(values[i]) - low) / (high - low) > 0.55;
      layout.annotations.push({ x: xAt.get(x.values[index]), y: yAt.get(y.values[index]), text: digits(values[i] / scale.size) + (loadMark(sweep, index) ? " " + loadMark(sweep, index) : ""), showarrow: false,
                                font: { size: 12, color: light ? "#000000" : "#ffffff" } });
    });
  }
  // Cells of one size, each named by its value: widths in proportion would hide the small ones.
  const ticks = (all, axis, axisScale, most) => {
    const step = Math.ceil(all.length / most), kept = all.map((_, i) => i).filter((i) => i % step === 0);
    return { type: "linear", tickvals: kept, zeroline: false, showgrid: false, ticktext: kept.map((i) => (axis.numeric ? digits(all[i] / axisScale.size) : safe(short(all[i], width < 640 ? 14 : 26)))) };
  };
  layout.xaxis = { ...ticks(xs, x, xScale, width < 640 ? 6 : 14), title: { text: xTitle } };
  layout.yaxis = { ...ticks(ys, y, yScale, 18), title: { text: yAxis.title.text.replace(", logarithmic", "") } };
  const marks = { type: "scatter", mode: "markers", hoverinfo: "skip", x: marked.map((index) => xAt.get(x.values[index])), y: marked.map((index) => yAt.get(y.values[index])),
                  marker: { symbol: marked.map((index) => loadSymbol(sweep, index)), size: 8, color: "#ffffff", line: { width: 1.2, color: "#000000" } } };
  return { traces: [{ type: "heatmap", z: grid, x: xs.map((_, i) => i), y: ys.map((_, i) => i), hoverinfo: "text", hovertext: texts, coloraxis: "coloraxis", xgap: xs.length > 40 ? 0 : 1.5, ygap: ys.length > 40 ? 0 : 1.5, hoverongaps: true }, ...(marked.length ? [marks] : [])], layout };
}
function heatNote(sweep, points, metric) {
  const without = points.filter((index) => metric.mean[index] === null).length;
  const loads = (mark) => [...new Set(points.filter((index) => loadMark(sweep, index) === mark).map((index) => sweep.loads[index]))].sort().join(" or ");
  element("heat-note").textContent = `${points.length.toLocaleString("en-US")} of ${sweep.all_points.toLocaleString("en-US")} points` +
    (sweep.replications > 1 ? `, each the mean of up to ${sweep.replications} replications (95 % interval by Student's t under the pointer).` : ".") +
    (without ? ` ${without} have no value: not measured, not completed or failed (×).` : "") +
    ["▲", "△"].map((mark) => (loads(mark) ? ` ${mark} ${loads(mark)}: latency says how long the queue was.` : "")).join("") +
    (points.length < sweep.all_points ? " Other values of the axes that are held are not shown." : "") +
    (sweep.same.length ? ` The same in every run: ${sweep.same.join(", ")}.` : "");
}
function holdOthers() {
  const sweep = heatSweep(), shown = [element("heat-x").value, element("heat-y").value];
  const holder = element("heat-held");
  const before = Object.fromEntries([...holder.querySelectorAll("select")].map((select) => [select.dataset.axis, select.value]));
  holder.replaceChildren(...sweep.axes.filter((axis) => !shown.includes(axis.name)).map((axis) => {
    const label = document.createElement("label"), select = document.createElement("select");
    label.append(`${axis.label} at `, select);
    select.dataset.axis = axis.name;
    const values = levels(axis);
    fill(select, values.map((value) => [String(value), levelText(axis, value)]), before[axis.name] || String(values[0]));
    select.addEventListener("change", () => redraw("heat"));
    return label;
  }));
}
function chooseSweep() {
  const sweep = heatSweep(), metrics = Object.entries(sweep.metrics);
  const wished = ["latency_p95_s", "latency_mean_s"].find((name) => name in sweep.metrics) || (metrics[0] || [""])[0];
  fill(element("heat-metric"), metrics.map(([key, metric]) => [key, metric.name]), wished);
  const names = sweep.axes.map((axis) => [axis.name, axis.label]);
  const numeric = sweep.axes.find((axis) => axis.numeric) || sweep.axes[0];
  const other = sweep.axes.find((axis) => axis !== numeric);
  fill(element("heat-x"), names, numeric ? numeric.name : NO_AXIS);
  fill(element("heat-y"), [[NO_AXIS, "nothing (a line)"], ...names], other ? other.name : NO_AXIS);
  holdOthers();
}
function startHeat() {
  if (!element("heat-sweep")) return;
  fill(element("heat-sweep"), data.heat_maps.map((sweep, index) => [String(index), sweep.label]), "0");
  chooseSweep();
  element("heat-sweep").addEventListener("change", () => { chooseSweep(); redraw("heat"); });
  element("heat-metric").addEventListener("change", () => redraw("heat"));
  for (const [id, other] of [["heat-x", "heat-y"], ["heat-y", "heat-x"]]) element(id).addEventListener("change", () => {
    // No axis can stand on both sides: the other side takes what is free.
    if (element(id).value === element(other).value) {
      const free = [...element(other).options].map((option) => option.value).find((value) => value !== element(id).value && value !== NO_AXIS);
      element(other).value = free === undefined ? NO_AXIS : free;
      if (element("heat-x").value === NO_AXIS) { element("heat-x").value = element(id).value; element("heat-y").value = NO_AXIS; }
    }
    holdOthers();
    redraw("heat");
  });
  addChart("heat", makeHeat);
}
