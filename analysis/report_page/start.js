// Unpacks the chart library and draws everything.

async function unpackPlotly() {
  const packed = Uint8Array.from(atob(element("plotly").textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  element("plotly").remove();
}
async function start() {
  startPoints();
  if (typeof DecompressionStream === "undefined") throw new Error("this browser cannot unpack the chart library (Chrome 80, Firefox 113, Safari 16.4 or later can)");
  await unpackPlotly();
  startCurves();
  addChart("attribution", makeAttribution);
  startTimeline();
  startFront();
  startHeat();
  redraw();
  darkScheme.addEventListener("change", () => redraw());
  let width = window.innerWidth, waiting;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (window.innerWidth !== width) redraw();
      width = window.innerWidth;
    }, 150);
  });
  window.addEventListener("beforeprint", () => { printing = true; redraw(); });
  window.addEventListener("afterprint", () => { printing = false; redraw(); });
}
start().then(() => { document.documentElement.dataset.drawn = "true"; }, (error) => {
  element("trouble").hidden = false;
  element("trouble").textContent = `The charts cannot be drawn: ${error.message}. Words and tables are complete.`;
  document.querySelectorAll(".wait").forEach((wait) => { wait.textContent = "not drawn"; });
  document.documentElement.dataset.drawn = "false";
});
