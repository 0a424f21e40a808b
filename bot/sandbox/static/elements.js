// Everything interactive that is not a field, and the one place that knows which element is which.
import { CHOICES, initialChoice } from "./choices.js";
import { askToConfirm } from "./confirm.js";
import { h, safeUrl } from "./dom.js";
import { FIELDS, initialText } from "./fields.js";
import { words } from "./mrkdwn.js";

/** Whether an element holds a value that a form is sent with. */
export function isField(element) {
  return element.type in FIELDS || element.type in CHOICES;
}

/** What identifies a value within a view: Slack keeps what was typed only while both ids stay the same. */
export const fieldKey = (block, element) => `${block.block_id}/${element.action_id}`;

/** The value in a state as Slack keeps it, e.g. {type, selected_option: {value}}; undefined without a state. */
function entered(state) {
  if (!state) return undefined;
  const { type, ...rest } = state;
  const [value] = Object.values(rest);
  return Array.isArray(value) ? value.map((one) => one.value ?? one.id ?? one) : (value?.value ?? value);
}

/**
 * Draw a field as {node, read()}. `own` may hold id and labelId (to tie the label), and dispatches:
 * whether a change is sent to the bot at once.
 */
export function drawField(block, element, context, own = {}) {
  const key = fieldKey(block, element);
  const given = element.type in FIELDS ? initialText(element) : initialChoice(element);
  const initial = entered(context.state?.[block.block_id]?.[element.action_id]) ?? given;
  const value = context.drafts.has(key) ? context.drafts.get(key) : initial;
  const draw = FIELDS[element.type] ?? CHOICES[element.type];
  const drawn = draw(element, {
    ...own, value, context,
    changed: () => context.drafts.set(key, drawn.read()),
    dispatch: (chosen) => act(block, element, context, chosen),
  });
  context.drafts.set(key, value);
  return drawn;
}

async function act(block, element, context, value) {
  if (element.confirm && !(await askToConfirm(element.confirm, context.names))) return;
  await context.act(block, element, value);
}

function button(block, element, context) {
  const node = h("button", {
    type: "button", class: `button ${element.style ?? ""}`, "data-action": element.action_id,
    "aria-label": element.accessibility_label,
  }, words(element.text), element.url ? h("span", { "aria-hidden": "true" }, " ↗") : null);
  node.addEventListener("click", async () => {
    if (safeUrl(element.url)) window.open(element.url, "_blank", "noopener");
    node.setAttribute("aria-busy", "true");
    await act(block, element, context, element.value ?? null);
    node.removeAttribute("aria-busy");
  });
  return node;
}

function overflow(block, element, context) {
  const menu = h("details", { class: "menu" }, h("summary", { "aria-label": "More choices" }, "⋯"));
  menu.append(h("div", { class: "menu-items" }, element.options.map((option) => h("button", {
    type: "button",
    onclick: () => {
      menu.open = false;
      if (safeUrl(option.url)) window.open(option.url, "_blank", "noopener");
      act(block, element, context, option.value);
    },
  }, words(option.text), option.description ? h("small", {}, words(option.description)) : null))));
  return menu;
}

function image(block, element) {
  return h("img", { class: "accessory-image", src: safeUrl(element.image_url), alt: element.alt_text });
}

const OTHERS = { button, overflow, image };

/** Draw any element of a section or an actions block; in those, every change goes to the bot. */
export function drawElement(block, element, context) {
  if (element.type in OTHERS) return OTHERS[element.type](block, element, context);
  if (isField(element)) return drawField(block, element, context, { dispatches: true }).node;
  return h("em", { class: "unknown" }, `[${element.type} is not drawn here]`);
}
