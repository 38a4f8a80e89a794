// The page's own words in the language of the reader. What the bot says comes from the bot.
import { prefs } from "./prefs.js";
import { EN } from "./words_en.js";
import { RU } from "./words_ru.js";

const TONGUES = { en: EN, ru: RU };
export const LANGUAGES = Object.keys(TONGUES);

export function t(key, values = {}) {
  const text = TONGUES[prefs.lang][key] ?? EN[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const known = (key) => key in EN;
