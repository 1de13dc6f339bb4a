// The table of points: filtered by words and comparisons, sorted by a column, shown a page at a time.

const PAGE_ROWS = 100;
const points = { table: null, sorted: null, descending: false, shown: PAGE_ROWS };

const COMPARE = { "<=": (a, b) => a <= b, ">=": (a, b) => a >= b, "<": (a, b) => a < b, ">": (a, b) => a > b };
// "ok latency_p95_s<0.2" as a test of a row, and what of it cannot be meant; a comparison names the first column that has its
// name, whole or in part. A word that stands in a cell is always meant.
function rowTest(text) {
  const problems = [];
  const names = points.table.columns.map((column) => column.name.replace(/ /g, "_").toLowerCase());
  const tests = text.trim().toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
    const found = word.match(/^([^<>=]+)(<=|>=|<|>|=)(.*)$/), holds = (row) => row.some((cell) => cell !== null && String(cell).toLowerCase().includes(word));
    if (found) {
      const [, name, sign, value] = found;
      const at = names.includes(name) ? names.indexOf(name) : names.findIndex((one) => one.includes(name));
      const numeric = at >= 0 && points.table.columns[at].numeric;
      if (at >= 0 && value && sign === "=") return (row) => row[at] !== null && (Number(value) === row[at] || String(row[at]).replace(/ /g, "_").toLowerCase() === value);
      if (numeric && value && !Number.isNaN(Number(value))) return (row) => typeof row[at] === "number" && COMPARE[sign](row[at], Number(value));
      if (!points.table.rows.some(holds)) {
        problems.push(at < 0 ? `no column '${name}'` : !value ? `no value after '${name}${sign}'` :
          numeric ? `'${value}' is no number to compare '${name}' with` : `column '${names[at]}' holds texts, which only '=' compares`);
      }
    } else if (!points.table.rows.some(holds)) problems.push(`no row has '${word}'`);
    return holds;
  });
  return { test: (row) => tests.every((test) => test(row)), problems };
}
function sortRows(rows) {
  const at = points.sorted;
  if (at === null) return rows;
  // What has no value stands last, whichever way the others are sorted.
  return [...rows].sort((a, b) => {
    if (a[at] === null || b[at] === null) return (a[at] === null) - (b[at] === null);
    const order = typeof a[at] === "number" && typeof b[at] === "number" ? a[at] - b[at] : String(a[at]).localeCompare(String(b[at]));
    return points.descending ? -order : order;
  });
}
function headCell(column, index) {
  const cell = document.createElement("th"), button = document.createElement("button");
  cell.scope = "col";
  if (column.numeric) cell.className = "number";
  if (points.sorted === index) cell.setAttribute("aria-sort", points.descending ? "descending" : "ascending");
  button.type = "button";
  button.title = column.name;
  button.textContent = column.label + (points.sorted === index ? (points.descending ? " ▼" : " ▲") : "");
  button.addEventListener("click", () => {
    points.descending = points.sorted === index ? !points.descending : false;
    points.sorted = index;
    showPoints();
    element("points-table").querySelectorAll("thead button")[index].focus();
  });
  cell.append(button);
  return cell;
}
function bodyCell(value, column) {
  const cell = document.createElement("td");
  if (column.numeric) cell.className = "number";
  else if (typeof value === "string" && value.length > 40) cell.className = "why";
  cell.textContent = readable(value, column.unit);
  if (value !== null && cell.textContent !== String(value)) cell.title = exact(value, column.unit);
  return cell;
}
function showPoints() {
  const table = points.table;
  if (!table) return;
  const { test, problems } = rowTest(element("points-filter").value), kept = sortRows(table.rows.filter(test));
  const head = document.createElement("thead"), body = document.createElement("tbody"), top = document.createElement("tr");
  top.append(...table.columns.map(headCell));
  head.append(top);
  body.append(...kept.slice(0, points.shown).map((row) => {
    const line = document.createElement("tr");
    line.append(...row.map((value, index) => bodyCell(value, table.columns[index])));
    return line;
  }));
  element("points-table").replaceChildren(head, body);
  element("points-more").hidden = kept.length <= points.shown;
  element("points-count").textContent = `${kept.length.toLocaleString("en-US")} of ${table.rows.length.toLocaleString("en-US")} rows` +
    (kept.length > points.shown ? `, ${points.shown} shown` : "") + problems.map((one) => `; ${one}`).join("");
  element("points-filter").setAttribute("aria-invalid", String(problems.length > 0));
}
function startPoints() {
  if (!data.tables.length) {
    element("points-count").textContent = "no rows";
    return;
  }
  points.table = data.tables[0];
  fill(element("points-which"), data.tables.map((table, index) => [String(index), table.label]), "0");
  element("points-which-label").hidden = data.tables.length < 2;
  element("points-which").addEventListener("change", () => {
    Object.assign(points, { table: data.tables[Number(element("points-which").value)], sorted: null, shown: PAGE_ROWS });
    showPoints();
  });
  element("points-filter").addEventListener("input", () => { points.shown = PAGE_ROWS; showPoints(); });
  element("points-more").addEventListener("click", () => { points.shown += 5 * PAGE_ROWS; showPoints(); });
  showPoints();
}
