// One phone: whose it is, the list of chats, or one open chat.
import { preview } from "./bubbles.js";
import { chatView } from "./chat.js";
import { avatar, fill, h, icon, reconcile } from "./dom.js";
import { personMenu, roleWord } from "./menus.js";
import { prefs, save } from "./prefs.js";
import { chatOf, chatsOf, ensureLog, logOf, nameOf, person, store, unread } from "./state.js";
import { t } from "./words.js";

export function phone(swap) {
  const owner = h("header", { class: "phone-owner" });
  const screen = h("div", { class: "screen" });
  const notices = h("div", { class: "notices" });
  const node = h("section", { class: "phone" }, owner, screen, notices);
  let user = 0;
  let view = null;
  let open = null;
  let list = null;

  const openChat = () => (user in prefs.open ? prefs.open[user] : user);

  function show(chat) {
    prefs.open[user] = chat;
    save();
    paint();
    if (chat && matchMedia("(hover: hover)").matches) view.focus();
  }

  function paintScreen() {
    const wanted = chatOf(user, openChat()) ? openChat() : 0;
    if (wanted !== open) {
      open = wanted;
      view = open
        ? chatView(user, open, () => {
            show(0);
            list?.querySelector("button")?.focus({ preventScroll: true });
          })
        : null;
      list = open ? null : h("nav", { class: "chats", "aria-label": nameOf(user) });
      fill(screen, view?.node ?? list);
    }
    if (view) view.paint();
    else paintList(list, user, show);
  }

  function paint(holder = user) {
    if (holder !== user) {
      user = holder;
      open = null;
      fill(screen);
      fill(notices);
    }
    node.dataset.phone = user;
    node.setAttribute("aria-label", nameOf(user));
    paintOwner(owner, user, (other) => swap(user, other));
    paintScreen();
  }

  const drag = (event) => {
    if (view && !view.node.querySelector(".composer").hidden && event.dataTransfer.types.includes("Files")) {
      event.preventDefault();
      return true;
    }
    return false;
  };
  node.addEventListener("dragover", (event) => node.classList.toggle("dropping", drag(event)));
  node.addEventListener("dragleave", (event) => {
    if (!node.contains(event.relatedTarget)) node.classList.remove("dropping");
  });
  node.addEventListener("drop", (event) => {
    node.classList.remove("dropping");
    if (drag(event) && event.dataTransfer.files[0]) view.drop(event.dataTransfer.files[0]);
  });

  return {
    node,
    notices,
    paint,
    show,
    get user() {
      return user;
    },
    get chat() {
      return open;
    },
  };
}

function paintOwner(header, user, choose) {
  const one = person(user);
  const key = JSON.stringify([one, one && roleWord(one), prefs.lang]);
  if (header.plumKey === key) return;
  header.plumKey = key;
  header.dataset.drop = t("drop");
  const name = nameOf(user);
  const pick = h(
    "button",
    { type: "button", class: "owner-pick", "data-action": "person", "aria-haspopup": "menu", title: t("person") },
    avatar(user, name, { small: true }),
    h("strong", {}, name),
    h("span", { class: "role" }, one ? roleWord(one) : ""),
    icon("chevron"),
  );
  pick.addEventListener("click", () => personMenu(pick, t("person"), choose, user));
  fill(header, pick, h("span", { class: "tongue" }, one?.language_code ?? ""));
}

function paintList(list, user, show) {
  const rows = chatsOf(user).map((chat) => {
    ensureLog(user, chat.id);
    return { chat, last: logOf(user, chat.id)?.list.at(-1), count: unread(user, chat.id) };
  });
  rows.sort((a, b) => (b.last?.date ?? 0) - (a.last?.date ?? 0));
  const started = person(user)?.started;
  reconcile(
    list,
    rows,
    (row) => row.chat.id,
    (row) => [row.last, row.count, row.chat.title, started, prefs.lang, store.typing.has(row.chat.id)],
    (row) => entry(row, user, show),
  );
}

function entry({ chat, last, count }, user, show) {
  const typing = store.typing.has(chat.id);
  const silent = chat.id > 0 && !person(user)?.started && !last;
  const author =
    last && chat.id < 0 && last.from && !last.service
      ? `${last.from.id === user ? t("you") : nameOf(last.from.id, last.from)}: `
      : "";
  const text = typing
    ? t("typing")
    : silent
      ? t("startHint")
      : last
        ? author + (last.service ? "·" : preview(last))
        : t("emptyChat");
  return h(
    "button",
    { type: "button", class: "chat-row", "data-chat": chat.id, onclick: () => show(chat.id) },
    avatar(chat.id > 0 ? 7 : chat.id, chat.title),
    h(
      "span",
      { class: "chat-row-text" },
      h(
        "span",
        { class: "chat-row-top" },
        h("strong", {}, chat.title),
        last && h("time", { class: "muted" }, when(last.date)),
      ),
      h(
        "span",
        { class: "chat-row-bottom" },
        h("span", { class: typing || silent ? "doing" : "muted" }, text),
        count > 0 && h("span", { class: "badge", "data-unread": count }, count),
      ),
    ),
  );
}

function when(seconds) {
  const date = new Date(seconds * 1000);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString(prefs.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    : date.toLocaleDateString(prefs.lang, { day: "numeric", month: "short" });
}
