// Pictures, sound and files inside bubbles.
import { h, icon } from "./dom.js";
import { dialog } from "./menus.js";
import { t } from "./words.js";

const BARS = 34;
const HEIGHTS = 8;

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function media(message) {
  if (message.photo) return photo(message.photo, message.caption);
  if (message.voice) return sound(message.voice, t("voice"));
  if (message.audio)
    return h(
      "div",
      {},
      h("div", { class: "file-name" }, message.audio.file_name ?? t("audio")),
      sound(message.audio, t("audio")),
    );
  if (message.video_note)
    return h("video", {
      class: "video-note",
      src: message.video_note.url,
      controls: true,
      preload: "metadata",
      "aria-label": t("videoNote"),
    });
  const film = message.video ?? message.animation;
  if (film) return h("video", { class: "film", src: film.url, controls: true, preload: "metadata" });
  if (message.document) return document_(message.document);
  return null;
}

export function mediaWord(message) {
  const kind = ["photo", "voice", "audio", "video_note", "document"].find((name) => message[name]);
  if (!kind) return "";
  return {
    photo: t("photo"),
    voice: t("voice"),
    audio: t("audio"),
    video_note: t("videoNote"),
    document: message.document?.file_name ?? t("file"),
  }[kind];
}

function photo(file, caption) {
  const image = h("img", {
    src: file.url,
    alt: caption || t("photo"),
    width: file.width,
    height: file.height,
    loading: "lazy",
    decoding: "async",
  });
  const open = () =>
    dialog(
      t("photo"),
      (close) => [
        h("img", { class: "large", src: file.url, alt: caption || t("photo") }),
        h(
          "div",
          { class: "dialog-buttons" },
          h("button", { type: "button", class: "solid", onclick: () => close() }, t("close")),
        ),
      ],
      { wide: true },
    );
  return h(
    "button",
    {
      type: "button",
      class: "photo",
      "aria-label": caption ? `${t("photo")}: ${caption.slice(0, 80)}` : t("photo"),
      onclick: open,
    },
    image,
  );
}

// The bars only look like the sound; their heights come from the file's id, so that they stay the same.
function sound(file, word) {
  const player = new Audio();
  player.preload = "none";
  player.src = file.url;
  const bars = wave(file.file_unique_id ?? file.file_id ?? "");
  const time = h("span", { class: "sound-time" }, clock(file.duration ?? 0));
  const button = h("button", { type: "button", class: "sound-play", "aria-label": t("play") }, icon("play"));
  const length = () => (Number.isFinite(player.duration) && player.duration) || file.duration || 1;
  const paint = () => {
    const reached = (player.currentTime / length()) * BARS;
    [...bars.children].forEach((bar, i) => bar.classList.toggle("played", i < reached));
    time.textContent = clock(player.currentTime || file.duration || 0);
  };
  const face = (playing) => {
    button.replaceChildren(icon(playing ? "pause" : "play"));
    button.setAttribute("aria-label", t(playing ? "pause" : "play"));
  };
  button.addEventListener("click", () => {
    if (player.paused) player.play().catch(() => face(false));
    else player.pause();
  });
  player.addEventListener("play", () => face(true));
  player.addEventListener("pause", () => face(false));
  player.addEventListener("timeupdate", paint);
  player.addEventListener("ended", () => {
    player.currentTime = 0;
    paint();
  });
  bars.addEventListener("click", (event) => {
    player.currentTime = (event.offsetX / bars.offsetWidth) * length();
    paint();
  });
  return h("div", { class: "sound", role: "group", "aria-label": word }, button, bars, time);
}

function wave(seed) {
  let number = 7;
  for (const letter of seed) number = (number * 31 + letter.charCodeAt(0)) >>> 0;
  const bars = h("span", { class: "wave", "aria-hidden": "true" });
  for (let i = 0; i < BARS; i += 1) {
    number = (number * 1103515245 + 12345) >>> 0;
    const arch = Math.sin((Math.PI * (i + 2)) / (BARS + 4));
    bars.append(h("i", { class: `bar-${1 + Math.floor(((number >>> 16) % HEIGHTS) * (0.4 + 0.6 * arch))}` }));
  }
  return bars;
}

function document_(file) {
  return h(
    "a",
    { class: "document", href: file.url, download: file.file_name ?? "file", target: "_blank", rel: "noopener" },
    h("span", { class: "document-icon" }, icon("file")),
    h(
      "span",
      {},
      h("span", { class: "file-name" }, file.file_name ?? t("file")),
      h("span", { class: "muted" }, size(file.file_size)),
    ),
  );
}
