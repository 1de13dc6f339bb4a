"use strict";
// Colours, units and texts that every chart shares, and the list of charts to redraw when the theme changes.

const data = JSON.parse(document.getElementById("data").textContent);
const darkScheme = window.matchMedia("(prefers-color-scheme: dark)");
let printing = false;
const charts = [];  // {id, make}: make() returns {traces, layout}

// Okabe and Ito, "Color Universal Design", 2008, lighter where the paper is dark. Scales rise in lightness throughout, so that
// they can be read without telling hues apart: Cividis (Nunez, Anderton and Renslow 2018), and its upper part on dark paper.
function theme() {
  const dark = darkScheme.matches && !printing;
  return dark
    ? { dark, ink: "#e6e9ed", soft: "#a3adb8", line: "#363d45", paper: "#15181c",
        series: ["#4aa3df", "#f0782f", "#2bbd91", "#d88fc4", "#e6a91f", "#9fd8f7", "#e6e9ed"],
        ramp: [[0, "#1f262e"], [1, "#9ad4ff"]], scale: [[0, "#4668a8"], [0.5, "#a09a80"], [1, "#ffea46"]], rim: "#15181c" }
    : { dark, ink: "#1b1f24", soft: "#57606a", line: "#e1e5ea", paper: "#ffffff",
        series: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"],
        ramp: [[0, "#edf2f7"], [1, "#00407a"]], scale: "Cividis", rim: "#ffffff" };
}
const DASHES = ["solid", "dash", "dot", "dashdot"];
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x", "star"];

// Names are the user's: the chart library reads markup in texts, so none may reach it.
function safe(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
function short(text, most) {
  text = String(text);
  return text.length <= most ? text : text.slice(0, Math.ceil((most - 1) / 2)) + "…" + text.slice(text.length - Math.floor((most - 1) / 2));
}
// A text in lines of at most so many characters, for hover boxes.
function lines(text, most) {
  const out = [""];
  for (const word of String(text).split(" ")) {
    if (out[out.length - 1] && (out[out.length - 1] + " " + word).length > most) out.push("");
    out[out.length - 1] += (out[out.length - 1] ? " " : "") + word;
  }
  return out.map(safe).join("<br>");
}

// --- Units ---
const UNITS = {
  s: [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]], bytes: [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]],
  j: [[1e6, "MJ"], [1e3, "kJ"], [1, "J"], [1e-3, "mJ"], [1e-6, "µJ"]], usd: [[1, "USD"]], per_s: [[1, "/s"]], share: [[0.01, "%"]] };
const BASE = { s: "s", bytes: "B", j: "J", usd: "USD", per_s: "/s", share: "", "": "" };

for (const [key, name] of Object.entries(data.units)) {
  UNITS[key] = [[1, name]];
  BASE[key] = name;
}

// The unit that suits the larger of these values: {size, name}.
function scaleOf(values, unit) {
  if (!UNITS[unit]) return { size: 1, name: "" };
  const most = Math.max(...values.filter((v) => v !== null && isFinite(v)).map(Math.abs), 0);
  const step = UNITS[unit].find(([size]) => most >= size) || UNITS[unit][most > 0 ? UNITS[unit].length - 1 : 0];
  return { size: step[0], name: step[1] };
}
function scaled(values, scale) { return values.map((v) => (v === null ? null : v / scale.size)); }
function digits(value, most = 3) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(most - 1);
  if (size >= 10 ** (most - 1)) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(most)));
}
function readable(value, unit, most = 3) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (!unit) return Number.isInteger(value) && Math.abs(value) < 1e9 ? value.toLocaleString("en-US") : digits(value, most);
  if (unit === "share" && value > 0 && value < 1e-5) return "< 0.001\u00a0%";
  const scale = scaleOf([value], unit);
  return digits(value / scale.size, most) + (scale.name === "/s" ? "" : "\u00a0") + scale.name;
}
function exact(value, unit) {
  if (value === null || value === undefined) return "no value";
  return typeof value === "number" && BASE[unit] ? `${value} ${BASE[unit]}` : String(value);
}
function withUnit(name, scale) { return scale.name ? `${name} (${scale.name})` : name; }
// A logarithmic axis where a linear one would crowd the small values.
function needsLog(values) {
  const known = values.filter((v) => v !== null);
  const least = Math.min(...known), most = Math.max(...known);
  return known.length > 1 && least > 0 && most / least > 8;
}

// A logarithmic axis from these values, shown, with few plain numbers: readers should not have to raise ten to a power.
function logAxis(values) {
  const known = values.filter((v) => v !== null && v > 0), low = Math.min(...known) / 1.15, high = Math.max(...known) * 1.15;
  const decades = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) decades.push(power);
  const ticksOf = (steps, stride) => decades.filter((_, i) => i % stride === 0).flatMap((power) => steps.map((step) => step * 10 ** power)).filter((v) => v >= low && v <= high);
  const ways = [[[1, 2, 5], 1], [[1, 3], 1], [[1], 1], [[1], 2], [[1], 3], [[1], 5]];
  const ticks = ways.map(([steps, stride]) => ticksOf(steps, stride)).find((one) => one.length <= 9) || [];
  return { type: "log", range: [Math.log10(low), Math.log10(high)], tickvals: ticks, ticktext: ticks.map((v) => digits(v, 6)) };
}

// --- Drawing ---
function layoutOf(more) {
  const now = theme();
  const axis = { gridcolor: now.line, linecolor: now.soft, zerolinecolor: now.line, tickcolor: now.soft, automargin: true, exponentformat: "e", separatethousands: true,
                 title: { standoff: 12 } };
  const layout = { font: { family: "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif", size: 13, color: now.ink },
                   paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 64, r: 24, t: 16, b: 52 },
                   modebar: { bgcolor: "rgba(0,0,0,0)", color: now.soft, activecolor: now.ink }, hovermode: "closest", hoverlabel: { bgcolor: now.paper, bordercolor: now.soft, align: "left",
                                                       font: { color: now.ink, size: 13 } },
                   legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12.5 } }, ...more };
  for (const key of Object.keys(layout)) if (/^[xy]axis\d?$/.test(key)) layout[key] = { ...axis, ...layout[key] };
  return layout;
}
const CONFIG = { displaylogo: false, modeBarButtons: [["toImage", "zoom2d", "resetScale2d"]] };

const PAPER_WIDTH = 680;  // what A4 and Letter have between their margins
function draw(chart) {
  const target = document.getElementById(`chart-${chart.id}`);
  if (!target) return;
  const width = printing ? PAPER_WIDTH : target.clientWidth;
  const { traces, layout, after } = chart.make(width);
  target.style.minHeight = `${layout.height}px`;
  target.querySelectorAll(".wait").forEach((wait) => wait.remove());
  Plotly.react(target, traces, layoutOf({ ...layout, width }), CONFIG);
  if (after) after(target);
}
function addChart(id, make) {
  if (document.getElementById(`chart-${id}`)) charts.push({ id, make });
}
// A chart that fails says so in its place; the others are drawn all the same.
function redraw(id) {
  for (const chart of charts.filter((one) => id === undefined || one.id === id)) {
    try {
      draw(chart);
    } catch (error) {
      console.error(error);
      document.getElementById(`chart-${chart.id}`).textContent = `This chart cannot be drawn: ${error.message}`;
    }
  }
}

function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
}
function element(id) { return document.getElementById(id); }
