// The markdown block: headings, lists, quotes, code, tables, and marks inside a line.
import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";

const MARKS = [
  { pattern: /`([^`]+)`/, draw: (match) => h("code", {}, match[1]) },
  { pattern: /\[([^\]]+)\]\(([^)\s]+)\)/, draw: (match) => link(match[2], inline(match[1])) },
  { pattern: /\*\*(.+?)\*\*/, draw: (match) => h("strong", {}, inline(match[1])) },
  { pattern: /~~(.+?)~~/, draw: (match) => h("s", {}, inline(match[1])) },
  { pattern: /(?<![\w*])[*_](?=\S)(.+?)[*_](?![\w*])/, draw: (match) => h("em", {}, inline(match[1])) },
];

function inline(text) {
  const found = MARKS
    .map(({ pattern, draw }) => ({ draw, match: pattern.exec(text) }))
    .filter(({ match }) => match)
    .sort((one, other) => one.match.index - other.match.index)[0];
  if (!found) return [withEmoji(text)];
  const { match, draw } = found;
  return [withEmoji(text.slice(0, match.index)), draw(match), ...inline(text.slice(match.index + match[0].length))];
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

function table(rows) {
  const [head, , ...body] = rows.map(cells);
  return h("table", {},
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, inline(cell))))),
    h("tbody", {}, body.map((row) => h("tr", {}, row.map((cell) => h("td", {}, inline(cell)))))));
}

// Each kind of paragraph: which lines belong to it, and how they are drawn together.
const KINDS = [
  { test: /^#{1,6}\s/, single: true, draw: ([line]) => h("h4", {}, inline(line.replace(/^#+\s+/, ""))) },
  { test: /^(?:---+|\*\*\*+)\s*$/, single: true, draw: () => h("hr") },
  { test: /^\s*[-*+]\s/, draw: (rows) => h("ul", {}, rows.map((row) => h("li", {}, inline(row.replace(/^\s*[-*+]\s+/, ""))))) },
  { test: /^\s*\d+\.\s/, draw: (rows) => h("ol", {}, rows.map((row) => h("li", {}, inline(row.replace(/^\s*\d+\.\s+/, ""))))) },
  { test: /^>/, draw: (rows) => h("blockquote", {}, rows.map((row) => h("div", {}, inline(row.replace(/^>\s?/, ""))))) },
  { test: /^\s*\|.*\|\s*$/, draw: (rows) => (rows.length > 1 ? table(rows) : h("p", {}, inline(rows[0]))) },
  { test: /^\s*$/, draw: () => null },
  { test: /^/, draw: (rows) => h("p", {}, rows.flatMap((row, index) => [index ? h("br") : null, inline(row)])) },
];

const kindOf = (line) => KINDS.find(({ test }) => test.test(line));

function paragraphs(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    const last = groups.at(-1);
    if (last?.kind === kind && !kind.single) last.rows.push(line);
    else groups.push({ kind, rows: [line] });
  }
  return groups.map(({ kind, rows }) => kind.draw(rows)).filter(Boolean);
}

/** Nodes for a text in standard markdown. */
export function markdown(text) {
  return text.split(/^```.*$/m).flatMap((part, index) => (
    index % 2 ? [h("pre", {}, part.replace(/^\n|\n$/g, ""))] : paragraphs(part)));
}
