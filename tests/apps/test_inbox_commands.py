"""`plumbot inbox`: what was set aside is seen, tried again, or given up."""

import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from plumbot.club.tables import AuditEntry
from plumbot.kit.inbox.tables import InboxRow
from tests.support.command_line import plumbot

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECRET = "what somebody wrote"  # a person's words, no password


def row(seq: int, status: str) -> InboxRow:
    error = f"KeyError: {seq}\nlong" if status == "dead" else None
    return InboxRow(
        seq=seq, bot_id=1, source="telegram", update_id=seq, kind="message", lane=7, body=json.dumps({"text": SECRET}),
        status=status, attempts=8 if error else 0, error=error, received_at=NOON,
    )  # fmt: skip


def fill(variables: dict[str, str]) -> None:
    with Session(create_engine(variables["PLUM_DATABASE__URL"])) as session:
        session.add_all([row(1, "dead"), row(2, "dead"), row(3, "new"), row(4, "done")])
        session.commit()


def rows(variables: dict[str, str]) -> dict[int, InboxRow]:
    with Session(create_engine(variables["PLUM_DATABASE__URL"])) as session:
        return {one.seq: one for one in session.scalars(select(InboxRow))}


def audit(variables: dict[str, str]) -> list[tuple[str, object]]:
    with Session(create_engine(variables["PLUM_DATABASE__URL"])) as session:
        return [(one.action, one.after) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def test_what_was_set_aside_is_listed_without_what_people_wrote(
    tmp_path: Path,
    club: dict[str, str],
) -> None:
    fill(club)
    done = plumbot(tmp_path, "inbox", "list", **club)
    assert (done.returncode, done.stderr) == (0, "2 updates.\n")
    assert "KeyError: 1" in done.stdout
    assert SECRET not in done.stdout
    found = json.loads(plumbot(tmp_path, "inbox", "list", "--json", "--limit", "1", **club).stdout)
    assert (found["total"], [one["seq"] for one in found["updates"]]) == (2, [1])
    waiting = json.loads(plumbot(tmp_path, "inbox", "list", "--state", "new", "--json", **club).stdout)
    assert [one["seq"] for one in waiting["updates"]] == [3]
    assert plumbot(tmp_path, "inbox", "list", "--state", "odd", **club).returncode == 2


def test_one_is_tried_again_as_if_it_had_just_come(tmp_path: Path, club: dict[str, str]) -> None:
    fill(club)
    done = plumbot(tmp_path, "inbox", "retry", "1", "3", "99", **club)
    assert (done.returncode, done.stdout) == (0, "To be tried again: 1 update; the bot takes them within seconds.\n")
    found = rows(club)
    assert (found[1].status, found[1].attempts, found[1].error) == ("new", 0, None)
    assert SECRET in found[1].body
    assert (found[2].status, found[3].status) == ("dead", "new")
    assert audit(club) == [("inbox.retry", {"seq": 1})]
    again = plumbot(tmp_path, "inbox", "retry", "1", **club)
    assert again.returncode == 1
    assert "plumbot inbox list" in again.stderr


def test_what_is_given_up_is_done_and_its_words_are_gone(tmp_path: Path, club: dict[str, str]) -> None:
    fill(club)
    asked = plumbot(tmp_path, "inbox", "drop", "--all", **club)
    assert asked.returncode == 1
    assert rows(club)[1].status == "dead"
    done = json.loads(plumbot(tmp_path, "inbox", "drop", "--all", "--yes", "--json", **club).stdout)
    assert done == {"updates": [1, 2]}
    found = rows(club)
    assert [(found[n].status, found[n].body) for n in (1, 2)] == [("done", ""), ("done", "")]
    assert found[1].finished_at is not None
    assert audit(club) == [("inbox.drop", {"seq": 1}), ("inbox.drop", {"seq": 2})]


def test_numbers_or_all_but_neither_none_nor_both(tmp_path: Path, club: dict[str, str]) -> None:
    for arguments in ([], ["1", "--all"]):
        done = plumbot(tmp_path, "inbox", "retry", *arguments, **club)
        assert done.returncode == 2
        assert "--all" in done.stderr
