// Messages: the list of a channel, a DM or a thread.
import { drawBlocks } from "./blocks.js";
import { dayOf, fullTime, timeOf } from "./dates.js";
import { h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { act, go, names, personById, sources, store } from "./store.js";

const COLOURS = 6;

function avatar(author) {
  const initials = author.name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const colour = [...author.id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLOURS;
  return h("span", { class: `avatar colour-${author.bot ? "bot" : colour}`, "aria-hidden": "true" }, initials);
}

function body(message, channel) {
  if (!message.blocks?.length) return h("div", { class: "text" }, mrkdwn(message.text, names));
  return drawBlocks(message.blocks, {
    ...sources, drafts: new Map(),
    act: (block, element, value) => act({
      kind: "message_action", channel, ts: message.ts, block_id: block.block_id, action_id: element.action_id, value,
    }),
  });
}

function menu(message, channel, inThread) {
  const holder = h("details", { class: "menu message-menu" }, h("summary", { "aria-label": "Message actions" }, "⋯"));
  const item = (label, action) => h("button", { type: "button", onclick: () => { holder.open = false; action(); } }, label);
  holder.append(h("div", { class: "menu-items" },
    inThread ? null : item("Reply in thread", () => go({ thread: message.thread_ts ?? message.ts })),
    store.state.shortcuts.filter((shortcut) => shortcut.type === "message").map((shortcut) => item(shortcut.name, () => act({
      kind: "message_shortcut", callback_id: shortcut.callback_id, channel, ts: message.ts,
    })))));
  return holder;
}

function article(message, channel, inThread) {
  const author = personById(message.user) ?? { id: message.user ?? "?", name: message.user ?? "Somebody", bot: false };
  const replies = inThread ? 0 : message.replies;
  return h("article", { class: message.ephemeral ? "message ephemeral" : "message", "data-ts": message.ts },
    avatar(author),
    h("div", { class: "message-main" },
      message.ephemeral ? h("div", { class: "only-you" }, "Only visible to you") : null,
      h("div", { class: "message-head" },
        h("strong", {}, author.name),
        author.bot ? h("span", { class: "app-tag" }, "APP") : null,
        h("time", { datetime: new Date(Number(message.ts) * 1000).toISOString(), title: fullTime(Number(message.ts) * 1000) }, timeOf(message.ts))),
      body(message, channel),
      message.edited ? h("span", { class: "edited" }, "(edited)") : null,
      replies ? h("button", { type: "button", class: "replies", onclick: () => go({ thread: message.ts }) },
        `${replies} ${replies === 1 ? "reply" : "replies"}`) : null),
    message.ephemeral ? null : menu(message, channel, inThread));
}

/** Bring a list of messages up to date, redrawing only those that changed, and stay at the end if one was there. */
export function drawMessages(list, messages, channel, { inThread = false } = {}) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60 || !list.hasChildNodes();
  const before = new Map([...list.children].map((node) => [node.shownKey, node]));
  let day = null;
  const nodes = messages.flatMap((message) => {
    const heading = dayOf(message.ts, new Date());
    const drawn = kept(before, JSON.stringify([message, store.person, inThread]), () => article(message, channel, inThread));
    if (inThread || heading === day) return [drawn];
    day = heading;
    return [kept(before, `day ${heading}`, () => h("div", { class: "day" }, h("span", {}, heading))), drawn];
  });
  if (nodes.length !== list.children.length || nodes.some((node, index) => node !== list.children[index])) {
    list.replaceChildren(...nodes);
  }
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function kept(before, key, build) {
  const node = before.get(key) ?? build();
  node.shownKey = key;
  return node;
}
