"""What must have come of the traffic, computed from the traffic alone: nothing of the bot is used here."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.faults.crowd import DISLIKES, LIKES, THANKS, Journal, Plan
from tests.support.telegram import Json

Vote = tuple[int, int, str]


@dataclass(frozen=True)
class Expected:
    """Of one applicant: the states in which the application may end."""

    statuses: frozenset[str]


def karma_of(order: Iterable[Json], club: int) -> Counter[int]:
    """What each person's karma has grown by, from updates in the order in which they were accepted."""
    authors: dict[int, int] = {}
    votes: dict[Vote, tuple[int, int]] = {}
    for update in order:
        message, reaction = update.get("message"), update.get("message_reaction")
        if message and message["chat"]["id"] == club:
            authors[message["message_id"]] = message["from"]["id"]
            target = message.get("reply_to_message")
            if target and message.get("text") in THANKS:
                _hear(votes, (target["message_id"], message["from"]["id"], "thanks"), 1, message["date"])
        elif reaction and reaction["chat"]["id"] == club:
            key = (reaction["message_id"], reaction["user"]["id"], "reaction")
            _hear(votes, key, _worth(reaction["new_reaction"]), reaction["date"])
    grown: Counter[int] = Counter()
    for (message_id, voter, _), (value, _) in votes.items():
        if authors[message_id] != voter:
            grown[authors[message_id]] += value
    return grown


def _hear(votes: dict[Vote, tuple[int, int]], key: Vote, value: int, date: int) -> None:
    """News that is older than what is known changes nothing."""
    if date >= votes.get(key, (0, 0))[1]:
        votes[key] = value, date


def _worth(reactions: Sequence[Json]) -> int:
    signs = {one["emoji"] for one in reactions}
    return bool(signs & {*LIKES}) - bool(signs & {*DISLIKES})


def applications_of(journal: Journal) -> dict[int, Expected]:
    return {user: Expected(_ends(plan)) for user, plan in journal.plans.items()}


def _ends(plan: Plan) -> frozenset[str]:
    """Where admins race either may win; a closed one never opens again."""
    ends = {"approve": "done", "deny": "rejected"}
    return frozenset(ends[verdict] for verdict in plan.verdicts if verdict)
