// The desk: the top bar, the phones side by side, the panel; and how they find each other.
import { flash } from "./calls.js";
import { avatar, fill, h, reconcile } from "./dom.js";
import { closeMenu, say } from "./menus.js";
import { panel } from "./panel.js";
import { phone } from "./phone.js";
import { place } from "./places.js";
import { paint as paintTheme, prefs, save } from "./prefs.js";
import {
  chatOf,
  ensureLog,
  goLive,
  isCast,
  isInside,
  listen,
  loadOlder,
  logOf,
  nameOf,
  onPaint,
  person,
  store,
  unreadOf,
} from "./state.js";
import { topbar } from "./topbar.js";
import { t } from "./words.js";

const MOST_PHONES = 3;
const USUAL_PHONES = [1001, 1003, 1005, 1004];
const MOST_PAGES_BACK = 8;

const phones = Array.from({ length: MOST_PHONES }, () => phone(swap));
const side = panel(() => {
  togglePanel(false);
  bar.panelButton.focus();
});
const bar = topbar({ paint, togglePanel });
const people = h("nav", { class: "people" });
const desk = h("main", { class: "desk" });
const shade = h("div", { class: "shade", onclick: () => togglePanel(false) });
let drawerOpen = false;
const next = h("button", {
  type: "button",
  class: "next-step",
  "data-action": "next-step",
  onclick: () => togglePanel(true),
});
const notices = h("div", { class: "page-notices" });
const offline = h("div", { class: "offline", role: "status" });

const isNarrow = () => innerWidth < 760;
const isDrawer = () => innerWidth < 1080;
const mayHave = () => (isNarrow() ? 1 : innerWidth < 1240 ? 2 : MOST_PHONES);
const auto = () => (isNarrow() ? 1 : innerWidth < 1400 ? 2 : MOST_PHONES);
const shownCount = () => Math.min(prefs.count || auto(), mayHave());
const shown = () => phones.slice(0, shownCount());

function holders() {
  const people_ = store.state.people.map((one) => one.id);
  const wanted = [...new Set([...prefs.phones, ...USUAL_PHONES, ...people_])].filter((id) => people_.includes(id));
  prefs.phones = wanted.slice(0, MOST_PHONES);
  return prefs.phones;
}

// Puts `other` where `user` was; if they hold another phone, the two change places.
function swap(user, other) {
  prefs.phones = prefs.phones.map((id) => (id === user ? other : id === other ? user : id));
  save();
  paint();
}

const phoneOf = (user) => shown().find((one) => one.user === user);

Object.assign(place, {
  phone: (user) => phoneOf(user)?.node ?? null,
  notice: (user) => phoneOf(user)?.notices ?? null,
  bringUp(user, besides) {
    if (phoneOf(user)) return;
    const free = shown().filter((one) => one.user !== besides);
    swap((free.at(-1) ?? shown()[0]).user, user);
  },
  visit(user) {
    place.bringUp(user);
    if (isDrawer()) togglePanel(false);
    place.open(user, user).then(() => flash(phoneOf(user).node));
  },
  async open(user, chat) {
    if (!chatOf(user, chat)) return;
    prefs.open[user] = chat;
    save();
    await ensureLog(user, chat);
    paint();
  },
  async reveal(user, chat, message) {
    const sees = (one) =>
      chat > 0 ? one === chat : store.state.chats.some((group) => group.id === chat && isInside(group, one));
    const able = shown().filter((one) => sees(one.user));
    const viewer =
      user && phoneOf(user) && sees(user)
        ? user
        : ((able.find((one) => one.chat === chat) ?? able[0])?.user ??
          store.state.people.find((one) => sees(one.id))?.id);
    if (!viewer) return false;
    if (isDrawer()) togglePanel(false);
    place.bringUp(viewer);
    await place.open(viewer, chat);
    for (let page = 0; page < MOST_PAGES_BACK && !has(viewer, chat, message); page += 1) await loadOlder(viewer, chat);
    paint();
    const node = place.phone(viewer)?.querySelector(`[data-message="${message}"]`);
    if (!node) return false;
    node.scrollIntoView({ block: "center" });
    flash(node);
    return true;
  },
  showCall(id) {
    togglePanel(true);
    side.revealCall(id);
  },
});

const has = (user, chat, message) =>
  (logOf(user, chat)?.list ?? []).some((one) => one.message_id === message) || logOf(user, chat)?.complete;

function togglePanel(open = !drawerOpen) {
  drawerOpen = open && isDrawer();
  paint();
  if (drawerOpen) side.node.querySelector("button").focus({ preventScroll: true });
}

function paintPeople() {
  people.setAttribute("aria-label", t("person"));
  reconcile(
    people,
    store.state.people.filter((one) => isCast(one) || one.id === prefs.phones[0]),
    (one) => one.id,
    (one) => [one.first_name, prefs.phones[0] === one.id, unreadOf(one.id), prefs.lang],
    (one) => {
      const current = prefs.phones[0] === one.id;
      return h(
        "button",
        {
          type: "button",
          class: current ? "person current" : "person",
          "data-person": one.id,
          "aria-pressed": String(current),
          onclick: () => {
            if (!current) swap(prefs.phones[0], one.id);
          },
        },
        avatar(one.id, nameOf(one.id), { badge: current ? 0 : unreadOf(one.id) }),
        h("span", {}, one.first_name),
      );
    },
  );
}

function paint() {
  paintTheme();
  document.title = t("title");
  bar.paint({ count: shownCount(), most: mayHave(), open: drawerOpen });
  offline.hidden = store.online;
  offline.textContent = store.state ? t("offline") : t("loading");
  document.body.classList.toggle("panel-open", drawerOpen);
  if (!store.state) return;
  const ids = holders();
  if (desk.children.length !== shownCount())
    fill(
      desk,
      shown().map((one) => one.node),
    );
  shown().forEach((one, i) => one.paint(ids[i]));
  paintPeople();
  paintNext();
  side.paint();
}

// Where the panel is a drawer, one line tells what the guide would say.
function paintNext() {
  const steps = store.state.guide;
  const at = steps.findIndex((step) => !step.done);
  next.hidden = at < 0;
  if (at >= 0)
    fill(
      next,
      h("b", {}, `${at + 1}/${steps.length}`),
      h("span", {}, t(`g.${steps[at].id}`)),
      h("span", { class: "next-more" }, t("guide"), " ›"),
    );
}

listen("member", ({ chat_id: chat, user_id: user, moved }) => {
  const group = store.state.chats.find((one) => one.id === chat);
  if (!group || !person(user) || !moved) return;
  const inside = isInside(group, user); // the state has heard it before us
  say(user, t(inside ? "arrived" : "gone", { name: nameOf(user), chat: group.title }), {
    tone: inside ? "good" : "plain",
  });
});

listen("request", ({ user_id: user, state }) => {
  if (state === "pending") say(user, t("follow.requested", { name: nameOf(user) }));
  if (state === "declined") say(user, t("follow.declined", { name: nameOf(user) }), { tone: "bad" });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeMenu();
  if (drawerOpen) {
    togglePanel(false);
    bar.panelButton.focus();
  }
});
addEventListener("resize", paint);
document.addEventListener("visibilitychange", paint);
setInterval(paint, 60_000); // days pass, "today" becomes "yesterday"

document.getElementById("app").append(bar.node, people, next, desk, side.node, shade, notices, offline);
onPaint(paint);
paint();
goLive();
