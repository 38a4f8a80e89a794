// The pane of Bot API calls: what the bot asked of Telegram, and which bubble came of it.
import { fill, h, reconcile } from "./dom.js";
import { say } from "./menus.js";
import { place } from "./places.js";
import { prefs, save } from "./prefs.js";
import { isCast, nameOf, person, store } from "./state.js";
import { t } from "./words.js";

const SHOWN = 200;
const FLASH_MS = 2200;

const userOf = (call) => call.user_id ?? (call.chat_id > 0 ? call.chat_id : 0);

export function calls() {
  const who = h("select", {});
  const list = h("div", { class: "calls", tabindex: "0", role: "log", "aria-live": "off" });
  const title = h("h2", {});
  const empty = h("p", { class: "muted empty" });
  const node = h("section", { class: "card calls-card" }, h("div", { class: "card-head" }, title, who), empty, list);
  let stick = true;
  list.addEventListener(
    "scroll",
    () => {
      stick = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    },
    { passive: true },
  );
  who.addEventListener("change", () => {
    prefs.person = Number(who.value);
    save();
    stick = true;
    paint();
  });

  function paint() {
    title.textContent = t("calls");
    list.setAttribute("aria-label", t("calls"));
    who.setAttribute("aria-label", t("filterBy"));
    paintPeople(who);
    const wanted = store.calls.filter((one) => !prefs.person || userOf(one) === prefs.person).slice(-SHOWN);
    empty.textContent = t("noCalls");
    empty.hidden = wanted.length > 0;
    list.hidden = wanted.length === 0;
    reconcile(
      list,
      wanted,
      (one) => one.id,
      (one) => [one, prefs.lang],
      entry,
    );
    if (stick) list.scrollTop = list.scrollHeight;
  }

  function reveal(id) {
    if (!list.querySelector(`[data-call-row="${id}"]`)) {
      prefs.person = 0;
      paint();
    }
    const row = list.querySelector(`[data-call-row="${id}"]`);
    if (!row) return;
    stick = false;
    row.open = true;
    row.scrollIntoView({ block: "center" });
    flash(row);
    row.querySelector("summary").focus({ preventScroll: true });
  }
  return { node, paint, reveal };
}

function paintPeople(select) {
  const version = JSON.stringify([
    store.state.people.filter(isCast).map((one) => [one.id, one.first_name]),
    prefs.lang,
  ]);
  if (select.plumKey !== version) {
    select.plumKey = version;
    fill(
      select,
      h("option", { value: 0 }, t("everybody")),
      store.state.people.filter(isCast).map((one) => h("option", { value: one.id }, nameOf(one.id))),
    );
  }
  select.value = String(person(prefs.person) ? prefs.person : 0);
}

export function flash(node) {
  node.classList.remove("flash");
  void node.offsetWidth; // restarts the animation
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), FLASH_MS);
}

function entry(call) {
  const user = userOf(call);
  const when = new Date(typeof call.at === "number" ? call.at * 1000 : call.at);
  const params = typeof call.params === "string" ? call.params : JSON.stringify(call.params ?? {}, null, 2);
  const show = async () => {
    const found = call.chat_id && call.message_id && (await place.reveal(user || null, call.chat_id, call.message_id));
    if (!found) say(0, t("callGone"));
  };
  const summary = h(
    "summary",
    {},
    h("span", { class: call.ok ? "verdict ok" : "verdict bad" }, call.ok ? "ok" : call.error_code || "—"),
    h("span", { class: "method" }, call.method),
    h("span", { class: "muted who" }, user ? nameOf(user) : call.chat_id ? "#" : ""),
    h("span", { class: "muted ms" }, call.ms === undefined || call.ms === null ? "" : `${Math.round(call.ms)} ms`),
  );
  const node = h(
    "details",
    { class: "call", "data-call-row": call.id, "data-method": call.method, "data-ok": String(Boolean(call.ok)) },
    summary,
    h(
      "div",
      { class: "call-body" },
      !call.ok && call.description && h("p", { class: "bad" }, call.description),
      h("pre", {}, params),
      h(
        "div",
        { class: "call-foot" },
        h("time", { class: "muted" }, when.toLocaleTimeString(prefs.lang, { hourCycle: "h23" })),
        call.message_id > 0 &&
          h(
            "button",
            { type: "button", class: "linklike strong", "data-action": "show-bubble", onclick: show },
            t("callShow"),
          ),
      ),
    ),
  );
  if (call.message_id)
    summary.addEventListener("click", () => {
      if (!node.open) show();
    });
  return node;
}
