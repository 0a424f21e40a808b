// Tables and simple charts.
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { richText } from "./richtext.js";

const drawCell = (cell, names) => (cell.type === "rich_text" ? richText(cell, names) : withEmoji(cell.text ?? String(cell.value ?? "")));

/** A table, or a data_table with caption and pages. */
export function table(block, names) {
  const [head, ...body] = block.rows;
  const align = (index, cell) => block.column_settings?.[index]?.align ?? (cell.type === "raw_number" ? "right" : null);
  const row = (cells, tag) => h("tr", {}, cells.map((cell, index) => h(tag, {
    scope: tag === "th" ? "col" : null, class: align(index, cell),
  }, drawCell(cell, names))));
  const size = block.type === "data_table" ? (block.page_size ?? 5) : body.length;
  const rows = h("tbody");
  const show = (from) => rows.replaceChildren(...body.slice(from, from + size).map((cells) => row(cells, "td")));
  show(0);
  return h("div", { class: "table-holder" },
    h("table", {}, block.caption ? h("caption", {}, block.caption) : null, h("thead", {}, row(head, "th")), rows),
    body.length > size ? pager(body.length, size, show) : null);
}

function pager(count, size, show) {
  let from = 0;
  const where = h("span", {});
  const move = (step) => {
    from = Math.min(Math.max(from + step, 0), Math.floor((count - 1) / size) * size);
    show(from);
    where.textContent = `${from + 1}–${Math.min(from + size, count)} of ${count}`;
  };
  move(0);
  return h("div", { class: "pager" },
    h("button", { type: "button", class: "button", onclick: () => move(-size) }, "Previous"), where,
    h("button", { type: "button", class: "button", onclick: () => move(size) }, "Next"));
}

function bars(rows) {
  const most = Math.max(...rows.map(({ value }) => value), 1);
  return h("div", { class: "bars" }, rows.map(({ label, value, series }) => [
    h("span", {}, label), h("meter", { min: 0, max: most, value, "aria-label": `${label} ${value}`, class: `series-${series}` }), h("span", {}, String(value)),
  ]));
}

/** A chart, each value drawn as a bar with its label and figure: readable by everybody, whatever its type. */
export function chart(block) {
  const { chart: drawn } = block;
  const rows = drawn.segments
    ? drawn.segments.map((segment) => ({ ...segment, series: 0 }))
    : drawn.series.flatMap((series, index) => series.data.map((point) => ({
      label: drawn.series.length > 1 ? `${point.label}, ${series.name}` : point.label, value: point.value, series: index,
    })));
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), bars(rows));
}
