// What the page knows: the server's snapshot, the messages of each phone, calls; and how events change it.
import { getCalls, getMessages, getState, live } from "./api.js";
import { prefs, save } from "./prefs.js";

const LONGEST_CALLS = 400;
const TYPING_MS = 5000;

export const store = {
  online: false,
  state: null,
  logs: new Map(),
  calls: [],
  typing: new Map(),
  fresh: new Set(),
  requests: new Map(),
  flash: null,
};

const painters = new Set();
const listeners = new Map();
let pending = false;

export const onPaint = (paint) => {
  painters.add(paint);
  return () => painters.delete(paint);
};
export const listen = (type, take) => {
  listeners.set(type, [...(listeners.get(type) ?? []), take]);
};

export function touch() {
  if (pending) return;
  pending = true;
  queueMicrotask(() => {
    pending = false;
    for (const paint of painters) paint();
  });
}

// People and chats

export const person = (id) => store.state?.people.find((one) => one.id === id);
const FIRST_OF_CROWD = 2000; // seeded members of the club, there for the history they wrote
export const isCast = (one) => one.id < FIRST_OF_CROWD;
export const botId = () => store.state.bot.id;

export function nameOf(id, from) {
  if (id === botId()) return store.state.bot.first_name;
  const one = person(id) ?? from;
  return one ? [one.first_name, one.last_name].filter(Boolean).join(" ") : String(id);
}

const INSIDE = new Set(["creator", "administrator", "member", "restricted"]);
export const membership = (chat, user) => chat.members.find((one) => one.user_id === user)?.status;
export const isInside = (chat, user) => INSIDE.has(membership(chat, user));
export const insiders = (chat) => chat.members.filter((one) => INSIDE.has(one.status));
export const isChatAdmin = (chat, user) => ["creator", "administrator"].includes(membership(chat, user));

export function chatsOf(user) {
  const groups = store.state.chats.filter((chat) => chat.type !== "private" && isInside(chat, user));
  return [{ id: user, type: "private", title: store.state.bot.first_name, members: [] }, ...groups];
}

export const chatOf = (user, id) => chatsOf(user).find((chat) => chat.id === id);

// Messages

const keyOf = (user, chat) => `${user}:${chat}`;
export const logOf = (user, chat) => store.logs.get(keyOf(user, chat));

export async function ensureLog(user, chat) {
  const key = keyOf(user, chat);
  if (store.logs.has(key)) return;
  const log = { list: [], complete: false, loading: true };
  store.logs.set(key, log);
  await loadLog(user, chat, log);
}

async function loadLog(user, chat, log) {
  try {
    const list = await getMessages(user, chat);
    const known = new Set(list.map((one) => one.message_id));
    const newest = list.at(-1)?.message_id ?? 0;
    const since = log.list.filter((one) => one.message_id > newest && !known.has(one.message_id) && log.loading);
    log.list = [...list, ...since];
    log.complete = list.length < 50;
    firstReading(user, chat, log);
    markFresh(user, log.list);
  } catch {
    store.logs.delete(keyOf(user, chat)); // the next painting asks again
  }
  log.loading = false;
  touch();
}

export async function loadOlder(user, chat) {
  const log = logOf(user, chat);
  if (!log || log.complete || log.loading || !log.list.length) return;
  log.loading = true;
  touch();
  try {
    const older = await getMessages(user, chat, log.list[0].message_id);
    log.list = [...older, ...log.list];
    log.complete = older.length < 50;
  } catch {
    log.complete = false;
  }
  log.loading = false;
  touch();
}

// Own messages carry one tick until the bot has taken every update that was waiting.
function markFresh(user, list) {
  if (!store.state.waiting) return;
  const heard = list.findLast((one) => one.from?.id === botId())?.message_id ?? 0;
  for (const one of list) if (one.from?.id === user && one.message_id > heard) store.fresh.add(freshKey(one));
}

const freshKey = (message) => `${message.chat_id}:${message.message_id}`;
export const isTaken = (message) => !store.fresh.has(freshKey(message));

// Unread counts: what was seeded before the first visit counts as read in groups.
function firstReading(user, chat, log) {
  const key = keyOf(user, chat);
  const newest = log.list.at(-1)?.message_id ?? 0;
  if (prefs.read[key] <= newest) return; // beyond the newest means that the sandbox was reset meanwhile
  prefs.read[key] = chat > 0 ? 0 : newest;
  save();
}

export function unread(user, chat) {
  const seen = prefs.read[keyOf(user, chat)] ?? 0;
  const news = (one) => one.message_id > seen && !one.service && one.from && one.from.id !== user;
  return (logOf(user, chat)?.list ?? []).filter(news).length;
}

export function markRead(user, chat) {
  const newest = logOf(user, chat)?.list.at(-1)?.message_id;
  const key = keyOf(user, chat);
  if (!newest || document.hidden || prefs.read[key] >= newest) return;
  prefs.read[key] = newest;
  save();
  touch();
}

export const unreadOf = (user) => chatsOf(user).reduce((sum, chat) => sum + unread(user, chat.id), 0);

function* logsOf(chat) {
  for (const [key, log] of store.logs) if (key.endsWith(`:${chat}`)) yield [Number(key.split(":")[0]), log];
}

function change(chat, id, next) {
  for (const [, log] of logsOf(chat)) log.list = log.list.map((one) => (one.message_id === id ? next(one) : one));
}

// Events

const on = {
  message({ message }) {
    for (const [user, log] of logsOf(message.chat_id)) {
      if (message.chat_id < 0 && !store.state.chats.some((c) => c.id === message.chat_id && isInside(c, user)))
        continue;
      const rest = log.list.filter((one) => one.message_id !== message.message_id);
      log.list = [...rest, message].sort((a, b) => a.message_id - b.message_id);
    }
    if (message.chat_id > 0) ensureLog(message.chat_id, message.chat_id);
    else if (!store.state.chats.some((chat) => chat.id === message.chat_id)) refresh(); // a new group, or one that moved
    if (message.from?.id === botId()) store.typing.delete(message.chat_id);
    else if (!message.service) store.fresh.add(freshKey(message));
  },
  edit({ message }) {
    change(message.chat_id, message.message_id, () => message);
  },
  delete({ chat_id, message_id }) {
    for (const [, log] of logsOf(chat_id)) log.list = log.list.filter((one) => one.message_id !== message_id);
  },
  reaction({ chat_id, message_id, reactions }) {
    change(chat_id, message_id, (one) => ({ ...one, reactions }));
  },
  member({ chat_id, user_id, status }) {
    const chat = store.state.chats.find((one) => one.id === chat_id);
    if (!chat) return;
    const was = isInside(chat, user_id);
    chat.members = [...chat.members.filter((one) => one.user_id !== user_id), { user_id, status }];
    store.requests.delete(keyOf(user_id, chat_id));
    if (was !== isInside(chat, user_id)) store.logs.delete(keyOf(user_id, chat_id));
  },
  request({ chat_id, user_id, state }) {
    const key = keyOf(user_id, chat_id);
    if (state === "pending") store.requests.set(key, { chat_id, user_id });
    else store.requests.delete(key);
  },
  typing({ chat_id, action }) {
    const mark = { action };
    store.typing.set(chat_id, mark);
    setTimeout(() => {
      if (store.typing.get(chat_id) === mark) {
        store.typing.delete(chat_id);
        touch();
      }
    }, TYPING_MS);
  },
  call({ call }) {
    store.calls = [...store.calls.filter((one) => one.id !== call.id), call].slice(-LONGEST_CALLS);
  },
  process({ processes }) {
    store.state.processes = processes;
  },
  waiting(data) {
    store.state.waiting = data.waiting ?? data.n ?? 0;
    if (!store.state.waiting) store.fresh.clear();
  },
  guide({ guide }) {
    store.state.guide = guide;
  },
  faults({ faults }) {
    store.state.faults = faults;
  },
  people({ people }) {
    store.state.people = people;
  },
  speech({ speech }) {
    store.state.speech = speech;
  },
  commands({ commands }) {
    store.state.bot.commands = commands;
  },
  chats({ chats }) {
    store.state.chats = chats;
  },
  reset() {
    store.fresh.clear();
    store.typing.clear();
  },
};

function take(data) {
  on[data.type]?.(data);
  for (const hear of listeners.get(data.type) ?? []) hear(data);
  touch();
}

async function refresh() {
  const { chats, people } = await getState();
  Object.assign(store.state, { chats, people });
  touch();
}

async function snapshot() {
  const [state, calls] = await Promise.all([getState(), getCalls()]);
  store.state = state;
  store.calls = calls;
  if (!state.waiting) store.fresh.clear();
  store.requests = new Map((state.requests ?? []).map((one) => [keyOf(one.user_id, one.chat_id), one]));
  const known = [...store.logs];
  const eager = state.people.filter((one) => one.started).map((one) => ensureLog(one.id, one.id));
  const again = known.map(([key, log]) => loadLog(...key.split(":").map(Number), log));
  await Promise.all([...eager, ...again]);
  touch();
  return state.seq;
}

export const goLive = () =>
  live({
    snapshot,
    event: take,
    online: (yes) => {
      store.online = yes;
      touch();
    },
  });

// The commands that this person sees in this chat: the narrowest scope that has any wins, as in Telegram.
export function commandsFor(user, chat) {
  const known = store.state.bot.commands ?? {};
  const tongue = person(user)?.language_code ?? "en";
  const group = store.state.chats.find((one) => one.id === chat);
  const admin = group && isChatAdmin(group, user);
  const scopes = [
    ...(chat < 0 ? [`chat_member:${chat}:${user}`, ...(admin ? [`chat_administrators:${chat}`] : [])] : []),
    `chat:${chat}`,
    ...(chat < 0 ? [...(admin ? ["all_chat_administrators"] : []), "all_group_chats"] : ["all_private_chats"]),
    "default",
  ];
  for (const scope of scopes) {
    const found = known[`${scope}:${tongue}`] ?? known[`${scope}:`] ?? known[scope];
    if (found?.length) return found;
  }
  return [];
}
