"""The sender: makes what people see equal to what they should see, within Telegram's limits, and never lets one chat block another."""

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.outbox import outcomes, repository
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.outbox.outcomes import Outcome
from plumbot.kit.outbox.render import Request, closed_text, message_of, request_for, with_photo
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Answer
from plumbot.kit.signals import OUTBOX
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient
from plumbot.kit.texts import Texts

log = structlog.get_logger()

REQUESTS_IN_FLIGHT = 30
LONGEST_RETRY_SECONDS = 60.0
IDLE_SECONDS = 1.0
DELETABLE = timedelta(hours=47, minutes=50)
CLOSED = "This message is no longer in use."


@dataclass(frozen=True)
class SenderHooks:
    """What the club wants to know of the sender's findings; each runs in the unit that notes the finding."""

    language_of: Callable[[Session, int], str]
    unreachable: Callable[[Session, int], None]
    migrated: Callable[[Session, int, int], None]
    lost: Callable[[Session, str, str], None]


class Sender:
    """One for a bot."""

    def __init__(
        self, sessions: SessionManager, client: TelegramClient, clock: Clock, hooks: SenderHooks, bot_id: int
    ) -> None:
        self._sessions = sessions
        self._client = client
        self._clock = clock
        self._hooks = hooks
        self._bot_id = bot_id
        self._limits = Limits()
        self._busy: set[str] = set()
        self._photos: dict[str, str] = {}
        self._stopping = False

    def stop(self) -> None:
        """Finish the requests in flight; `run` returns when they are noted."""
        self._stopping = True
        self._sessions.signals.fire(OUTBOX)

    async def run(self) -> None:
        """Send until stopped; a fault of the database is waited out."""
        async with asyncio.TaskGroup() as nursery:
            while not self._stopping:
                try:
                    await self._start_what_is_due(nursery)
                except Exception as fault:
                    if not is_infrastructure(fault):
                        raise
                    log.warning("outbox_database_fault", fault=str(fault))
                await self._sessions.signals.wait(OUTBOX, IDLE_SECONDS)

    async def _start_what_is_due(self, nursery: asyncio.TaskGroup) -> None:
        chats = [int(key[5:]) for key in self._busy if key.startswith("chat:")]
        messages = await self._sessions.read(repository.unsent_messages, chats)
        calls = await self._sessions.read(repository.unmade_calls)
        for key, row in self._heads([*calls, *messages]):
            if len(self._busy) >= REQUESTS_IN_FLIGHT:
                return
            self._busy.add(key)
            nursery.create_task(self._guarded(key, row), name=f"send {key}")

    def _heads(self, rows: Iterable[ShownMessage | BotCall]) -> Iterable[tuple[str, ShownMessage | BotCall]]:
        """The first row of each order key, unless it is in flight or has to wait."""
        now = self._clock.now()
        seen = set(self._busy)
        for row in sorted(rows, key=lambda row: row.urgency):
            key = _order_key(row)
            if key in seen:
                continue
            seen.add(key)
            waiting = isinstance(row, ShownMessage) and self._limits.pauses.left(row.chat_id)
            if not waiting and (row.not_before is None or row.not_before <= now):
                yield key, row

    async def _guarded(self, key: str, row: ShownMessage | BotCall) -> None:
        """One request and its mark. Whatever goes wrong here must not end the sender."""
        try:
            await (self._message(row) if isinstance(row, ShownMessage) else self._call(row))
        except Exception as fault:
            log.exception("outbox_fault", key=row.key)
            await self._note_fault(row, fault)
        finally:
            self._busy.discard(key)
            self._sessions.signals.fire(OUTBOX)

    async def _note_fault(self, row: ShownMessage | BotCall, fault: Exception) -> None:
        if is_infrastructure(fault):
            await asyncio.sleep(IDLE_SECONDS)
            return
        if isinstance(row, ShownMessage):
            await self._sessions.change(self._give_up, row, f"{type(fault).__name__}: {fault}")
        else:
            await self._later(row, f"{type(fault).__name__}: {fault}")

    def _give_up(self, session: Session, row: ShownMessage, error: str) -> None:
        repository.close(session, row, error)
        if not row.key.startswith("alert:"):
            self._hooks.lost(session, row.key, error)

    # Messages

    async def _message(self, head: ShownMessage) -> None:
        await self._limits.wait(head.chat_id)
        row, language = await self._sessions.read(self._load, head.id)
        if row is None or not row.dirty:
            return
        if row.retired:
            await self._retire(row, language)
            return
        request = request_for(row, message_of(row, language))
        if row.message_id is not None and row.media not in (None, request.media):
            await self._sessions.change(self._replace, row)
            return
        if row.at_most_once:
            await self._sessions.change(repository.take_before_sending, row)
        await self._deliver(row, request)

    def _load(self, session: Session, row_id: int) -> tuple[ShownMessage | None, str]:
        row = repository.message(session, row_id)
        return row, self._hooks.language_of(session, row.chat_id) if row else "en"

    def _replace(self, session: Session, row: ShownMessage) -> None:
        """Text cannot become a picture by an edit: the old message goes, a new one is sent."""
        if row.message_id is not None:
            session.add(self._deletion(row, row.message_id))
        repository.start_anew(session, row)

    async def _deliver(self, row: ShownMessage, request: Request) -> None:
        try:
            result = await self._request(request)
        except ApiError as error:
            await self._message_refused(row, request, error)
        except NetworkFault as fault:
            if not row.at_most_once:
                await self._later(row, str(fault))
        else:
            message_id = row.message_id if row.message_id is not None else int(result["message_id"])
            await self._sessions.change(self._note_sent, row, message_id, request.media)

    async def _request(self, request: Request) -> dict[str, Any]:
        photo = request.photo
        values, files = with_photo(request, self._photos.get(photo.key) if photo else None)
        result = await self._client.request(request.method, values, files=files)
        if photo and files:
            self._photos[photo.key] = result["photo"][-1]["file_id"]
        return result if isinstance(result, dict) else {}

    def _note_sent(self, session: Session, row: ShownMessage, message_id: int, media: str) -> None:
        if not repository.mark_sent(session, row, message_id, media, self._clock.now()):
            session.add(self._deletion(row, message_id))

    def _deletion(self, row: ShownMessage, message_id: int) -> BotCall:
        return BotCall(
            key=f"delete:{row.id}:{row.epoch}:{message_id}", method="deleteMessage", then_values={}, lane=0,
            values={"chat_id": row.chat_id, "message_id": message_id}, created_at=self._clock.now(),
        )  # fmt: skip

    async def _message_refused(self, row: ShownMessage, request: Request, error: ApiError) -> None:
        match outcomes.of_message(error):
            case Outcome.DONE:
                await self._sessions.change(self._note_sent, row, row.message_id or 0, request.media)
            case Outcome.GONE:
                await self._sessions.change(repository.start_anew, row)
            case Outcome.UNREACHABLE:
                await self._sessions.change(self._close_unreachable, row, str(error))
            case Outcome.WAIT:
                self._limits.pauses.hold(row.chat_id, error.retry_after or 5)
                if row.at_most_once:
                    await self._sessions.change(repository.start_anew, row)
            case Outcome.MIGRATED:
                await self._sessions.change(self._migrate, row.chat_id, error.migrate_to or 0)
            case Outcome.UNAUTHORIZED:
                self._limits.pauses.hold(None, LONGEST_RETRY_SECONDS)
                log.error("telegram_unauthorized", error=str(error))
            case Outcome.REFUSED:
                log.error("outbox_refused", key=row.key, error=str(error))
                await self._sessions.change(self._give_up, row, str(error))

    def _close_unreachable(self, session: Session, row: ShownMessage, error: str) -> None:
        repository.close(session, row, error)
        self._hooks.unreachable(session, row.chat_id)

    def _migrate(self, session: Session, old: int, new: int) -> None:
        repository.follow_migration(session, old, new)
        self._hooks.migrated(session, old, new)

    async def _retire(self, row: ShownMessage, language: str) -> None:
        young = row.sent_at is None or self._clock.now() - row.sent_at < DELETABLE
        if row.message_id is None:
            await self._sessions.change(repository.close, row, None)
            return
        closed = closed_text(row, Texts(language).plain(CLOSED))
        values = {"chat_id": row.chat_id, "message_id": row.message_id}
        try:
            await self._client.request("deleteMessage" if young else closed.method, values if young else closed.values)
        except ApiError as error:
            if error.says("can't be deleted"):
                await self._deliver(row, closed)
            elif outcomes.of_call("deleteMessage", error) in (
                Outcome.WAIT,
                Outcome.MIGRATED,
                Outcome.UNAUTHORIZED,
            ):
                await self._message_refused(row, closed, error)
                return
        except NetworkFault as fault:
            await self._later(row, str(fault))
            return
        await self._sessions.change(repository.close, row, None)

    # Calls

    async def _call(self, call: BotCall) -> None:
        values = dict(call.values)
        if call.message_key is not None:
            shown = await self._sessions.read(repository.shown_under, call.message_key)
            if shown is None or shown.message_id is None:
                await self._later(call, "The message it names has not been sent yet.")
                return
            values |= {"chat_id": shown.chat_id, "message_id": shown.message_id}
        await self._limits.wait(None)
        try:
            answer = Answer(True, await self._client.request(call.method, values), values=call.then_values)
        except ApiError as error:
            await self._call_refused(call, error)
        except NetworkFault as fault:
            await self._later(call, str(fault))
        else:
            await self._sessions.change(self._note_answer, call, answer)

    async def _call_refused(self, call: BotCall, error: ApiError) -> None:
        match outcomes.of_call(call.method, error):
            case Outcome.DONE:
                answer = Answer(True, True, error.code, error.description, call.then_values)
                await self._sessions.change(self._note_answer, call, answer)
            case Outcome.WAIT:
                await self._later(call, str(error), float(error.retry_after or 5))
            case Outcome.MIGRATED:
                await self._sessions.change(self._migrate, int(call.values["chat_id"]), error.migrate_to or 0)
            case Outcome.UNAUTHORIZED:
                self._limits.pauses.hold(None, LONGEST_RETRY_SECONDS)
                await self._later(call, str(error), LONGEST_RETRY_SECONDS)
            case _:
                answer = Answer(False, None, error.code, error.description, call.then_values)
                await self._sessions.change(self._note_answer, call, answer)

    def _note_answer(self, session: Session, call: BotCall, answer: Answer) -> None:
        repository.take_answer(session, call, answer, self._bot_id, self._clock.now())
        if not answer.ok:
            log.warning("call_refused", method=call.method, key=call.key, error=answer.error)
            if call.then is None and call.method != "deleteMessage":
                self._hooks.lost(session, call.key, answer.error)

    async def _later(self, row: ShownMessage | BotCall, error: str, seconds: float | None = None) -> None:
        pause = seconds or min(LONGEST_RETRY_SECONDS, 0.5 * 2 ** min(row.attempts, 8)) * random.uniform(0.8, 1.2)  # noqa: S311  # jitter
        log.warning("outbox_retry", key=row.key, attempt=row.attempts + 1, seconds=round(pause, 1), error=error)
        await self._sessions.change(repository.try_later, row, self._clock.now(), pause, error)


def _order_key(row: ShownMessage | BotCall) -> str:
    if isinstance(row, ShownMessage):
        return f"chat:{row.chat_id}"
    return f"order:{row.order_key}" if row.order_key else f"call:{row.id}"
