// One message as it looks on one person's phone.
import { avatar, h, icon } from "./dom.js";
import { addresses, rich } from "./entities.js";
import { canBeGiven, follow, isInner, openLinkAs } from "./links.js";
import { media, mediaWord } from "./media.js";
import { face, more, react, tool } from "./message_menu.js";
import { place } from "./places.js";
import { pressKey, pressed, press } from "./presses.js";
import { isTaken, nameOf } from "./state.js";
import { known, t } from "./words.js";

const timeOf = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });

export function versionOf(item, view) {
  const { message } = item;
  const buttons = (message.buttons ?? []).flatMap((row, r) =>
    row.map((_, c) => pressed.has(pressKey(view.user, message, r, c))),
  );
  return [
    message,
    item.first,
    item.last,
    item.day,
    isTaken(message),
    view.language,
    item.quoted ?? null,
    buttons.join(),
  ];
}

export function bubble(item, view) {
  const { message } = item;
  const row = message.service ? service(message) : spoken(item, view);
  return h("div", { class: "entry" }, item.day && h("div", { class: "day" }, h("span", {}, item.day)), row);
}

function service(message) {
  const { kind, user_id: user, by } = message.service;
  const other = by && by !== user ? { joined: "added", left: "removed" }[kind] : null;
  const key = `service.${other ?? kind}`;
  const name = nameOf(user, message.from?.id === user ? message.from : null);
  return h(
    "div",
    { class: "service", "data-message": message.message_id },
    known(key) ? t(key, { name }) : `${kind.replaceAll("_", " ")}: ${name}`,
  );
}

function spoken(item, view) {
  const { message } = item;
  const own = message.from?.id === view.user;
  const group = view.chat < 0;
  const name = nameOf(message.from?.id, message.from);
  const classes = ["message", own && "own", item.first && "first", item.last && "last", message.photo && "pictured"]
    .filter(Boolean)
    .join(" ");
  const node = h(
    "article",
    {
      class: classes,
      "data-message": message.message_id,
      "data-call": message.call_id,
      "data-focus": "message",
      tabindex: "-1",
      "aria-label": own ? t("you") : name,
    },
    group &&
      !own &&
      (item.last ? avatar(message.from?.id ?? 0, name, { small: true }) : h("span", { class: "avatar-gap" })),
    h(
      "div",
      { class: "column" },
      h(
        "div",
        { class: "line" },
        body(item, view, group && !own && item.first ? name : null, own),
        tool(message, view, own),
      ),
      buttons(message, view),
      given(message, view),
    ),
  );
  node.addEventListener("contextmenu", (event) => {
    if (getSelection().toString() || event.target.closest("a")) return;
    event.preventDefault();
    more(event.target.closest(".bubble") ?? node, message, view, own);
  });
  node.addEventListener("keydown", (event) => {
    if (event.target !== node || event.key !== "Enter") return;
    event.preventDefault();
    more(node.querySelector(".bubble"), message, view, own);
  });
  return node;
}

function body(item, view, name, own) {
  const { message } = item;
  const text = message.text || message.caption || "";
  const spans = message.text ? message.entities : message.caption_entities;
  const links = { open: (url) => follow(view.user, url), command: (word) => view.send(word) };
  return h(
    "div",
    { class: "bubble" },
    name && h("div", { class: `author hue-${Math.abs(message.from?.id ?? 0) % 8}` }, name),
    message.reply_to_message_id && quote(item.quoted, message.reply_to_message_id, view),
    media(message),
    text && h("div", { class: "text", dir: "auto" }, rich(text, spans, links)),
    h(
      "div",
      { class: "foot" },
      reactions(message, view),
      h(
        "span",
        { class: "meta" },
        message.edit_date && h("span", { class: "edited" }, t("edited")),
        h("time", {}, timeOf(message.date)),
        own && ticks(message),
      ),
    ),
  );
}

function ticks(message) {
  const taken = isTaken(message);
  return h(
    "span",
    {
      class: taken ? "ticks taken" : "ticks",
      title: t(taken ? "taken" : "sent"),
      role: "img",
      "aria-label": t(taken ? "taken" : "sent"),
    },
    icon("check"),
    taken && icon("check"),
  );
}

export const preview = (message) =>
  [mediaWord(message), message.text || message.caption].filter(Boolean).join(": ").replace(/\s+/g, " ");

function quote(quoted, id, view) {
  const go = () => place.reveal(view.user, view.chat, id);
  return h(
    "button",
    { type: "button", class: "quote", onclick: go },
    quoted && h("span", { class: "quote-name" }, nameOf(quoted.from?.id, quoted.from)),
    h("span", { class: "quote-text" }, quoted ? preview(quoted) : t("deletedMessage")),
  );
}

function reactions(message, view) {
  const list = (message.reactions ?? []).filter((one) => one.user_ids.length);
  if (!list.length) return null;
  return h(
    "span",
    { class: "reactions" },
    list.map((one) => {
      const mine = one.user_ids.includes(view.user);
      return h(
        "button",
        {
          type: "button",
          class: mine ? "reaction mine" : "reaction",
          "aria-pressed": String(mine),
          "data-reaction": one.emoji,
          "data-focus": `r${one.emoji}`,
          title: one.user_ids.map((id) => nameOf(id)).join(", "),
          onclick: () => react(message, view, one.emoji),
        },
        face(one.emoji),
        h("span", {}, one.user_ids.length),
      );
    }),
  );
}

function buttons(message, view) {
  if (!message.buttons?.length) return null;
  return h(
    "div",
    { class: "inline" },
    message.buttons.map((row, r) =>
      h(
        "div",
        { class: "inline-row" },
        row.map((one, c) => button(one, message, view, r, c)),
      ),
    ),
  );
}

function button(one, message, view, row, col) {
  const busy = pressed.has(pressKey(view.user, message, row, col));
  const run = () => {
    if (one.copy_text) navigator.clipboard?.writeText(one.copy_text.text).catch(() => {});
    else if (!one.url) press(view.user, message, row, col);
    else if (isInner(one.url)) follow(view.user, one.url);
    else window.open(one.url, "_blank", "noopener,noreferrer");
  };
  const style = ["primary", "success", "danger"].includes(one.style) ? ` tone-${one.style}` : "";
  return h(
    "button",
    {
      type: "button",
      class: `${busy ? "inline-button busy" : "inline-button"}${style}`,
      "aria-busy": busy ? "true" : undefined,
      "data-focus": `b${row}.${col}`,
      "data-action": one.url && isInner(one.url) ? "follow" : undefined,
      onclick: run,
    },
    one.text,
    one.url && h("span", { class: "corner", "aria-hidden": "true" }, "↗"),
  );
}

// A link that lets somebody in can be handed to another person: this is how a stranger gets hold of it.
function given(message, view) {
  const links = addresses(message).filter(canBeGiven);
  if (!links.length) return null;
  return h(
    "button",
    {
      type: "button",
      class: "give",
      "data-action": "open-link-as",
      "data-focus": "give",
      onclick: (event) => openLinkAs(event.currentTarget, links[0], view.user),
    },
    icon("link"),
    t("openLinkAs"),
  );
}
