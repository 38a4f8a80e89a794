"""Search by the beginnings of words and claiming mean the same on SQLite and PostgreSQL."""

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.features.roster.service import RosterService
from plumbot.migrations import upgrade
from tests.features.conftest import FixedClock


def test_words_are_found_by_their_beginnings(database_url: str, clock: FixedClock) -> None:
    upgrade(database_url)
    roster = RosterService(clock, Audit(clock))
    with Session(create_engine(database_url)) as session:
        roster.import_lines(
            session, ["Ёлка-Ель-МГУ-ПМИ-1-2-24", "elka-el-Plum-CSE-1-2-24", "a%b-x_y-z-w-1-2-24"], by=None
        )
        found = [roster.search(session, text).total for text in ("ЁЛ", "ель", "el", "el plum", "л", "b", "z 2")]
        assert found == [1, 1, 1, 1, 0, 1, 1]
        assert roster.claim(session, "ёлка-ель-мгу-пми-1-2-24", 101)
        assert not roster.claim(session, "ёлка-ель-мгу-пми-1-2-24", 102)


def test_pages_follow_each_other_without_gaps_or_doubles(database_url: str, clock: FixedClock) -> None:
    upgrade(database_url)
    roster = RosterService(clock, Audit(clock))
    with Session(create_engine(database_url)) as session:
        lines = [f"{letter}{n}-y-z-w-1-2-24" for letter in ("a", "Б", "ё", "Z") for n in range(12)]
        roster.import_lines(session, lines, by=None)
        pages = [roster.search(session, "")]
        while pages[-1].following is not None:
            pages.append(roster.search(session, "", pages[-1].following))
        assert [(page.before, len(page.entries), page.total) for page in pages] == [
            (0, 20, 48),
            (20, 20, 48),
            (40, 8, 48),
        ]
        slugs = [entry.slug for page in pages for entry in page.entries]
        assert (len(slugs), len(set(slugs))) == (48, 48)
        last = pages[2].start
        assert last is not None
        assert roster.search_before(session, "", last) == pages[1]
