// What the page remembers in this browser: phones, open chats, what was read, theme, language.
const KEY = "plum-sandbox";

const fallback = () => ({
  phones: [1001, 1003, 1005],
  open: {},
  read: {},
  count: 0,
  person: 0,
  lang: (navigator.language || "en").toLowerCase().startsWith("ru") ? "ru" : "en",
  theme: "auto",
});

function load() {
  try {
    return { ...fallback(), ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return fallback(); // a storage that is forbidden or damaged only costs the memory
  }
}

export const prefs = load();

export function save() {
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs));
  } catch {
    // private windows may refuse; the page works without memory
  }
}

export function forgetChats() {
  prefs.open = {};
  prefs.read = {};
  prefs.link = "";
  save();
}

// ?phones=1001,1003&lang=ru&theme=dark&count=2 overrides what is remembered.
function fromAddress() {
  const query = new URLSearchParams(location.search);
  const phones = (query.get("phones") ?? "").split(",").map(Number).filter(Boolean);
  if (phones.length)
    prefs.phones = [...new Set([...phones, ...fallback().phones])].slice(0, Math.max(3, phones.length));
  if (["en", "ru"].includes(query.get("lang"))) prefs.lang = query.get("lang");
  if (["auto", "light", "dark"].includes(query.get("theme"))) prefs.theme = query.get("theme");
  if (query.has("count")) prefs.count = Number(query.get("count")) || 0;
  if (location.search) history.replaceState(null, "", location.pathname); // a reload shows what is remembered
}

fromAddress();

const darkWish = matchMedia("(prefers-color-scheme: dark)");
export const isDark = () => (prefs.theme === "auto" ? darkWish.matches : prefs.theme === "dark");

export function paint() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  document.documentElement.lang = prefs.lang;
}

darkWish.addEventListener("change", paint);
