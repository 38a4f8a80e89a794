"""After a move nobody knows who is still inside, and bots cannot list members: people are asked about one by one."""

from datetime import datetime

from sqlalchemy.orm import Session

from plumbot.club.chat import ClubChat
from plumbot.features.admission import repository, rules
from plumbot.features.admission.attendance import Attendance
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import TIMER
from plumbot.kit.outbox.verbs import Answer, Outbox
from plumbot.kit.switches import Switch, turn

SWITCH = "admission.settling"


class SettlingService:
    """A switch holds how far it got; it is gone when everybody was asked about."""

    def __init__(
        self, clock: Clock, outbox: Outbox, club_chat: ClubChat, attendance: Attendance, a_minute: int = 20
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._club_chat = club_chat
        self._attendance = attendance
        self._a_minute = a_minute

    def begin(self, session: Session) -> None:
        """Ask about everybody who is said to be inside, from the first on."""
        now = self._clock.now()
        turn(session, SWITCH, {"round": now.isoformat(), "after": 0}, now)

    def settle_presence(self, session: Session, now: datetime) -> int:
        """A timer, each minute: ask about the next few. How many."""
        switch, chat_id = session.get(Switch, SWITCH), self._club_chat.id(session)
        if switch is None or chat_id is None:
            return 0
        people = repository.people_to_settle(session, switch.value["after"], self._a_minute)
        if not people:
            session.delete(switch)
            session.flush()
            return 0
        for user_id in people:
            self._outbox.call(
                session, f"presence:{switch.value['round']}:{user_id}", "getChatMember",
                then="admission.presence_known", then_values={"person": user_id, "asked_at": now.isoformat()},
                lane=user_id, urgency=TIMER, chat_id=chat_id, user_id=user_id,
            )  # fmt: skip
        switch.value, switch.updated_at = {**switch.value, "after": people[-1]}, now
        return len(people)

    def presence_known(self, session: Session, answer: Answer) -> None:
        """Telegram says whether the person is inside; whoever came in since the question is."""
        user_id, asked_at = answer.values["person"], datetime.fromisoformat(answer.values["asked_at"])
        if not answer.ok and rules.presence_unknown(answer.error):
            return
        if answer.ok and rules.inside(answer.result["status"], answer.result.get("is_member")):
            return
        if not self._attendance.came_after(session, user_id, asked_at):
            self._attendance.leave(session, user_id)
