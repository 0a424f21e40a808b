// What the page knows: whose eyes, which place, and the last state of the workspace.
import { fetchState, perform } from "./api.js";
import { toast } from "./dom.js";

export const store = {
  state: null,
  ...fromAddress(),
};

let draw = () => {};

/** Name the function that draws the page from the store. */
export function drawWith(callback) {
  draw = callback;
}

function fromAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  return { person: address.get("person"), place: address.get("place"), thread: address.get("thread") };
}

/** Change person, place or thread; the address keeps them, so that a reload or a second tab stays there. */
export async function go(change) {
  Object.assign(store, change);
  const kept = Object.entries({ person: store.person, place: store.place, thread: store.thread }).filter(([, value]) => value);
  history.replaceState(null, "", `#${new URLSearchParams(kept)}`);
  if ("person" in change) await refresh();
  else draw();
}

let running = null;
let again = false;

/** Fetch the state anew and draw it; calls that come in meanwhile are answered by one more fetch. */
export function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = fetchAndDraw().finally(() => { running = null; });
  return running;
}

async function fetchAndDraw() {
  do {
    again = false;
    try {
      const asked = store.person;
      const state = await fetchState(asked);
      if (asked !== store.person) again = true;
      else store.state = state;
    } catch (problem) {
      toast(problem.message);
      return;
    }
  } while (again);
  store.person = store.state.person;
  draw();
}

/** Do something as the present person; gives {failed: a sentence or null, errors: by block_id}. */
export async function ask(action) {
  let answer;
  try {
    answer = await perform(store.person, action);
  } catch (problem) {
    answer = { failed: problem.message, errors: {} };
  }
  if (answer.failed) toast(answer.failed);
  return answer;
}

/** Do something, and draw what came of it. */
export async function act(action) {
  const answer = await ask(action);
  await refresh();
  return answer;
}

/** The workspace's present time: this computer's, moved by the sandbox's clock. */
export function now() {
  return new Date(Date.now() + (store.state?.clock.offset ?? 0) * 1000);
}

/** Names of people and channels, as the drawing functions need them. */
export const names = {
  person: (id) => personById(id)?.name,
  channel: (id) => store.state.channels.find((channel) => channel.id === id)?.name,
  now,
};

/** A person of the workspace, or the bot, by id. */
export function personById(id) {
  return store.state.people.find((person) => person.id === id);
}

const KINDS = { private: (channel) => channel.private, public: (channel) => !channel.private };

/** Take a file in as the present person; its id, or null where that did not work. */
async function upload(file) {
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.readAsDataURL(file);
  });
  const answer = await ask({ kind: "upload", name: file.name, content: url.slice(url.indexOf(",") + 1) });
  return answer.id ?? null;
}

/** Everything a form's selects offer, the names in its texts, and the way in for its files. */
export const sources = {
  names,
  upload,
  people: () => store.state.people.map(({ id, name }) => ({ value: id, text: name })),
  channels: ({ private: withPrivate = true, filter } = {}) => store.state.channels
    .filter((channel) => withPrivate || !channel.private)
    .filter((channel) => !filter?.include || filter.include.some((kind) => KINDS[kind]?.(channel)))
    .map(({ id, name }) => ({ value: id, text: `#${name}` })),
};
