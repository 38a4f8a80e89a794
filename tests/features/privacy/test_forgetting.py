"""After /forget nothing leads to the person but what club/personal_data.py says is kept: the whole file is read."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.apps.personal_providers import PERSONAL
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.personal_data import columns
from plumbot.club.places import Places
from plumbot.club.tables import Admin, AuditEntry, Profile
from plumbot.features.blacklist.tables import Blacklisted
from plumbot.features.privacy import person
from plumbot.features.privacy.rules import StillAnAdmin, StillInside, TheOwner, Traces
from plumbot.features.privacy.service import PrivacyService
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.tables import Table
from tests.features.conftest import FixedClock
from tests.features.privacy.canaries import ADMIN, OTHER, PERSON, SLUG, USERNAME, canary, fill
from tests.support.telegram import database

OWNER = 1004
MARKS = (
    str(PERSON).encode(), PERSON.to_bytes(6, "big"), b"canary-", b"Canary_", SLUG.encode(),
    USERNAME.casefold().encode(),
)  # fmt: skip


class NothingOpen:
    """Nobody here has an open application."""

    def stays(self, session: Session, user_id: int) -> Sequence[str]:
        return ()

    def let_go(self, session: Session, user_id: int) -> None:
        assert user_id == PERSON


@pytest.fixture
def privacy(clock: FixedClock) -> PrivacyService:
    places = Places(personal=[*PERSONAL])
    return PrivacyService(clock, Outbox(clock), Permissions(OWNER), Languages("ru"), places, NothingOpen())


def values_of(session: Session) -> Iterator[tuple[str, str, Any]]:
    for table in Table.metadata.sorted_tables:
        for found in session.execute(select(table)):
            for column, value in zip(table.columns, found, strict=True):
                yield table.name, column.name, value


def speaks_of_them(value: Any) -> bool:
    text = json.dumps(value, default=str).encode()
    return any(mark in text for mark in MARKS if mark.isascii())


def on_disk(folder: Path) -> bytes:
    """The database with its write-ahead log."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("plum.db*")))


async def test_the_file_holds_nothing_of_a_forgotten_person(
    tmp_path: Path, privacy: PrivacyService, clock: FixedClock
) -> None:
    """Also what was deleted: its bytes are overwritten."""
    async with database(tmp_path) as sessions:
        await sessions.change(fill)
        before = on_disk(tmp_path)
        assert all(mark in before for mark in MARKS)

        def forget(session: Session) -> str:
            return privacy.forget(session, PERSON, seq=3, keep=None)

        assert await sessions.change(forget) == "en"
        await sessions.change(lambda session: person.tidy(session, clock.now()))
        left = await sessions.read(lambda session: [f"{t}.{c}" for t, c, v in values_of(session) if speaks_of_them(v)])
        kept_link = {"invites.invite_link", "invites.token"}
        assert set(left) <= kept_link
    content = on_disk(tmp_path)
    assert [mark for mark in MARKS if mark in content and mark != b"canary-"] == []
    assert content.count(b"canary-") == content.count(b"canary-invites-")


def test_who_is_on_the_blacklist_stays_there_with_what_admins_did_about_it(
    session: Session, privacy: PrivacyService
) -> None:
    fill(session)
    session.add(Blacklisted(user_id=PERSON, reason="spam", added_by=ADMIN, created_at=privacy._clock.now()))
    assert len(privacy.ask(session, PERSON)) == 2
    privacy.forget(session, PERSON, seq=3, keep=None)
    kept = {f"{table}.{column}" for table, column, value in values_of(session) if value == PERSON}
    assert kept == {"blacklist.user_id", "audit.subject_id"}
    about = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == PERSON)).all()
    assert {entry.action for entry in about} == {"blacklist.remove"}


def test_others_keep_what_is_theirs(session: Session, privacy: PrivacyService) -> None:
    fill(session)
    privacy.forget(session, PERSON, seq=3, keep=None)
    left = {(table, column, str(value)) for table, column, value in values_of(session)}
    assert ("profiles", "user_id", str(OTHER)) in left
    assert ("karma_events", "user_id", str(OTHER)) in left
    assert ("applications", "slug", "mira-slug-1-2-3") in left
    assert ("blacklist", "user_id", "1009") in left
    assert ("legacy_leftovers", "source_row", str({"user_id": OTHER})) in left
    assert ("roster", "slug", "kept-by-the-club-1-2-3-4") in left


def test_messages_about_the_person_in_the_chats_of_others_say_that_it_was_erased(
    session: Session, privacy: PrivacyService
) -> None:
    fill(session)
    privacy.forget(session, PERSON, seq=3, keep=f"menu:{PERSON}")
    rows = session.scalars(select(ShownMessage).order_by(ShownMessage.place)).all()
    assert {(row.key, row.screen) for row in rows if row.chat_id == PERSON} == {(f"menu:{PERSON}", "menu.home")}
    others = [row for row in rows if row.chat_id == ADMIN]
    assert [(row.screen, row.values, row.dirty) for row in others] == [("privacy.erased", {}, True)] * 3
    assert {row.message_id for row in others} == {5, 6, 7}


def test_mydata_gives_every_column_that_is_said_to_be_given(session: Session, privacy: PrivacyService) -> None:
    fill(session)
    whole = privacy.document(session, user_id=PERSON).decode()
    given = {(table, column) for table, column, held in columns() if held.exported}
    planted = {(table, column) for table, column, value in values_of(session) if canary(table, column) in str(value)}
    missing = {place for place in planted & given if canary(*place) not in whole}
    assert missing == set()
    names = set(_names(json.loads(whole)))
    assert {
        place for place in given if place[1] not in names and place[0] not in ("switches", "blacklist", "admins")
    } == set()


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _names(part)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)


def test_mydata_names_nobody_else(session: Session, privacy: PrivacyService) -> None:
    fill(session)
    whole = privacy.document(session, user_id=PERSON).decode()
    assert str(OTHER) not in whole
    assert str(ADMIN) not in whole
    assert "Mira" not in whole


def test_who_still_decides_or_is_inside_is_not_forgotten(session: Session, privacy: PrivacyService) -> None:
    fill(session)
    with pytest.raises(TheOwner):
        privacy.forget(session, OWNER, seq=3, keep=None)
    with pytest.raises(StillInside):
        privacy.forget(session, OTHER, seq=3, keep=None)
    with pytest.raises(StillAnAdmin):
        privacy.ask(session, ADMIN)
    assert session.get(Profile, OTHER) is not None
    assert session.get(Admin, ADMIN) is not None


def test_to_be_forgotten_twice_does_no_harm(session: Session, privacy: PrivacyService) -> None:
    fill(session)
    privacy.forget(session, PERSON, seq=3, keep=None)
    assert privacy.forget(session, PERSON, seq=4, keep=None) == "ru"
    assert session.get(Profile, PERSON) is None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"id": 77}, True), ({"id": 770}, False), ("join:77", True), ("177", False), ({"77": 1}, True), (True, False),
        ({"username": "nina"}, True), ({"name": "nina"}, False), ("by @Nina, today", True), ("by @nina_2", False),
        ({"x": ["ИВАН-иванов-ВШЭ-1-2-3-4!"]}, True), (None, False), ({"username": None}, False),
    ],
)  # fmt: skip
def test_a_person_is_recognised_by_id_name_and_slug_and_nobody_else_is(value: Any, found: bool) -> None:
    traces = Traces.of(77, ["Nina", None], ["Иван-Иванов-ВШЭ-1-2-3-4", "short"])
    assert traces.are_in(value) is found
