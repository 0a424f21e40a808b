// Fields that one types in. Every field is {node, read()}; what read() gives is what the workspace is sent.
import { h } from "./dom.js";

/** Seconds since 1970 as the text that a datetime-local field holds, in the reader's zone. */
function localDateTime(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function shared(element, id, extra) {
  return {
    id,
    "data-action": element.action_id,
    placeholder: element.placeholder?.text,
    "aria-label": id ? null : (element.placeholder?.text ?? element.action_id),
    ...extra,
  };
}

/** Tell the bot when the element asks for it: at each character, or when Enter is pressed. */
function dispatchOn(node, element, dispatch) {
  const moments = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (moments.includes("on_character_entered")) node.addEventListener("input", () => dispatch(node.value));
  if (moments.includes("on_enter_pressed")) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      dispatch(node.value);
    });
  }
}

function typed(attributes, tag = "input") {
  return (element, { id, value, dispatch, dispatches, changed }) => {
    const node = h(tag, shared(element, id, { ...attributes(element), maxlength: element.max_length, value: value ?? "" }));
    node.addEventListener("input", changed);
    if (dispatches) dispatchOn(node, element, dispatch);
    return { node, read: () => (node.value === "" ? null : node.value) };
  };
}

function picked(type, toField = (value) => value, fromField = (text) => text) {
  return (element, { id, value, dispatch, dispatches, changed }) => {
    const node = h("input", shared(element, id, { type, value: value === null || value === undefined ? "" : toField(value) }));
    const read = () => (node.value === "" ? null : fromField(node.value));
    node.addEventListener("change", () => {
      changed();
      if (dispatches) dispatch(read());
    });
    return { node, read };
  };
}

/** A file is taken in as soon as it is chosen; what the form is sent is its id. */
function file(element, { id, value, changed, context }) {
  let held = value ?? [];
  const said = h("span", { class: "hint", role: "status" }, held.length ? `${held.length} chosen` : "");
  const accept = (element.filetypes ?? []).map((one) => `.${one}`).join(",");
  const node = h("input", { id, type: "file", "data-action": element.action_id, accept: accept || null, "aria-label": id ? null : element.action_id });
  if ((element.max_files ?? 10) > 1) node.multiple = true;
  node.addEventListener("change", async () => {
    said.textContent = "Taking it in…";
    const kept = await Promise.all([...node.files].map((one) => context.upload(one)));
    held = kept.filter(Boolean);
    said.textContent = held.length === kept.length ? [...node.files].map((one) => one.name).join(", ") : "That did not work; choose it again.";
    changed();
  });
  return { node: h("div", { class: "file" }, node, said), read: () => held };
}

const oneLine = typed(() => ({ type: "text", autocomplete: "off" }));
const manyLines = typed(() => ({ rows: 4 }), "textarea");

export const FIELDS = {
  plain_text_input: (element, field) => (element.multiline ? manyLines : oneLine)(element, field),
  email_text_input: typed(() => ({ type: "email", autocomplete: "off" })),
  url_text_input: typed(() => ({ type: "url", autocomplete: "off" })),
  number_input: typed((element) => ({
    type: "text", inputmode: element.is_decimal_allowed ? "decimal" : "numeric", autocomplete: "off",
  })),
  file_input: file,
  datepicker: picked("date"),
  timepicker: picked("time"),
  datetimepicker: picked("datetime-local", localDateTime, (text) => Math.floor(new Date(text).getTime() / 1000)),
};

/** The value that the bot put into a typed field at the start. */
export function initialText(element) {
  return element.initial_value ?? element.initial_date ?? element.initial_time ?? element.initial_date_time ?? null;
}
