"""Repair: only what was set aside is tried again or given up, on both databases."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager
from plumbot.kit.inbox import repair
from plumbot.kit.inbox.tables import DEAD, DONE, NEW, InboxRow
from tests.support.telegram import BOT_ID, TurnableClock

NOW = TurnableClock().now()
STATES = {1: DEAD, 2: DEAD, 3: NEW, 4: DONE, 5: DEAD}


def fill(session: Session) -> None:
    for seq, status in STATES.items():
        session.add(
            InboxRow(
                seq=seq, bot_id=BOT_ID, source="telegram", update_id=seq, kind="message", lane=7, body="{}",
                status=status, attempts=8, error="KeyError", received_at=NOW, not_before=NOW,
            )
        )  # fmt: skip


def seen(session: Session) -> dict[int, tuple[str, int, str]]:
    rows = session.scalars(select(InboxRow).order_by(InboxRow.seq).execution_options(populate_existing=True))
    return {row.seq: (row.status, row.attempts, row.body) for row in rows}


async def test_what_was_set_aside_is_tried_again_or_given_up_and_nothing_else(spine: SessionManager) -> None:
    def work(session: Session) -> None:
        fill(session)
        session.flush()
        assert [row.seq for row in repair.in_state(session, DEAD, 2)] == [1, 2]
        assert [repair.how_many(session, state) for state in repair.STATES] == [3, 1, 1]
        assert (repair.dead_among(session, None), repair.dead_among(session, {5, 3, 99})) == ([1, 2, 5], [5])
        repair.retry(session, [1, 3, 4])
        repair.drop(session, [2, 3], NOW)
        assert seen(session) == {
            1: (NEW, 0, "{}"),
            2: (DONE, 8, ""),
            3: (NEW, 8, "{}"),
            4: (DONE, 8, "{}"),
            5: (DEAD, 8, "{}"),
        }

    await spine.change(work)
