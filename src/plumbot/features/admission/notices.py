"""What people are told about admission: the applicant in private, admins on cards and notes, the owner about rights."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Person, Profiles
from plumbot.features.admission import rules
from plumbot.features.admission.options import AdmissionOptions
from plumbot.features.admission.schemas import JoinRequest
from plumbot.features.admission.tables import Invite
from plumbot.kit.outbox.tables import ANSWER, DECISION, TIMER
from plumbot.kit.outbox.verbs import Answer, Outbox

Who = dict[str, Any]
MOST_STRANGERS = 20


class Notices:
    """Every message of admission is shown from here. `join:{user}` is the applicant's one message."""

    def __init__(self, outbox: Outbox, permissions: Permissions, profiles: Profiles, options: AdmissionOptions) -> None:
        self._outbox = outbox
        self._permissions = permissions
        self._profiles = profiles
        self._options = options

    # To the applicant

    def approved(self, session: Session, user_id: int) -> None:
        club, rules_url, mode = self._options.club, self._options.rules_url, self._options.mode
        self._person(
            session, user_id, "admission.approved", fresh=True, urgency=DECISION, club=club, rules_url=rules_url,
            mode=mode,
        )  # fmt: skip

    def link(self, session: Session, invite: Invite, *, fresh: bool = False) -> None:
        self._person(
            session, invite.user_id, "admission.link", fresh=fresh, link=invite.invite_link, mode=invite.mode,
            expires_at=invite.expires_at.isoformat(), zone=self._options.timezone,
        )  # fmt: skip

    def welcome(self, session: Session, user_id: int) -> None:
        self._person(session, user_id, "admission.welcome", fresh=True, club=self._options.club)

    def expired(self, session: Session, user_id: int, *, urgency: int = TIMER) -> None:
        self._person(session, user_id, "admission.expired", fresh=urgency == ANSWER, urgency=urgency)

    def plain(self, session: Session, user_id: int, screen: str, *, fresh: bool = False) -> None:
        """A text without values: making, waiting, misused, no_link, not_approved."""
        self._person(session, user_id, f"admission.{screen}", fresh=fresh)

    def not_yours(self, session: Session, request: JoinRequest) -> None:
        self._outbox.show(
            session, f"gate:{request.reply_to}", request.reply_to, "admission.not_yours", urgency=DECISION
        )

    def _person(
        self, session: Session, user_id: int, screen: str, *, fresh: bool, urgency: int = ANSWER, **values: Any
    ) -> None:
        self._outbox.show(session, f"join:{user_id}", user_id, screen, fresh=fresh, urgency=urgency, **values)

    # To admins

    def who(self, session: Session, user_id: int) -> Who:
        """A person as screens take them."""
        profile = self._profiles.find(session, user_id)
        if profile is None:
            return {"id": user_id, "name": "", "username": None}
        return named(Person(user_id, profile.first_name, profile.last_name, profile.username))

    def tell(self, session: Session, occasion: str, screen: str, **values: Any) -> None:
        """A note to the admins on duty and the review chat; the same occasion edits it."""
        for chat_id in self._desks(session):
            self._outbox.show(session, f"{occasion}:{chat_id}", chat_id, screen, urgency=DECISION, **values)

    def retell(self, session: Session, occasion: str, **changes: Any) -> None:
        """Every card that was made for this occasion follows."""
        rows = [self._outbox.find(session, key) for key in self._outbox.keys(session, f"{occasion}:")]
        for row in filter(None, rows):
            values = {**row.values, **changes}
            self._outbox.show(session, row.key, row.chat_id, row.screen, urgency=DECISION, **values)

    def stranger(self, session: Session, invite: Invite, person: Person) -> None:
        """One note a link, however many strangers come by it."""
        for chat_id in self._desks(session):
            key = f"stranger:{invite.id}:{chat_id}"
            row = self._outbox.find(session, key)
            before: list[Who] = list(row.values["strangers"]) if row is not None else []
            if any(who["id"] == person.user_id for who in before) or len(before) >= MOST_STRANGERS:
                continue
            owner, strangers = self.who(session, invite.user_id), [*before, named(person)]
            self._outbox.show(
                session, key, chat_id, "admission.stranger", urgency=DECISION, owner=owner, strangers=strangers
            )

    def _desks(self, session: Session) -> Iterable[int]:
        review = self._options.review_chat_id
        return dict.fromkeys([*self._permissions.on_duty(session), *([review] if review else [])])

    # To whoever can give the bot its rights

    def refused(self, session: Session, right: str, answer: Answer) -> None:
        """Telegram refused a call: which right is missing, or what else it said."""
        kind = rules.trouble(answer.error, answer.error_code)
        missing = [right] if kind is rules.Trouble.RIGHT else []
        self.rights(session, "admission.trouble", missing=missing, kind=str(kind), error=answer.error[:300])

    def rights(self, session: Session, screen: str, **values: Any) -> None:
        """To the owner, else to the first admin: one message that follows the state of things."""
        for user_id in self._permissions.admins(session)[:1]:
            self._outbox.show(session, f"rights:{user_id}", user_id, screen, urgency=DECISION, **values)

    def is_troubled(self, session: Session) -> bool:
        """Whether the last word about rights was that something is missing."""
        rows = [self._outbox.find(session, f"rights:{user_id}") for user_id in self._permissions.admins(session)[:1]]
        return any(row is not None and row.screen == "admission.trouble" for row in rows)


def named(person: Person) -> Who:
    """A person of an update as screens take them."""
    return {"id": person.user_id, "name": person.name, "username": person.username}
