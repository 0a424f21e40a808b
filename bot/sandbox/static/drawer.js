// The drawer: the mailbox, and the tools (clock, what was refused).
import { fetchMail, moveClock } from "./api.js";
import { fullTime } from "./dates.js";
import { h, redraw, toast } from "./dom.js";
import { now, refresh, store } from "./store.js";

const drawer = document.getElementById("drawer");
const buttons = { mail: document.getElementById("mail-button"), tools: document.getElementById("tools-button") };
let open = null;

/** label and seconds of the clock's steps. */
const STEPS = [["+ 5 min", 300], ["+ 15 min", 900], ["+ 1 hour", 3600], ["+ 1 day", 86_400]];

/** Open one side of the drawer ("mail" or "tools"), or close it if it is open already. */
export function toggleDrawer(side) {
  open = open === side ? null : side;
  drawer.hidden = open === null;
  for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-expanded", String(name === open));
  drawDrawer();
  if (open) drawer.querySelector("button")?.focus();
}

/** Close the drawer if it is open; tells whether it was. */
export function closeDrawer() {
  if (!open) return false;
  const button = buttons[open];
  toggleDrawer(open);
  button.focus();
  return true;
}

/** Draw the counts on the buttons, and the side that is open. */
export function drawDrawer() {
  const { mails, violations } = store.state;
  redraw(buttons.mail, mails, () => ["✉ ", h("span", { class: "word" }, "Mail"), mails ? h("span", { class: "count" }, String(mails)) : null]);
  redraw(buttons.tools, violations.length, () => ["⚙ ", h("span", { class: "word" }, "Tools"),
    violations.length ? h("span", { class: "count bad" }, String(violations.length)) : null]);
  if (open === "mail") drawMail(mails);
  if (open === "tools") drawTools(violations);
}

const head = (title) => h("header", { class: "pane-head" }, h("h2", {}, title),
  h("button", { type: "button", class: "icon", "aria-label": `Close ${title.toLowerCase()}`, onclick: closeDrawer }, "✕"));

async function drawMail(count) {
  if (drawer.mailsShown === `mail ${count}` && drawer.shownKey?.includes("mail")) return;
  drawer.mailsShown = `mail ${count}`;
  const { mails } = await fetchMail().catch((problem) => {
    toast(problem.message);
    return { mails: [] };
  });
  if (open !== "mail") return;
  redraw(drawer, ["mail", mails], () => [
    head("Mail"),
    h("div", { class: "drawer-body" }, mails.length ? mails.map((mail, index) => drawOneMail(mail, index === 0)) : h("p", {}, "No mail was sent yet.")),
  ]);
}

function drawOneMail(mail, unfolded) {
  return h("details", { class: "mail", open: unfolded },
    h("summary", {}, h("strong", {}, mail.subject || "(no subject)"), h("span", {}, `to ${mail.to}`), h("time", {}, mail.date)),
    h("dl", {}, Object.entries({ From: mail.from, To: mail.to, Cc: mail.cc }).filter(([, value]) => value)
      .map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    h("pre", { class: "mail-text" }, mail.text),
    mail.attachments.map(({ name, type, text }) => h("details", {}, h("summary", {}, `📎 ${name} (${type})`), h("pre", {}, text))));
}

function drawTools(violations) {
  redraw(drawer, ["tools", violations], () => [
    head("Tools"),
    h("div", { class: "drawer-body" },
      h("h3", {}, "Clock"),
      h("p", {}, "The workspace's time is ", h("strong", { class: "clock-now" }, fullTime(now().getTime())), ". It can only be moved forward."),
      h("div", { class: "actions" }, STEPS.map(([label, seconds]) => h("button", {
        type: "button", class: "button", onclick: () => advance(seconds),
      }, label))),
      h("h3", {}, "What was refused"),
      violations.length
        ? h("ol", { class: "violations" }, violations.map((violation) => h("li", {}, h("pre", {}, violation))))
        : h("p", {}, "Nothing: all that the bot sent kept Slack's rules.")),
  ]);
}

async function advance(seconds) {
  try {
    await moveClock(seconds);
  } catch (problem) {
    toast(problem.message);
  }
  await refresh();
}
