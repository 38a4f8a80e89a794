// What a person can do with a chat: see its members, leave, remove somebody, block the bot.
import { act } from "./api.js";
import { avatar, h } from "./dom.js";
import { ask, dialog, openMenu, warn } from "./menus.js";
import { chatOf, insiders, isChatAdmin, nameOf, person } from "./state.js";
import { known, t } from "./words.js";

export function chatInfo(anchor, user, id) {
  const run = (verb, values) => act(user, verb, values).catch((failure) => warn(user, failure));
  if (id > 0) {
    const blocked = person(user)?.blocked_bot;
    openMenu(anchor, [
      {
        label: t(blocked ? "unblock" : "block"),
        icon: "close",
        action: blocked ? "unblock" : "block",
        danger: !blocked,
        run: () => run("block", { on: !blocked }),
      },
    ]);
    return;
  }
  const chat = chatOf(user, id);
  if (!chat) return;
  const leave = async () => {
    if (await ask(t("leaveAsk", { chat: chat.title }), "", { yes: t("leave"), danger: true, action: "leave-yes" }))
      run("leave", { chat: id });
  };
  openMenu(anchor, [
    {
      label: t("members", { n: insiders(chat).length }),
      icon: "person",
      action: "members",
      run: () => members(user, chat, run),
    },
    { label: t("leave"), icon: "back", danger: true, action: "leave", run: leave },
  ]);
}

function members(user, chat, run) {
  const remove = async (id, row) => {
    if (
      !(await ask(t("removeAsk", { name: nameOf(id) }), "", { yes: t("remove"), danger: true, action: "remove-yes" }))
    )
      return;
    if (await run("admin_remove", { chat: chat.id, user: id })) row.remove();
  };
  dialog(chat.title, (close) => [
    h(
      "div",
      { class: "members" },
      insiders(chat).map(({ user_id: id, status }) => {
        const word = `status.${status}`;
        const row = h(
          "div",
          { class: "member" },
          avatar(id, nameOf(id), { small: true }),
          h("span", { class: "grow" }, nameOf(id)),
          h("span", { class: "muted" }, known(word) ? t(word) : status),
        );
        const removable =
          isChatAdmin(chat, user) && id !== user && status !== "creator" && id > 0 && !String(id).startsWith("7000");
        if (removable)
          row.append(
            h(
              "button",
              {
                type: "button",
                class: "quiet danger",
                "data-action": "remove",
                "data-member": id,
                onclick: () => remove(id, row),
              },
              t("remove"),
            ),
          );
        return row;
      }),
    ),
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "solid", onclick: () => close() }, t("close")),
    ),
  ]);
}
