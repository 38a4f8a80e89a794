"""The calls at the door of the club chat: links made and revoked, requests answered, people removed."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.chat import ClubChat
from plumbot.features.admission import repository, rules
from plumbot.features.admission.options import AdmissionOptions
from plumbot.features.admission.schemas import JoinRequest, SeenLink
from plumbot.features.admission.tables import Invite
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import ANSWER, DECISION
from plumbot.kit.outbox.verbs import Outbox


class Door:
    """What concerns one person goes out in one order, so that a ban is lifted before a link is made."""

    def __init__(self, clock: Clock, outbox: Outbox, club_chat: ClubChat, options: AdmissionOptions) -> None:
        self._clock = clock
        self._outbox = outbox
        self._club_chat = club_chat
        self._options = options

    def leads_to(self, session: Session, chat_id: int) -> bool:
        """Whether this is the club's chat."""
        return chat_id == self._club_chat.id(session)

    def now(self) -> datetime:
        return self._clock.now()

    def works(self, invite: Invite) -> bool:
        return rules.works(invite.status, invite.expires_at, self._clock.now())

    def ask_link(self, session: Session, user_id: int, application_id: int, *, fresh: bool = False) -> Invite:
        """A link for this person is wanted; whatever keeps them out of the chat is lifted before."""
        chat_id = self._club_chat.id(session)
        if chat_id is None:
            raise rules.NoClubChat
        now = self._clock.now()
        invite = Invite(
            user_id=user_id, application_id=application_id, chat_id=chat_id, token=rules.NAMED + secrets.token_hex(8),
            mode=self._options.mode, status=rules.WANTED, expires_at=now + timedelta(hours=self._options.link_hours),
            created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(invite)
        session.flush()
        self._lift_ban(session, f"lift:{invite.id}", user_id, chat_id)
        single: dict[str, Any] = {"creates_join_request": True} if invite.mode == rules.REQUEST else {"member_limit": 1}
        self._call(
            session, f"link:{invite.id}", "createChatInviteLink", user_id, chat_id, "admission.link_made",
            {"invite": invite.id, "fresh": fresh}, name=invite.token,
            expire_date=int(invite.expires_at.timestamp()), **single,
        )  # fmt: skip
        return invite

    def close(self, session: Session, invite: Invite, status: str) -> None:
        """The link is of no use any more, here and at Telegram."""
        invite.status, invite.updated_at = status, self._clock.now()
        if invite.invite_link:
            self.revoke(session, invite.user_id, invite.chat_id, invite.invite_link)

    def close_all(self, session: Session, user_id: int, status: str) -> None:
        """Every unused link of this person."""
        for invite in repository.unused_invites(session, user_id):
            self.close(session, invite, status)

    def revoke(self, session: Session, user_id: int, chat_id: int, address: str) -> None:
        self._call(
            session, f"revoke:{address}"[:120], "revokeChatInviteLink", user_id, chat_id, None, {}, invite_link=address
        )

    def is_answered(self, session: Session, request: JoinRequest) -> bool:
        """The same request comes again (under another update id): it has its answer."""
        return repository.is_asked(session, _occasion(request))

    def approve(self, session: Session, invite: Invite, request: JoinRequest) -> None:
        """Let the person in and make the link useless, whoever may know it by now."""
        user_id = request.person.user_id
        self._call(
            session, _occasion(request), "approveChatJoinRequest", user_id, request.chat_id,
            "admission.request_answered", {"invite": invite.id}, user_id=user_id,
        )  # fmt: skip
        self.close(session, invite, rules.USED)
        self.revoke_seen(session, user_id, request.chat_id, request.link)

    def revoke_seen(self, session: Session, user_id: int, chat_id: int, link: SeenLink | None) -> None:
        """A kill can leave two links with one token: the one that was used is revoked too."""
        if link is not None and not link.address.endswith(("…", "...")):
            self.revoke(session, user_id, chat_id, link.address)

    def approve_again(self, session: Session, invite: Invite) -> None:
        """The approval that Telegram refused is asked for again."""
        key = f"approve:{invite.id}:{self._clock.now().isoformat()}"
        self._call(
            session, key, "approveChatJoinRequest", invite.user_id, invite.chat_id, "admission.request_answered",
            {"invite": invite.id}, user_id=invite.user_id,
        )  # fmt: skip
        self.close(session, invite, rules.USED)

    def decline(self, session: Session, request: JoinRequest) -> None:
        user_id = request.person.user_id
        self._call(
            session, _occasion(request), "declineChatJoinRequest", user_id, request.chat_id,
            "admission.right_checked", {"right": rules.INVITE}, user_id=user_id,
        )  # fmt: skip

    def remove(self, session: Session, user_id: int, occasion: str) -> None:
        """Put out of the chat without a lasting ban."""
        chat_id = self._club_chat.id(session)
        if chat_id is None:
            return
        self._call(
            session, f"remove:{occasion}", "banChatMember", user_id, chat_id, "admission.right_checked",
            {"right": rules.BAN}, user_id=user_id,
        )  # fmt: skip
        self._lift_ban(session, f"lift:{occasion}", user_id, chat_id)

    def delete_message(self, session: Session, chat_id: int, message_id: int) -> None:
        self._outbox.call(
            session, f"service:{chat_id}:{message_id}", "deleteMessage", then="admission.right_checked",
            then_values={"right": rules.DELETE}, urgency=DECISION, chat_id=chat_id, message_id=message_id,
        )  # fmt: skip

    def _lift_ban(self, session: Session, key: str, user_id: int, chat_id: int) -> None:
        self._call(
            session, key, "unbanChatMember", user_id, chat_id, "admission.right_checked", {"right": rules.BAN},
            user_id=user_id, only_if_banned=True,
        )  # fmt: skip

    def _call(
        self, session: Session, key: str, method: str, lane: int, chat_id: int, then: str | None, note: dict[str, Any],
        **values: Any,
    ) -> None:  # fmt: skip
        self._outbox.call(
            session, key, method, then=then, then_values=note, lane=lane, order=f"member:{lane}", urgency=ANSWER,
            chat_id=chat_id, **values,
        )  # fmt: skip


def _occasion(request: JoinRequest) -> str:
    """Approval and refusal share the key: one request gets one answer."""
    return f"request:{request.chat_id}:{request.person.user_id}:{int(request.at.timestamp())}"
