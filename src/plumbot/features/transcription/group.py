"""Speech in the club's chat: remembered for a while, written down when somebody asks, or by itself."""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.places import AdminSwitch, Places
from plumbot.features.transcription import repository, rules
from plumbot.features.transcription.schemas import Clip, Json, clip_in
from plumbot.features.transcription.service import TranscriptionService
from plumbot.features.transcription.tables import Heard
from plumbot.kit.clock import Clock
from plumbot.kit.refusals import N_, Refusal
from plumbot.kit.switches import Switch, turn

log = structlog.get_logger()

AUTO = "speech.auto"


class GroupSpeech:
    """`mode` is the operators' word: off, reply, or auto where admins have not said otherwise."""

    def __init__(
        self, clock: Clock, club_chat: ClubChat, permissions: Permissions, speech: TranscriptionService, audit: Audit,
        mode: str,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._club_chat = club_chat
        self._permissions = permissions
        self._speech = speech
        self._audit = audit
        self._mode = mode

    def asked(self, session: Session, clip: Clip | None, user_id: int, chat_id: int) -> None:
        """`/text` in a group: only in the club's own, and only where operators allow it."""
        if self._mode == "off" or chat_id != self._club_chat.id(session):
            raise rules.NotHere
        self._speech.hear(session, clip, user_id)

    def observe(self, session: Session, updates: Sequence[Json]) -> None:
        """The talk of the chat, in intake's own transaction. What is refused here is refused in silence."""
        chat_id = self._club_chat.id(session)
        if self._mode == "off" or chat_id is None:
            return
        for update in updates:
            message, reaction = update.get("message"), update.get("message_reaction")
            if _is_in(message, chat_id):
                self._said(session, message)
            elif _is_in(reaction, chat_id):
                self._reacted(session, chat_id, reaction)

    def is_automatic(self, session: Session) -> bool:
        switch = session.get(Switch, AUTO)
        return self._mode != "off" and (bool(switch.value) if switch is not None else self._mode == "auto")

    def add_to_panel(self, places: Places) -> None:
        """Where operators have said `off`, there is nothing to switch."""
        if self._mode != "off":
            text = N_("Every voice message in the club chat becomes text")
            places.switches.append(AdminSwitch(30, "autotext", text, self.is_automatic, self.switch))

    def switch(self, session: Session, on: bool, by: int) -> None:
        """Admins decide whether each voice message is written down; remembered over restarts."""
        if self._mode == "off":
            raise rules.NotHere
        before = self.is_automatic(session)
        turn(session, AUTO, on, self._clock.now())
        self._audit.record(session, "speech.auto", by=by, before={"on": before}, after={"on": on})

    def _said(self, session: Session, message: Any) -> None:
        clip = clip_in(message)
        if clip is None or not clip.speaker_id:
            return
        values = {
            "thread_id": clip.thread_id, "speaker_id": clip.speaker_id, "kind": clip.kind, "file_id": clip.file_id,
            "file_unique_id": clip.file_unique_id, "seconds": clip.seconds, "file_size": clip.size,
        }  # fmt: skip
        now = self._clock.now()
        session.merge(Heard(chat_id=clip.chat_id, message_id=clip.message_id, sent_at=now, **values))
        session.flush()
        if self.is_automatic(session) and clip.kind in ("voice", "video_note"):
            self._quietly(session, clip, clip.speaker_id, rules.BY_ITSELF)

    def _reacted(self, session: Session, chat_id: int, reaction: Any) -> None:
        who, message_id = reaction.get("user"), reaction.get("message_id")
        new, old = _signs(reaction.get("new_reaction")), _signs(reaction.get("old_reaction"))
        user_id = who.get("id") if isinstance(who, dict) else None
        if rules.WRITE_IT_DOWN not in new - old or type(user_id) is not int or type(message_id) is not int:
            return
        heard = repository.clip_at(session, chat_id, message_id)
        if heard is None or not self._permissions.allows(session, user_id, Permission.MEMBER):
            return
        clip = Clip(
            chat_id, message_id, heard.thread_id, heard.speaker_id, heard.kind, heard.file_id, heard.file_unique_id,
            heard.seconds, heard.file_size,
        )  # fmt: skip
        self._quietly(session, clip, user_id, rules.ASKED)

    def _quietly(self, session: Session, clip: Clip, user_id: int, priority: int) -> None:
        """A refusal comes before anything is written; nobody is bothered with it in front of all."""
        try:
            self._speech.hear(session, clip, user_id, priority=priority)
        except Refusal as refusal:
            log.info("speech_refused", refusal=type(refusal).__name__)


def _is_in(content: Any, chat_id: int) -> bool:
    chat = content.get("chat") if isinstance(content, dict) else None
    return isinstance(chat, dict) and chat.get("id") == chat_id and type(content.get("message_id")) is int


def _signs(reactions: Any) -> set[str]:
    found = reactions if isinstance(reactions, list) else []
    return {one["emoji"] for one in found if isinstance(one, dict) and isinstance(one.get("emoji"), str)}
