"""The care of the club chat: its service messages, its id, the bot's rights in it and what waits for them."""

from datetime import datetime

from sqlalchemy.orm import Session

from plumbot.club.chat import ClubChat
from plumbot.features.admission import repository, rules
from plumbot.features.admission.door import Door
from plumbot.features.admission.notices import Notices
from plumbot.features.admission.ports import Applications, Blacklist
from plumbot.features.admission.schemas import BotRights
from plumbot.kit.outbox.verbs import Answer


class UpkeepService:
    """Keeps the chat tidy and tells the owner what the bot lacks there."""

    def __init__(
        self, door: Door, notices: Notices, club_chat: ClubChat, applications: Applications, blacklist: Blacklist
    ) -> None:
        self._door = door
        self._notices = notices
        self._club_chat = club_chat
        self._applications = applications
        self._blacklist = blacklist

    def service_message(self, session: Session, chat_id: int, message_id: int) -> None:
        """“X joined” and “X left” are deleted in the club chat."""
        if self._door.leads_to(session, chat_id):
            self._door.delete_message(session, chat_id, message_id)

    def chat_moved(self, session: Session, old: int, new: int) -> None:
        """The group became a supergroup. Both chats tell it; the second time nothing is left to do."""
        if not self._club_chat.moved(session, old, new):
            return
        repository.move_unused_invites(session, old, new)
        self._notices.tell(session, f"moved:{new}", "admission.moved", new=new)

    def rights_changed(self, session: Session, rights: BotRights) -> None:
        """Somebody changed what the bot may do."""
        if not self._door.leads_to(session, rights.chat_id):
            return
        lacking = rules.missing(rights.status, rights.granted)
        if rules.INVITE not in lacking:
            resumed = self.ask_again(session, self._door.now())
            if not lacking and (resumed or self._notices.is_troubled(session)):
                self._notices.rights(session, "admission.rights_back", resumed=resumed)
        if lacking:
            self._notices.rights(session, "admission.trouble", missing=lacking, kind=str(rules.Trouble.RIGHT), error="")

    def right_checked(self, session: Session, answer: Answer) -> None:
        """A call came back that fails only where the bot lacks a right."""
        if not answer.ok and rules.trouble(answer.error, answer.error_code) is not rules.Trouble.OTHER:
            self._notices.refused(session, answer.values["right"], answer)

    def ask_again(self, session: Session, _now: datetime) -> int:
        """Links and approvals that Telegram refused are asked for again: hourly, and when rights change. How many."""
        waiting = repository.waiting_invites(session)
        served = 0
        for invite in waiting:
            approved = self._applications.approved_of(session, invite.user_id)
            if approved is None or self._blacklist.has(session, invite.user_id):
                self._door.close(session, invite, rules.REVOKED)
                continue
            served += 1
            if invite.invite_link:
                self._door.approve_again(session, invite)
            else:
                self._door.close(session, invite, rules.EXPIRED)
                self._door.ask_link(session, invite.user_id, approved[0], fresh=True)
        return served
