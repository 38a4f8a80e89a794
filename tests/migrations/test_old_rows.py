"""What becomes of the old bot's rows: rule by rule, on both databases."""

import json
from typing import Any

import pytest

from plumbot import migrations
from tests.migrations.old_bot import CLUB, NOW, ask, wrong_ledgers

RANKING = "SELECT user_id, {karma} FROM profiles {where} ORDER BY 2 DESC, joined_at IS NULL, joined_at, user_id"


@pytest.fixture
def moved(old_url: str) -> str:
    migrations.upgrade(old_url, now=NOW)
    return old_url


def leftovers(url: str, table: str, *, aside: bool) -> list[tuple[str, Any]]:
    """Reason and key of what is on the shelf about a table."""
    sign = "IS NULL" if aside else "IS NOT NULL"
    kept = ask(
        url,
        f"SELECT reason, source_row FROM legacy_leftovers WHERE source_table = '{table}' AND became {sign} ORDER BY id",
    )
    return [(reason, json.loads(row)["id"]) for reason, row in kept]


def test_karma_and_ranking_of_everybody_are_the_same(old_url: str) -> None:
    people = "WHERE user_id IN (101, 102, 103, 104, 105, 106)"
    before = ask(old_url, RANKING.format(karma="COALESCE(karma, 10)", where=people))
    assert [user_id for user_id, _ in before] == [106, 104, 103, 101, 102, 105]
    migrations.upgrade(old_url, now=NOW)
    assert ask(old_url, RANKING.format(karma="karma", where=people)) == before


def test_karma_is_ten_plus_the_ledger_with_one_opening_entry_where_events_do_not_explain_it(
    moved: str,
) -> None:
    assert wrong_ledgers(moved) == []
    assert ask(moved, "SELECT DISTINCT karma_start FROM profiles") == [(10,)]
    openings = ask(
        moved,
        "SELECT user_id, SUM(delta), COUNT(*), MIN(actor_id) FROM karma_events"
        " WHERE reason = 'opening' AND user_id IN (101, 103, 104, 105, 106) GROUP BY 1 ORDER BY 1",
    )
    assert openings == [
        *((103, 5 if moved.startswith("postgres") else 3, 1, None), (104, 4, 1, None)),
        *((105, -12, 1, None), (106, 20, 1, None)),
    ]


def test_an_opening_entry_stands_before_the_events_and_not_in_the_day_of_the_move(moved: str) -> None:
    late = ask(
        moved,
        "SELECT 1 FROM karma_events AS o JOIN karma_events AS e ON e.user_id = o.user_id"
        " WHERE o.reason = 'opening' AND o.created_at > e.created_at",
    )
    assert late == []


def test_karma_that_was_not_kept_counts_as_ten(moved: str) -> None:
    assert ask(moved, "SELECT karma FROM profiles WHERE user_id = 102") == [(10,)]
    assert ("no karma was kept: it counts as 10", 2) in leftovers(moved, "profiles", aside=False)


def test_events_of_somebody_without_a_profile_are_set_aside(moved: str) -> None:
    aside = leftovers(moved, "karma_events", aside=True)
    assert ("karma of somebody without a profile", 4) in aside
    assert ("delta is not a number", 6) in aside
    assert ask(moved, "SELECT COUNT(*) FROM karma_events WHERE user_id = 999") == [(0,)]


def test_whoever_had_a_profile_is_inside_and_found_by_a_casefolded_name(moved: str) -> None:
    found = ask(moved, "SELECT username, username_key, in_club, joined_at FROM profiles WHERE user_id = 101")
    assert [(name, key, bool(inside), joined) for name, key, inside, joined in found] == [
        ("Женя_K", "женя_k", True, None)
    ]


def test_who_applied_has_spoken_to_the_bot_and_can_be_reached(moved: str) -> None:
    reachable = ask(moved, "SELECT user_id, reachable FROM profiles WHERE user_id IN (101, 102) ORDER BY 1")
    assert [(user_id, bool(can)) for user_id, can in reachable] == [(101, True), (102, False)]


def test_unreadable_dates_get_a_sensible_one_and_the_old_text_is_kept(moved: str) -> None:
    found = ask(moved, "SELECT user_id, created_at FROM profiles WHERE user_id IN (105, 106) ORDER BY 1")
    assert [(user_id, str(at)[:19]) for user_id, at in found] == [
        (105, "2025-11-20 12:00:00"),
        (106, "2025-11-01 07:00:00"),
    ]
    kept = ask(
        moved,
        "SELECT source_row FROM legacy_leftovers WHERE source_table = 'profiles' AND became IS NOT NULL",
    )
    assert "yesterday" in [json.loads(row)["created_at"] for (row,) in kept]


def test_moments_are_written_as_the_models_write_them(moved: str) -> None:
    (at,) = ask(moved, "SELECT created_at FROM profiles WHERE user_id = 104")[0]
    assert str(at) in {"2025-10-01 08:00:00.000000", "2025-10-01 08:00:00+00:00"}


def test_slugs_are_compared_by_casefold_and_found_by_their_words(moved: str) -> None:
    assert ask(moved, "SELECT slug_key FROM roster WHERE id = 5") == [("жанна-петрова_старшая-мгу-м-1-2-20",)]
    words = {word for (word,) in ask(moved, "SELECT word FROM roster_words WHERE entry_id = 5")}
    assert words == {"жанна", "петрова", "старшая", "мгу", "м", "1", "2", "20"}


def test_a_roster_entry_belongs_to_who_was_let_in_with_it(moved: str) -> None:
    assert ask(moved, "SELECT id, user_id FROM roster ORDER BY id") == [(1, None), (2, None), (5, 101)]


def test_a_slug_twice_in_other_letters_is_said_and_one_without_a_slug_set_aside(moved: str) -> None:
    assert ("the same slug stands in the roster in other letters", 2) in leftovers(moved, "roster", aside=False)
    assert leftovers(moved, "roster", aside=True) == [("no slug", 7)]


def test_done_without_a_profile_is_approved_while_the_invite_is_open_else_withdrawn(moved: str) -> None:
    found = ask(moved, "SELECT id, status, accepted_at IS NOT NULL FROM applications WHERE id <= 3 ORDER BY id")
    assert [(number, status, bool(accepted)) for number, status, accepted in found] == [
        (1, "done", True),
        (2, "withdrawn", True),
        (3, "approved", True),
    ]


def test_of_several_open_applications_the_newest_stays(moved: str) -> None:
    found = ask(moved, "SELECT id, status FROM applications WHERE user_id = 203 ORDER BY id")
    assert found == [(4, "withdrawn"), (5, "approved")]
    assert ("a newer open application of this person stands", 4) in leftovers(moved, "applications", aside=False)


def test_an_unknown_status_is_set_aside(moved: str) -> None:
    aside = leftovers(moved, "applications", aside=True)
    assert {("unknown status", 7), ("unknown status", 8), ("no slug", 10)} <= set(aside)
    assert ("unknown status", 4) in leftovers(moved, "a2t_jobs", aside=True)


def test_seven_parts_become_fields_and_other_slugs_stay_whole(moved: str) -> None:
    fields = "first_name, last_name, university, program, group_name, course, start_year"
    assert ask(moved, f"SELECT {fields} FROM applications WHERE id = 2") == [(*"abcdef", "2")]
    assert ask(moved, f"SELECT slug, {fields} FROM applications WHERE id = 9") == [
        ("only-four-parts-here", *[None] * 7)
    ]


def test_old_links_keep_working_until_they_expire(moved: str) -> None:
    found = ask(moved, "SELECT id, mode, status, token, application_id FROM invites ORDER BY id")
    assert found == [
        (1, "link", "open", "old1", 3),
        (2, "link", "open", "old2", 5),
        (3, "link", "expired", "old3", None),
        (4, "link", "expired", "old4", None),
    ]
    assert len(leftovers(moved, "invites", aside=True)) == 1


def test_admins_and_blacklist_come_over(moved: str) -> None:
    assert ask(moved, "SELECT user_id, source FROM admins ORDER BY 1") == [(104, "panel"), (900, "panel")]
    assert ask(moved, "SELECT user_id, reason FROM blacklist ORDER BY 1") == [(666, None), (667, "spam")]
    assert ("no date was kept", 4) in leftovers(moved, "blacklist", aside=False)


def test_three_tables_of_authors_become_one_and_the_first_word_stands(moved: str) -> None:
    query = f"SELECT message_id, author_id FROM message_authors WHERE chat_id = {CLUB} ORDER BY 1"
    assert ask(moved, query) == [(1, 101), (2, 102), (3, 103)]
    reasons = ask(
        moved,
        "SELECT source_table, reason FROM legacy_leftovers WHERE source_table IN ('msg_authors', 'messages_index')"
        f" AND source_row LIKE '%%{CLUB}%%' ORDER BY id",
    )
    assert reasons == [
        ("msg_authors", "said already"),
        ("msg_authors", "moved to message_authors"),
        ("messages_index", "another author of this message is known"),
        ("messages_index", "moved to message_authors"),
    ]


def test_rows_are_written_or_set_aside_and_counts_add_up(old_url: str) -> None:
    tables = ("profiles", "admins", "roster", "applications", "invites", "blacklist", "karma_events", "a2t_jobs")
    before = {table: ask(old_url, f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables}
    migrations.upgrade(old_url, now=NOW)
    ours = {
        table: ask(old_url, f"SELECT COUNT(*) FROM {table}")[0][0] + len(leftovers(old_url, table, aside=True))
        for table in tables
    }
    ours["karma_events"] -= ask(old_url, "SELECT COUNT(*) FROM karma_events WHERE reason = 'opening'")[0][0]
    assert ours == before


def test_new_rows_are_numbered_behind_the_old_ones(moved: str) -> None:
    highest = ask(moved, "SELECT MAX(id) FROM roster")[0][0]
    assert insert_entry(moved) > highest


def insert_entry(url: str) -> int:
    from sqlalchemy import create_engine, text

    from plumbot.migrations.addresses import sync_address

    engine = create_engine(sync_address(url))
    row = "INSERT INTO roster (slug, slug_key, created_at) VALUES ('n', 'n', '2025-11-20 12:00:00') RETURNING id"
    with engine.begin() as connection:
        number = connection.execute(text(row)).scalar_one()
    engine.dispose()
    return int(number)


def test_on_the_way_down_what_changed_since_stays_changed_and_notes_undo_the_rest(moved: str) -> None:
    run(moved, "UPDATE profiles SET karma = 12 WHERE user_id = 102")
    run(moved, "UPDATE applications SET status = 'needs_changes' WHERE id = 9")
    run(moved, "UPDATE invites SET status = 'used' WHERE id = 2")
    insert_entry(moved)
    migrations.downgrade(moved, "0001", now=NOW)
    assert ask(moved, "SELECT id, karma, points, slug FROM profiles WHERE user_id = 102") == [(2, 12, 3, "x-y")]
    assert ask(moved, "SELECT id, status FROM applications WHERE id IN (4, 9) ORDER BY 1") == [
        (4, "pending"),
        (9, "pending"),
    ]
    assert ask(moved, "SELECT COUNT(*) FROM invites WHERE id = 2") == [(0,)]
    assert ask(moved, "SELECT COUNT(*) FROM roster WHERE slug = 'n'") == [(1,)]
    assert ask(moved, "SELECT COUNT(*) FROM roster WHERE slug IS NULL") == [(1,)]


def test_on_the_way_down_guests_are_left_out_and_newcomers_get_the_next_number(moved: str) -> None:
    columns = "user_id, karma_start, karma, in_club, created_at, updated_at"
    for user_id, inside in ((300, "true"), (301, "false")):
        at = "'2025-11-20 12:00:00', '2025-11-20 12:00:00'"
        run(moved, f"INSERT INTO profiles ({columns}) VALUES ({user_id}, 10, 10, {inside}, {at})")
    highest = 23 if moved.startswith("sqlite") else 12
    migrations.downgrade(moved, "0001", now=NOW)
    assert ask(moved, "SELECT id, user_id FROM profiles WHERE user_id IN (300, 301)") == [(highest + 1, 300)]


def run(url: str, statement: str) -> None:
    from sqlalchemy import create_engine

    from plumbot.migrations.addresses import sync_address

    engine = create_engine(sync_address(url))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_what_others_put_on_the_shelf_stays_there(moved: str) -> None:
    run(
        moved,
        "INSERT INTO legacy_leftovers (source_table, source_row, reason)"
        " VALUES ('profiles', '{\"user_id\":1,\"mood\":\"good\"}', 'x'), ('polls', '{\"id\":1}', 'no such feature')",
    )
    migrations.downgrade(moved, "0001", now=NOW)
    assert ask(moved, "SELECT source_table FROM legacy_leftovers ORDER BY 1") == [("polls",), ("profiles",)]


def test_on_the_way_down_a_slug_stands_once_and_a_row_that_returns_gives_way(moved: str) -> None:
    first, second = insert_entry(moved), insert_entry(moved)
    run(moved, f"UPDATE roster SET id = 7 WHERE id = {second} AND id <> 7")
    run(moved, f"UPDATE roster SET slug = 'other' WHERE id = {first}")
    run(moved, "UPDATE roster SET slug = 'other' WHERE id = 1")
    migrations.downgrade(moved, "0001", now=NOW)
    assert ask(moved, "SELECT id FROM roster WHERE slug = 'other'") == [(1,)]
    assert ask(moved, "SELECT slug FROM roster WHERE id = 7") == [("n",)]
    assert ask(moved, "SELECT id FROM roster WHERE slug IS NULL") == [(8,)]
