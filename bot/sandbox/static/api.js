// The page's own little API, beside the stand-in Slack on the same server.

const BASE = "/page";

async function call(path, body) {
  const response = await fetch(`${BASE}${path}`, body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.problem ?? `The sandbox answered ${response.status}.`);
  return answer;
}

/** What one person sees, or the first person if none is named. */
export const fetchState = (person) => call(`/state?person=${encodeURIComponent(person ?? "")}`);

/** Do something as a person, e.g. {kind: "command", text, channel}; gives what came of it. */
export const perform = (person, action) => call("/act", { person, ...action });

/** The mails that were sent, newest first. */
export const fetchMail = () => call("/mail");

/** Move the workspace's clock forward by some seconds. */
export const moveClock = (seconds) => call("/clock", { seconds });

/** Call back whenever something changed: told by the server, or each second while it cannot tell. */
export function onChange(callback) {
  let polling = null;
  const source = new EventSource(`${BASE}/changes`);
  source.addEventListener("message", callback);
  source.addEventListener("open", () => {
    clearInterval(polling);
    polling = null;
    callback();
  });
  source.addEventListener("error", () => {
    polling ??= setInterval(callback, 1000);
  });
}
