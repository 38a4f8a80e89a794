"""Habits of ordinary bots that this house does without."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.house import ROOT, SOURCE, TESTS, functions, imported, is_under, shown, sources, tree_of

COMMITTERS = {"kit/db.py", "kit/sqlite.py", "kit/postgres.py"}
TABLES_AT_RUN_TIME = re.compile(r"\bcreate_all\(|\bdrop_all\(")
BROAD = {"Exception", "BaseException"}
# Python's own words for standing in for our code; `pytest.MonkeyPatch` may set the environment and the clock.
MOCKS = re.compile(r"^(unittest\.)?mock\b|^pytest_mock\b")


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def mentions(path: Path, *names: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree_of(path)):
        if (isinstance(node, ast.Attribute) and node.attr in names) or (
            isinstance(node, ast.Name) and node.id in names
        ):
            yield node


def broad_excepts(path: Path) -> Iterator[ast.ExceptHandler]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            kinds = ast.walk(node.type) if node.type else iter([ast.Name("Exception")])
            if any(isinstance(kind, ast.Name) and kind.id in BROAD for kind in kinds):
                yield node


def swallows(handler: ast.ExceptHandler) -> bool:
    return all(isinstance(line, ast.Pass | ast.Continue | ast.Constant) for line in handler.body)


def test_only_the_database_commits() -> None:
    found = [
        shown(path, call)
        for path in sources()
        if str(path.relative_to(SOURCE)) not in COMMITTERS and not is_under(path, "migrations", "sandbox")
        for call in calls(path, "commit")
    ]
    assert found == []


def test_no_tables_are_made_at_run_time() -> None:
    """A revision may make the tables that it froze; nobody else, and no test but those of the migrations."""
    places = [path for path in (*sources(), *sources(TESTS)) if "migrations" not in path.parts]
    this_file = Path(__file__).resolve()
    found = [
        shown(path)
        for path in places
        if path != this_file and TABLES_AT_RUN_TIME.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_nothing_catches_a_failed_update_half_way() -> None:
    """`dp.errors` commits half an effect; `SkipHandler` after a write loses an update."""
    found = [shown(path, node) for path in sources() for node in mentions(path, "errors", "SkipHandler")]
    routers = [place for place in found if "/handlers" in place or "/apps/" in place]
    skips = [shown(path, node) for path in sources() for node in mentions(path, "SkipHandler", "CancelHandler")]
    assert [*routers, *skips] == []


def test_broad_excepts_stand_only_at_the_edges() -> None:
    found = [
        shown(path, handler)
        for path in sources()
        if not is_under(path, "apps", "kit", "sandbox")
        for handler in broad_excepts(path)
    ]
    assert found == []


def test_defect_16_no_failure_passes_in_silence() -> None:
    found = [shown(path, handler) for path in sources() for handler in broad_excepts(path) if swallows(handler)]
    assert found == []


def test_handlers_and_services_never_send() -> None:
    """What people see goes through the outbox; a handler that talks to Telegram itself may do so twice."""
    doors = [*SOURCE.glob("features/*/handlers.py"), *SOURCE.glob("features/*/handlers/*.py")]
    doors += [*SOURCE.glob("features/*/service.py")]
    talk = ("answer", "reply", "send_message", "edit_text", "edit_reply_markup", "delete", "send_photo")
    telegram = re.compile(r"^(message|callback|query|bot|event|press|update)$")
    found = [
        shown(path, call)
        for path in doors
        for call in calls(path, *talk)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and telegram.match(call.func.value.id)
    ]
    assert found == []


def test_nothing_runs_detached() -> None:
    """A task needs somebody who holds it, logs its failure and cancels it: TaskGroup or kit's own keeper."""
    found = [
        shown(path, call)
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        for call in [node.value]
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"create_task", "ensure_future"}
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id not in {"asyncio", "loop"})
    ]
    assert found == []


def test_nobody_moves_the_path_or_the_working_directory() -> None:
    words = re.compile(r"\bsys\.path\.(insert|append)|\bos\.chdir\(")
    found = [shown(path) for path in sources() if words.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_everything_is_typed() -> None:
    """mypy holds the rest; this catches what is silenced."""
    silenced = re.compile(r"#\s*mypy:\s*(ignore-errors|disable)|#\s*type:\s*ignore(?!\[)")
    found = [shown(path) for path in sources() if silenced.search(path.read_text(encoding="utf-8"))]
    bare = [shown(path, function) for path in sources() for function in functions(path) if function.returns is None]
    assert [*found, *bare] == []


def test_no_test_stands_in_for_our_own_code() -> None:
    found = [shown(path, node) for path in sources(TESTS) for name, node in imported(path) if MOCKS.search(name)]
    assert found == []


def asserts(function: ast.AST) -> bool:
    """Something is expected: an assert, pytest.raises and the like, or a call whose name says that it checks."""
    checking = re.compile(r"assert|raises|warns|fail|expect|check|verify|must|sees|shows|wait|until")
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if checking.search(name):
                return True
    return False


def test_every_test_expects_something() -> None:
    found = [
        f"{shown(path, function)} {function.name}"
        for path in TESTS.rglob("test_*.py")
        for function in functions(path)
        if function.name.startswith("test_") and not asserts(function)
    ]
    assert found == []


def test_no_test_is_switched_off() -> None:
    """A test that cannot run here may say so at run time; nobody marks one as skipped or expected to fail."""
    marks = re.compile(r"mark\.(skip|xfail)\b")
    this_file = Path(__file__).resolve()
    found = [
        shown(path) for path in sources(TESTS) if path != this_file and marks.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_nothing_names_a_machine_of_ours() -> None:
    words = re.compile(r"/work/|/root/|/tmp/pl[a-z]|pyenv", re.IGNORECASE)
    this_file = Path(__file__).resolve()
    places = [*sources(), *sources(TESTS), *ROOT.glob("*.*"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tools/*")]
    found = [
        shown(path)
        for path in places
        if path.is_file()
        and path not in (this_file, ROOT / ".git")
        and words.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []
