"""Only admins act as admins: every handler of every router, tried by nine kinds of people."""

from collections.abc import AsyncIterator, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from plumbot.club.permissions import REFUSALS, Permission
from plumbot.kit.texts import Texts
from tests.access import seed
from tests.access.entrance import Entrance, changed, entrance, every_handler, failed, permission_of, standing_changed
from tests.access.people import CLUB, DEMOTED, KINDS, REVIEW, Json, Kind
from tests.access.triggers import OWN_PERSON, TRIGGERS, Trigger

OWNED_BY = {"profiles": "user_id", "dialogues": "user_id", "applications": "user_id", "invites": "user_id"}
ERASED = 0  # whose row it was is not known any more
PRIVILEGED = (Permission.ADMIN, Permission.OWNER)

Changes = Sequence[tuple[str, Json]]
Logs = Sequence[MutableMapping[str, Any]]


def test_every_handler_is_known_to_the_matrix() -> None:
    """Whoever adds a handler says in `triggers.py` how it is set off and what may follow."""
    assert sorted(every_handler()) == sorted(TRIGGERS)


def test_every_handler_declares_its_permission() -> None:
    undeclared = [name for name, handler in every_handler().items() if not handler.flags.get("permission")]
    assert undeclared == []


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Entrance]:
    async with entrance(tmp_path) as it:
        await it.sessions.change(seed.fill)
        await it.remember()
        yield it


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_people_can_do_what_is_declared_and_nothing_else(door: Entrance, kind: Kind) -> None:
    handlers = every_handler()
    wrong = []
    for name, trigger in TRIGGERS.items():
        permission = permission_of(handlers[name])
        what = name.split("/")[1]
        await door.reset()
        await door.sessions.change(trigger.prepare, kind)
        before = await door.look()
        with capture_logs() as logs:
            number = next(door.number)
            await door.bring(trigger.build(kind, number))
        after = await door.look()
        changes = [change for change in changed(before, after) if not is_authorship(kind, *change)]
        if not kind.has(permission, what):
            found = denied(door, kind, name, permission, changes, logs, str(number))
        else:
            found = allowed(door, kind, name, permission, trigger, changes)
        if not kind.has(permission, what) or "profiles" not in trigger.may:
            found += [f"standing changed: {row}" for row in standing_changed(before, after)]
        wrong += [f"{name}: {problem}" for problem in (*found, *await door.sessions.read(failed))]
    assert not wrong, "\n".join(wrong)


def is_authorship(kind: Kind, table: str, row: Json) -> bool:
    """Whoever writes in the club's chat is remembered as the message's author, whatever comes of the message."""
    return table == "message_authors" and row["author_id"] == kind.user_id


def denied(
    door: Entrance,
    kind: Kind,
    name: str,
    permission: Permission,
    changes: Changes,
    logs: Sequence[MutableMapping[str, Any]],
    press: str,
) -> list[str]:
    """Nothing but the refusal's sentence, and a line in the log that says who and what."""
    sentence = Texts("en").plain(REFUSALS[permission].text)
    what = name.split("/")[1]
    problems = [f"reached {door.reached}"] if door.reached else []
    own = {"profiles": kind.user_id}
    told = []
    for table, row in changes:
        if table == "outbox" and row["screen"] == "refusal":
            told.append((row["chat_id"], row["values"]["text"] if isinstance(row["values"], dict) else row["values"]))
        elif table == "outbox" and row["key"].startswith("m:"):
            continue  # the pressed message is known now
        elif own.get(table) != row.get("user_id"):
            problems.append(f"changed {table}: {row}")
    if what == "callback_query":
        told = [(kind.user_id, door.line.answers.get(press, {}).get("text"))]
        problems += [] if door.line.answers.get(press, {}).get("show_alert") else ["the refusal was no alert"]
    if len(told) != 1 or told[0][1] != sentence:
        problems.append(f"said {told} instead of {sentence!r}")
    noted = [log for log in logs if log["event"] == "denied" and log["log_level"] == "info"]
    who = [(log["user_id"], log["permission"], log["handler"].split(".")[-1]) for log in noted]
    expected = (kind.id_in(what), str(permission), name.split("/")[2].partition("#")[0])
    return problems + ([] if who == [expected] else [f"logged {who}, not {expected}"])


def allowed(
    door: Entrance, kind: Kind, name: str, permission: Permission, trigger: Trigger, changes: Changes
) -> list[str]:
    """The handler was reached; what changed is what its line allows, and of others' rows only what admins decide."""
    problems = [] if door.reached == [name] else [f"reached {door.reached}"]
    touched = {table for table, _ in changes}
    does = trigger.may if trigger.does is None else trigger.does
    has_effect = trigger.by is None or kind.name in trigger.by
    may = {*OWN_PERSON, "outbox", *(trigger.may if has_effect else ())}
    problems += [f"changed {table}: {row}" for table, row in changes if table not in may]
    if has_effect and not does <= touched:
        problems.append(f"did not change {sorted(does - touched)}")
    if permission not in PRIVILEGED:
        problems += [
            f"changed somebody else's {table}: {row}" for table, row in changes if is_foreign(kind, table, row)
        ]
    return problems


def is_foreign(kind: Kind, table: str, row: Json) -> bool:
    ids = {kind.user_id, kind.id_in("message"), ERASED}
    if table in OWNED_BY:
        return row[OWNED_BY[table]] not in ids
    if table != "outbox":
        return False
    concerns_admins = row["screen"].startswith(("applications.card", "applications.wave", "admission.", "alerts."))
    return row["chat_id"] not in {*ids, CLUB, -1009} and not (concerns_admins or row["chat_id"] == REVIEW)


async def test_a_denial_is_logged_with_who_and_what(door: Entrance) -> None:
    demoted = next(kind for kind in KINDS if kind.user_id == DEMOTED)
    with capture_logs() as logs:
        await door.bring(TRIGGERS["applications/callback_query/approve"].build(demoted, next(door.number)))
    (note,) = [log for log in logs if log["event"] == "denied"]
    assert (note["log_level"], note["user_id"], note["chat_id"]) == ("info", DEMOTED, DEMOTED)
    assert (note["permission"], note["handler"], note["refusal"]) == ("admin", "applications.approve", "NotAnAdmin")
