// Block Kit, one function a block. `context` is where the blocks stand: names, people, drafts, errors, act.
import { h, freshId, safeUrl } from "./dom.js";
import { drawElement, drawField, isField } from "./elements.js";
import { markdown } from "./markdown.js";
import { textObject, words } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { chart, table } from "./tables.js";

const ALERT_SIGNS = { default: "•", info: "ℹ️", warning: "⚠️", error: "⛔", success: "✅" };

function section(block, context) {
  return h("div", { class: "section" },
    h("div", { class: "section-text" }, textObject(block.text, context.names),
      block.fields ? h("div", { class: "section-fields" }, block.fields.map((field) => h("div", {}, textObject(field, context.names)))) : null),
    block.accessory ? h("div", { class: "accessory" }, drawElement(block, block.accessory, context)) : null);
}

function image(block) {
  return h("figure", { class: "image" },
    block.title ? h("figcaption", {}, words(block.title)) : null,
    h("img", { src: safeUrl(block.image_url), alt: block.alt_text }));
}

function contextBlock(block, context) {
  return h("div", { class: "context" }, block.elements.map((part) => (part.type === "image"
    ? h("img", { src: safeUrl(part.image_url), alt: part.alt_text })
    : h("span", {}, textObject(part, context.names)))));
}

function alertBlock(block, context) {
  const level = block.level ?? "default";
  return h("div", { class: `alert ${level}`, role: "note" },
    h("span", { "aria-hidden": "true" }, ALERT_SIGNS[level]), h("div", {}, textObject(block.text, context.names)));
}

const GROUPED = /^(checkboxes|radio_buttons|multi_)/;

function input(block, context) {
  const { element } = block;
  if (!isField(element)) return h("em", { class: "unknown" }, `[${element.type} is not drawn here]`);
  const id = freshId();
  const grouped = GROUPED.test(element.type);
  const own = grouped ? { labelId: `${id}-label` } : { id };
  const field = drawField(block, element, context, { ...own, dispatches: Boolean(block.dispatch_action) });
  const label = [words(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  const hint = block.hint ? h("div", { class: "hint", id: `${id}-hint` }, words(block.hint)) : null;
  const problem = h("div", { class: "problem", id: `${id}-problem`, role: "alert" });
  field.node.setAttribute("aria-describedby", [hint ? `${id}-hint` : null, `${id}-problem`].filter(Boolean).join(" "));
  if (!block.optional && !grouped) field.node.setAttribute("aria-required", "true");
  const say = (text) => {
    problem.textContent = text ?? "";
    node.classList.toggle("wrong", Boolean(text));
    field.node.setAttribute("aria-invalid", String(Boolean(text)));
  };
  const node = h("div", { class: "input", "data-block": block.block_id },
    grouped ? h("div", { class: "label", id: `${id}-label` }, label) : h("label", { for: id, class: "label" }, label),
    field.node, hint, problem);
  say(context.errors?.[block.block_id]);
  context.inputs?.push({ block, element, field, say });
  return node;
}

const BLOCKS = {
  header: (block) => h("h3", { class: "header" }, words(block.text)),
  section,
  context: contextBlock,
  divider: () => h("hr"),
  actions: (block, context) => h("div", { class: "actions" }, block.elements.map((element) => drawElement(block, element, context))),
  image,
  rich_text: (block, context) => richText(block, context.names),
  input,
  alert: alertBlock,
  table: (block, context) => table(block, context.names),
  data_table: (block, context) => table(block, context.names),
  markdown: (block) => h("div", { class: "markdown" }, markdown(block.text)),
  data_visualization: (block) => chart(block),
};

/** Nodes for a list of blocks. */
export function drawBlocks(blocks, context) {
  return h("div", { class: "blocks" }, (blocks ?? []).map((block) => (block.type in BLOCKS
    ? BLOCKS[block.type](block, context)
    : h("em", { class: "unknown" }, `[a block of type ${block.type} is not drawn here]`))));
}
