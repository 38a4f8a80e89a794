// Links of Telegram inside the sandbox: who follows which, and what comes of it.
import { act } from "./api.js";
import { personMenu, say, warn } from "./menus.js";
import { place } from "./places.js";
import { nameOf } from "./state.js";
import { t } from "./words.js";

const INNER = /^https?:\/\/(?:www\.)?(?:t|telegram)\.me\/(\+[\w-]+|joinchat\/[\w-]+|\w+\/?(?:\?start=[\w-]*)?)$/i;
const GIVABLE = /^https?:\/\/(?:www\.)?(?:t|telegram)\.me\/(\+[\w-]+|joinchat\/[\w-]+|\w+\?start=[\w-]*)$/i;

const INVITE = /\/(\+|joinchat\/)[\w-]+$/i;

export const isInvite = (url) => GIVABLE.test(url) && INVITE.test(url);
export const isInner = (url) => INNER.test(url);
export const canBeGiven = (url) => GIVABLE.test(url);

export async function follow(user, url) {
  let result;
  try {
    result = await act(user, "follow", { link: url });
  } catch (failure) {
    warn(user, failure);
    return;
  }
  if (result.outcome === "start") {
    await place.open(user, user);
    await begin(user, result.payload);
    return;
  }
  if (result.outcome === "web") {
    window.open(url, "_blank", "noopener,noreferrer");
    return;
  }
  if (result.outcome === "requested" || result.outcome === "joined") {
    if (result.chat_id) await place.open(user, result.chat_id); // the words come with the event, whatever its cause
    return;
  }
  say(user, t(`follow.${result.outcome}`, { name: nameOf(user) }), {
    tone: result.outcome === "already" ? "good" : "bad",
  });
  if (result.outcome === "already" && result.chat_id) await place.open(user, result.chat_id);
}

export async function begin(user, payload) {
  try {
    await act(user, "start", payload ? { payload } : {});
  } catch (failure) {
    warn(user, failure);
  }
}

// A link of one phone is given to another person: their phone comes up and opens it.
export function openLinkAs(anchor, url, holder) {
  personMenu(anchor, t("openLinkAsTitle"), (user) => {
    place.bringUp(user, holder);
    follow(user, url);
  });
}
