"""Every refusal has a sentence in every language, for the values that it is raised with."""

import ast
from collections.abc import Iterator
from string import Formatter

import pytest

from plumbot.apps import bot
from plumbot.kit.outbox.fitting import LONGEST_ALERT, units
from plumbot.kit.refusals import Refusal
from plumbot.kit.texts import LANGUAGES, Texts
from tests.support.house import SOURCE, shown, sources, tree_of
from tests.text.payloads import payloads

IMPORTED = bot  # and with it all features


def refusals(parent: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """All subclasses that are known."""
    found = [one for child in parent.__subclasses__() for one in (child, *refusals(child))]
    return [one for one in found if one.__module__.startswith("plumbot.")]


WITH_TEXT = [one for one in refusals() if hasattr(one, "text")]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_refusal_has_a_text_or_is_there_for_others_to_stand_under() -> None:
    bare = [one for one in refusals() if one not in WITH_TEXT and not one.__subclasses__()]
    assert bare == []


@pytest.mark.parametrize("refusal", WITH_TEXT, ids=lambda one: f"{one.__module__.split('.')[-2]}.{one.__name__}")
def test_a_refusal_is_said_in_every_language(refusal: type[Refusal]) -> None:
    names = placeholders(refusal.text)
    for language in LANGUAGES:
        t = Texts(language)
        plain = t.plain(refusal.text, **dict.fromkeys(names, "7"))
        assert plain
        assert "{" not in plain
        assert placeholders(t.plain(refusal.text, **{name: f"{{{name}}}" for name in names})) == names
        for text in payloads()[:60]:
            assert t(refusal.text, **dict.fromkeys(names, text)).unescape()
    assert Texts("ru").plain(refusal.text, **dict.fromkeys(names, "7")) != Texts("en").plain(
        refusal.text, **dict.fromkeys(names, "7")
    ), "There is no Russian text."


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Where a refusal of ours is made: its name, and the values that it is given."""
    names = {one.__name__ for one in WITH_TEXT}
    for path in sources(SOURCE):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Raise) and node.exc is not None:
                called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in names:
                    keywords = node.exc.keywords if isinstance(node.exc, ast.Call) else []
                    yield shown(path, node), name, {str(keyword.arg) for keyword in keywords}


def test_a_refusal_is_given_the_values_that_its_text_names() -> None:
    wrong = []
    for place, name, given in raised():
        wanted = [placeholders(one.text) for one in WITH_TEXT if one.__name__ == name]
        if given not in wanted and given != {"None"}:
            wrong.append(f"{place}: {name} is given {sorted(given)}, its text names {wanted}")
    assert not wrong, "\n".join(wrong)


def test_most_refusals_fit_over_a_button() -> None:
    """What is longer is cut there, so what to do comes first; in a message it stands in full."""
    long = [one for one in WITH_TEXT for language in LANGUAGES if units(whole(one, language)) > LONGEST_ALERT]
    assert len(set(long)) <= len(WITH_TEXT) // 10, [one.__name__ for one in long]


def whole(refusal: type[Refusal], language: str) -> str:
    return Texts(language).plain(refusal.text, **dict.fromkeys(placeholders(refusal.text), "7"))
