// One chat on one phone: header, messages, composer.
import { act } from "./api.js";
import { bubble, versionOf } from "./bubbles.js";
import { composer } from "./composer.js";
import { avatar, fill, h, icon, reconcile } from "./dom.js";
import { chatInfo } from "./info.js";
import { begin } from "./links.js";
import { warn } from "./menus.js";
import {
  chatOf,
  ensureLog,
  insiders,
  isChatAdmin,
  loadOlder,
  logOf,
  markRead,
  nameOf,
  person,
  store,
  unreadOf,
} from "./state.js";
import { prefs } from "./prefs.js";
import { t } from "./words.js";

const NEAR_BOTTOM_PX = 80;
const GROUPED_SECONDS = 300;

export function chatView(user, chat, back) {
  const view = { user, chat, language: prefs.lang };
  const header = h("header", { class: "chat-header" });
  const requests = h("div", { class: "requests" });
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
  const scroller = h("div", { class: "scroller" }, log);
  const down = h(
    "button",
    { type: "button", class: "to-bottom", hidden: true, "aria-label": t("toBottom"), title: t("toBottom") },
    icon("down"),
  );
  const writing = composer(view);
  const gate = h("div", { class: "gate" });
  const node = h(
    "section",
    { class: "chat", "data-open-chat": chat },
    header,
    requests,
    h("div", { class: "stage" }, scroller, down),
    gate,
    writing.node,
  );
  Object.assign(view, { reply: writing.reply, edit: writing.edit, send: writing.send });

  const atBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM_PX;
  const toBottom = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  let stick = true; // the newest message stays in view until the reader scrolls up
  let top = 0;
  let height = 0;
  scroller.addEventListener(
    "scroll",
    () => {
      const same = scroller.scrollHeight === height; // what is deleted or unfolds moves the rest: not the reader
      const up = same && scroller.scrollTop < top;
      top = scroller.scrollTop;
      height = scroller.scrollHeight;
      if (up || atBottom()) stick = atBottom();
      down.hidden = stick;
      if (scroller.scrollTop < 60) loadOlder(user, chat);
    },
    { passive: true },
  );
  down.addEventListener("click", () => {
    stick = true;
    toBottom();
  });
  const follow = new ResizeObserver(() => {
    if (stick) toBottom();
  });
  follow.observe(scroller);
  follow.observe(log);
  log.addEventListener("keydown", walk);
  log.addEventListener(
    "load",
    () => {
      if (stick) toBottom();
    },
    true,
  );

  function paint() {
    ensureLog(user, chat);
    paintHeader(header, view, back);
    paintRequests(requests, view);
    paintLog(log, scroller, view, stick);
    if (stick) toBottom();
    paintGate(gate, writing.node, view);
    writing.paint();
    if (stick) markRead(user, chat);
  }
  return { node, paint, focus: writing.focus, drop: writing.drop };
}

// The log is one stop of the Tab key; arrows go from message to message, Enter opens a message's menu.
function walk(event) {
  const log = event.currentTarget;
  if (event.target !== log && !event.target.matches("article")) return;
  const all = [...log.querySelectorAll("article")];
  const at = event.target === log ? all.length : all.indexOf(event.target);
  const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined || !all[next]) return;
  event.preventDefault();
  all[next].focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

function paintHeader(header, view, back) {
  const chat = chatOf(view.user, view.chat);
  if (!chat) return;
  const typing = store.typing.get(view.chat);
  const others = unreadOf(view.user);
  const key = JSON.stringify([chat.title, insiders(chat).length, typing?.action, others, prefs.lang]);
  if (header.plumKey === key) return;
  header.plumKey = key;
  const still = chat.type === "private" ? t("botChat") : t("members", { n: insiders(chat).length });
  const doing =
    typing &&
    t(
      { record_voice: "recordingVoice", upload_photo: "uploading", upload_document: "uploading" }[typing.action] ??
        "typing",
    );
  const focused = document.activeElement?.dataset?.action;
  const within = header.contains(document.activeElement);
  fill(
    header,
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "data-action": "back",
        "aria-label": t("back"),
        title: t("back"),
        onclick: back,
      },
      icon("back"),
      others > 0 && h("span", { class: "badge" }, others),
    ),
    avatar(chat.type === "private" ? 7 : chat.id, chat.title),
    h(
      "div",
      { class: "chat-title" },
      h("strong", {}, chat.title),
      h("span", { class: typing ? "doing" : "muted" }, doing ?? still),
    ),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "data-action": "info",
        "aria-label": t("info"),
        title: t("info"),
        onclick: (event) => chatInfo(event.currentTarget, view.user, view.chat),
      },
      icon("more"),
    ),
  );
  if (within) header.querySelector(`[data-action="${focused}"]`)?.focus({ preventScroll: true });
}

// Join requests, as a human admin of the chat sees them.
function paintRequests(box, view) {
  const chat = chatOf(view.user, view.chat);
  const mine =
    chat && view.chat < 0 && isChatAdmin(chat, view.user)
      ? [...store.requests.values()].filter((one) => one.chat_id === view.chat)
      : [];
  const answer = (verb, user) =>
    act(view.user, verb, { chat: view.chat, user }).catch((failure) => warn(view.user, failure));
  reconcile(
    box,
    mine,
    (one) => one.user_id,
    () => [prefs.lang],
    ({ user_id: user }) =>
      h(
        "div",
        { class: "request", "data-request": user },
        avatar(user, nameOf(user), { small: true }),
        h("span", {}, t("wantsIn", { name: nameOf(user) })),
        h(
          "button",
          { type: "button", class: "quiet", "data-action": "decline", onclick: () => answer("admin_decline", user) },
          t("decline"),
        ),
        h(
          "button",
          { type: "button", class: "solid", "data-action": "approve", onclick: () => answer("admin_approve", user) },
          t("approve"),
        ),
      ),
  );
}

function paintLog(log, scroller, view, stick) {
  const { list = [], loading = true } = logOf(view.user, view.chat) ?? {};
  view.language = prefs.lang;
  const before = scroller.scrollHeight;
  const first = log.querySelector("[data-message]")?.dataset.message;
  log.setAttribute("aria-label", chatOf(view.user, view.chat)?.title ?? "");
  log.classList.toggle("empty", !list.length);
  const items = arrange(list);
  reconcile(
    log,
    items,
    (item) => item.message.message_id,
    (item) => versionOf(item, view),
    (item) => bubble(item, view),
  );
  if (!list.length)
    log.dataset.hint = loading
      ? ""
      : view.chat > 0
        ? t(person(view.user)?.started ? "quietBot" : "emptyBot", { name: nameOf(view.user) })
        : t("emptyChat");
  const grewAbove = first && list.length && String(list[0].message_id) !== first;
  if (grewAbove && !stick) scroller.scrollTop += scroller.scrollHeight - before;
}

// Days, runs of one author, and quoted messages are worked out here, so that a bubble only draws.
function arrange(list) {
  const byId = new Map(list.map((one) => [one.message_id, one]));
  const joins = (a, b) =>
    a &&
    b &&
    !a.service &&
    !b.service &&
    a.from?.id === b.from?.id &&
    b.date - a.date < GROUPED_SECONDS &&
    dayOf(a) === dayOf(b);
  return list.map((message, i) => ({
    message,
    day: i === 0 || dayOf(list[i - 1]) !== dayOf(message) ? dayWord(message) : "",
    first: !joins(list[i - 1], message),
    last: !joins(message, list[i + 1]),
    quoted: message.reply_to_message_id ? byId.get(message.reply_to_message_id) : undefined,
  }));
}

const dayOf = (message) => new Date(message.date * 1000).toDateString();

function dayWord(message) {
  const day = dayOf(message);
  if (day === new Date().toDateString()) return t("today");
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return t("yesterday");
  return new Date(message.date * 1000).toLocaleDateString(prefs.lang, { day: "numeric", month: "long" });
}

// What stands in place of the composer before Start, or when the bot is blocked.
function paintGate(gate, writing, view) {
  const one = person(view.user);
  const kind = view.chat < 0 || !one ? "" : one.blocked_bot ? "unblock" : one.started ? "" : "start";
  writing.hidden = kind !== "";
  gate.hidden = kind === "";
  if (gate.plumKey === `${kind}${prefs.lang}`) return;
  gate.plumKey = `${kind}${prefs.lang}`;
  const unblock = () => act(view.user, "block", { on: false }).catch((failure) => warn(view.user, failure));
  const run = kind === "start" ? () => begin(view.user) : unblock;
  fill(gate, kind && h("button", { type: "button", class: "solid big", "data-action": kind, onclick: run }, t(kind)));
}
