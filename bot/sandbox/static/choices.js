// Fields in which one chooses: selects of every source, checkboxes, radio buttons.
import { freshId, h } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";

/** The options of an element as [{label, options: [{value, text, description}]}]; a group without name has label null. */
function groupsOf(element, context) {
  const source = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  if (source === "users") return [{ label: null, options: context.people() }];
  if (source === "channels") return [{ label: null, options: context.channels({ private: false }) }];
  if (source === "conversations") return [{ label: null, options: context.channels({ filter: element.filter }) }];
  if (element.option_groups) return element.option_groups.map((group) => ({ label: words(group.label), options: group.options.map(plainOption) }));
  return [{ label: null, options: (element.options ?? []).map(plainOption) }];
}

function plainOption(option) {
  return { value: option.value, text: words(option.text), option };
}

function single(element, { id, value, dispatch, dispatches, changed, context }) {
  const placeholder = element.placeholder?.text ?? "Choose one";
  const node = h("select", { id, "data-action": element.action_id, "aria-label": id ? null : placeholder },
    h("option", { value: "" }, placeholder),
    groupsOf(element, context).map(({ label, options }) => {
      const drawn = options.map((option) => h("option", { value: option.value }, option.text));
      return label ? h("optgroup", { label }, drawn) : drawn;
    }));
  node.value = value ?? "";
  const read = () => node.value || null;
  node.addEventListener("change", () => {
    changed();
    if (dispatches && node.value) dispatch(read());
  });
  return { node, read };
}

/** A list of tick boxes or radio buttons; the caller's label becomes the name of the group. */
function list(type, element, groups, { labelId, value, dispatch, dispatches, changed, context }) {
  const chosen = new Set([value ?? []].flat());
  const name = freshId();
  const boxes = [];
  const draw = (option) => {
    const box = h("input", { type, name, value: option.value, "data-action": element.action_id });
    box.checked = chosen.has(option.value);
    boxes.push(box);
    const text = option.option ? textObject(option.option.text, context.names) : option.text;
    const description = option.option?.description;
    return h("label", { class: "choice" }, box, h("span", {}, text,
      description ? h("small", {}, textObject(description, context.names)) : null));
  };
  const node = h("div", {
    class: "choices", role: type === "radio" ? "radiogroup" : "group",
    "aria-labelledby": labelId, "aria-label": labelId ? null : (element.placeholder?.text ?? "Choices"),
  }, groups.map(({ label, options }) => [label ? h("div", { class: "group-label" }, label) : null, options.map(draw)]));
  const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const read = () => (type === "radio" ? (ticked()[0] ?? null) : ticked());
  node.addEventListener("change", () => {
    limit(boxes, element.max_selected_items);
    changed();
    if (dispatches) dispatch(read());
  });
  limit(boxes, element.max_selected_items);
  return { node, read };
}

function limit(boxes, most) {
  if (!most) return;
  const full = boxes.filter((box) => box.checked).length >= most;
  for (const box of boxes) box.disabled = full && !box.checked;
}

const ticks = (element, field) => list("checkbox", element, groupsOf(element, field.context), field);

function multi(element, field) {
  const drawn = ticks(element, field);
  drawn.node.classList.add("scrolling");
  return drawn;
}

export const CHOICES = {
  checkboxes: ticks,
  radio_buttons: (element, field) => list("radio", element, groupsOf(element, field.context), field),
};
for (const source of ["static", "users", "channels", "conversations"]) {
  CHOICES[`${source}_select`] = single;
  CHOICES[`multi_${source}_select`] = multi;
}

const INITIAL_ONE = ["initial_user", "initial_channel", "initial_conversation"];
const INITIAL_MANY = ["initial_users", "initial_channels", "initial_conversations"];

/** The value that the bot chose in an element at the start: a value, a list of values, or null. */
export function initialChoice(element) {
  if (element.initial_option) return element.initial_option.value;
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  const name = [...INITIAL_ONE, ...INITIAL_MANY].find((key) => element[key] !== undefined);
  return name ? element[name] : null;
}
