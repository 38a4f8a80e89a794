"""From approval to a personal link: the applicant's way to the door."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from plumbot.club.events import ApplicationApproved, ApplicationClosed, PersonBlacklisted
from plumbot.features.admission import repository, rules
from plumbot.features.admission.attendance import Attendance
from plumbot.features.admission.door import Door
from plumbot.features.admission.notices import Notices
from plumbot.features.admission.ports import Applications, Blacklist
from plumbot.features.admission.tables import Invite
from plumbot.kit.holding import PERSON, hold
from plumbot.kit.outbox.verbs import Answer

YOUNG = timedelta(minutes=1)


class AdmissionService:
    """Gives each approved person one link that works for nobody else."""

    def __init__(
        self, door: Door, notices: Notices, attendance: Attendance, applications: Applications, blacklist: Blacklist
    ) -> None:
        self._door = door
        self._notices = notices
        self._attendance = attendance
        self._applications = applications
        self._blacklist = blacklist

    def on_approved(self, session: Session, event: ApplicationApproved) -> None:
        self._notices.approved(session, event.user_id)

    def on_closed(self, session: Session, event: ApplicationClosed) -> None:
        self._door.close_all(session, event.user_id, rules.REVOKED)

    def on_blacklisted(self, session: Session, event: PersonBlacklisted) -> None:
        self._door.close_all(session, event.user_id, rules.REVOKED)

    def open_until(self, session: Session, user_id: int) -> datetime | None:
        """When the person's link expires; None when there is none that works."""
        last = repository.latest_invite(session, user_id)
        usable = last is not None and last.status == rules.OPEN and self._door.works(last)
        return last.expires_at if last is not None and usable else None

    def accept_rules(self, session: Session, user_id: int) -> None:
        """The applicant pressed “I accept the rules”: once or twice, there is one link."""
        application_id = self._approved(session, user_id)
        self._applications.mark_accepted(session, application_id)
        self._offer(session, user_id, application_id, self._last_of(session, user_id, application_id))

    def new_link(self, session: Session, user_id: int) -> None:
        """The link expired or was lost: the old one is revoked, and a new one asked for."""
        application_id = self._approved(session, user_id)
        last = self._last_of(session, user_id, application_id)
        if last is not None and last.status == rules.OPEN and last.created_at + YOUNG <= self._door.now():
            self._door.close(session, last, rules.REVOKED)
        self._offer(session, user_id, application_id, last)

    def link_made(self, session: Session, answer: Answer) -> None:
        """Telegram made the link, or refused it. Meanwhile it may have been used or become void."""
        invite = session.get_one(Invite, answer.values["invite"])
        if not answer.ok:
            self._refused(session, invite, answer)
            return
        invite.invite_link, invite.updated_at = answer.result["invite_link"], self._door.now()
        if invite.status != rules.WANTED:
            self._door.close(session, invite, invite.status)
        elif not self._door.works(invite):
            self._door.close(session, invite, rules.EXPIRED)
            self._notices.expired(session, invite.user_id)
        else:
            invite.status = rules.OPEN
            self._notices.link(session, invite, fresh=answer.values["fresh"])

    def expire_links(self, session: Session, now: datetime) -> int:
        """A timer: whoever did not use the link in time is offered a new one. How many."""
        overdue = repository.overdue_invites(session, now)
        for invite in overdue:
            hold(session, PERSON, invite.user_id)
            if invite.status != rules.OPEN:
                continue
            self._door.close(session, invite, rules.EXPIRED)
            if self._applications.approved_of(session, invite.user_id) is not None:
                self._notices.expired(session, invite.user_id)
        return len(overdue)

    def give_link(self, session: Session, invite_id: int, *, by: int) -> None:
        """Somebody else used the owner's link; an admin gives a new one."""
        invite = self._settle(session, invite_id, rules.REVOKED, by)
        approved = self._applications.approved_of(session, invite.user_id)
        if approved is None or self._blacklist.has(session, invite.user_id):
            self._retell(session, invite, "void", by)
            return
        self._door.ask_link(session, invite.user_id, approved[0], fresh=True)
        self._retell(session, invite, "given", by)

    def close_case(self, session: Session, invite_id: int, *, by: int) -> None:
        """Somebody else used the owner's link; an admin gives no other."""
        invite = self._settle(session, invite_id, rules.CLOSED, by)
        self._retell(session, invite, "closed", by)
        if self._applications.approved_of(session, invite.user_id) is not None:
            self._notices.plain(session, invite.user_id, "no_link", fresh=True)

    def _approved(self, session: Session, user_id: int) -> int:
        if self._blacklist.has(session, user_id):
            raise rules.NotWelcome
        approved = self._applications.approved_of(session, user_id)
        if approved is None:
            raise rules.NotApproved
        return approved[0]

    def _last_of(self, session: Session, user_id: int, application_id: int) -> Invite | None:
        """The newest link, unless its use by somebody else bars the way for this application."""
        last = repository.latest_invite(session, user_id)
        if last is not None and last.application_id == application_id:
            if last.status == rules.DISPUTED:
                raise rules.CaseUndecided
            if last.status == rules.CLOSED:
                raise rules.CaseClosed
        return last

    def _offer(self, session: Session, user_id: int, application_id: int, last: Invite | None) -> None:
        works = last is not None and self._door.works(last)
        if last is not None and works and last.status == rules.OPEN:
            self._notices.link(session, last)
            return
        if last is not None and last.status == rules.WAITING and last.invite_link:
            self._door.approve_again(session, last)
        elif last is None or not works or last.status != rules.WANTED:
            self._door.close_all(session, user_id, rules.EXPIRED)
            self._door.ask_link(session, user_id, application_id)
        self._notices.plain(session, user_id, "making")

    def _refused(self, session: Session, invite: Invite, answer: Answer) -> None:
        if invite.status == rules.WANTED:
            invite.status, invite.updated_at = rules.WAITING, self._door.now()
            self._notices.plain(session, invite.user_id, "waiting")
        self._notices.refused(session, rules.INVITE, answer)

    def _settle(self, session: Session, invite_id: int, status: str, by: int) -> Invite:
        if not repository.settle_dispute(session, invite_id, status, self._door.now()):
            raise rules.DecidedAlready
        invite = session.get_one(Invite, invite_id)
        hold(session, PERSON, invite.user_id)
        self._attendance.note(
            session, "admission.settle_case", by=by, on=invite.user_id, invite=invite_id, status=status
        )
        return invite

    def _retell(self, session: Session, invite: Invite, state: str, by: int) -> None:
        decided_by = self._notices.who(session, by)
        self._notices.retell(session, f"case:{invite.id}", state=state, decided_by=decided_by)
