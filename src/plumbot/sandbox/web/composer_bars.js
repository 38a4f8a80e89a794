// What may stand above the composer's line: reply, edit or file, commands, a reply keyboard.
import { preview } from "./bubbles.js";
import { fill, h, icon } from "./dom.js";
import { kindsFor } from "./files.js";
import { size } from "./media.js";
import { prefs } from "./prefs.js";
import { commandsFor, logOf, nameOf } from "./state.js";
import { t } from "./words.js";

export function paintContext(box, mode, clear, cancelEdit) {
  const { reply, edit, file } = mode;
  box.hidden = !(reply || edit || file);
  const version = JSON.stringify([reply?.message_id, edit?.message_id, file?.name, file?.size, mode.kind, prefs.lang]);
  if (box.plumKey === version) return;
  box.plumKey = version;
  const close = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "data-action": "cancel-context",
      "aria-label": t("cancel"),
      onclick: edit ? cancelEdit : clear,
    },
    icon("close"),
  );
  if (file) {
    const choice = h(
      "select",
      {
        "aria-label": t("kind"),
        onchange: (event) => {
          mode.kind = event.target.value;
        },
      },
      kindsFor(file).map((kind) => h("option", { value: kind, selected: kind === mode.kind }, t(`kind.${kind}`))),
    );
    fill(
      box,
      icon("clip"),
      h("div", { class: "context-text" }, h("strong", {}, file.name), h("span", { class: "muted" }, size(file.size))),
      choice,
      close,
    );
  } else if (reply || edit) {
    const about = edit ?? reply;
    fill(
      box,
      icon(edit ? "edit" : "reply"),
      h(
        "div",
        { class: "context-text" },
        h("strong", {}, edit ? t("editing") : t("replyTo", { name: nameOf(about.from?.id, about.from) })),
        h("span", { class: "muted" }, preview(about)),
      ),
      close,
    );
  } else {
    fill(box);
  }
}

// The list of commands above the line, while a command is being typed.
export function paintHints(box, view, area, send, paint) {
  const typed = /^\/(\w*)$/.exec(area.value);
  const list = typed ? commandsFor(view.user, view.chat).filter((one) => one.command.startsWith(typed[1])) : [];
  const version = JSON.stringify([list, typed?.[0]]);
  if (box.plumKey === version) return;
  box.plumKey = version;
  const choose = (one) => {
    area.value = "";
    paint();
    area.focus();
    send(`/${one.command}`);
  };
  fill(
    box,
    list.map((one) =>
      h(
        "button",
        { type: "button", role: "menuitem", "data-command": one.command, onclick: () => choose(one) },
        h("b", {}, `/${one.command}`),
        h("span", { class: "muted" }, one.description),
      ),
    ),
  );
  box.onkeydown = (event) => {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!next && event.key !== "Escape") return;
    event.preventDefault();
    (event.key === "Escape" ? area : (document.activeElement[next] ?? area)).focus();
  };
}

// A reply keyboard is the newest one that the bot sent and did not take away.
export function paintKeyboard(box, view, send) {
  const list = logOf(view.user, view.chat)?.list ?? [];
  const holder = list.findLast((one) => one.reply_keyboard !== undefined && one.reply_keyboard !== null);
  const board = holder?.reply_keyboard;
  const rows = Array.isArray(board) ? board : (board?.keyboard ?? []);
  if (box.plumKey === holder) return;
  box.plumKey = holder;
  const word = (one) => (typeof one === "string" ? one : one.text);
  fill(
    box,
    rows.map((row) =>
      h(
        "div",
        { class: "inline-row" },
        row.map((one) =>
          h("button", { type: "button", class: "inline-button", onclick: () => send(word(one)) }, word(one)),
        ),
      ),
    ),
  );
}
