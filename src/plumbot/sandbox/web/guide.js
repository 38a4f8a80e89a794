// The six steps that tick themselves off.
import { h, icon, reconcile } from "./dom.js";
import { addresses } from "./entities.js";
import { follow, isInvite } from "./links.js";
import { place } from "./places.js";
import { prefs, save } from "./prefs.js";
import { logOf, store } from "./state.js";
import { known, t } from "./words.js";

const NINA = 1001;
const ADA = 1003;
const BORIS = 1005;
const WHOSE = { applied: NINA, approved: ADA, accepted: NINA, joined: NINA };

// The bot takes Nina's message with the link away when she is in: the page remembers the link, so that
// Boris can still try it. A log that did not change is not read again.
let readLog = null;

function rememberLink() {
  const list = logOf(NINA, NINA)?.list;
  if (!list || list === readLog) return;
  readLog = list;
  const link = list.flatMap(addresses).findLast(isInvite);
  if (!link || link === prefs.link) return;
  prefs.link = link;
  save();
}

export function guide() {
  const list = h("ol", { class: "steps" });
  const done = h("p", { class: "steps-done", hidden: true });
  const count = h("span", { class: "count" });
  const title = h("h2", {});
  const node = h(
    "section",
    { class: "card", "aria-label": "guide" },
    h("div", { class: "card-head" }, title, count),
    list,
    done,
  );

  function paint() {
    rememberLink();
    const steps = store.state.guide;
    const next = steps.find((step) => !step.done)?.id;
    title.textContent = t("guide");
    count.textContent = `${steps.filter((step) => step.done).length} / ${steps.length}`;
    done.hidden = Boolean(next);
    done.textContent = t("guideDone");
    node.setAttribute("aria-label", t("guide"));
    reconcile(
      list,
      steps,
      (step) => step.id,
      (step) => [step.done, step.id === next, prefs.lang, prefs.link],
      (step) => entry(step, step.id === next),
    );
  }
  return { node, paint };
}

function entry(step, isNext) {
  return h(
    "li",
    {
      class: isNext ? "step next" : "step",
      "data-guide": step.id,
      "data-done": String(Boolean(step.done)),
      "aria-current": isNext ? "step" : undefined,
    },
    h(
      "span",
      { class: "step-mark", role: step.done ? "img" : undefined, "aria-label": step.done ? t("doneMark") : undefined },
      step.done && icon("check"),
    ),
    h(
      "div",
      {},
      h("span", { class: "step-title" }, said(`g.${step.id}`)),
      isNext && h("p", { class: "step-hint" }, said(`h.${step.id}`)),
      isNext && help(step.id),
    ),
  );
}

// Where links let in whoever comes first, some steps go otherwise.
function said(key) {
  const here = `${key}.${store.state.admission}`;
  return t(known(here) ? here : key);
}

function help(id) {
  if (id === "outsider" && !prefs.link) return null;
  const [action, word, run] =
    id === "outsider"
      ? ["boris-follows", "borisFollows", borisFollows]
      : id === "survived"
        ? ["show-me", "showMe", () => document.querySelector('[data-action="kill"]')?.focus()]
        : ["show-me", "showMe", () => place.visit(WHOSE[id])];
  return h("button", { type: "button", class: "linklike strong", "data-action": action, onclick: run }, t(word));
}

function borisFollows() {
  place.visit(BORIS);
  follow(BORIS, prefs.link);
}
