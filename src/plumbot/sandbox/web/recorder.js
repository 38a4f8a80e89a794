// A voice message from the microphone, in WebM/Opus as browsers record it.
import { h, icon } from "./dom.js";
import { clock } from "./media.js";
import { say } from "./menus.js";
import { t } from "./words.js";

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const TICK_MS = 200;

export async function recorder(home, line, view, send) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    say(view.user, t("noMic"), { tone: "bad" }); // refused, missing, or not allowed at this address
    return;
  }
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  const tape = new MediaRecorder(stream, type ? { mimeType: type } : {});
  const parts = [];
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const timer = h("span", { class: "record-time", role: "timer" }, clock(0));
  const stop = h(
    "button",
    {
      type: "button",
      class: "icon-button go",
      "data-action": "record-send",
      "aria-label": t("stopSend"),
      title: t("stopSend"),
    },
    icon("send"),
  );
  const cancel = h("button", { type: "button", class: "quiet", "data-action": "record-cancel" }, t("cancel"));
  const bar = h(
    "div",
    { class: "line-in recording" },
    h("span", { class: "record-dot", "aria-hidden": "true" }),
    timer,
    h("span", { class: "muted grow" }, t("recording")),
    cancel,
    stop,
  );
  const ticking = setInterval(() => {
    timer.textContent = clock(seconds());
  }, TICK_MS);
  let wanted = false;
  let length = 0;
  const end = (send_) => {
    wanted = send_;
    length = seconds();
    if (tape.state !== "inactive") tape.stop();
  };
  tape.addEventListener("dataavailable", (event) => {
    if (event.data.size) parts.push(event.data);
  });
  tape.addEventListener("stop", () => {
    clearInterval(ticking);
    for (const track of stream.getTracks()) track.stop();
    bar.remove();
    line.hidden = false;
    if (wanted && parts.length)
      send(new File(parts, "voice.webm", { type: tape.mimeType || "audio/webm" }), Math.max(1, Math.round(length)));
  });
  stop.addEventListener("click", () => end(true));
  cancel.addEventListener("click", () => end(false));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      end(false);
    }
  });
  line.hidden = true;
  home.append(bar);
  tape.start();
  stop.focus();
}
