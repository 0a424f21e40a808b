// The question that a button or menu may ask before it acts.
import { h } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";

/** Ask, and give true only if the person says yes. Esc says no. */
export function askToConfirm(question, names) {
  const dialog = document.getElementById("confirm");
  return new Promise((resolve) => {
    const answer = (value) => () => dialog.close(value);
    dialog.setAttribute("aria-labelledby", "confirm-title");
    dialog.replaceChildren(
      h("h2", { id: "confirm-title" }, words(question.title)),
      h("div", { class: "confirm-text" }, textObject(question.text, names)),
      h("footer", {},
        h("button", { type: "button", class: "button", onclick: answer("no") }, words(question.deny) || "Cancel"),
        h("button", { type: "button", class: `button ${question.style === "danger" ? "danger" : "primary"}`, onclick: answer("yes") },
          words(question.confirm) || "Yes")));
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}
