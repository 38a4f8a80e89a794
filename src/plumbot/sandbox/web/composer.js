// The line at the bottom of a chat: text, replies, edits, commands, files, clips, voice.
import { act, upload } from "./api.js";
import { preview } from "./bubbles.js";
import { fill, h, icon } from "./dom.js";
import { guessKind, kindsFor, soundLength } from "./files.js";
import { size } from "./media.js";
import { openMenu, warn } from "./menus.js";
import { recorder } from "./recorder.js";
import { commandsFor, logOf, nameOf, store } from "./state.js";
import { prefs } from "./prefs.js";
import { t } from "./words.js";

const drafts = new Map();
const TALLEST_PX = 160;

export function composer(view) {
  const key = `${view.user}:${view.chat}`;
  const mode = { reply: null, edit: null, file: null, kind: "" };
  const area = h("textarea", { "data-composer": true, rows: "1", value: drafts.get(key) ?? "", enterkeyhint: "send" });
  const context = h("div", { class: "context" });
  const hints = h("div", { class: "suggestions", role: "menu" });
  const keyboard = h("div", { class: "reply-keyboard" });
  const attach = h("button", { type: "button", class: "icon-button", "data-action": "attach" }, icon("clip"));
  const slash = h("button", { type: "button", class: "icon-button slash", "data-action": "commands" }, "/");
  const send = h("button", { type: "submit", class: "icon-button go", "data-action": "send" }, icon("send"));
  const mic = h("button", { type: "button", class: "icon-button go", "data-action": "record" }, icon("mic"));
  const picker = h("input", { type: "file", hidden: true, "aria-hidden": "true", tabindex: "-1", "data-file": true });
  const line = h("form", { class: "line-in" }, attach, slash, area, send, mic, picker);
  const node = h("div", { class: "composer" }, hints, keyboard, context, line);

  const fail = (failure) => warn(view.user, failure);
  const run = (promise) => promise.then(() => true, (failure) => { fail(failure); return false; });
  const clear = () => { Object.assign(mode, { reply: null, edit: null, file: null }); paint(); };

  function grow() {
    area.style.setProperty("height", "auto");
    area.style.setProperty("height", `${Math.min(area.scrollHeight, TALLEST_PX)}px`);
  }

  async function sendText(text) {
    const values = { chat: view.chat, text };
    if (mode.reply) values.reply_to = mode.reply.message_id;
    if (mode.reply?.message_thread_id) values.thread = mode.reply.message_thread_id;
    return run(act(view.user, "send", values));
  }

  async function sendFile(file, kind, duration, caption) {
    return run(upload(view.user, view.chat, file, { kind, duration, caption, reply_to: mode.reply?.message_id }));
  }

  async function submit(event) {
    event?.preventDefault();
    const text = area.value.trim();
    if (!text && !mode.file) return;
    const { edit, file, kind } = mode;
    area.value = "";
    drafts.delete(key);
    grow();
    let done;
    if (edit) done = await run(act(view.user, "edit", { chat: view.chat, message_id: edit.message_id, text }));
    else if (file) done = await sendFile(file, kind, await soundLength(file), text);
    else done = await sendText(text);
    if (!done && !area.value) area.value = text;
    clear();
  }

  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    if (event.key === "Escape" && (mode.reply || mode.edit || mode.file)) { event.stopPropagation(); if (mode.edit) area.value = ""; clear(); }
    if (event.key === "ArrowUp" && hints.firstChild) { event.preventDefault(); hints.querySelector("button:last-of-type").focus(); }
    else if (event.key === "ArrowUp" && !area.value) editLast(event);
  });
  area.addEventListener("input", () => { drafts.set(key, area.value); grow(); paint(); });
  area.addEventListener("paste", (event) => { const [file] = event.clipboardData.files; if (file) { event.preventDefault(); stage(file); } });
  line.addEventListener("submit", submit);
  picker.addEventListener("change", () => { if (picker.files[0]) stage(picker.files[0]); picker.value = ""; });
  attach.addEventListener("click", () => openMenu(attach, attachments(), { label: t("attach") }));
  slash.addEventListener("click", () => { area.value = area.value.startsWith("/") ? "" : "/"; paint(); area.focus(); });
  mic.addEventListener("click", () => recorder(node, line, view, (file, seconds) => sendFile(file, "voice", seconds)));

  function editLast(event) {
    const mine = logOf(view.user, view.chat)?.list.findLast((one) => one.from?.id === view.user && one.text);
    if (mine) { event.preventDefault(); begin({ edit: mine }); }
  }

  function attachments() {
    const clips = (store.state.clips ?? []).map((clip) => ({
      label: clip.title, icon: "mic", note: clip.duration ? `${Math.round(clip.duration)} s` : "", action: `clip-${clip.id}`,
      run: () => run(act(view.user, "clip", { chat: view.chat, clip_id: clip.id })),
    }));
    return [{ label: t("pickFile"), icon: "file", action: "pick-file", run: () => picker.click() }, ...(clips.length ? [{ title: t("clips") }, ...clips] : [])];
  }

  function stage(file) {
    Object.assign(mode, { file, kind: guessKind(file), edit: null });
    paint();
    area.focus();
  }

  function begin({ reply = null, edit = null }) {
    Object.assign(mode, { reply, edit, file: edit ? null : mode.file });
    if (edit) { area.value = edit.text || edit.caption; grow(); }
    paint();
    area.focus();
  }

  function paint() {
    area.placeholder = mode.file ? t("caption") : t("composer");
    area.setAttribute("aria-label", `${t("composer")}. ${t("composerHint")}`);
    for (const [button, word] of [[attach, "attach"], [slash, "commands"], [send, "send"], [mic, "record"]]) { button.title = t(word); button.setAttribute("aria-label", t(word)); }
    const full = area.value.trim() !== "" || mode.file;
    send.hidden = !full;
    mic.hidden = Boolean(full);
    slash.hidden = view.chat < 0 && !commandsFor(view.user, view.chat).length;
    paintContext(context, mode, clear, () => { area.value = ""; clear(); });
    paintHints(hints, view, area, sendText, paint);
    paintKeyboard(keyboard, view, sendText);
  }

  return { node, paint, focus: () => { if (!node.hidden) area.focus({ preventScroll: true }); }, send: sendText, reply: (reply) => begin({ reply }), edit: (edit) => begin({ edit }), drop: stage };
}

function paintContext(box, mode, clear, cancelEdit) {
  const { reply, edit, file } = mode;
  box.hidden = !(reply || edit || file);
  const version = JSON.stringify([reply?.message_id, edit?.message_id, file?.name, file?.size, mode.kind, prefs.lang]);
  if (box.plumKey === version) return;
  box.plumKey = version;
  const close = h("button", { type: "button", class: "icon-button", "data-action": "cancel-context", "aria-label": t("cancel"), onclick: edit ? cancelEdit : clear }, icon("close"));
  if (file) {
    const choice = h("select", { "aria-label": t("kind"), onchange: (event) => { mode.kind = event.target.value; } },
      kindsFor(file).map((kind) => h("option", { value: kind, selected: kind === mode.kind }, t(`kind.${kind}`))));
    fill(box, icon("clip"), h("div", { class: "context-text" }, h("strong", {}, file.name), h("span", { class: "muted" }, size(file.size))), choice, close);
  } else if (reply || edit) {
    const about = edit ?? reply;
    fill(box, icon(edit ? "edit" : "reply"), h("div", { class: "context-text" },
      h("strong", {}, edit ? t("editing") : t("replyTo", { name: nameOf(about.from?.id, about.from) })), h("span", { class: "muted" }, preview(about))), close);
  } else {
    fill(box);
  }
}

// The list of commands above the line, while a command is being typed.
function paintHints(box, view, area, send, paint) {
  const typed = /^\/(\w*)$/.exec(area.value);
  const list = typed ? commandsFor(view.user, view.chat).filter((one) => one.command.startsWith(typed[1])) : [];
  const version = JSON.stringify([list, typed?.[0]]);
  if (box.plumKey === version) return;
  box.plumKey = version;
  const choose = (one) => { area.value = ""; paint(); area.focus(); send(`/${one.command}`); };
  fill(box, list.map((one) => h("button", { type: "button", role: "menuitem", "data-command": one.command, onclick: () => choose(one) },
    h("b", {}, `/${one.command}`), h("span", { class: "muted" }, one.description))));
  box.onkeydown = (event) => {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!next && event.key !== "Escape") return;
    event.preventDefault();
    (event.key === "Escape" ? area : document.activeElement[next] ?? area).focus();
  };
}

// A reply keyboard is the newest one that the bot sent and did not take away.
function paintKeyboard(box, view, send) {
  const list = logOf(view.user, view.chat)?.list ?? [];
  const holder = list.findLast((one) => one.reply_keyboard !== undefined && one.reply_keyboard !== null);
  const board = holder?.reply_keyboard;
  const rows = Array.isArray(board) ? board : board?.keyboard ?? [];
  if (box.plumKey === holder) return;
  box.plumKey = holder;
  const word = (one) => (typeof one === "string" ? one : one.text);
  fill(box, rows.map((row) => h("div", { class: "inline-row" }, row.map((one) => h("button", { type: "button", class: "inline-button", onclick: () => send(word(one)) }, word(one))))));
}
