// Latency, its parts, and what was busy when.

const TIMES = { latency: "latency", ttft: "time to the first token", tpot: "time per further token" };

// Rows that a legend above a chart takes.
function legendRows(names, width) {
  const wide = 60 + 7.4 * Math.max(...names.map((name) => name.length));
  return Math.ceil(names.length / Math.max(1, Math.floor((width - 90) / wide)));
}
// The end of a name tells series apart; its beginning, the scenario, most often does not.
function ending(text, most) { return text.length <= most ? text : "…" + text.slice(text.length - most + 1); }

function makeCurves(width) {
  const metric = element("curve-metric").value;
  const curves = data.curves.filter((curve) => curve.metric === metric);
  const all = curves.flatMap((curve) => [curve.times_s[0], curve.times_s[curve.times_s.length - 1]]);
  const scale = scaleOf(all, "s"), now = theme();
  const log = element("curve-log").checked;
  const traces = curves.map((curve, index) => {
    const x = [curve.times_s[0], ...curve.times_s], y = [0, ...curve.shares];
    return { type: "scatter", mode: "lines", name: safe(curve.label), x: scaled(x, scale), y, hoverinfo: "text",
             line: { shape: "hv", width: 2, color: now.series[index % 7], dash: DASHES[Math.floor(index / 7) % 4] },
             hovertext: x.map((time, i) => `<b>${safe(curve.label)}</b><br>${digits(100 * y[i], 4)} % of ` +
               `${curve.count.toLocaleString("en-US")} requests: at most ${readable(time, "s", 4)}<br>exactly ${exact(time, "s")}`) };
  });
  const axis = { ...(log ? logAxis(scaled(all, scale)) : { rangemode: "tozero" }), title: { text: withUnit(TIMES[metric], scale) + (log ? ", logarithmic" : "") } };
  return { traces, layout: { height: 370 + 20 * legendRows(curves.map((curve) => curve.label), width), xaxis: axis, showlegend: true, yaxis: {
    title: { text: "share of requests at or below" }, range: [0, 1.01], tickvals: [0, 0.25, 0.5, 0.75, 0.95, 1],
    ticktext: ["0", "25 %", "50 %", "75 %", "95 %", "100 %"] } } };
}
function startCurves() {
  if (!element("curve-metric")) return;
  const known = [...new Set(data.curves.map((curve) => curve.metric))];
  fill(element("curve-metric"), known.map((name) => [name, TIMES[name]]), known[0]);
  const choose = () => {
    const mine = data.curves.filter((curve) => curve.metric === element("curve-metric").value);
    element("curve-log").checked = needsLog(mine.flatMap((curve) => [curve.times_s[0], curve.times_s[curve.times_s.length - 1]]));
  };
  choose();
  element("curve-metric").addEventListener("change", () => { choose(); redraw("curves"); });
  element("curve-log").addEventListener("change", () => redraw("curves"));
  addChart("curves", makeCurves);
}

// A part keeps its colour in every chart; a pattern tells apart those that share one. The numbers are places in theme().series.
const PART_LOOKS = { queue_s: [4, "x"], compute_s: [0, ""], interference_s: [0, "/"], enclave_s: [2, ""], crossing_s: [2, "/"],
                     paging_s: [2, "."], attestation_s: [1, "/"], protect_s: [1, ""], crypto_s: [3, ""], serialise_s: [4, "/"],
                     wire_s: [4, ""], propagation_s: [5, ""] };

function makeAttribution(width) {
  const bars = data.attribution.flatMap((row) => [
    { label: row.label, kind: "mean", parts: row.mean_s, of: `mean of ${row.count.toLocaleString("en-US")} requests` },
    { label: row.label, kind: "slowest 5 %", parts: row.tail_s,
      of: `mean of the ${row.tail_count.toLocaleString("en-US")} that take ${readable(row.tail_from_s, "s")} or more` }]);
  const keys = Object.keys(bars[0].parts).filter((key) => bars.some((bar) => bar.parts[key] > 0));
  const totals = bars.map((bar) => Object.values(bar.parts).reduce((sum, value) => sum + value, 0));
  const scale = scaleOf(totals, "s"), now = theme();
  // Pairs stand together: a gap follows every second bar.
  const y = bars.map((_, index) => index + 0.45 * Math.floor(index / 2));
  const room = Math.max(14, Math.floor(width / 26));
  const traces = keys.map((key) => {
    const look = PART_LOOKS[key] || [6, "-"], name = key.replace(/_s$/, "").replace(/_/g, " ");
    return { type: "bar", orientation: "h", name: safe(name), y, x: scaled(bars.map((bar) => bar.parts[key]), scale), hoverinfo: "text",
             marker: { color: now.series[look[0]], line: { width: 0 },
                       pattern: { shape: look[1], fgcolor: now.paper, size: 6, solidity: 0.3, fillmode: "overlay", fgopacity: 0.8 } },
             hovertext: bars.map((bar, i) => `<b>${safe(bar.label)}</b>, ${safe(bar.kind)}<br>${safe(name)}: ${readable(bar.parts[key], "s")} ` +
               `(${digits(100 * bar.parts[key] / (totals[i] || 1))} %)<br>exactly ${exact(bar.parts[key], "s")}<br>${safe(bar.of)}`) };
  });
  const ticks = bars.map((bar) => (bar.kind === "mean" ? `${safe(ending(bar.label, room))}, mean` : "slowest 5 %"));
  const annotations = totals.map((total, i) => ({ x: total / scale.size, y: y[i], text: readable(total, "s"), showarrow: false, xanchor: "left", xshift: 5 }));
  return { traces, layout: { height: 110 + 20 * legendRows(keys, width - 200) + 34 * (y[y.length - 1] + 1), barmode: "stack", bargap: 0.25, annotations, showlegend: true,
    legend: { ...layoutOf({}).legend, traceorder: "normal" },
    xaxis: { title: { text: withUnit("latency", scale) }, range: [0, 1.12 * Math.max(...totals) / scale.size] },
    yaxis: { tickvals: y, ticktext: ticks, range: [y[y.length - 1] + 0.6, -0.6], showgrid: false, zeroline: false } } };
}

function makeTimeline(width) {
  const run = data.timelines[Number(element("timeline-run").value)];
  const measure = element("timeline-measure").value, share = measure === "utilisation";
  const end = Math.max(...run.resources.map((one) => one.edges_s[one.edges_s.length - 1]), 0);
  const scale = scaleOf([end], "s"), now = theme();
  const most = share ? 1 : Math.max(...run.resources.flatMap((one) => one.mean_waiting), 0) || 1;
  const traces = run.resources.map((one, row) => ({
    type: "heatmap", x: scaled(one.edges_s, scale), y: [row - 0.42, row + 0.42], z: [one[measure]], coloraxis: "coloraxis", hoverinfo: "text",
    hovertext: [one[measure].map((value, i) => `<b>${safe(one.name)}</b><br>${readable(one.edges_s[i], "s")} to ${readable(one.edges_s[i + 1], "s")}<br>` +
      `utilisation ${readable(one.utilisation[i], "share")}, exactly ${one.utilisation[i]}<br>mean waiting ${readable(one.mean_waiting[i], "")}`)] }));
  return { traces, layout: { height: 140 + 34 * Math.max(run.resources.length, 1), margin: { l: 64, r: 24, t: 34, b: 52 },
    coloraxis: { colorscale: now.ramp, cmin: 0, cmax: most, colorbar: { thickness: 12, outlinewidth: 0, title: { text: share ? "busy" : "waiting", side: "right" },
                                                                       tickformat: share ? ".0%" : "" } },
    xaxis: { title: { text: withUnit("simulated time", scale) }, showgrid: false, zeroline: false },
    yaxis: { tickvals: run.resources.map((_, row) => row), ticktext: run.resources.map((one) => safe(short(one.name, Math.max(14, Math.floor(width / 26))))),
             range: [run.resources.length - 0.5, -0.5], showgrid: false, zeroline: false } } };
}
function startTimeline() {
  if (!element("timeline-run")) return;
  fill(element("timeline-run"), data.timelines.map((run, index) => [String(index), run.label]), "0");
  for (const id of ["timeline-run", "timeline-measure"]) element(id).addEventListener("change", () => redraw("timeline"));
  addChart("timeline", makeTimeline);
}
