"""How the bot itself stands, for the panel's page of health."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from plumbot import __version__
from plumbot.club.places import Fact, Glance, Places
from plumbot.features.admin import repository
from plumbot.kit.refusals import N_

LONG_SECONDS = 60
MANY_UNSENT = 100


def inbox(session: Session, now: datetime) -> Sequence[Fact]:
    """This very press is one of those that wait."""
    waiting, since = repository.waiting_updates(session)
    seconds = max(0, int((now - since).total_seconds())) if since else 0
    dead = repository.dead_updates(session)
    facts = [Fact(N_("Updates waiting: {n}, the first for {seconds} s"), {"n": waiting, "seconds": seconds},
                  bad=seconds > LONG_SECONDS)]  # fmt: skip
    if dead:
        facts.append(Fact(N_("Updates set aside: {n}. See: plumbot inbox list"), {"n": dead}, bad=True))
    return facts


def outbox(session: Session, _now: datetime) -> Sequence[Fact]:
    messages, calls = repository.unsent(session)
    return [
        Fact(N_("Messages to be sent: {n}"), {"n": messages}, bad=messages > MANY_UNSENT),
        Fact(N_("Other calls to be made: {n}"), {"n": calls}, bad=calls > MANY_UNSENT),
    ]


def club(session: Session, _now: datetime) -> Sequence[Fact]:
    return [Fact(N_("Members: {n}"), {"n": repository.members(session)}), Fact(N_("Version {n}"), {"n": __version__})]


def add_to(places: Places) -> None:
    places.glances += [
        Glance(10, N_("Club"), club),
        Glance(20, N_("From Telegram"), inbox),
        Glance(30, N_("To Telegram"), outbox),
    ]
