"""Updates go in through the real dispatcher, one at a time; what is to be seen is rendered as by the sender."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.apps import routing, wiring
from plumbot.apps.dispatcher import Gate, SilentSession, Updates, build_dispatcher
from plumbot.club.events import Events
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Profiles
from plumbot.features.applications.tables import Application
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.render import message_of, request_for
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Answer, Outbox
from plumbot.kit.refusals import Refusal
from plumbot.kit.settings import Settings

OLEG, ADA, NINA, BORIS = 1, 10, 100, 101
NAMES = {OLEG: "Oleg", ADA: "Ada", NINA: "Nina", BORIS: "Boris"}
CLUB, REVIEW, GROUP = -1001, -1002, -1003
TOKEN = f"4242:{'A' * 35}"


@dataclass
class Line:
    """The way to Telegram; of its requests only the answers to presses leave a handled update."""

    said: list[str] = field(default_factory=list)

    async def request(self, method: str, values: dict[str, Any]) -> bool:
        assert method == "answerCallbackQuery"
        self.said.append(values.get("text", ""))
        return True


@dataclass
class Bubble:
    """A message as its reader has it: text without tags, data (or address) by the words on the button."""

    message_id: int
    text: str
    buttons: dict[str, str]


class Doors:
    """The bot's process without intake and sender: both are done here, in order."""

    def __init__(self, updates: Updates, sessions: SessionManager, line: Line, answers: Any) -> None:
        self._updates, self.sessions, self._line, self._answers = updates, sessions, line, answers
        self._numbers = itertools.count(1)
        self.member_status = "left"
        self.chats: dict[int, dict[int, Bubble]] = {}

    async def text(self, user_id: int, text: str, chat_id: int | None = None) -> None:
        """A person writes; commands are marked as Telegram marks them."""
        length = len(text.split()[0]) if text.startswith("/") else 0
        entities = [{"type": "bot_command", "offset": 0, "length": length}] if length else []
        await self.message(user_id, chat_id, text=text, entities=entities)

    async def message(self, user_id: int, chat_id: int | None = None, **content: Any) -> None:
        number = next(self._numbers)
        message = {"message_id": 10_000 + number, "date": 0, "chat": chat(chat_id or user_id), "from": user(user_id)}
        await self._feed({"update_id": number, "message": message | content})

    async def press(self, user_id: int, words: str, chat_id: int | None = None) -> str:
        """Press the newest button with these words; gives what pops up over it."""
        bubbles = self.chats[chat_id or user_id].values()
        bubble = next(one for one in reversed(bubbles) if words in one.buttons)
        return await self.press_data(user_id, bubble.buttons[words], bubble.message_id, chat_id)

    async def press_data(self, user_id: int, data: str, message_id: int = 1, chat_id: int | None = None) -> str:
        """A press as it comes in, forged or from last week."""
        number = next(self._numbers)
        message = {"message_id": message_id, "date": 0, "chat": chat(chat_id or user_id), "text": "?"}
        query = {"id": str(number), "from": user(user_id), "chat_instance": "1", "data": data, "message": message}
        self._line.said.clear()
        await self._feed({"update_id": number, "callback_query": query})
        return self._line.said[-1]

    def last(self, chat_id: int) -> Bubble:
        return list(self.chats[chat_id].values())[-1]

    async def statuses(self) -> list[str]:
        return await self.sessions.read(lambda s: list(s.scalars(select(Application.status).order_by(Application.id))))

    async def _feed(self, update: dict[str, Any]) -> None:
        row = InboxRow(seq=update["update_id"])
        async with self.sessions.unit() as unit:
            unit.lane = next(content["from"]["id"] for content in update.values() if isinstance(content, dict))
            try:
                after = await self._updates.handle(row, _copied(update), unit)
            except Refusal as refusal:
                await unit.restart()
                after = await self._updates.refuse(row, _copied(update), refusal, unit)
        if after:
            await after()
        await self.sessions.change(self._answer_calls)
        await self.sessions.change(self._deliver)

    def _answer_calls(self, session: Session) -> None:
        """Telegram's answers to what was asked."""
        for call in session.scalars(select(BotCall).where(BotCall.status == "new")).all():
            call.status = "done"
            if call.method == "deleteMessage":
                self.chats.get(call.values["chat_id"], {}).pop(call.values["message_id"], None)
            elif call.then:
                result = {"status": self.member_status} if call.method == "getChatMember" else {}
                self._answers[call.then](session, Answer(True, result, values=call.then_values))

    def _deliver(self, session: Session) -> None:
        languages = Languages("en")
        for row in session.scalars(select(ShownMessage).where(ShownMessage.dirty).order_by(ShownMessage.place)).all():
            row.dirty, row.sent_rev = False, row.rev
            bubbles = self.chats.setdefault(row.chat_id, {})
            if row.retired:
                bubbles.pop(row.message_id or 0, None)
                row.message_id = None
                continue
            message = message_of(row, languages.of(session, row.chat_id))
            row.message_id = row.message_id or 50_000 + next(self._numbers)
            lines = request_for(row, message).values["reply_markup"]["inline_keyboard"]
            buttons = {one["text"]: one.get("callback_data") or one["url"] for line in lines for one in line}
            bubbles[row.message_id] = Bubble(row.message_id, message.text.striptags(), buttons)


@asynccontextmanager
async def open_doors(database: str) -> AsyncIterator[Doors]:
    """The wired house on this database: Oleg owns the club, Ada is an admin, and there is a review chat."""
    settings = Settings(
        {
            "PLUM_TELEGRAM__TOKEN": TOKEN,
            "PLUM_DATABASE__URL": database,
            "PLUM_CLUB__CHAT_ID": str(CLUB),
            "PLUM_CLUB__OWNER_ID": str(OLEG),
            "PLUM_CLUB__REVIEW_CHAT_ID": str(REVIEW),
            "PLUM_CLUB__LANGUAGE": "en",
        }
    )
    container = wiring.build(settings)
    await wiring.connect(container)
    sessions = await container.get(SessionManager)
    gate = Gate(
        await container.get(Clock),
        await container.get(Outbox),
        await container.get(Events),
        await container.get(Profiles),
        await container.get(Permissions),
    )
    line = Line()
    dispatcher = build_dispatcher(routing.routers(), container, sessions, gate)
    bot = Bot(TOKEN, session=SilentSession())
    updates = Updates(bot, dispatcher, gate, await container.get(Languages), sessions, line)  # type: ignore[arg-type]
    yield Doors(updates, sessions, line, await wiring.call_answers(container))
    await sessions.close()
    await container.close()


def user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": NAMES[user_id], "language_code": "en"}


def chat(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"}


def _copied(update: dict[str, Any]) -> dict[str, Any]:
    """The dispatcher strips the row's number from a press; each attempt begins with the update as it came."""
    kinds = {kind: dict(content) for kind, content in update.items() if isinstance(content, dict)}
    return update | kinds
