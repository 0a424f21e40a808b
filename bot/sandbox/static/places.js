// The sidebar, and what stands beside it: a conversation, a thread, or the Home tab.
import { drawBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { h, redraw } from "./dom.js";
import { drawMessages } from "./messages.js";
import { act, go, names, sources, store } from "./store.js";

const sidebar = document.getElementById("sidebar");
const main = document.getElementById("conversation");
const thread = document.getElementById("thread");

/** person and channel → the newest message seen there, while this tab is open. */
const seen = new Map();

const seenKey = (channel) => `${store.person} ${channel}`;

const newest = (channel) => channel.messages.at(-1)?.ts ?? "0";

const unread = (channel) => Number(newest(channel)) > Number(seen.get(seenKey(channel.id)) ?? "0");

function placeButton(place, sign, label, isUnread) {
  return h("button", {
    type: "button", class: isUnread ? "place unread" : "place", "data-place": place,
    "aria-current": store.place === place ? "page" : null,
    onclick: () => go({ place, thread: null }).then(hideSidebar),
  }, h("span", { class: "sign", "aria-hidden": "true" }, sign), label, isUnread ? h("span", { class: "unseen" }, " new") : null);
}

function shortcutButton(shortcut) {
  return h("button", {
    type: "button", class: "place", title: shortcut.description,
    onclick: () => { hideSidebar(); act({ kind: "shortcut", callback_id: shortcut.callback_id }); },
  }, h("span", { class: "sign", "aria-hidden": "true" }, "⚡"), shortcut.name);
}

/** On a narrow screen the sidebar is a drawer; show or hide it. */
export function toggleSidebar(open = !sidebar.classList.contains("open")) {
  sidebar.classList.toggle("open", open);
  document.getElementById("menu-button").setAttribute("aria-expanded", String(open));
  if (open) sidebar.querySelector("button")?.focus();
}

const hideSidebar = () => toggleSidebar(false);

/** Draw the list of places for the present person. */
export function drawSidebar() {
  const { channels, dms, shortcuts, bot } = store.state;
  const shortcutsHere = shortcuts.filter(({ type }) => type === "global");
  const shown = [store.person, store.place, bot, shortcutsHere, [...channels, ...dms].map((channel) => [channel.id, channel.name, unread(channel)])];
  const focused = document.activeElement?.dataset?.place;
  const changed = redraw(sidebar, shown, () => [
    placeButton("home", "⌂", "Home"),
    h("h2", {}, "Channels"),
    channels.map((channel) => placeButton(channel.id, channel.private ? "🔒" : "#", channel.name, unread(channel))),
    h("h2", {}, "Direct messages"),
    dms.map((dm) => placeButton(dm.id, "●", dm.name, unread(dm))),
    shortcutsHere.length ? [h("h2", {}, "Shortcuts"), shortcutsHere.map(shortcutButton)] : null,
  ]);
  if (changed && focused) sidebar.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
}

/** The channel or DM with an id, or undefined. */
const placeById = (id) => [...store.state.channels, ...store.state.dms].find((channel) => channel.id === id);

/** Draw what stands at the present place, choosing one where there is none. */
export function drawConversation() {
  if (store.place !== "home" && !placeById(store.place)) {
    store.place = store.state.channels[0]?.id ?? store.state.dms[0]?.id ?? "home";
    store.thread = null;
  }
  if (store.place === "home") return drawHome();
  const channel = placeById(store.place);
  const isDm = store.state.dms.includes(channel);
  const title = isDm ? channel.name : `${channel.private ? "🔒 " : "# "}${channel.name}`;
  redraw(main, [store.person, channel.id, title, channel.joined, channel.members], () => [
    h("header", { class: "pane-head" }, h("h1", {}, title),
      h("span", { class: "topic" }, isDm ? "Direct message" : memberLine(channel))),
    h("div", { class: "messages", role: "log", "aria-label": `Messages in ${title}`, tabindex: "0" }),
    channel.joined ? composer(channel.id, `Message ${title}`) : h("p", { class: "outside" }, "You can read this channel, but you are not in it."),
  ]);
  drawMessages(main.querySelector(".messages"), channel.messages.filter(inChannel), channel.id);
  seen.set(seenKey(channel.id), newest(channel));
  return undefined;
}

function memberLine(channel) {
  const members = channel.members.map((id) => names.person(id) ?? id);
  return `${members.length} members: ${members.join(", ")}`;
}

const inChannel = (message) => !message.thread_ts || message.thread_ts === message.ts;

function drawHome() {
  const { home, bot } = store.state;
  if (main.homeOf !== store.person || main.querySelector(".home") === null) {
    main.homeOf = store.person;
    act({ kind: "home" });
  }
  redraw(main, [store.person, "home", home?.blocks, home?.hash], () => [
    h("header", { class: "pane-head" }, h("h1", {}, bot.name), h("span", { class: "topic" }, "Home")),
    h("div", { class: "home" }, home
      ? drawBlocks(home.blocks, {
        ...sources, drafts: new Map(),
        act: (block, element, value) => act({ kind: "home_action", block_id: block.block_id, action_id: element.action_id, value }),
      })
      : h("p", {}, "The bot has not shown anything here yet.")),
  ]);
}

/** Draw the thread that is open, or hide the pane. */
export function drawThread() {
  const channel = store.place === "home" ? null : placeById(store.place);
  const messages = channel?.messages.filter((message) => message.ts === store.thread || message.thread_ts === store.thread) ?? [];
  const open = Boolean(store.thread && messages.length);
  thread.hidden = !open;
  if (!open) {
    thread.shownKey = null;
    return;
  }
  redraw(thread, [store.person, channel.id, store.thread], () => [
    h("header", { class: "pane-head" }, h("h2", {}, "Thread"),
      h("button", { type: "button", class: "icon", "aria-label": "Close thread", onclick: () => go({ thread: null }) }, "✕")),
    h("div", { class: "messages", role: "log", "aria-label": "Messages in the thread", tabindex: "0" }),
    composer(channel.id, "Reply", store.thread),
  ]);
  drawMessages(thread.querySelector(".messages"), messages, channel.id, { inThread: true });
}
