// What can be done with a message: react, reply, edit, delete, hand its link on, find its call.
import { act } from "./api.js";
import { h, icon } from "./dom.js";
import { addresses } from "./entities.js";
import { canBeGiven, openLinkAs } from "./links.js";
import { openMenu, warn } from "./menus.js";
import { place } from "./places.js";
import { chatOf, isChatAdmin, store } from "./state.js";
import { t } from "./words.js";

export const EMOJI = ["👍", "🔥", "❤", "👎", "💩", "🤮", "✍"];
// Some fonts draw the bare heart as a black letter: the page shows it with the selector, the bot gets it without.
export const face = (emoji) => (emoji === "❤" ? "❤️" : emoji);

export async function react(message, view, emoji) {
  const mine = (message.reactions ?? []).some((one) => one.emoji === emoji && one.user_ids.includes(view.user));
  try {
    await act(view.user, "react", { chat: view.chat, message_id: message.message_id, emoji: mine ? [] : [emoji] });
  } catch (failure) {
    warn(view.user, failure);
  }
}

// One button beside the bubble: reactions on top, everything else below.
export function tool(message, view, own) {
  return h(
    "button",
    {
      type: "button",
      class: "tool",
      tabindex: "-1",
      "data-action": "react",
      "data-focus": "react",
      "aria-haspopup": "menu",
      "aria-label": t("reactMore"),
      title: t("reactMore"),
      onclick: (event) => more(event.currentTarget, message, view, own),
    },
    icon("smile"),
  );
}

const emojiRow = (message, view) => ({
  row: EMOJI.map((emoji) => ({ label: face(emoji), emoji, run: () => react(message, view, emoji) })),
});

export function more(anchor, message, view, own) {
  const call = callOf(message);
  const text = message.text || message.caption;
  const links = addresses(message).filter(canBeGiven);
  openMenu(
    anchor,
    [
      emojiRow(message, view),
      { label: t("reply"), icon: "reply", action: "reply", run: () => view.reply(message) },
      ...(links.length
        ? [
            {
              label: t("openLinkAs"),
              icon: "link",
              action: "open-link-as-menu",
              run: () => openLinkAs(anchor, links[0], view.user),
            },
          ]
        : []),
      ...(own && text && !message.service
        ? [{ label: t("edit"), icon: "edit", action: "edit", run: () => view.edit(message) }]
        : []),
      ...(text
        ? [{ label: t("copy"), icon: "file", run: () => navigator.clipboard?.writeText(text).catch(() => {}) }]
        : []),
      ...(call ? [{ label: t("showCall"), icon: "info", action: "show-call", run: () => place.showCall(call) }] : []),
      ...(deletable(message, view, own)
        ? [{ label: t("del"), icon: "trash", danger: true, action: "delete", run: () => remove(message, view) }]
        : []),
    ],
    { label: t("more") },
  );
}

function callOf(message) {
  const latest = store.calls.findLast(
    (one) => one.chat_id === message.chat_id && one.message_id === message.message_id,
  );
  return latest?.id ?? message.call_id;
}

function deletable(message, view, own) {
  const chat = chatOf(view.user, view.chat);
  return own || view.chat > 0 || (chat && isChatAdmin(chat, view.user));
}

async function remove(message, view) {
  try {
    await act(view.user, "delete", { chat: view.chat, message_id: message.message_id });
  } catch (failure) {
    warn(view.user, failure);
  }
}
