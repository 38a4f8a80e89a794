"""`.env.example` and the code name the same settings with the same defaults."""

import re

import pytest

from plumbot.kit.settings import Settings
from plumbot.kit.settings_loading import Block, known_variables
from tests.support.house import ROOT

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
LINES = dict(re.findall(r"^#?(PLUM_\w+)=(.*)$", EXAMPLE, re.MULTILINE))
BLOCKS = Settings.blocks()


def test_every_setting_is_in_the_example() -> None:
    assert known_variables(BLOCKS.values()) - set(LINES) == set()


def test_the_example_names_only_settings_that_exist() -> None:
    assert set(LINES) - known_variables(BLOCKS.values()) == set()


def test_every_entry_says_what_it_means_and_who_sets_it() -> None:
    groups = re.findall(r"((?:^# .*\n)+)(?:^#PLUM_.*\n?)+", EXAMPLE, re.MULTILINE)
    assert len(groups) > 40
    assert [group for group in groups if not re.search(r"\[(operator|owner|admin)\]\n$", group)] == []
    undescribed = re.findall(r"^\n#PLUM_\w+", EXAMPLE, re.MULTILINE)
    assert undescribed == []


@pytest.mark.parametrize("name", BLOCKS)
def test_the_values_shown_are_the_defaults(name: str) -> None:
    shown = {variable: value for variable, value in LINES.items() if value}
    assert getattr(Settings(shown), name) == getattr(Settings(), name)


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_default_is_shown_where_there_is_one(block: type[Block]) -> None:
    silent = [block.variable(n) for n, field in block.model_fields.items() if field.default not in (None, ())]
    assert [variable for variable in silent if not LINES[variable]] == []
