// The modal: the top of the person's stack of views, in one dialog.
import { drawBlocks } from "./blocks.js";
import { problemOf } from "./checks.js";
import { h } from "./dom.js";
import { words } from "./mrkdwn.js";
import { ask, refresh, sources, store } from "./store.js";

const dialog = document.getElementById("modal");

/** view id → what was typed; a view underneath keeps its values while another lies on top. */
const drafts = new Map();
let shown = { key: null, id: null };
let inputs = [];
let busy = false;
let closing = Promise.resolve();

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  closeView();
});

/** Show, update or hide the dialog, as the state says. */
export function drawModal() {
  const { views } = store.state;
  forgetDrafts(views);
  const view = views.at(-1);
  if (!view) {
    shown = { key: null, id: null };
    if (dialog.open) dialog.close();
    return;
  }
  const key = JSON.stringify([store.person, view.id, view.hash, view.blocks, view.errors, views.length]);
  if (key === shown.key) return;
  const sameView = shown.id === view.id && dialog.open;
  const place = sameView ? focusedPlace() : null;
  const scrolled = sameView ? dialog.querySelector(".modal-body").scrollTop : 0;
  shown = { key, id: view.id };
  dialog.replaceChildren(...build(view, views.length));
  showBusy(busy);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".modal-body").scrollTop = scrolled;
  focusField(place, view);
}

function forgetDrafts(views) {
  const open = new Set(views.map((view) => view.id));
  for (const id of drafts.keys()) if (!open.has(id)) drafts.delete(id);
}

function build(view, depth) {
  if (!drafts.has(view.id)) drafts.set(view.id, new Map());
  inputs = [];
  const context = {
    ...sources, inputs, drafts: drafts.get(view.id), state: view.state?.values, errors: view.errors,
    act: (block, element, value) => whileBusy({
      kind: "view_action", view_id: view.id, block_id: block.block_id, action_id: element.action_id, value, values: values(),
    }),
  };
  return [
    h("header", {},
      h("h2", { id: "modal-title", tabindex: "-1" }, words(view.title)),
      depth > 1 ? h("span", { class: "depth" }, `Step ${depth}`) : null,
      h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: closeView }, "✕")),
    h("div", { class: "modal-body" }, drawBlocks(view.blocks, context), h("p", { class: "trouble", role: "alert" })),
    h("footer", {},
      h("span", { class: "working", role: "status" }),
      h("button", { type: "button", class: "button", onclick: closeView }, words(view.close) || (depth > 1 ? "Back" : "Cancel")),
      view.submit ? h("button", { type: "button", class: "button primary", id: "modal-submit", onclick: () => submit(view) }, words(view.submit)) : null),
  ].filter(Boolean);
}

/** What the form holds now, by block id. */
function values() {
  return Object.fromEntries(inputs.map(({ block, field }) => [block.block_id, field.read()]));
}

async function submit(view) {
  if (busy) return;
  let first = null;
  for (const { block, element, field, say } of inputs) {
    const problem = problemOf(block, element, field.read());
    say(problem);
    first ??= problem ? field.node : null;
  }
  if (first) {
    (first.matches("div") ? first.querySelector("input") : first)?.focus();
    return;
  }
  const answer = await whileBusy({ kind: "submit", view_id: view.id, values: values() });
  showErrors(answer?.errors ?? {});
}

function showErrors(errors) {
  const wrong = inputs.filter(({ block }) => block.block_id in errors);
  for (const { block, say } of wrong) say(errors[block.block_id]);
  const field = wrong[0]?.field.node;
  (field?.matches("div") ? field.querySelector("input") : field)?.focus();
}

/** A second Escape waits for the first: the view below is on the screen before the first has ended. */
function closeView() {
  closing = closing.then(() => whileBusy({ kind: "close" }));
}

/** Ask the bot, show that it is being asked, and keep a second click from asking again. */
async function whileBusy(action) {
  if (busy) return null;
  showBusy(true);
  dialog.querySelector(".trouble").textContent = "";
  const answer = await ask(action);
  showBusy(false);
  await refresh();
  if (answer.failed && dialog.open) {
    dialog.querySelector(".trouble").textContent = `${answer.failed} What you entered is kept; you can try again.`;
  }
  return answer;
}

function showBusy(now) {
  busy = now;
  dialog.setAttribute("aria-busy", String(now));
  dialog.querySelector(".working").textContent = now ? "Working…" : "";
  dialog.querySelector("#modal-submit")?.setAttribute("aria-disabled", String(now));
}

function focusedPlace() {
  const focused = document.activeElement;
  if (!dialog.contains(focused)) return null;
  return { block: focused.closest("[data-block]")?.dataset.block, action: focused.dataset.action, value: focused.value, type: focused.type, cursor: focused.selectionStart };
}

const TICKABLE = new Set(["checkbox", "radio"]);

function focusField(place, view) {
  if (place?.action) {
    const same = [...dialog.querySelectorAll("[data-action]")].find((node) => node.dataset.action === place.action
      && node.closest("[data-block]")?.dataset.block === place.block
      && (!TICKABLE.has(place.type) || node.value === place.value));
    if (same) {
      same.focus();
      if (typeof place.cursor === "number") same.setSelectionRange(place.cursor, place.cursor);
      return undefined;
    }
  }
  const wanted = inputs.find(({ element }) => element.focus_on_load) ?? inputs[0];
  const field = wanted?.field.node;
  const node = field?.matches("div") ? field.querySelector("input") : field;
  return (node ?? dialog.querySelector(view.submit ? "#modal-submit" : "#modal-title")).focus();
}
