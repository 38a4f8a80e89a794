"""From an inbox row to a handler: aiogram routes it, the gate admits it, and one unit holds all that it does."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.dispatcher.flags import get_flag
from aiogram.methods import GetMe
from aiogram.types import TelegramObject, Update, User
from dishka import AsyncContainer
from dishka.integrations.aiogram import CONTAINER_NAME
from sqlalchemy.orm import Session

from plumbot.apps.dialogue_storage import DialogueStorage
from plumbot.club.bot_name import bot_username
from plumbot.club.events import Events, PersonReachable
from plumbot.club.language import Languages
from plumbot.club.permissions import DENIALS, Permission, Permissions
from plumbot.club.profiles import Person, Profiles
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, Unit
from plumbot.kit.handling import PERMISSION
from plumbot.kit.here import Here, Reply
from plumbot.kit.inbox.raw import STAND_INS, kind_of
from plumbot.kit.inbox.runner import After
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.logging import note
from plumbot.kit.outbox import presses
from plumbot.kit.outbox.fitting import LONGEST_ALERT, shortened
from plumbot.kit.outbox.render import split_data
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.refusals import Refusal
from plumbot.kit.screens import Message, screen
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient
from plumbot.kit.texts import Texts

log = structlog.get_logger()


class Undeclared(RuntimeError):
    """A handler without a declared permission is a mistake of ours: nobody may use it."""


class SilentSession(BaseSession):
    """Handlers and services never send: whatever tries to is a mistake of ours. It only knows its own name."""

    username: str | None = None

    async def close(self) -> None:
        """Nothing was opened."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  # its name
        if isinstance(method, GetMe) and self.username is not None:
            return User(id=bot.id, is_bot=True, first_name=self.username, username=self.username)
        raise RuntimeError(f"{type(method).__name__} was sent from a handler; write it to the outbox instead.")

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("A file was downloaded in a handler; make it a job instead.")
        yield b""  # type: ignore[unreachable]  # makes this an asynchronous generator, as its base class asks


@dataclass(frozen=True)
class Gate(BaseMiddleware):
    """Meets the person and reads their rights, in the unit of the effect, before the handler runs."""

    clock: Clock
    outbox: Outbox
    events: Events
    profiles: Profiles
    permissions: Permissions

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        permission = get_flag(data, PERMISSION)
        if permission is None:
            raise Undeclared(f"{data['handler'].callback} declares no permission; add flags=needs(Permission.…).")
        reply: Reply = data["reply"]
        name = f"{data['event_router'].name}.{data['handler'].callback.__name__}"
        note(handler=name)
        try:
            pressed = await reply.unit.run(self.admit, reply.here, data["person"], permission, data["press_number"])
        except DENIALS as denial:
            log.info(
                "denied", refusal=type(denial).__name__, user_id=reply.here.user_id, chat_id=reply.here.chat_id,
                permission=str(permission), handler=name,
            )  # fmt: skip
            raise
        reply.here = replace(reply.here, pressed=pressed)
        return await handler(event, data)

    def admit(
        self, session: Session, here: Here, person: Person | None, permission: Permission, press: int | None
    ) -> str | None:
        """Gives the outbox key of the pressed message; raises the permission's refusal."""
        if person is not None:
            self._meet(session, here, person)
        self.permissions.require(session, here.user_id, permission)
        return self.bind(session, here, press)

    def bind(self, session: Session, here: Here, press: int | None) -> str | None:
        if press is None or here.message_id is None:
            return None
        number = press or None
        return presses.bind(session, self.outbox, number, here.chat_id, here.message_id, self.clock.now())

    def _meet(self, session: Session, here: Here, person: Person) -> None:
        known = self.profiles.find(session, person.user_id)
        news = here.private and here.speaks and not (known and known.reachable)
        self.profiles.meet(session, person, reachable=True if news else None)
        if news:
            self.events.publish(session, PersonReachable(person.user_id))


@dataclass(frozen=True)
class Updates:
    """Handles inbox rows of Telegram (`kit.inbox.runner.Handling`)."""

    bot: Bot
    dispatcher: Dispatcher
    gate: Gate
    languages: Languages
    sessions: SessionManager
    client: TelegramClient

    async def handle(self, row: InboxRow, update: dict[str, Any], unit: Unit) -> After | None:
        press = _take_number(update)
        here = _here(row.seq, update)
        note(user=here.user_id, chat=here.chat_id)
        reply = Reply(here, unit, self.gate.outbox)
        if kind_of(update) not in self.dispatcher.observers:
            log.info("update_of_unknown_kind", kind=kind_of(update))  # a newer Bot API; nothing here could take it
            return None
        if here.private and here.user_id not in (0, here.chat_id):
            log.warning("update_from_anothers_private_chat")  # Telegram sends none, and nobody has a dialogue there
            return None
        await self._know_own_name(unit)
        event = Update.model_validate(update, context={"bot": self.bot})
        await self.dispatcher.feed_update(self.bot, event, reply=reply, person=_person(update), press_number=press)
        return await self._answer_press(update, here, reply.toast_text, alert=False, unit=unit)

    async def _know_own_name(self, unit: Unit) -> None:
        """Commands that name the bot are compared with what Telegram told at the start."""
        silent = self.bot.session
        if isinstance(silent, SilentSession) and silent.username is None:
            silent.username = await unit.run(bot_username)

    async def refuse(self, row: InboxRow, update: dict[str, Any], refusal: Refusal, unit: Unit) -> After | None:
        press = _take_number(update)
        here = _here(row.seq, update)
        if (person := _person(update)) is not None:
            await unit.run(self.gate.profiles.meet, person)  # the text is in the language of their Telegram
        if press is None:
            if here.speaks:
                reply = Reply(here, unit, self.gate.outbox)
                await reply.show("refusal", text=refusal.text, values=refusal.values)
            return None
        await unit.run(self.gate.bind, here, press)
        return await self._answer_press(update, here, (refusal.text, refusal.values), alert=True, unit=unit)

    async def _answer_press(
        self,
        update: dict[str, Any],
        here: Here,
        said: tuple[str, dict[str, Any]] | None,
        *,
        alert: bool,
        unit: Unit,
    ) -> After | None:
        if kind_of(update) != "callback_query":
            return None
        values: dict[str, Any] = {"callback_query_id": update["callback_query"]["id"]}
        if said is not None:
            language = await unit.run(self.languages.of, here.user_id)
            texts = Texts(language)
            text = texts.plain(said[0], **in_words(texts, said[1]))
            values |= {"text": shortened(text, LONGEST_ALERT), "show_alert": alert}

        async def answer() -> None:
            try:
                await self.client.request("answerCallbackQuery", values)
            except (ApiError, NetworkFault) as fault:  # too late, or Telegram is away: the effect stands without it
                log.info("press_not_answered", fault=str(fault))

        return answer


def build_dispatcher(
    routers: Iterable[Router], container: AsyncContainer, sessions: SessionManager, gate: Gate
) -> Dispatcher:
    """aiogram's dispatcher with our storage, our gate on every kind of update, and dishka's container at hand."""
    dispatcher = Dispatcher(storage=DialogueStorage(sessions), disable_fsm=False)
    dispatcher[CONTAINER_NAME] = container
    for name, observer in dispatcher.observers.items():
        if name not in ("update", "error"):
            observer.middleware(gate)
    dispatcher.include_routers(*routers)
    for router in dispatcher.chain_tail:
        for observer in router.observers.values():
            for handler in observer.handlers:
                _filter_at_once(handler)
    return dispatcher


def _filter_at_once(handler: HandlerObject) -> None:
    """aiogram sends every plain filter to a thread: some fifty hops for one press. Ours only look at the update."""
    for one in handler.filters or ():
        if not one.awaitable:
            one.callback, one.awaitable = _awaitable(one.callback), True


def _awaitable(look: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def looked(*args: Any, **kwargs: Any) -> Any:
        return look(*args, **kwargs)

    return looked


def _take_number(update: dict[str, Any]) -> int | None:
    """Strip the row's number from callback data. None when it is no press, 0 for a press without a number."""
    query = update.get("callback_query")
    if not isinstance(query, dict):
        return None
    number, query["data"] = split_data(str(query.get("data") or ""))
    return number or 0


def _here(seq: int, update: dict[str, Any]) -> Here:
    kind = kind_of(update)
    content = update.get(kind, {})
    user = content.get("from") or content.get("user") or {}
    message = content.get("message") or {} if kind == "callback_query" else content
    chat = message.get("chat") or {"id": user.get("id", 0), "type": "private"}
    return Here(
        seq=seq,
        chat_id=chat["id"],
        user_id=user.get("id", 0),
        private=chat.get("type") == "private",
        thread_id=message.get("message_thread_id") if message.get("is_topic_message") else None,
        message_id=message.get("message_id"),
        speaks=kind in ("message", "callback_query"),
    )


def _person(update: dict[str, Any]) -> Person | None:
    """Whom to meet: in `chat_member` the member, else the sender; never a bot or a stand-in."""
    kind = kind_of(update)
    content = update.get(kind, {})
    user = content["new_chat_member"]["user"] if kind == "chat_member" else content.get("from") or content.get("user")
    if not user or user.get("is_bot") or user.get("id") in STAND_INS:
        return None
    return Person.from_telegram(user)


def in_words(texts: Texts, values: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal's values for a reader of these texts."""
    return {name: texts.plain(value) if name.startswith("example") else value for name, value in values.items()}


@screen("refusal")
def refusal_screen(t: Texts, *, text: str, values: dict[str, Any]) -> Message:
    return Message(t(text, **in_words(t, values)))
