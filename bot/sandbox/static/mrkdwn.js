// Slack's own mark-up, drawn as nodes. `names` knows people and channels: {person(id), channel(id), now()}.
import { formatDate } from "./dates.js";
import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const BROADCASTS = new Set(["here", "channel", "everyone"]);

// A mark counts only at the edge of a word, as in Slack: 2*3*4 and snake_case_names stay as they are.
const edged = (mark, tag) => ({
  pattern: new RegExp(`(?<![\\p{L}\\p{N}${mark}])[${mark}](?=[^\\s${mark}])([^\\n]*?[^\\s${mark}])[${mark}](?![\\p{L}\\p{N}${mark}])`, "u"),
  draw: (match, names) => h(tag, {}, inline(match[1], names)),
});

const RULES = [
  { pattern: /`([^`\n]+)`/, draw: (match) => h("code", {}, unescaped(match[1])) },
  { pattern: /<([^<>\n]+)>/, draw: (match, names) => reference(match[1], names) },
  edged("*", "strong"),
  edged("_", "em"),
  edged("~", "s"),
];

function unescaped(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

/** What stands between angle brackets: a person, a channel, a date, a broadcast or a link. */
function reference(inside, names) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : unescaped(inside.slice(bar + 1));
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${names.person(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${names.channel(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("!date^")) return dateReference(target, label, names);
  if (target.startsWith("!")) return broadcast(target.slice(1), label);
  return link(unescaped(target), withEmoji(label ?? unescaped(target).replace(/^mailto:/, "")));
}

function dateReference(target, fallback, names) {
  const [, seconds, template, address] = target.split("^");
  if (!/^-?\d+$/.test(seconds ?? "") || !template) return h("span", {}, fallback ?? "");
  const text = formatDate(seconds, template, names.now());
  const shown = h("time", { datetime: new Date(Number(seconds) * 1000).toISOString(), title: fallback }, text);
  return address ? link(address, shown) : shown;
}

function broadcast(name, label) {
  const known = BROADCASTS.has(name.split("^")[0]);
  return h("span", { class: known ? "mention broadcast" : "mention" }, known ? `@${name}` : (label ?? name));
}

function inline(text, names) {
  const nodes = [];
  let rest = text;
  while (rest) {
    const found = RULES
      .map((rule) => ({ rule, match: rule.pattern.exec(rest) }))
      .filter(({ match }) => match)
      .sort((one, other) => one.match.index - other.match.index)[0];
    if (!found) break;
    nodes.push(plain(rest.slice(0, found.match.index)), found.rule.draw(found.match, names));
    rest = rest.slice(found.match.index + found.match[0].length);
  }
  nodes.push(plain(rest));
  return nodes.filter((node) => node !== "");
}

function plain(text) {
  return unescaped(withEmoji(text));
}

const LINE_KINDS = [
  { pattern: /^(?:&gt;|>)\s?(.*)$/, wrap: "blockquote" },
  { pattern: /^\s*([•◦▪-])\s+(.*)$/, item: "bullet" },
  { pattern: /^\s*(\d+\.)\s+(.*)$/, item: "number" },
];

function lines(text, names) {
  const nodes = [];
  let quote = null;
  for (const line of text.split("\n")) {
    const kind = LINE_KINDS.find(({ pattern }) => pattern.test(line));
    const match = kind?.pattern.exec(line);
    if (kind?.wrap) {
      quote ??= nodes[nodes.push(h("blockquote")) - 1];
      quote.append(h("div", {}, inline(match[1], names)));
      continue;
    }
    quote = null;
    if (kind) nodes.push(h("div", { class: `line-item ${kind.item}` }, h("span", {}, match[1]), h("div", {}, inline(match[2], names))));
    else nodes.push(h("div", { class: "line" }, line ? inline(line, names) : "\u00a0"));
  }
  return nodes;
}

/** Nodes for a text in Slack's mark-up. */
export function mrkdwn(text, names) {
  return (text ?? "").split("```").flatMap((part, index, parts) => {
    if (index % 2 === 1 && index < parts.length - 1) return [h("pre", {}, unescaped(part.replace(/^\n|\n$/g, "")))];
    const outside = index % 2 === 1 ? "```" + part : part;
    const trimmed = parts.length > 1 ? outside.replace(/^\n|\n$/g, "") : outside;
    return trimmed === "" ? [] : lines(trimmed, names);
  });
}

/** Nodes for a text object: {type: "mrkdwn" | "plain_text", text}. Plain text knows emoji and nothing else. */
export function textObject(object, names) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  return [h("span", { class: "plain" }, withEmoji(object.text ?? ""))];
}

/** The bare words of a text object, for labels and options. */
export function words(object) {
  return withEmoji(object?.text ?? "");
}
