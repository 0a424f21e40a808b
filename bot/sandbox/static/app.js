// The page's start: fetch, draw, listen.
import { onChange } from "./api.js";
import { fullTime } from "./dates.js";
import { h, redraw } from "./dom.js";
import { closeDrawer, drawDrawer, toggleDrawer } from "./drawer.js";
import { drawModal } from "./modal.js";
import { drawConversation, drawSidebar, drawThread, toggleSidebar } from "./places.js";
import { drawWith, go, now, refresh, store } from "./store.js";

const person = document.getElementById("person");
const clock = document.getElementById("clock");

function drawPeople() {
  const people = store.state.people.filter((one) => !one.bot);
  redraw(person, people, () => people.map(({ id, name, role }) => h("option", { value: id }, role ? `${name} – ${role}` : name)));
  person.value = store.person;
}

function drawClock() {
  if (!store.state) return;
  clock.textContent = fullTime(now().getTime());
  clock.classList.toggle("moved", store.state.clock.offset !== 0);
  const inTools = document.querySelector(".clock-now");
  if (inTools) inTools.textContent = clock.textContent;
}

function drawAll() {
  document.getElementById("workspace-name").textContent = store.state.workspace.name;
  drawPeople();
  drawClock();
  drawConversation();
  drawSidebar();
  drawThread();
  drawDrawer();
  drawModal();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}

function onEscape() {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (document.getElementById("sidebar").classList.contains("open")) toggleSidebar(false);
  else if (!closeDrawer() && store.thread) go({ thread: null });
}

drawWith(drawAll);
person.addEventListener("change", () => go({ person: person.value, thread: null }));
document.getElementById("menu-button").addEventListener("click", () => toggleSidebar());
document.getElementById("mail-button").addEventListener("click", () => toggleDrawer("mail"));
document.getElementById("tools-button").addEventListener("click", () => toggleDrawer("tools"));
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) onEscape();
});
setInterval(drawClock, 1000);
refresh().then(() => onChange(refresh));
