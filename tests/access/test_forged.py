"""Forged and replayed presses: nothing happens that the person could not have done by an honest button."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.admission.tables import Invite
from plumbot.features.applications.tables import Application
from plumbot.kit.switches import Switch
from tests.access import seed
from tests.access.entrance import Entrance, changed, entrance, failed, standing_changed
from tests.access.forging import forgeries
from tests.access.people import ADMIN, ARRIVED, CLUB, KINDS, MEMBER, NAMELESS, Json, Kind
from tests.access.triggers import presses

A_PART, PARTS = 2_500, 4  # 10,000 in all, in parts so that they run beside each other
A_BATCH = 500
MESSAGES = (seed.QUESTION_MESSAGE, seed.LIST_MESSAGE, seed.OLD_MESSAGE, 504)
PEOPLE = [kind for kind in KINDS if kind.name not in ("admin", "anonymous admin", "owner")]
ADMINS = [kind for kind in KINDS if kind not in PEOPLE]

Allowed = dict[str, str]


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Entrance]:
    async with entrance(tmp_path) as it:
        await it.sessions.change(seed.fill)
        yield it


async def forge(door: Entrance, people: Sequence[Kind], count: int, chance: random.Random) -> None:
    updates: list[Json] = []
    for data in forgeries(count, chance):
        kind, chat = chance.choice(people), chance.choice((None, None, None, CLUB))
        if is_honest(kind, data):
            data = "forged"
        updates.append(presses(data, chat, chance.choice(MESSAGES))(kind, next(door.number)))
    for start in range(0, count, A_BATCH):
        await door.bring(*updates[start : start + A_BATCH])


def is_honest(kind: Kind, data: str) -> bool:
    """What this person's own buttons carry, and what may well have an effect: that is not forged."""
    own = data.partition(".")[2] or data
    if any(part in own for part in ("forget:yes", "forget:erase")):
        return True
    if kind in ADMINS and own.startswith("week:"):
        return True
    return kind.name == "applicant" and own.startswith("mine:") and own.endswith(f":{seed.PENDING}")


def unexpected(changes: Sequence[tuple[str, Json]], ids: set[int]) -> Iterator[str]:
    """A person may do as they like with their language, wishes and dialogue; nothing else changes."""
    for table, row in changes:
        own = row.get("user_id") in ids and row.get("chat_id", row.get("user_id")) in ids
        shown = table == "outbox" and row["chat_id"] in {*ids, CLUB}
        told = table == "outbox_calls" and row["method"] in ("deleteMessage", "setMyCommands")
        if not (table in ("profiles", "dialogues") and own) and not shown and not told:
            yield f"{table}: {row}"


@pytest.mark.parametrize("part", range(PARTS - 1))
async def test_forged_presses_of_people_without_rights_have_no_effect(door: Entrance, part: int) -> None:
    before = await door.look()
    await forge(door, PEOPLE, A_PART, random.Random(part))
    ids = {kind.user_id for kind in PEOPLE}
    after = await door.look()
    found = [*unexpected(changed(before, after), ids), *map(str, standing_changed(before, after))]
    assert not found, "\n".join(found[:20])
    assert await door.sessions.read(failed) == []


def settled(session: Session) -> None:
    """Everything is decided: an admin's button can only be an old one."""
    for number in (seed.PENDING, seed.TO_CORRECT):
        session.get_one(Application, number).status = "rejected"
        session.get_one(Application, number).decided_by = NAMELESS
    session.get_one(Application, seed.APPROVED).status = "done"
    session.get_one(Invite, seed.DISPUTED_INVITE).status = "closed"
    session.delete(session.get_one(Switch, f"arrival.{ARRIVED}"))


async def test_forged_and_old_presses_of_admins_decide_nothing_again(door: Entrance) -> None:
    await door.sessions.change(settled)
    before = await door.look()
    await forge(door, ADMINS, A_PART, random.Random(PARTS))
    after, ids = await door.look(), {kind.user_id for kind in ADMINS}
    found = [*unexpected(changed(before, after), ids), *map(str, standing_changed(before, after))]
    assert not found, "\n".join(found[:20])
    assert await door.sessions.read(failed) == []


async def test_a_press_that_is_replayed_under_new_ids_counts_once(door: Entrance) -> None:
    admin = next(kind for kind in ADMINS if kind.user_id == ADMIN)
    press = presses(f"apl:ok:{seed.PENDING}")
    before = await door.look()
    await door.bring(*(press(admin, next(door.number)) for _ in range(100)))
    changes = changed(before, await door.look())
    assert [row["action"] for table, row in changes if table == "audit"] == ["applications.approved"]
    assert await door.sessions.read(failed) == []


async def test_a_change_of_karma_that_is_replayed_under_new_ids_counts_once(door: Entrance) -> None:
    admin = next(kind for kind in ADMINS if kind.user_id == ADMIN)
    press = presses(f"krm:{MEMBER}:5:10")
    before = await door.look()
    await door.bring(*(press(admin, next(door.number)) for _ in range(100)))
    changes = changed(before, await door.look())
    assert [row["delta"] for table, row in changes if table == "karma_events"] == [5]
    assert [row["action"] for table, row in changes if table == "audit"] == ["karma.change"]
    assert await door.sessions.read(failed) == []


async def test_a_forged_wish_switches_nothing_but_what_settings_offer(door: Entrance) -> None:
    offered = {"digest", "transcribe"}
    before = await door.look()
    for column in (each.name for each in Profile.__table__.columns):
        if column not in offered:
            forged = [presses(f"pref:{column}:{value}") for value in (0, 1)]
            await door.bring(*(press(kind, next(door.number)) for press in forged for kind in KINDS))
    after = await door.look()
    assert standing_changed(before, after) == []
    assert not list(unexpected(changed(before, after), {kind.user_id for kind in KINDS}))
    assert await door.sessions.read(failed) == []
