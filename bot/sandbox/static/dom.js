// Small helpers for building the page. Text only ever enters as text nodes, so nothing needs escaping.

/**
 * Make an element. Properties starting with "on" are listeners, "class" and "aria-…" are attributes,
 * null, undefined and false are left out. Children may be nodes, strings, arrays or null.
 */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

let lastId = 0;

/** A fresh id that ties a label to its field. */
export function freshId() {
  lastId += 1;
  return `f${lastId}`;
}

/** Redraw a region only if what it shows has changed, so that focus and scrolling survive a live update. */
export function redraw(region, shown, build) {
  const key = JSON.stringify(shown);
  if (region.shownKey === key) return false;
  region.shownKey = key;
  region.replaceChildren(...[build()].flat(Infinity).filter(Boolean));
  return true;
}

/** Only web and mail addresses become links; anything else (javascript:, data:) is shown as text. */
export function safeUrl(address) {
  return /^(https?:\/\/|mailto:|tel:)/i.test(address ?? "") ? address : null;
}

/** A link that opens in a new tab, or plain text where the address is not safe. */
export function link(address, ...children) {
  const url = safeUrl(address);
  if (!url) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Show a short notice at the foot of the page for some seconds. */
export function toast(text) {
  const region = document.getElementById("toast");
  region.textContent = text;
  region.classList.add("shown");
  clearTimeout(region.timer);
  region.timer = setTimeout(() => region.classList.remove("shown"), 6000);
}
