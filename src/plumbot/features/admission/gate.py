"""Requests to join: exactly the person a link was made for gets in."""

from sqlalchemy.orm import Session

from plumbot.features.admission import repository, rules
from plumbot.features.admission.attendance import Attendance
from plumbot.features.admission.door import Door
from plumbot.features.admission.notices import Notices, named
from plumbot.features.admission.ports import Applications, Blacklist
from plumbot.features.admission.schemas import JoinRequest
from plumbot.features.admission.tables import Invite
from plumbot.kit.outbox.tables import ANSWER
from plumbot.kit.outbox.verbs import Answer


class GateService:
    """Approves the owner of a link and declines everybody else on it; other links are the admins' affair."""

    def __init__(
        self, door: Door, notices: Notices, attendance: Attendance, applications: Applications, blacklist: Blacklist
    ) -> None:
        self._door = door
        self._notices = notices
        self._attendance = attendance
        self._applications = applications
        self._blacklist = blacklist

    def request_came(self, session: Session, request: JoinRequest) -> None:
        """Somebody asks to join the club chat. The same request may come twice, or after the arrival it led to."""
        user_id = request.person.user_id
        if not self._door.leads_to(session, request.chat_id) or self._door.is_answered(session, request):
            return
        if self._attendance.came_after(session, user_id, request.at):
            return
        invite = repository.invite_of_link(session, request.link)
        if invite is None:
            self._report_other(session, request)
            return
        verdict = self._judge(session, invite, user_id)
        if verdict is rules.Verdict.WELCOME:
            self._door.approve(session, invite, request)
            return
        self._door.decline(session, request)
        self._explain(session, verdict, invite, request)

    def request_answered(self, session: Session, answer: Answer) -> None:
        """Telegram approved the owner, or could not."""
        invite = session.get_one(Invite, answer.values["invite"])
        if answer.ok or self._attendance.is_member(session, invite.user_id):
            return
        if rules.trouble(answer.error, answer.error_code) is not rules.Trouble.OTHER:
            invite.status, invite.updated_at = rules.WAITING, self._door.now()
            self._notices.plain(session, invite.user_id, "waiting")
            self._notices.refused(session, rules.INVITE, answer)
            return
        if not rules.request_is_gone(answer.error):
            person = self._notices.who(session, invite.user_id)
            self._notices.tell(
                session, f"approval:{invite.id}", "admission.approval_failed", person=person, error=answer.error
            )
        self._notices.expired(session, invite.user_id, urgency=ANSWER)

    def _judge(self, session: Session, invite: Invite, user_id: int) -> rules.Verdict:
        return rules.judge(
            owner=invite.user_id == user_id,
            works=self._door.works(invite),
            approved=self._applications.approved_of(session, user_id) is not None,
            blacklisted=self._blacklist.has(session, user_id),
        )

    def _explain(self, session: Session, verdict: rules.Verdict, invite: Invite, request: JoinRequest) -> None:
        user_id = request.person.user_id
        match verdict:
            case rules.Verdict.STRANGER:
                self._notices.stranger(session, invite, request.person)
                self._notices.not_yours(session, request)
            case rules.Verdict.BLACKLISTED:
                owner = self._notices.who(session, invite.user_id)
                self._notices.tell(
                    session, f"blacklisted:{user_id}:{invite.id}", "admission.blacklisted_asked",
                    person=named(request.person), owner=owner,
                )  # fmt: skip
            case rules.Verdict.LATE:
                self._notices.expired(session, user_id, urgency=ANSWER)
            case _:
                self._notices.plain(session, user_id, "not_approved", fresh=True)

    def _report_other(self, session: Session, request: JoinRequest) -> None:
        user_id = request.person.user_id
        self._notices.tell(
            session, f"other:{user_id}:{int(request.at.timestamp())}", "admission.other_request",
            person=named(request.person), blacklisted=self._blacklist.has(session, user_id),
            approved=self._applications.approved_of(session, user_id) is not None,
        )  # fmt: skip
