// The side panel: guide, the bot's process, faults, speech, calls.
import { act, controlProcess, setFaults } from "./api.js";
import { calls } from "./calls.js";
import { h, icon, reconcile } from "./dom.js";
import { guide } from "./guide.js";
import { warn } from "./menus.js";
import { prefs } from "./prefs.js";
import { botId, isChatAdmin, isInside, store } from "./state.js";
import { t } from "./words.js";

const MODES = ["none", "429", "502", "drop", "slow", "timeout_after"];

export function panel(close) {
  const parts = [guide(), bot(), faults(), calls()];
  const shut = h(
    "button",
    { type: "button", class: "icon-button panel-close", "data-action": "close-panel", onclick: close },
    icon("close"),
  );
  const node = h(
    "aside",
    { class: "panel", id: "panel" },
    shut,
    parts.map((part) => part.node),
  );
  return {
    node,
    paint: () => {
      node.setAttribute("aria-label", t("panel"));
      shut.setAttribute("aria-label", t("close"));
      for (const part of parts) part.paint();
    },
    revealCall: parts[3].reveal,
  };
}

function bot() {
  const rows = h("div", { class: "processes" });
  const waiting = h("span", { class: "waiting", "data-waiting": "0", role: "status" });
  const title = h("h2", {});
  const none = h("p", { class: "speech" });
  const rights = h("span", { class: "grow muted" });
  const turn = h("button", { type: "button", class: "outline", onclick: () => turnRights() });
  const standing = h("div", { class: "process rights" }, rights, turn);
  const speech = h("p", { class: "speech" });
  const node = h("section", { class: "card" }, h("div", { class: "card-head" }, title, waiting), rows, none, standing, speech);

  function paint() {
    const { waiting: count, processes } = store.state;
    title.textContent = t("bot");
    waiting.dataset.waiting = count;
    waiting.classList.toggle("some", count > 0);
    waiting.textContent = count ? t("waiting", { n: count }) : t("waiting.none");
    none.hidden = processes.length > 0;
    none.textContent = t("noProcess");
    reconcile(
      rows,
      processes,
      (one) => one.name,
      (one) => [one.status, one.pid, one.exit_code, prefs.lang],
      process,
    );
    const has = hasRights();
    rights.textContent = t(has ? "rights.on" : "rights.off");
    turn.textContent = t(has ? "takeRights" : "giveRights");
    turn.dataset.action = has ? "take-rights" : "give-rights";
    standing.hidden = !club();
    const { state, detail } = store.state.speech ?? { state: "off" };
    speech.dataset.speech = state;
    speech.textContent = `${t("speech")}: ${t(`speech.${state}`)}${detail ? `. ${detail}` : ""}`;
  }
  return { node, paint };
}

// The owner of the club chat makes the bot a plain member, or an admin again.
const OWNER = 1004;
const RIGHTS = [
  "can_manage_chat",
  "can_delete_messages",
  "can_restrict_members",
  "can_invite_users",
  "can_pin_messages",
];
const club = () => store.state.chats.find((chat) => chat.type === "supergroup" && isInside(chat, OWNER));
const hasRights = () => Boolean(club()) && isChatAdmin(club(), botId());

function turnRights() {
  const wish = hasRights()
    ? { status: "member" }
    : { status: "administrator", rights: Object.fromEntries(RIGHTS.map((right) => [right, true])) };
  act(OWNER, "admin_rights", { chat: club().id, user: botId(), ...wish }).catch((failure) => warn(OWNER, failure));
}

function process(one) {
  const main = one.name === "bot";
  const run = (verb) => controlProcess(one.name, verb).catch((failure) => warn(0, failure));
  const up = one.status !== "stopped";
  return h(
    "div",
    { class: "process", "data-process": one.name, "data-status": one.status },
    h("span", { class: `lamp ${one.status}`, "aria-hidden": "true" }),
    h(
      "div",
      { class: "grow" },
      !main && h("strong", { class: "whose" }, t(one.name)),
      h("span", { class: main ? "state" : "" }, t(one.status)),
      h("span", { class: "muted pid" }, up ? one.pid && t("pid", { n: one.pid }) : exitWord(one.exit_code)),
    ),
    h(
      "button",
      {
        type: "button",
        class: "outline danger",
        "data-action": main ? "kill" : `kill-${one.name}`,
        disabled: !up,
        "data-focus": "kill",
        onclick: () => run("kill"),
      },
      t("kill"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "solid",
        "data-action": main ? "start-bot" : `start-${one.name}`,
        disabled: up,
        "data-focus": "start",
        onclick: () => run("start"),
      },
      t("startBot"),
    ),
  );
}

const exitWord = (code) =>
  code === null || code === undefined ? "" : code === -9 ? t("exit.-9") : t("exit", { n: code });

function faults() {
  const mode = h("select", { "data-action": "fault-mode" });
  const rate = h("input", { type: "range", min: "5", max: "100", step: "5", "data-action": "fault-rate" });
  const word = h("output", { class: "muted" });
  const title = h("h2", {});
  const strength = h("div", { class: "rate" }, rate, word);
  const node = h("section", { class: "card faults" }, h("div", { class: "card-head" }, title, mode), strength);
  const send = () => setFaults(mode.value, Number(rate.value)).catch((failure) => warn(0, failure));
  mode.addEventListener("change", send);
  rate.addEventListener("change", send);
  rate.addEventListener("input", () => {
    word.textContent = t("rate", { n: rate.value });
  });

  function paint() {
    const now = store.state.faults;
    title.textContent = t("faults");
    mode.setAttribute("aria-label", t("faults"));
    rate.setAttribute("aria-label", t("rate", { n: "" }));
    reconcile(
      mode,
      MODES,
      (one) => one,
      () => [prefs.lang],
      (one) => h("option", { value: one }, t(`f.${one}`)),
    );
    mode.value = now.mode;
    node.classList.toggle("active", now.mode !== "none");
    strength.hidden = now.mode === "none";
    if (document.activeElement !== rate) rate.value = String(now.rate || 30);
    word.textContent = t("rate", { n: rate.value });
  }
  return { node, paint };
}
