// The line at the bottom of a chat: text, replies, edits, commands, files, clips, voice.
import { act, upload } from "./api.js";
import { paintContext, paintHints, paintKeyboard } from "./composer_bars.js";
import { h, icon } from "./dom.js";
import { guessKind, soundLength } from "./files.js";
import { openMenu, warn } from "./menus.js";
import { recorder } from "./recorder.js";
import { commandsFor, logOf, store } from "./state.js";
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
  const run = (promise) =>
    promise.then(
      () => true,
      (failure) => {
        fail(failure);
        return false;
      },
    );
  const clear = () => {
    Object.assign(mode, { reply: null, edit: null, file: null });
    paint();
  };

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
    if (event.key === "Escape" && (mode.reply || mode.edit || mode.file)) {
      event.stopPropagation();
      if (mode.edit) area.value = "";
      clear();
    }
    if (event.key === "ArrowUp" && hints.firstChild) {
      event.preventDefault();
      hints.querySelector("button:last-of-type").focus();
    } else if (event.key === "ArrowUp" && !area.value) editLast(event);
  });
  area.addEventListener("input", () => {
    drafts.set(key, area.value);
    grow();
    paint();
  });
  area.addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (file) {
      event.preventDefault();
      stage(file);
    }
  });
  line.addEventListener("submit", submit);
  picker.addEventListener("change", () => {
    if (picker.files[0]) stage(picker.files[0]);
    picker.value = "";
  });
  attach.addEventListener("click", () => openMenu(attach, attachments(), { label: t("attach") }));
  slash.addEventListener("click", () => {
    area.value = area.value.startsWith("/") ? "" : "/";
    paint();
    area.focus();
  });
  mic.addEventListener("click", () => recorder(node, line, view, (file, seconds) => sendFile(file, "voice", seconds)));

  function editLast(event) {
    const mine = logOf(view.user, view.chat)?.list.findLast((one) => one.from?.id === view.user && one.text);
    if (mine) {
      event.preventDefault();
      begin({ edit: mine });
    }
  }

  function attachments() {
    const clips = (store.state.clips ?? []).map((clip) => ({
      label: clip.title,
      icon: "mic",
      note: clip.duration ? `${Math.round(clip.duration)} s` : "",
      action: `clip-${clip.id}`,
      run: () => run(act(view.user, "clip", { chat: view.chat, clip_id: clip.id })),
    }));
    return [
      { label: t("pickFile"), icon: "file", action: "pick-file", run: () => picker.click() },
      ...(clips.length ? [{ title: t("clips") }, ...clips] : []),
    ];
  }

  function stage(file) {
    Object.assign(mode, { file, kind: guessKind(file), edit: null });
    paint();
    area.focus();
  }

  function begin({ reply = null, edit = null }) {
    Object.assign(mode, { reply, edit, file: edit ? null : mode.file });
    if (edit) {
      area.value = edit.text || edit.caption;
      grow();
    }
    paint();
    area.focus();
  }

  function paint() {
    area.placeholder = mode.file ? t("caption") : t("composer");
    area.setAttribute("aria-label", `${t("composer")}. ${t("composerHint")}`);
    for (const [button, word] of [
      [attach, "attach"],
      [slash, "commands"],
      [send, "send"],
      [mic, "record"],
    ]) {
      button.title = t(word);
      button.setAttribute("aria-label", t(word));
    }
    const full = area.value.trim() !== "" || mode.file;
    send.hidden = !full;
    mic.hidden = Boolean(full);
    slash.hidden = view.chat < 0 && !commandsFor(view.user, view.chat).length;
    paintContext(context, mode, clear, () => {
      area.value = "";
      clear();
    });
    paintHints(hints, view, area, sendText, paint);
    paintKeyboard(keyboard, view, sendText);
  }

  return {
    node,
    paint,
    focus: () => {
      if (!node.hidden) area.focus({ preventScroll: true });
    },
    send: sendText,
    reply: (reply) => begin({ reply }),
    edit: (edit) => begin({ edit }),
    drop: stage,
  };
}
