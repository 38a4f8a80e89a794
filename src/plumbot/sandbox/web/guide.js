// The six steps that tick themselves off.
import { h, icon, reconcile } from "./dom.js";
import { place } from "./places.js";
import { prefs } from "./prefs.js";
import { store } from "./state.js";
import { t } from "./words.js";

const WHOSE = { applied: 1001, approved: 1003, accepted: 1001, joined: 1001, outsider: 1001 };

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
      (step) => [step.done, step.id === next, prefs.lang],
      (step) => entry(step, step.id === next),
    );
  }
  return { node, paint };
}

function entry(step, isNext) {
  const show = () => {
    if (WHOSE[step.id]) place.visit(WHOSE[step.id]);
    else document.querySelector('[data-action="kill"]')?.focus();
  };
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
      h("span", { class: "step-title" }, t(`g.${step.id}`)),
      isNext && h("p", { class: "step-hint" }, t(`h.${step.id}`)),
      isNext &&
        h("button", { type: "button", class: "linklike strong", "data-action": "show-me", onclick: show }, t("showMe")),
    ),
  );
}
