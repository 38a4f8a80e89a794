"""The roster: whose slug is whose, and how one is found among many."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.tables import AuditEntry
from plumbot.features.roster import rules
from plumbot.features.roster.service import RosterService
from plumbot.features.roster.tables import RosterEntry, RosterWord
from tests.features.conftest import FixedClock

IVAN = "ivan-ivanov-Harward-CSE-77-3-21"
NINA, BORIS, ADMIN = 101, 202, 1


@pytest.fixture
def roster(clock: FixedClock) -> RosterService:
    return RosterService(clock, Audit(clock))


def old_row(session: Session, clock: FixedClock, slug: str, user_id: int | None = None) -> RosterEntry:
    """A row as an old list may hold it: the same slug twice in other letters, or no slug of ours at all."""
    entry = RosterEntry(slug=slug, slug_key=slug.casefold(), user_id=user_id, created_at=clock.now())
    session.add(entry)
    session.flush()
    return entry


def owners(session: Session) -> list[int | None]:
    return list(session.scalars(select(RosterEntry.user_id).order_by(RosterEntry.id)))


def test_whoever_arrives_with_a_new_slug_is_listed_and_owns_it(session: Session, roster: RosterService) -> None:
    assert roster.claim(session, IVAN, NINA)
    assert roster.standing(session, IVAN.casefold(), NINA) == "mine"
    assert roster.standing(session, IVAN.casefold(), BORIS) == "taken"
    assert roster.standing(session, "x", NINA) == "free"


def test_an_unclaimed_entry_is_claimed_in_any_case_of_its_letters(session: Session, roster: RosterService) -> None:
    roster.import_lines(session, [IVAN], by=ADMIN)
    assert roster.standing(session, IVAN.casefold(), NINA) == "unclaimed"
    assert roster.claim(session, IVAN.upper(), NINA)
    assert owners(session) == [NINA]
    assert roster.search(session, "ivan").entries[0].slug == IVAN


def test_claiming_twice_changes_nothing_and_nobody_claims_what_is_taken(
    session: Session, roster: RosterService
) -> None:
    assert [roster.claim(session, IVAN, user_id) for user_id in (NINA, NINA, BORIS)] == [True, True, False]
    assert owners(session) == [NINA]


def test_of_old_duplicates_one_is_claimed_and_the_other_stays(
    session: Session, roster: RosterService, clock: FixedClock
) -> None:
    old_row(session, clock, IVAN)
    old_row(session, clock, IVAN.upper())
    assert roster.claim(session, IVAN, NINA)
    assert owners(session) == [NINA, None]
    assert roster.standing(session, IVAN.casefold(), BORIS) == "taken"
    assert not roster.claim(session, IVAN, BORIS)


def test_who_owns_one_of_two_duplicates_keeps_it(session: Session, roster: RosterService, clock: FixedClock) -> None:
    old_row(session, clock, IVAN, BORIS)
    old_row(session, clock, IVAN.upper(), NINA)
    assert roster.standing(session, IVAN.casefold(), NINA) == "mine"
    assert roster.standing(session, IVAN.casefold(), BORIS) == "mine"


def test_cyrillic_slugs_are_the_same_in_any_case(session: Session, roster: RosterService) -> None:
    roster.add(session, "Иван-Иванов-МГУ-ПМИ-1-2-24", by=ADMIN)
    with pytest.raises(rules.SlugListed):
        roster.add(session, "иван-иванов-мгу-пми-1-2-24", by=ADMIN)
    assert roster.standing(session, "ИВАН-ИВАНОВ-МГУ-ПМИ-1-2-24".casefold(), NINA) == "unclaimed"


def test_search_finds_entries_in_which_every_word_begins_some_word(session: Session, roster: RosterService) -> None:
    roster.import_lines(session, [IVAN, "Пётр-Иванов-МГУ-ПМИ_2-1-2-24", "anna-petrova-Plum-CSE-77-3-22"], by=None)

    def found(text: str) -> list[str]:
        return [entry.slug.partition("-")[0] for entry in roster.search(session, text).entries]

    assert found("iva") == ["ivan"]
    assert found("CSE 77") == ["anna", "ivan"]
    assert found("cse ivan-iv") == ["ivan"]
    assert found("ПЁТР пми") == ["Пётр"]
    assert found("van") == []
    assert found("ivan nobody") == []
    assert len(found("")) == 3
    assert found("%") == found("_") == found("")


def test_search_gives_pages_of_twenty_onwards_and_back(session: Session, roster: RosterService) -> None:
    roster.import_lines(session, [f"p{n:02}-x-y-z-1-2-24" for n in range(45)], by=None)
    first = roster.search(session, "x")
    second = roster.search(session, "x", first.following)
    third = roster.search(session, "x", second.following)
    pages = (first, second, third)
    assert [(page.before, len(page.entries), page.total) for page in pages] == [(0, 20, 45), (20, 20, 45), (40, 5, 45)]
    assert third.following is None
    assert [entry.slug[:3] for entry in third.entries] == ["p40", "p41", "p42", "p43", "p44"]
    assert third.start is not None
    assert second.start is not None
    assert roster.search_before(session, "x", third.start) == second
    assert roster.search_before(session, "x", second.start) == first


def test_a_page_whose_entries_went_meanwhile_shows_what_is_before_it(session: Session, roster: RosterService) -> None:
    roster.import_lines(session, [f"p{n:02}-x-y-z-1-2-24" for n in range(21)], by=None)
    last = roster.search(session, "", roster.search(session, "").following)
    roster.remove(session, last.entries[0].id, by=ADMIN)
    after = roster.search(session, "", last.start)
    assert (len(after.entries), after.start, after.following, after.total) == (20, None, None, 20)


def test_doubles_of_old_lists_are_each_on_one_page(session: Session, roster: RosterService, clock: FixedClock) -> None:
    ids = [old_row(session, clock, IVAN).id for _ in range(50)]
    seen, place = [], None
    while True:
        page = roster.search(session, "", place)
        seen += [entry.id for entry in page.entries]
        place = page.following
        if place is None:
            break
    assert seen == ids


def test_an_import_tells_what_was_added_what_was_there_and_what_is_wrong(
    session: Session, roster: RosterService
) -> None:
    lines = ["# 2026", IVAN, "", f"  {IVAN.upper()} ", "a-b-c-d-e-f", "a--c-d-e-f-g", "a b-c-d-e-f-g-h", "x" * 301]
    report = roster.import_lines(session, lines, by=None)
    assert (report.added, report.present) == (1, 1)
    wrong = [(line.number, line.why) for line in report.refused]
    parts, spaces, long = rules.WrongNumberOfParts.text, rules.SlugHasSpaces.text, rules.SlugTooLong.text
    assert wrong == [(5, parts), (6, parts), (7, spaces), (8, long)]
    assert all(line.why.format(**line.values) for line in report.refused)
    again = roster.import_lines(session, [IVAN], by=None)
    assert (again.added, again.present) == (0, 1)
    assert roster.export(session) == [IVAN]


def test_an_edited_entry_is_found_by_its_new_words_and_keeps_its_owner(session: Session, roster: RosterService) -> None:
    roster.claim(session, IVAN, NINA)
    entry = roster.search(session, "ivan").entries[0]
    roster.edit(session, entry.id, "oleg-orlov-Harward-CSE-77-3-21", by=ADMIN)
    assert roster.search(session, "ivan").total == 0
    assert roster.search(session, "oleg orl").entries[0].user_id == NINA
    roster.edit(session, entry.id, "OLEG-orlov-Harward-CSE-77-3-21", by=ADMIN)
    roster.add(session, IVAN, by=ADMIN)
    with pytest.raises(rules.SlugListed):
        roster.edit(session, entry.id, IVAN, by=ADMIN)


def test_a_removed_entry_is_gone_with_its_words_and_cannot_be_removed_again(
    session: Session, roster: RosterService
) -> None:
    entry = roster.add(session, IVAN, by=ADMIN)
    assert roster.remove(session, entry.id, by=ADMIN).slug == IVAN
    assert list(session.scalars(select(RosterWord.word))) == []
    with pytest.raises(rules.EntryGone):
        roster.remove(session, entry.id, by=ADMIN)


def test_what_admins_do_to_the_roster_is_recorded(session: Session, roster: RosterService) -> None:
    entry = roster.add(session, IVAN, by=ADMIN)
    roster.edit(session, entry.id, IVAN.upper(), by=ADMIN)
    roster.remove(session, entry.id, by=ADMIN)
    roster.import_lines(session, [IVAN], by=None)
    recorded = session.execute(select(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.id)).all()
    assert [tuple(row) for row in recorded] == [
        ("roster.add", ADMIN), ("roster.edit", ADMIN), ("roster.remove", ADMIN), ("roster.import", None)
    ]  # fmt: skip
