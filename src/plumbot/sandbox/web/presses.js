// Button presses that still wait for the bot's answer, and the answers as toast or alert.
import { act } from "./api.js";
import { alertOn, say, warn } from "./menus.js";
import { listen, store, touch } from "./state.js";
import { t } from "./words.js";

const LONGEST_WAIT_MS = 150_000; // Telegram forgets an unanswered press then

export const pressed = new Map(); // key of the button -> press id, or null until the server has told it
const answered = new Set(); // ids whose answer overtook the press's own response

export const pressKey = (user, message, row, col) => `${user}:${message.chat_id}:${message.message_id}:${row}:${col}`;

export async function press(user, message, row, col) {
  const key = pressKey(user, message, row, col);
  if (pressed.has(key)) return;
  pressed.set(key, null);
  touch();
  try {
    const { press_id: id } = await act(user, "press", {
      chat: message.chat_id,
      message_id: message.message_id,
      row,
      col,
    });
    if (answered.delete(id)) release(key);
    else pressed.set(key, id);
    if (store.state.processes.some((one) => one.name === "bot" && one.status === "stopped")) say(user, t("killed"));
    setTimeout(() => {
      if (pressed.get(key) === id) release(key);
    }, LONGEST_WAIT_MS);
  } catch (failure) {
    release(key);
    warn(user, failure);
  }
}

function release(key) {
  pressed.delete(key);
  touch();
}

listen("alert", ({ press_id: id, user_id: user, text, show_alert: modal }) => {
  const key = [...pressed].find(([, one]) => one === id)?.[0];
  if (key) release(key);
  else answered.add(id);
  if (!text) return;
  if (modal) alertOn(user, text);
  else say(user, text);
});

listen("reset", () => pressed.clear());
