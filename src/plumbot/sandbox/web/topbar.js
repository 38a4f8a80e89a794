// The top bar: name, number of phones, language, theme, adding people, reset.
import { act, resetAll } from "./api.js";
import { h, icon } from "./dom.js";
import { ask, dialog, openMenu, warn } from "./menus.js";
import { place } from "./places.js";
import { forgetChats, isDark, prefs, save } from "./prefs.js";
import { store } from "./state.js";
import { LANGUAGES, t } from "./words.js";

export function topbar({ paint, togglePanel }) {
  const tagline = h("span", { class: "tagline" });
  const brand = h(
    "div",
    { class: "brand" },
    h("img", { src: "/web/icon.svg", alt: "", width: 26, height: 26 }),
    h("h1", {}, "Plum"),
    tagline,
  );
  const count = h(
    "div",
    { class: "segment", role: "group" },
    [1, 2, 3].map((n) => h("button", { type: "button", "data-phones": n, onclick: () => keep("count", n) }, n)),
  );
  const tongues = h(
    "div",
    { class: "segment", role: "group" },
    LANGUAGES.map((one) => h("button", { type: "button", "data-lang": one, onclick: () => keep("lang", one) }, one)),
  );
  const theme = tool("theme", "sun", () => keep("theme", isDark() ? "light" : "dark"));
  const add = tool("add-person", "plus", addPerson);
  const reset = tool("reset", "reset", resetEverything);
  const side = tool("panel", "panel", () => togglePanel());
  const more = tool("page-menu", "more", () =>
    openMenu(more, [
      { label: t("addPerson"), icon: "plus", action: "add-person", run: addPerson },
      {
        label: t("theme"),
        icon: isDark() ? "sun" : "moon",
        action: "theme",
        run: () => keep("theme", isDark() ? "light" : "dark"),
      },
      { label: t("reset"), icon: "reset", action: "reset", danger: true, run: resetEverything },
    ]),
  );
  const node = h(
    "header",
    { class: "topbar" },
    brand,
    h("div", { class: "tools-right" }, count, tongues, theme, add, reset, more, side),
  );

  function keep(name, value) {
    prefs[name] = value;
    save();
    paint();
  }

  function paintBar({ count: now, most, open }) {
    tagline.textContent = t("tagline");
    count.setAttribute("aria-label", t("phones"));
    count.title = t("phones");
    count.hidden = most < 2;
    for (const button of count.children) {
      button.hidden = Number(button.dataset.phones) > most;
      button.setAttribute("aria-pressed", String(Number(button.dataset.phones) === now));
      button.setAttribute("aria-label", `${t("phones")}: ${button.dataset.phones}`);
    }
    tongues.setAttribute("aria-label", t("language"));
    for (const button of tongues.children)
      button.setAttribute("aria-pressed", String(button.dataset.lang === prefs.lang));
    theme.replaceChildren(icon(isDark() ? "sun" : "moon"));
    for (const [button, word] of [
      [theme, "theme"],
      [add, "addPerson"],
      [reset, "reset"],
      [more, "more"],
      [side, "panel"],
    ]) {
      button.title = t(word);
      button.setAttribute("aria-label", t(word));
    }
    side.setAttribute("aria-expanded", String(open));
    node.classList.toggle("waiting", Boolean(store.state?.waiting));
  }
  return { node, paint: paintBar, panelButton: side };
}

const tool = (action, face, run) =>
  h("button", { type: "button", class: "icon-button", "data-action": action, onclick: run }, icon(face));

async function resetEverything() {
  if (!(await ask(t("resetAsk"), t("resetText"), { yes: t("reset"), danger: true, action: "reset-yes" }))) return;
  resetAll().then(forgetChats, (failure) => warn(0, failure));
}

async function addPerson() {
  const values = await dialog(t("addPerson"), (close) => {
    const name = h("input", {
      name: "first_name",
      required: true,
      maxlength: "64",
      autocomplete: "off",
      autofocus: true,
    });
    const username = h("input", {
      name: "username",
      maxlength: "32",
      pattern: "@?[A-Za-z]\\w{3,31}",
      autocomplete: "off",
      placeholder: "@",
    });
    const language = h(
      "select",
      { name: "language_code" },
      h("option", { value: "en" }, "English"),
      h("option", { value: "ru" }, "Русский"),
    );
    const field = (word, input) => h("label", { class: "field" }, h("span", {}, t(word)), input);
    const form = h(
      "form",
      { class: "form" },
      h("p", { class: "muted" }, t("addHint")),
      field("firstName", name),
      field("username", username),
      field("botLanguage", language),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "quiet", onclick: () => close() }, t("cancel")),
        h("button", { type: "submit", class: "solid", "data-action": "add-person-yes" }, t("add")),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      close({
        first_name: name.value.trim(),
        username: username.value.replace(/^@/, ""),
        language_code: language.value,
      });
    });
    return form;
  });
  if (!values) return;
  try {
    const { user } = await act(store.state.people[0].id, "add_person", values);
    const id = typeof user === "object" ? user.id : user;
    if (store.state.people.some((one) => one.id === id)) place.bringUp(id);
    else prefs.phones = [...prefs.phones.slice(0, -1), id];
    save();
  } catch (failure) {
    warn(0, failure);
  }
}
