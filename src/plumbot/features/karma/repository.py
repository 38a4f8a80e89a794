"""Questions to the tables of karma, asked once a batch."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.karma.rules import day_of
from plumbot.features.karma.tables import KarmaEvent, MessageAuthor, Vote
from plumbot.kit.tables import Table as ModelTable

Ids = Collection[int]
AT_ONCE = 500  # parameters of one question


@dataclass
class Ballot:
    """A vote as it is counted; the fields of the table's row without its chat."""

    message_id: int
    voter_id: int
    kind: str
    receiver_id: int | None
    value: int
    applied: int
    said_at: datetime

    @property
    def key(self) -> tuple[int, int, str]:
        return self.message_id, self.voter_id, self.kind


def plain(model: type[ModelTable]) -> Table:
    """The model's table, for statements that pass by the ORM: a batch has hundreds of rows."""
    return cast("Table", model.__table__)


def upsert(session: Session, model: type[ModelTable]) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT; both databases word it alike."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(plain(model))
    return cast("sqlite.Insert", postgresql.insert(plain(model)))


def remember_authors(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(upsert(session, MessageAuthor).on_conflict_do_nothing(), rows)


def authors_of(session: Session, chat_id: int, messages: Ids) -> dict[int, int]:
    known = select(MessageAuthor.message_id, MessageAuthor.author_id).where(MessageAuthor.chat_id == chat_id)
    return dict(_rows(session, known, MessageAuthor.message_id, messages))


def votes_waiting_for(session: Session, chat_id: int, messages: Ids) -> list[Ballot]:
    """Votes on messages whose author was not known until now."""
    waiting = _votes().where(Vote.chat_id == chat_id, Vote.receiver_id.is_(None))
    return [Ballot(*row) for row in _rows(session, waiting, Vote.message_id, messages)]


def votes_on(session: Session, chat_id: int, messages: Ids, voters: Ids) -> list[Ballot]:
    """Votes on these messages; of all people, where those who vote now are too many for one question."""
    votes = _votes().where(Vote.chat_id == chat_id)
    if len(voters) <= AT_ONCE:
        votes = votes.where(Vote.voter_id.in_(voters))
    return [Ballot(*row) for row in _rows(session, votes, Vote.message_id, messages)]


def save_votes(session: Session, chat_id: int, votes: Collection[Ballot]) -> None:
    if not votes:
        return
    query = upsert(session, Vote)
    changing = {name: query.excluded[name] for name in ("receiver_id", "value", "applied", "said_at")}
    key = ["chat_id", "message_id", "voter_id", "kind"]
    rows = [{"chat_id": chat_id, **vars(vote)} for vote in votes]
    session.connection().execute(query.on_conflict_do_update(index_elements=key, set_=changing), rows)


def presence_of(session: Session, people: Ids) -> dict[int, bool]:
    """Whether people are in the club; who has no profile is not among the answers."""
    query = select(Profile.user_id, Profile.in_club)
    return dict(_rows(session, query, Profile.user_id, people))


def given_by_day(
    session: Session, givers: Ids, receivers: Ids, since: datetime, zone: ZoneInfo
) -> dict[tuple[int, int, date], int]:
    """How much changed from one to another by votes, taking back included, by the club's day."""
    query = select(KarmaEvent.actor_id, KarmaEvent.user_id, KarmaEvent.created_at, KarmaEvent.delta).where(
        KarmaEvent.created_at >= since, KarmaEvent.message_id.is_not(None)
    )
    gross: dict[tuple[int, int, date], int] = defaultdict(int)
    wanted = set(givers)
    for giver, receiver, at, delta in _rows(session, query, KarmaEvent.user_id, receivers):
        if giver in wanted:
            gross[giver, receiver, day_of(at, zone)] += abs(delta)
    return gross


def forget_old_messages(session: Session, before: datetime) -> None:
    """Authors of old messages, and votes that waited for an author in vain."""
    session.execute(delete(MessageAuthor).where(MessageAuthor.sent_at < before))
    session.execute(delete(Vote).where(Vote.receiver_id.is_(None), Vote.said_at < before))


def _votes() -> Select[*tuple[Any, ...]]:
    return select(
        Vote.message_id, Vote.voter_id, Vote.kind, Vote.receiver_id, Vote.value, Vote.applied, Vote.said_at
    )  # fmt: skip


def _rows(
    session: Session, query: Select[*tuple[Any, ...]], column: ColumnElement[int] | Any, ids: Ids
) -> Iterator[Any]:
    numbers = sorted(ids)
    for start in range(0, len(numbers), AT_ONCE):
        yield from session.execute(query.where(column.in_(numbers[start : start + AT_ONCE])))
