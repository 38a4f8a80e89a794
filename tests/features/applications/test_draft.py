"""The form: what it asks, what a press or a text makes of it."""

import json

import pytest

from plumbot.features.applications import screens
from plumbot.features.applications.draft import Draft, correction
from plumbot.features.applications.refusals import ChooseHow, DraftGone, PressAButton
from plumbot.features.applications.rules import EXAMPLE, EXAMPLES, FIELDS, EmptyField, WrongNumberOfParts, parse_line
from plumbot.kit.screens import known

FULL = parse_line(EXAMPLE)


def filled(*presses_and_texts: str) -> Draft:
    draft = Draft().pressed("steps")
    for typed in presses_and_texts:
        draft = draft.answered(typed)
    return draft


def test_step_by_step_asks_each_field_in_turn_and_ends_with_the_summary() -> None:
    draft, asked = Draft().pressed("steps"), []
    while draft.at in FIELDS:
        asked.append(draft.at)
        draft = draft.answered(EXAMPLES[draft.at])
    assert asked == list(FIELDS)
    assert (draft.at, draft.values) == ("summary", FULL)


def test_one_line_leads_to_the_summary() -> None:
    assert Draft().pressed("line").answered(EXAMPLE) == Draft(at="summary", values=FULL)


def test_who_writes_the_line_before_choosing_is_understood() -> None:
    assert Draft().answered(EXAMPLE).at == "summary"


@pytest.mark.parametrize("typed", ["Nina", "", "Nina Petrova from Harvard"])
def test_who_writes_no_line_before_choosing_is_asked_to_choose(typed: str) -> None:
    with pytest.raises(ChooseHow):
        Draft().answered(typed)


def test_a_wrong_answer_is_refused_and_the_form_stays_where_it_was() -> None:
    draft = filled("Ivan")
    with pytest.raises(EmptyField):
        draft.answered("  ")
    with pytest.raises(WrongNumberOfParts):
        Draft(at="line").answered("a-b")
    assert draft.at == "last_name"


def test_back_goes_one_step_and_keeps_what_was_entered() -> None:
    draft = filled("Ivan", "Ivanov").pressed("back")
    assert (draft.at, draft.values["last_name"]) == ("last_name", "Ivanov")
    assert draft.pressed("keep").at == "university"
    assert draft.pressed("back").pressed("back").at == "choose"
    assert Draft(at="line").pressed("back").at == "choose"


def test_nothing_to_keep_is_no_answer() -> None:
    with pytest.raises(EmptyField):
        filled("Ivan").pressed("keep")


def test_change_asks_one_field_and_returns_to_the_summary() -> None:
    draft = Draft(at="summary", values=FULL).pressed("change").pressed("course")
    assert draft.pressed("back").at == "summary"
    changed = draft.answered("4")
    assert (changed.at, changed.values["course"], changed.single) == ("summary", "4", False)
    assert Draft(at="change", values=FULL).pressed("back").at == "summary"


@pytest.mark.parametrize("at", ["summary", "change"])
def test_text_where_a_button_is_wanted_says_so(at: str) -> None:
    with pytest.raises(PressAButton):
        Draft(at=at, values=FULL).answered("yes")


def test_who_comes_back_is_offered_to_continue_where_they_left_off() -> None:
    again = filled("Ivan", "Ivanov").begun_again()
    assert again.screen() == ("applications.choose", {"begun": True})
    assert again.pressed("resume").at == "university"
    assert Draft(values=FULL).pressed("resume").at == "summary"
    assert Draft().screen() == ("applications.choose", {"begun": False})


def test_a_forged_step_changes_nothing() -> None:
    with pytest.raises(DraftGone):
        Draft().pressed("values")
    with pytest.raises(DraftGone):
        Draft.load({})


def test_a_correction_begins_at_the_field_that_the_admin_named() -> None:
    draft = correction(7, FULL, "@fix.course", "course")
    assert (draft.at, draft.application_id) == ("course", 7)
    assert draft.answered("4").at == "summary"


def test_a_correction_in_the_admins_own_words_begins_at_the_summary_with_the_old_values() -> None:
    draft = correction(7, FULL, "Which faculty?", None)
    assert draft.screen() == ("applications.summary", {"values": FULL, "said": "Which faculty?"})


def test_an_old_application_without_fields_is_asked_for_all_of_them() -> None:
    draft = correction(7, dict.fromkeys(FIELDS), None, None)
    assert draft.at == "first_name"


def test_a_draft_survives_the_way_through_the_dialogue_as_json() -> None:
    draft = correction(7, FULL, "why", "course")
    assert Draft.load(json.loads(json.dumps(draft.dump()))) == draft


@pytest.mark.parametrize("kept", [None, {}, {"at": "colour"}, {"draft": 1}])
def test_what_another_version_kept_is_no_draft(kept: dict[str, object] | None) -> None:
    assert Draft.left_in({"draft": kept}) is None
    assert Draft.left_in({"draft": {"at": "line", "colour": "red"}}) == Draft(at="line")


def test_every_place_of_the_form_has_a_screen() -> None:
    places = [Draft(at=at, values=FULL) for at in ("choose", "line", "summary", "change", *FIELDS)]
    here = {name for name, function in known().items() if function.__module__ == screens.__name__}
    assert {draft.screen()[0] for draft in places} <= here
