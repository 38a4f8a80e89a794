"""Doctor's look at Telegram: token, club chat, the bot's rights there, privacy mode, webhook. All asked at once."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from plumbot.apps.doctor_database import Known
from plumbot.apps.findings import Finding, fail, ok, warn
from plumbot.kit.settings import Settings
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient

PATIENCE_SECONDS = 5.0
RIGHTS = {
    "can_invite_users": "personal links can be made and requests answered",
    "can_restrict_members": "intruders and blacklisted people can be removed",
    "can_delete_messages": "join and leave messages can be deleted",
}
DISPENSABLE = {"can_delete_messages"}
NO_TOKEN = "Get the token from @BotFather (/mybots, API Token) and set PLUM_TELEGRAM__TOKEN."  # noqa: S105  # advice
MAKE_ADMIN = "In the club chat make the bot an admin, with the rights to invite, to ban and to delete messages."


@dataclass(frozen=True)
class Asked:
    """One question's answer: the result, or why there is none."""

    result: dict[str, Any] | None = None
    error: ApiError | None = None
    fault: NetworkFault | None = None


async def look_at_telegram(settings: Settings, known: "asyncio.Task[Known]") -> list[Finding]:
    """Nothing without a token: settings have said that already."""
    if settings.telegram.token is None:
        return []
    async with TelegramClient(settings.telegram.require_token(), settings.telegram.api_url) as client:
        me, webhook, others = await asyncio.gather(
            ask(client, "getMe"), ask(client, "getWebhookInfo"), look_at_other_chats(client, settings)
        )
        if me.result is None:
            return [why_no_token(settings, me)]
        chat_id = (await known).chat_id
        club = await look_at_club(client, me.result, chat_id) if chat_id is not None else []
    name = f"The bot is @{me.result.get('username')} ({me.result.get('id')})."
    return [ok("token", name), *club, *others, *look_at_webhook(settings, webhook.result)]


async def ask(client: TelegramClient, method: str, **values: Any) -> Asked:
    try:
        return Asked(result=await client.request(method, values, seconds=PATIENCE_SECONDS))
    except ApiError as error:
        return Asked(error=error)
    except NetworkFault as fault:
        return Asked(fault=fault)


def why_no_token(settings: Settings, me: Asked) -> Finding:
    if me.error is not None and me.error.code in (401, 404):
        return fail("token", "Telegram does not accept the token.", NO_TOKEN)
    if me.error is not None:
        return fail("token", f"Telegram refuses getMe: {me.error}.", "Try again in a minute.")
    host = urlsplit(settings.telegram.api_url).netloc
    todo = "Look at the network, at HTTPS_PROXY and at PLUM_TELEGRAM__API_URL."
    return fail("token", f"{host} gives no usable answer ({me.fault})", todo)


async def look_at_club(client: TelegramClient, me: dict[str, Any], chat_id: int) -> list[Finding]:
    chat, bot = await asyncio.gather(
        ask(client, "getChat", chat_id=chat_id), ask(client, "getChatMember", chat_id=chat_id, user_id=me["id"])
    )
    if chat.result is None:
        return [why_no_chat("chat", "PLUM_CLUB__CHAT_ID", chat_id, chat)]
    standing = bot.result or {}
    is_admin = standing.get("status") == "administrator"
    return [look_at_chat(chat.result), *look_at_rights(standing, is_admin), look_at_privacy(me, is_admin)]


def why_no_chat(about: str, variable: str, chat_id: int, chat: Asked) -> Finding:
    if chat.error is not None and chat.error.migrate_to is not None:
        says = f"Chat {chat_id} has become a supergroup."
        return fail(about, says, f"Set {variable}={chat.error.migrate_to}.")
    if chat.error is not None:
        todo = f"Add the bot to the chat, and look at {variable}: the id of a supergroup begins with -100."
        return fail(about, f"The bot does not see chat {chat_id}: {chat.error.description}.", todo)
    return fail(about, f"Telegram does not say anything about chat {chat_id} ({chat.fault}).", "Try again in a minute.")


def look_at_chat(chat: dict[str, Any]) -> Finding:
    title = f"“{chat.get('title', '')}”"
    if chat.get("type") != "supergroup":
        todo = "Make it a supergroup: in its settings show the history to new members, then set its new id."
        return fail("chat", f"{title} is a {chat.get('type')}, not a supergroup.", todo)
    if chat.get("username"):
        todo = "Make it private: in a public one Telegram does not say by which link somebody came."
        return fail("chat", f"{title} is public (@{chat['username']}).", todo)
    return ok("chat", f"{title} is a private supergroup.")


def look_at_rights(standing: dict[str, Any], is_admin: bool) -> Iterable[Finding]:
    if not is_admin:
        status = standing.get("status", "unknown there")
        yield fail("rights", f"The bot is no admin of the club chat (it is: {status}).", MAKE_ADMIN)
        return
    for right, meaning in RIGHTS.items():
        if standing.get(right):
            yield ok("rights", f"{right}: {meaning}.")
        else:
            verdict = warn if right in DISPENSABLE else fail
            todo = "In the club chat, among the admins, give the bot this right."
            yield verdict("rights", f"{right} is missing, else {meaning}.", todo)


def look_at_privacy(me: dict[str, Any], is_admin: bool) -> Finding:
    if me.get("can_read_all_group_messages"):
        return ok("privacy", "Privacy mode is off: the bot sees the chat's messages.")
    if is_admin:
        return ok("privacy", "Privacy mode is on, but an admin bot sees the chat's messages all the same.")
    todo = "Make the bot an admin; or say /setprivacy to @BotFather, choose Disable, and add the bot to the chat anew."
    return warn("privacy", "Privacy mode is on: the bot sees commands and replies only.", todo)


async def look_at_other_chats(client: TelegramClient, settings: Settings) -> list[Finding]:
    """The chats of reviewers and maintainers, where they are set."""
    wanted = {
        "PLUM_CLUB__REVIEW_CHAT_ID": ("review", settings.club.review_chat_id),
        "PLUM_CLUB__ALERT_CHAT_ID": ("alerts", settings.club.alert_chat_id),
    }
    chosen = [(variable, about, chat_id) for variable, (about, chat_id) in wanted.items() if chat_id is not None]
    answers = await asyncio.gather(*(ask(client, "getChat", chat_id=chat_id) for _, _, chat_id in chosen))
    return [
        ok(about, f"The bot sees chat {chat_id}.") if answer.result else why_no_chat(about, variable, chat_id, answer)
        for (variable, about, chat_id), answer in zip(chosen, answers, strict=True)
    ]


def look_at_webhook(settings: Settings, info: dict[str, Any] | None) -> Iterable[Finding]:
    if info is None:
        return
    address, wanted = str(info.get("url") or ""), settings.telegram.webhook_url or ""
    host = urlsplit(address).netloc
    if settings.telegram.mode == "polling" and address:
        todo = "`plumbot run` removes it when it starts; stop whatever set it, else the two take turns."
        yield warn("webhook", f"The mode is polling, but Telegram sends updates to {host}.", todo)
    elif settings.telegram.mode == "webhook" and not address.startswith(wanted or "https://"):
        todo = "Start the bot: it sets the webhook. If it runs, look at PLUM_TELEGRAM__WEBHOOK_URL."
        yield warn("webhook", f"Telegram sends updates to {host or 'nobody'}, not to {wanted}.", todo)
    else:
        waiting = info.get("pending_update_count", 0)
        yield ok("webhook", f"Telegram and the settings agree on {settings.telegram.mode}; {waiting} updates wait.")
    if address and info.get("last_error_message"):
        todo = "Look at the proxy in front of the bot, its certificate, and the bot's log."
        yield warn("webhook", f"Telegram's last attempt failed: {info['last_error_message']}.", todo)
