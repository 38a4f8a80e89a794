// Pop-up menus, dialogs, toasts and alerts.
import { Failure } from "./api.js";
import { avatar, h, icon } from "./dom.js";
import { place } from "./places.js";
import { isCast, membership, nameOf, store, unreadOf } from "./state.js";
import { t } from "./words.js";

let closeOpen = null;

export function closeMenu() {
  closeOpen?.();
}

// items: {label, icon?, run, action?, danger?, lead?, emoji?} or {title} or {row: [items]}
export function openMenu(anchor, items, { label = "" } = {}) {
  closeMenu();
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label || undefined });
  menu.append(...items.map((item) => entry(item)));
  document.body.append(menu);
  put(menu, anchor);
  const back = document.activeElement;
  const outside = (event) => {
    if (!menu.contains(event.target)) close();
  };
  const close = () => {
    closeOpen = null;
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    if (back?.isConnected && (document.activeElement === document.body || !document.activeElement))
      back.focus({ preventScroll: true });
  };
  closeOpen = close;
  menu.addEventListener("keydown", (event) => walk(menu, event, close));
  setTimeout(() => document.addEventListener("pointerdown", outside, true));
  menu.querySelector("button")?.focus({ preventScroll: true });
}

function entry(item) {
  if (item.title) return h("div", { class: "menu-title" }, item.title);
  if (item.row) return h("div", { class: "menu-row" }, item.row.map(entry));
  const run = () => {
    closeMenu();
    item.run();
  };
  return h(
    "button",
    {
      type: "button",
      role: "menuitem",
      class: item.danger ? "danger" : undefined,
      "data-action": item.action,
      "data-emoji": item.emoji,
      "data-person": item.person,
      "aria-label": item.emoji,
      onclick: run,
    },
    item.lead ?? (item.icon && icon(item.icon)),
    h("span", { class: "menu-label" }, item.label),
    item.note && h("span", { class: "menu-note" }, item.note),
  );
}

function walk(menu, event, close) {
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
    return;
  }
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...menu.querySelectorAll("button")];
  buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
}

function put(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const below = box.bottom + 6;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, box.top - height - 6);
  menu.style.setProperty("left", `${left}px`);
  menu.style.setProperty("top", `${top}px`);
}

const HINTS = ["owner", "admin", "member", "guest", "stranger"];

// What somebody is now, by the club's own list; outside it, what they came as.
export function roleWord(one) {
  const standing = store.state.chats.filter((chat) => chat.type !== "private").map((chat) => membership(chat, one.id));
  if (standing.includes("creator")) return t("owner");
  if (standing.includes("administrator")) return t("admin");
  if (standing.some((status) => ["member", "restricted"].includes(status))) return t("member");
  return t(HINTS.find((word) => (one.role_hint || "").toLowerCase().includes(word)) ?? "newcomer");
}

export function personMenu(anchor, title, run, current) {
  const row = (one) => ({
    label: nameOf(one.id),
    lead: avatar(one.id, nameOf(one.id), { small: true }),
    person: one.id,
    note: one.id === current ? "✓" : unreadOf(one.id) ? `• ${unreadOf(one.id)}` : roleWord(one),
    run: () => run(one.id),
  });
  const crowd = store.state.people.filter((one) => !isCast(one));
  const rest = () => openMenu(anchor, [{ title }, ...crowd.map(row)], { label: title });
  openMenu(
    anchor,
    [
      { title },
      ...store.state.people.filter(isCast).map(row),
      ...(crowd.length
        ? [{ label: t("crowd"), icon: "person", note: crowd.length, action: "more-people", run: rest }]
        : []),
    ],
    { label: title },
  );
}

// A dialog over the page. `build(close)` gives its content; resolves with what close was given.
export function dialog(title, build, { wide = false } = {}) {
  return new Promise((resolve) => {
    const box = h("dialog", { class: wide ? "dialog wide" : "dialog", "aria-label": title });
    const close = (value) => {
      box.close();
      box.remove();
      resolve(value);
    };
    box.append(h("h2", {}, title));
    box.append(...[build(close)].flat());
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(undefined);
    });
    box.addEventListener("click", (event) => {
      if (event.target === box) close(undefined);
    });
    document.body.append(box);
    box.showModal();
  });
}

export function ask(title, text, { yes = t("ok"), danger = false, action } = {}) {
  return dialog(title, (close) => [
    text && h("p", {}, text),
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "quiet", onclick: () => close(false) }, t("cancel")),
      h(
        "button",
        { type: "button", class: danger ? "solid danger" : "solid", "data-action": action, onclick: () => close(true) },
        yes,
      ),
    ),
  ]);
}

const SHORTEST_TOAST_MS = 3500;
const MS_A_LETTER = 45;

// A short word at the top of a person's phone (or of the page, when the person has no phone here).
export function say(user, text, { tone = "plain" } = {}) {
  const home = place.notice(user) ?? document.querySelector(".page-notices");
  if (!home || !text) return;
  const toast = h("div", { class: `toast ${tone}`, role: "status", "data-alert": "toast" }, text);
  home.append(toast);
  const away = () => toast.remove();
  toast.addEventListener("click", away);
  setTimeout(away, SHORTEST_TOAST_MS + text.length * MS_A_LETTER);
}

export function warn(user, failure) {
  if (!(failure instanceof Failure)) console.error(failure);
  say(user, (failure instanceof Failure && failure.message) || t("failed"), { tone: "bad" });
}

// A callback answer with show_alert: stays until OK.
export function alertOn(user, text) {
  const phone = place.phone(user);
  if (!phone) {
    say(user, text);
    return;
  }
  const back = document.activeElement;
  const close = () => {
    veil.remove();
    if (back?.isConnected) back.focus({ preventScroll: true });
  };
  const ok = h("button", { type: "button", class: "solid", onclick: close }, t("ok"));
  const veil = h(
    "div",
    { class: "veil" },
    h(
      "div",
      { class: "alert", role: "alertdialog", "aria-modal": "true", "aria-label": text, "data-alert": "modal" },
      h("p", {}, text),
      ok,
    ),
  );
  veil.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key === "Tab") {
      event.preventDefault();
      ok.focus();
    }
  });
  phone.append(veil);
  ok.focus({ preventScroll: true });
}
