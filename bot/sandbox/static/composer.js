// The box one writes in: plain text is a message, "/name …" a command.
import { freshId, h, toast } from "./dom.js";
import { act, store } from "./store.js";

/** What may complete the word at the cursor: a command at the start of the line, a person or a channel anywhere. */
function suggestions(text, inThread) {
  const word = /(?:^|\s)([@#][^@#\n]{0,40})$/.exec(text)?.[1];
  if (text.startsWith("/") && !text.includes(" ") && !inThread) {
    return store.state.commands
      .filter(({ command }) => command.startsWith(text.toLowerCase()))
      .map(({ command, description, usage_hint: hint }) => ({ label: command, hint: [hint, description].filter(Boolean).join(" — "), replaces: text, insert: `${command} ` }));
  }
  if (!word) return [];
  const [sign, start] = [word[0], word.slice(1).toLowerCase()];
  const pool = sign === "@" ? store.state.people : store.state.channels;
  return pool.filter(({ name }) => name.toLowerCase().startsWith(start) && name.toLowerCase() !== start)
    .map(({ name, role }) => ({ label: sign + name, hint: role ?? "", replaces: word, insert: `${sign}${name} ` }));
}

async function send(text, channel, thread) {
  const [, name, rest] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  if (!name) return act({ kind: "say", channel, thread, text });
  if (thread) return refuse("Slash commands cannot be used in a thread. Use the message's ⋯ menu, or the channel.");
  if (!store.state.commands.some(({ command }) => command === name)) {
    return refuse(`${name} is not a command of this workspace. Type / to see those there are.`);
  }
  return act({ kind: "command", command: name, text: rest, channel });
}

function refuse(text) {
  toast(text);
  return { failed: text };
}

/** Build a composer for a channel, or for a thread in it. */
export function composer(channel, label, thread = null) {
  const listId = freshId();
  const box = h("textarea", {
    rows: 1, placeholder: label, "aria-label": label, role: "combobox", "aria-autocomplete": "list",
    "aria-controls": listId, "aria-expanded": "false", spellcheck: "false",
  });
  const list = h("ul", { class: "suggestions", role: "listbox", id: listId, "aria-label": "Suggestions", hidden: true });
  let offered = [];
  let active = 0;

  const show = () => {
    offered = suggestions(box.value.slice(0, box.selectionStart), Boolean(thread)).slice(0, 14);
    active = 0;
    drawList();
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 200)}px`;
  };
  const drawList = () => {
    list.hidden = offered.length === 0;
    box.setAttribute("aria-expanded", String(offered.length > 0));
    list.replaceChildren(...offered.map((offer, index) => h("li", {
      role: "option", id: `${listId}-${index}`, "aria-selected": String(index === active),
      onmousedown: (event) => { event.preventDefault(); take(offer); },
    }, h("strong", {}, offer.label), h("span", {}, offer.hint))));
    if (offered.length) box.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else box.removeAttribute("aria-activedescendant");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };
  const take = ({ replaces, insert }) => {
    const end = box.selectionStart;
    box.setRangeText(insert, end - replaces.length, end, "end");
    show();
  };
  const submit = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    show();
    const answer = await send(text, channel, thread);
    if (answer.failed && !box.value) box.value = text;
    box.focus();
  };

  box.addEventListener("input", show);
  box.addEventListener("blur", () => { offered = []; drawList(); });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const exact = offered.length && offered[active].insert.trim() === offered[active].replaces;
    if (offered.length && event.key in MOVES) {
      active = (active + MOVES[event.key] + offered.length) % offered.length;
      drawList();
    } else if (offered.length && (event.key === "Tab" || (event.key === "Enter" && !exact))) take(offered[active]);
    else if (offered.length && event.key === "Escape") { offered = []; drawList(); }
    else if (event.key === "Enter" && !event.shiftKey) submit();
    else return;
    event.preventDefault();
  });
  return h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); submit(); } },
    list, box, h("button", { class: "button primary", "aria-label": "Send" }, "Send"));
}

const MOVES = { ArrowDown: 1, ArrowUp: -1 };
