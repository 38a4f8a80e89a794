// The one place that talks to the sandbox's server.

export class Failure extends Error {}

async function answer(response) {
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Failure("");
  }
  if (!response.ok || body?.ok === false) throw new Failure(body?.error ?? "");
  return body;
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Failure("");
  }
  return answer(response);
}

const post = (path, body) =>
  request(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-Sandbox": "1" },
  });

export const getState = () => request("/api/state");

export async function getMessages(viewer, chat, before) {
  const query = new URLSearchParams({ chat, as: viewer, limit: 50 });
  if (before) query.set("before", before);
  const body = await request(`/api/messages?${query}`);
  return Array.isArray(body) ? body : body.messages;
}

export async function getCalls(after = 0) {
  const body = await request(`/api/calls?after=${after}&limit=200`);
  return Array.isArray(body) ? body : body.calls;
}

export const act = (as, verb, values = {}) => post("/api/act", { as, do: verb, ...values });
export const controlProcess = (name, verb) => post("/api/process", { name, do: verb });
export const setFaults = (mode, rate) => post("/api/faults", { mode, rate });
export const resetAll = () => post("/api/reset", {});

export function upload(as, chat, file, values) {
  const form = new FormData();
  form.set("as", as);
  form.set("chat", chat);
  for (const [name, value] of Object.entries(values)) if (value) form.set(name, value);
  form.set("file", file, file.name || "voice.webm");
  return request("/api/upload", { method: "POST", body: form, headers: { "X-Sandbox": "1" } });
}

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 4000;

// Keeps the page live: a snapshot, then events after it; whatever breaks, the same again from the start.
export async function live({ snapshot, event, online }) {
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    try {
      const after = await snapshot();
      online(true);
      const again = await follow(after, (data) => {
        pause = FIRST_PAUSE_MS;
        event(data);
      });
      if (again) continue;
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
    }
    online(false);
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

// Ends with true when everything known is void and a new snapshot is due at once.
function follow(after, take) {
  return new Promise((resolve) => {
    const source = new EventSource(`/api/events?after=${after}`);
    const stop = (again) => {
      source.close();
      resolve(again);
    };
    source.onmessage = (message) => {
      const data = JSON.parse(message.data);
      take(data);
      if (data.type === "reset") stop(true);
    };
    source.onerror = () => stop(false);
  });
}
