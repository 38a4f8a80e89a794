"""One call of the Bot API that must happen; its answer, result or refusal, comes back as an inbox row."""

from dataclasses import dataclass
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
from plumbot.kit.outbox.outcomes import Outcome
from plumbot.kit.outbox.retries import LONGEST_RETRY_SECONDS, Retries
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Answer
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient

log = structlog.get_logger()

NEVER_SENT = "The message that this call names was never sent."
TIDYING = ("deleteMessage", "editMessageReplyMarkup")  # nobody need be told when these are refused


@dataclass(frozen=True)
class Calls:
    """Makes one call at a time and notes its answer."""

    sessions: SessionManager
    client: TelegramClient
    clock: Clock
    hooks: SenderHooks
    limits: Limits
    retries: Retries
    bot_id: int

    async def make(self, call: BotCall) -> None:
        values: dict[str, Any] = dict(call.values)
        if call.message_key is not None:
            shown = await self.sessions.read(repository.shown_under, call.message_key)
            if shown is None or shown.message_id is None:
                await self._without_message(call, shown)
                return
            values |= {"chat_id": shown.chat_id, "message_id": shown.message_id}
        if not await self.limits.wait(None):
            return
        await self.limits.gate.passed()
        reach("call.begun")
        try:
            result = await self.client.request(call.method, values)
        except ApiError as error:
            await self._refused(call, values, error)
        except NetworkFault as fault:
            await self.retries.later(call, str(fault))
        else:
            reach("call.made")
            await self._answer(call, Answer(True, result, values=call.then_values))

    async def _without_message(self, call: BotCall, shown: ShownMessage | None) -> None:
        """Wait for a message that is on its way; one that will never be there is a refusal."""
        if shown is not None and shown.dirty:
            await self.retries.later(call, "The message that it names has not been sent yet.")
        else:
            await self._answer(call, Answer(False, None, 400, NEVER_SENT, call.then_values))

    async def _refused(self, call: BotCall, values: dict[str, Any], error: ApiError) -> None:
        match outcomes.of_call(call.method, error):
            case Outcome.DONE:
                await self._answer(call, Answer(True, True, error.code, error.description, call.then_values))
            case Outcome.WAIT:
                await self.retries.later(call, str(error), float(error.retry_after or 5))
            case Outcome.MIGRATED:
                await self.sessions.insist(self.hooks.moved, int(values["chat_id"]), error.migrate_to or 0)
            case Outcome.UNAUTHORIZED:
                log.error("telegram_unauthorized", error=str(error))
                self.limits.pauses.hold(None, LONGEST_RETRY_SECONDS)
            case _:
                log.warning("call_refused", method=call.method, key=call.key, error=str(error))
                OUTBOX_FAILED.labels("call").inc()
                await self._answer(call, Answer(False, None, error.code, error.description, call.then_values))

    async def _answer(self, call: BotCall, answer: Answer) -> None:
        await self.sessions.insist(self._note, call, answer)
        log.info("called", method=call.method, ok=answer.ok)
        reach("call.noted")

    def _note(self, session: Session, call: BotCall, answer: Answer) -> None:
        repository.take_answer(session, call, answer, self.bot_id, self.clock.now())
        if answer.ok:
            return
        if call.method == "deleteMessage" and "can't be deleted" in answer.error:
            self._disarm(session, call.values)
        elif call.then is None and call.method not in TIDYING:
            self.hooks.lost(session, call.key, answer.error)

    def _disarm(self, session: Session, values: dict[str, Any]) -> None:
        """What is too old to be deleted loses at least its buttons."""
        key = f"disarm:{values['chat_id']}:{values['message_id']}"
        place = {"chat_id": values["chat_id"], "message_id": values["message_id"]}
        bare = {**place, "reply_markup": {"inline_keyboard": []}}
        repository.ask_once(session, key, "editMessageReplyMarkup", bare, self.clock.now())
