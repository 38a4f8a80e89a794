"""Who comes into the club chat and who goes: every arrival is explained by an approved application, or looked into."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.events import ApplicationApproved
from plumbot.features.admission import repository, rules
from plumbot.features.admission.attendance import Attendance
from plumbot.features.admission.door import Door
from plumbot.features.admission.notices import Notices, named
from plumbot.features.admission.ports import Applications, Blacklist, Roster
from plumbot.features.admission.schemas import Change
from plumbot.features.admission.tables import Invite
from plumbot.kit.holding import PERSON, hold


class ArrivalService:
    """Whatever let a person in (a link, a human admin), what counts is whether they were to come in."""

    def __init__(
        self, door: Door, notices: Notices, attendance: Attendance, applications: Applications, roster: Roster,
        blacklist: Blacklist,
    ) -> None:  # fmt: skip
        self._door = door
        self._notices = notices
        self._attendance = attendance
        self._applications = applications
        self._roster = roster
        self._blacklist = blacklist

    def presence_changed(self, session: Session, change: Change) -> None:
        """Somebody came or went. Old news, bots and other chats are passed over."""
        if change.is_bot or change.was_inside == change.is_inside or not self._door.leads_to(session, change.chat_id):
            return
        if not self._attendance.is_news(session, change):
            return
        self._attendance.record(session, change)
        if change.is_inside:
            self._came(session, change)
        else:
            self._went(session, change.person.user_id)

    def on_approved(self, session: Session, event: ApplicationApproved) -> None:
        """The person has been inside already, unexplained until now. Comes after AdmissionService.on_approved."""
        if repository.asked_about(session, event.user_id) is not None:
            self._welcome(session, event.user_id)

    def confirm(self, session: Session, user_id: int, slug: str) -> None:
        """The person applied and turns out to be in the club chat already."""
        if not self._roster.claim(session, slug, user_id):
            self._report_taken(session, user_id, slug)
        self._door.close_all(session, user_id, rules.USED)
        self._close_question(session, user_id, "explained")
        self._attendance.confirm(session, user_id, self._door.now())
        person = self._notices.who(session, user_id)
        self._notices.tell(session, f"inside:{user_id}", "admission.was_inside", person=person, slug=slug)
        self._notices.welcome(session, user_id)

    def keep(self, session: Session, user_id: int, *, by: int) -> None:
        """An admin lets somebody stay whose arrival nothing explained."""
        hold(session, PERSON, user_id)
        if self._blacklist.has(session, user_id):
            raise rules.IsBlacklisted
        self._decide(session, user_id, "kept", by)
        self._attendance.note(session, "admission.keep", by=by, on=user_id)
        self._welcome(session, user_id)

    def remove(self, session: Session, user_id: int, *, by: int) -> None:
        """An admin sends somebody out whose arrival nothing explained; they may apply."""
        hold(session, PERSON, user_id)
        at = self._decide(session, user_id, "removed", by)
        self._attendance.note(session, "admission.remove", by=by, on=user_id)
        self._door.remove(session, user_id, f"{user_id}:{at}")

    def _came(self, session: Session, change: Change) -> None:
        user_id = change.person.user_id
        invite = repository.invite_of_link(session, change.link)
        if invite is not None:
            hold(session, PERSON, invite.user_id)
        foreign = invite if invite is not None and invite.user_id != user_id and invite.mode == rules.LINK else None
        if self._blacklist.has(session, user_id):
            self._send_back(session, change)
        elif self._applications.approved_of(session, user_id) is not None:
            self._welcome(session, user_id)
            self._door.revoke_seen(session, user_id, change.chat_id, change.link if invite is not None else None)
        elif self._attendance.is_member(session, user_id):
            self._attendance.arrive(session, user_id)
        elif self._attendance.is_added_by_admin(session, change):
            self._welcome(session, user_id)
            values = {"person": named(change.person), "by": named(change.by)}
            self._notices.tell(session, f"added:{user_id}:{_second(change)}", "admission.added_by_admin", **values)
        elif foreign is not None and change.by.user_id == user_id:
            self._intrude(session, foreign, change)
        else:
            self._ask(session, change)
        if foreign is not None and not self._blacklist.has(session, user_id):
            self._spoil(session, foreign, change, stays=True)

    def _went(self, session: Session, user_id: int) -> None:
        self._close_question(session, user_id, "left")
        self._attendance.leave(session, user_id)

    def _welcome(self, session: Session, user_id: int) -> None:
        """A member: application, roster, profile, link, question and greeting in one."""
        done = self._applications.finish(session, user_id)
        if done is not None:
            if not self._roster.claim(session, done[1], user_id):
                self._report_taken(session, user_id, done[1])
            self._applications.refresh(session, done[0])
        self._door.close_all(session, user_id, rules.USED)
        self._close_question(session, user_id, "explained")
        self._notices.welcome(session, user_id)
        self._attendance.arrive(session, user_id)  # whoever hears of it shows the members' menu, below the welcome

    def _send_back(self, session: Session, change: Change) -> None:
        user_id = change.person.user_id
        self._blacklist.keep_out(session, user_id)
        self._notices.tell(
            session, f"came:{user_id}:{_second(change)}", "admission.blacklisted_came", person=named(change.person),
            by=_helper(change),
        )  # fmt: skip

    def _intrude(self, session: Session, invite: Invite, change: Change) -> None:
        """Somebody came by a link that was made for another person and takes whoever has it."""
        user_id = change.person.user_id
        self._blacklist.add(session, user_id, by=None, reason=f"Used the link of {invite.user_id}")
        if not self._spoil(session, invite, change, stays=False):
            owner = self._notices.who(session, invite.user_id)
            values = {"guest": named(change.person), "owner": owner}
            self._notices.tell(session, f"intruder:{user_id}:{_second(change)}", "admission.intruder", **values)

    def _spoil(self, session: Session, invite: Invite, change: Change, *, stays: bool) -> bool:
        """The link is spent by somebody else; admins decide about its owner. False when it was closed before."""
        if invite.status not in rules.UNUSED:
            return False
        self._door.close(session, invite, rules.DISPUTED)
        owner = self._notices.who(session, invite.user_id)
        self._notices.tell(
            session, f"case:{invite.id}", "admission.case", invite=invite.id, owner=owner, guest=named(change.person),
            stays=stays, state="open", decided_by=None,
        )  # fmt: skip
        self._notices.plain(session, invite.user_id, "misused", fresh=True)
        return True

    def _ask(self, session: Session, change: Change) -> None:
        user_id = change.person.user_id
        repository.ask_about(session, user_id, {"at": _second(change)}, self._door.now())
        values: dict[str, Any] = {"person": named(change.person), "by": _helper(change), "link": _link(change)}
        occasion = f"arrival:{user_id}:{_second(change)}"
        self._notices.tell(session, occasion, "admission.arrival", **values, state="open", decided_by=None)

    def _decide(self, session: Session, user_id: int, state: str, by: int) -> int:
        """An admin answers the open question about the person; whoever comes second is told so."""
        at = self._close_question(session, user_id, state, decided_by=self._notices.who(session, by))
        if at is None:
            raise rules.DecidedAlready
        return at

    def _close_question(
        self, session: Session, user_id: int, state: str, decided_by: dict[str, Any] | None = None
    ) -> int | None:
        """The cards about the person's arrival follow; gives its second, None when no question is open."""
        question = repository.take_question(session, user_id)
        if question is None:
            return None
        occasion = f"arrival:{user_id}:{question['at']}"
        self._notices.retell(session, occasion, state=state, decided_by=decided_by)
        return int(question["at"])

    def _report_taken(self, session: Session, user_id: int, slug: str) -> None:
        person = self._notices.who(session, user_id)
        self._notices.tell(session, f"taken:{user_id}", "admission.slug_taken", person=person, slug=slug)


def _second(change: Change) -> int:
    return int(change.at.timestamp())


def _helper(change: Change) -> dict[str, Any] | None:
    """Whoever let the person in, when it was somebody else."""
    return named(change.by) if change.by.user_id != change.person.user_id else None


def _link(change: Change) -> str | None:
    return (change.link.name or change.link.address) if change.link is not None else None
