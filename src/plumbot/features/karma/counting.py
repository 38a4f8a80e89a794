"""Counts a batch of what was said: as if one by one, with a handful of questions for all of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from plumbot.features.karma import repository
from plumbot.features.karma.chatter import Said, Written
from plumbot.features.karma.ledger import Change
from plumbot.features.karma.options import KarmaOptions
from plumbot.features.karma.repository import Ballot
from plumbot.features.karma.rules import day_of, moment_of, settle

LOOK_BACK = timedelta(days=4)  # further than any day into which a vote of today can fall


@dataclass
class Count:
    """What the batch needs to know, and what comes of it."""

    chat_id: int
    now: datetime
    options: KarmaOptions
    authors: dict[int, int]
    presence: dict[int, bool]
    gross: dict[tuple[int, int, date], int]
    votes: dict[tuple[int, int, str], Ballot]
    waiting: dict[int, list[Ballot]] = field(default_factory=lambda: defaultdict(list))
    touched: dict[tuple[int, int, str], Ballot] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def take(self, one: Written | Said) -> None:
        if isinstance(one, Written):
            author = self.authors.setdefault(one.message_id, one.author_id)
            for vote in self.waiting.pop(one.message_id, ()):
                vote.receiver_id = author
                self._settle(vote)
        else:
            self._say(one)

    def _say(self, said: Said) -> None:
        """A vote that says the same again changes nothing, nor does one that is older than what is known."""
        at = datetime.fromtimestamp(said.seconds, UTC)
        vote = self.votes.get(said.key)
        if vote is None:
            vote = Ballot(said.message_id, said.voter_id, said.kind, None, 0, 0, at)
        elif at < vote.said_at:
            return
        elif vote.value == said.value:
            vote.said_at = at
            self.touched[said.key] = vote
            return
        self.votes[said.key] = vote
        vote.value, vote.said_at = said.value, at
        if vote.receiver_id is None:
            vote.receiver_id = said.author_id or self.authors.get(said.message_id)
        if vote.receiver_id is None:
            self._wait(vote)
        else:
            self._settle(vote)

    def _wait(self, vote: Ballot) -> None:
        self.touched[vote.key] = vote
        if vote not in self.waiting[vote.message_id]:
            self.waiting[vote.message_id].append(vote)

    def _settle(self, vote: Ballot) -> None:
        self.touched[vote.key] = vote
        receiver = vote.receiver_id
        if receiver is None or receiver not in self.presence:
            return
        at = moment_of(int(vote.said_at.timestamp()), self.now)
        pair = (vote.voter_id, receiver, day_of(at, self.options.zone))
        welcome = self.presence[receiver] and receiver != vote.voter_id
        left = self.options.pair_daily_cap - self.gross.get(pair, 0)
        settled = settle(vote.value, vote.applied, welcome=welcome, left_today=left)
        if settled.delta == 0:
            return
        self.gross[pair] = self.gross.get(pair, 0) + settled.gross
        vote.applied += settled.delta
        change = Change(receiver, settled.delta, vote.kind, at, vote.voter_id, self.chat_id, vote.message_id)
        self.changes.append(change)


def count(
    session: Session, chat_id: int, heard: Sequence[Written | Said], options: KarmaOptions, now: datetime
) -> Count:
    """Everything heard, in its order; nothing is written yet."""
    new = {one.message_id: one.author_id for one in heard if isinstance(one, Written)}
    said = [one for one in heard if isinstance(one, Said)]
    votes = repository.votes_waiting_for(session, chat_id, new)
    messages, voters = {one.message_id for one in said}, {one.voter_id for one in said}
    votes += repository.votes_on(session, chat_id, messages, voters)
    known = repository.authors_of(session, chat_id, messages | {vote.message_id for vote in votes})
    # Who is told by the update itself, who is known, who is learnt in this batch: all of them may receive.
    people = {*known.values(), *new.values()} | {one.author_id for one in said if one.author_id}
    receivers = people | {vote.receiver_id for vote in votes if vote.receiver_id is not None}
    if not said and not votes:
        receivers = set()
    givers = voters | {vote.voter_id for vote in votes}
    state = Count(
        chat_id,
        now,
        options,
        known,
        repository.presence_of(session, receivers),
        repository.given_by_day(session, givers, receivers, now - LOOK_BACK, options.zone),
        {vote.key: vote for vote in votes},
    )
    for vote in state.votes.values():
        if vote.receiver_id is None:
            state.waiting[vote.message_id].append(vote)
    for one in heard:
        state.take(one)
    return state
