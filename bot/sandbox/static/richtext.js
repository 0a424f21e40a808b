// The rich_text block: sections, lists, quotes and preformatted text.
import { formatDate } from "./dates.js";
import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

const INLINE = {
  text: (part) => part.text,
  link: (part) => link(part.url, part.text ?? part.url),
  emoji: (part) => emoji(part.name),
  user: (part, names) => h("span", { class: "mention" }, `@${names.person(part.user_id) ?? part.user_id}`),
  channel: (part, names) => h("span", { class: "mention" }, `#${names.channel(part.channel_id) ?? part.channel_id}`),
  broadcast: (part) => h("span", { class: "mention broadcast" }, `@${part.range}`),
  date: (part, names) => h("time", { title: part.fallback }, formatDate(part.timestamp, part.format, names.now())),
};

function styled(part, names) {
  const bare = INLINE[part.type]?.(part, names) ?? "";
  return Object.entries(STYLE_TAGS).reduce((node, [style, tag]) => (part.style?.[style] ? h(tag, {}, node) : node), bare);
}

const inline = (holder, names) => holder.elements.map((part) => styled(part, names));

const BLOCKS = {
  rich_text_section: (block, names) => h("div", { class: "rich-section" }, inline(block, names)),
  rich_text_preformatted: (block, names) => h("pre", {}, inline(block, names)),
  rich_text_quote: (block, names) => h("blockquote", { class: "rich-section" }, inline(block, names)),
  rich_text_list: (block, names) => h(block.style === "ordered" ? "ol" : "ul",
    { class: `indent-${block.indent ?? 0}`, start: block.offset ? block.offset + 1 : null },
    block.elements.map((item) => h("li", {}, inline(item, names)))),
};

/** Nodes for a rich_text block. */
export function richText(block, names) {
  return h("div", { class: "rich" }, block.elements.map((part) => BLOCKS[part.type]?.(part, names)));
}
