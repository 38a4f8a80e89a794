"""One message: rendered when it is sent, sent or edited or removed, and marked as soon as the answer is there."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.killpoints import reach
from plumbot.kit.metrics import OUTBOX_FAILED
from plumbot.kit.outbox import outcomes, repository
from plumbot.kit.outbox.findings import SenderHooks
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.outbox.outcomes import NOT_TAKEN, Outcome
from plumbot.kit.outbox.render import (
    Request,
    closed_text,
    message_of,
    request_for,
    with_document,
    with_photo,
    without_buttons,
)
from plumbot.kit.outbox.retries import LONGEST_RETRY_SECONDS, Retries
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.refusals import N_
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient
from plumbot.kit.texts import Texts

log = structlog.get_logger()

PHOTOS_REMEMBERED = 1_000
DELETABLE = timedelta(hours=47, minutes=50)
CLOSED = N_("This message is no longer in use.")


@dataclass(frozen=True)
class Messages:
    """Carries out what the outbox says of one message at a time."""

    sessions: SessionManager
    client: TelegramClient
    clock: Clock
    hooks: SenderHooks
    limits: Limits
    retries: Retries
    photos: dict[str, str] = field(default_factory=dict)

    async def deliver(self, head: ShownMessage) -> None:
        """The row is read anew when its turn has come: it may have been replaced while it waited."""
        if not await self.limits.wait(head.chat_id):
            return
        row, language = await self.sessions.read(self._load, head.id)
        if row is None or not row.dirty or row.chat_id != head.chat_id:
            return
        if row.retired:
            await self._retire(row, language)
            return
        request = request_for(row, message_of(row, language))
        if row.message_id is not None and row.media not in (None, request.media):
            await self.sessions.change(repository.start_anew, row, self.clock.now(), delete=True)
        elif not row.at_most_once or await self.sessions.change(repository.take_before_sending, row):
            await self._send(row, request)

    async def give_up(self, row: ShownMessage, error: str) -> None:
        """Nobody can send this; one alert, and the chat goes on with the next."""
        await self.sessions.insist(self._close_with_alert, row, error)
        OUTBOX_FAILED.labels("refused").inc()

    def _load(self, session: Session, row_id: int) -> tuple[ShownMessage | None, str]:
        row = session.get(ShownMessage, row_id)
        return row, self.hooks.language_of(session, row.chat_id) if row else "en"

    async def _send(self, row: ShownMessage, request: Request) -> None:
        reach("send.begun")
        try:
            result = await self._request(request)
        except ApiError as error:
            await self._refused(row, request, error)
        except NetworkFault as fault:
            if not row.at_most_once:  # else it may have been said: better not at all than twice
                await self.retries.later(row, str(fault))
        else:
            reach("send.taken")
            sent = row.message_id if row.message_id is not None else int(result["message_id"])
            await self._mark_sent(row, sent, request)

    async def _mark_sent(self, row: ShownMessage, message_id: int, request: Request) -> None:
        told = (message_id, request.media, request.photo_key, self.clock.now())
        await self.sessions.insist(repository.mark_sent, row, *told)
        reach("send.marked")
        log.info("sent", screen=row.screen, method=request.method)

    async def _request(self, request: Request) -> dict[str, Any]:
        photo = request.photo
        if request.document is not None:
            content = await self.sessions.read(self.hooks.documents.content, request.document)
            values, files = with_document(request, content)
            await self.limits.gate.passed()
            return dict(await self.client.request(request.method, values, files=files))
        # A picture may be drawn for this message: that takes its time, and others are waiting.
        values, files = await asyncio.to_thread(with_photo, request, self.photos.get(photo.key) if photo else None)
        await self.limits.gate.passed()
        result = await self.client.request(request.method, values, files=files)
        if photo and files:
            self._remember(photo.key, result["photo"][-1]["file_id"])
        return result if isinstance(result, dict) else {}

    def _remember(self, key: str, file_id: str) -> None:
        """Telegram's copy of a picture; the oldest go first, since some pictures are drawn for one message."""
        self.photos[key] = file_id
        while len(self.photos) > PHOTOS_REMEMBERED:
            del self.photos[next(iter(self.photos))]

    async def _refused(self, row: ShownMessage, request: Request, error: ApiError) -> None:
        outcome = outcomes.of_message(error)
        if row.at_most_once and outcome in NOT_TAKEN:
            await self.sessions.insist(repository.give_back, row)
        match outcome:
            case Outcome.DONE:
                await self._mark_sent(row, row.message_id or 0, request)
            case Outcome.GONE | Outcome.FROZEN:
                delete = outcome is Outcome.FROZEN
                await self.sessions.insist(repository.start_anew, row, self.clock.now(), delete=delete)
            case Outcome.UNREACHABLE:
                await self.sessions.insist(self._close_unreachable, row, str(error))
                OUTBOX_FAILED.labels("unreachable").inc()
            case Outcome.REFUSED:
                log.error("outbox_refused", key=row.key, error=str(error))
                await self.give_up(row, str(error))
            case _:
                await self._not_now(row, outcome, error)

    async def _not_now(self, row: ShownMessage, outcome: Outcome, error: ApiError) -> None:
        """Telegram did nothing, and the row stays as it is."""
        match outcome:
            case Outcome.MIGRATED:
                await self.sessions.insist(self.hooks.moved, row.chat_id, error.migrate_to or 0)
            case Outcome.UNAUTHORIZED:
                log.error("telegram_unauthorized", error=str(error))
                self.limits.pauses.hold(None, LONGEST_RETRY_SECONDS)
            case _:
                log.warning("telegram_asks_to_wait", chat=row.chat_id, seconds=error.retry_after)
                self.limits.pauses.hold(row.chat_id, error.retry_after or 5)

    def _close_with_alert(self, session: Session, row: ShownMessage, error: str) -> None:
        repository.close(session, row, error)
        if not row.key.startswith("alert:"):  # an alert about an alert would go the same way
            self.hooks.lost(session, row.key, error)

    def _close_unreachable(self, session: Session, row: ShownMessage, error: str) -> None:
        repository.close(session, row, error)
        self.hooks.unreachable(session, row.chat_id)

    async def _retire(self, row: ShownMessage, language: str) -> None:
        """Delete it; after 48 h Telegram refuses, then it becomes a closed text without buttons."""
        if row.message_id is None or await self._removed(row, closed_text(row, Texts(language).plain(CLOSED))):
            await self.sessions.insist(repository.close, row, None)

    async def _removed(self, row: ShownMessage, closed: Request) -> bool:
        """Whether nothing more is to be done; False when it has to be tried again."""
        place = {"chat_id": row.chat_id, "message_id": row.message_id}
        deletion = Request("deleteMessage", place, closed.media)
        young = row.sent_at is None or self.clock.now() - row.sent_at < DELETABLE
        for request in (*((deletion,) if young else ()), closed, without_buttons(row)):
            await self.limits.gate.passed()
            try:
                await self.client.request(request.method, request.values)
            except NetworkFault as fault:
                await self.retries.later(row, str(fault))
                return False
            except ApiError as error:
                outcome = outcomes.of_message(error)
                if outcome in NOT_TAKEN:
                    await self._not_now(row, outcome, error)
                    return False
                if not error.says("can't be deleted") and outcome is not Outcome.FROZEN:
                    return True  # it is not there any more, or nobody can reach it
            else:
                return True
        return True
