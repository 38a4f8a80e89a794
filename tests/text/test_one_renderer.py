"""HTML is made in one place, by templates of ours whose values are escaped; nothing else may call itself safe."""

import ast
from collections.abc import Iterator

from tests.support.house import SOURCE, is_under, shown, sources, tree_of

THE_RENDERER = "kit/texts.py"
TEMPLATE_IS_FIRST = {"t", "N_"}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sources():
        if str(path.relative_to(SOURCE)) != THE_RENDERER and not is_under(path, "sandbox", "migrations"):
            yield from ((shown(path, node), node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return f"t.{call.func.attr}" if getattr(call.func.value, "id", "") == "t" else ""
    return getattr(call.func, "id", "")


def is_made_up(value: ast.expr) -> bool:
    """An f-string, or words put together with + or %: what a person wrote may be in it."""
    return isinstance(value, ast.JoinedStr | ast.BinOp)


def test_only_constants_are_called_safe() -> None:
    made = [(place, call) for place, call in calls() if name_of(call) == "Markup" and call.args]
    wrong = [place for place, call in made if not isinstance(call.args[0], ast.Constant)]
    assert made
    assert wrong == []


def test_templates_are_never_put_together_from_values() -> None:
    names = {*TEMPLATE_IS_FIRST, "t.plain", "t.plural"}
    made = [(place, call) for place, call in calls() if name_of(call) in names and call.args]
    wrong = [place for place, call in made if any(is_made_up(value) for value in call.args[:1])]
    assert made
    assert wrong == []
