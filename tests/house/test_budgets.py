"""The budgets of the house: small functions, small files, names that say something."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from tests.support.house import ROOT, SOURCE, TESTS, Function, functions, is_under, shown, sources, tree_of

LONGEST_FUNCTION = 50
LONGEST_FILE = 300
LONGEST_HANDLER = 15
LONGEST_SERVICE_METHOD = 40
MOST_COLLABORATORS = 6
FUNCTION_MEDIAN, FUNCTION_P90 = 8, 20
FILE_MEDIAN, FILE_P90 = 80, 200
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "base", "misc", "manager", "core"}
# Migrations are history: each is written once and read top to bottom.
MEASURED = [path for path in sources() if not is_under(path, "migrations")]


def lines(function: Function) -> int:
    """From `def` to the end, without decorators and docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def file_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def too_long(path: Path, limit: int) -> list[str]:
    return [f"{shown(path, f)} {f.name}: {lines(f)}" for f in functions(path) if lines(f) > limit]


def services() -> Iterator[tuple[Path, ast.ClassDef]]:
    for path in SOURCE.glob("features/*/service.py"):
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Service"):
                yield path, node


def test_no_function_is_long() -> None:
    assert [place for path in MEASURED for place in too_long(path, LONGEST_FUNCTION)] == []


def test_most_functions_are_short() -> None:
    lengths = [lines(function) for path in MEASURED for function in functions(path)]
    assert median(lengths) <= FUNCTION_MEDIAN
    assert quantiles(lengths, n=10)[-1] <= FUNCTION_P90


def test_no_file_is_long() -> None:
    assert [f"{shown(path)}: {file_lines(path)}" for path in MEASURED if file_lines(path) > LONGEST_FILE] == []


def test_most_files_are_short() -> None:
    lengths = [file_lines(path) for path in MEASURED if tree_of(path).body]
    assert median(lengths) <= FILE_MEDIAN
    assert quantiles(lengths, n=10)[-1] <= FILE_P90


def test_a_handler_is_a_door() -> None:
    """Handlers are the coroutines of handlers.py, or of handlers/; what declares them is a list and may be longer."""
    found = [
        f"{shown(path, handler)} {handler.name}: {lines(handler)}"
        for path in (*SOURCE.glob("features/*/handlers.py"), *SOURCE.glob("features/*/handlers/*.py"))
        for handler in functions(path)
        if isinstance(handler, ast.AsyncFunctionDef) and lines(handler) > LONGEST_HANDLER
    ]
    assert found == []


def test_a_service_method_is_a_verb_not_a_programme() -> None:
    found = [
        f"{shown(path, method)} {service.name}.{method.name}: {lines(method)}"
        for path, service in services()
        for method in service.body
        if isinstance(method, Function) and lines(method) > LONGEST_SERVICE_METHOD
    ]
    assert found == []


def test_a_service_needs_few_others() -> None:
    found = [
        shown(path, method)
        for path, service in services()
        for method in service.body
        if isinstance(method, ast.FunctionDef)
        and method.name == "__init__"
        and len(method.args.args + method.args.kwonlyargs) - 1 > MOST_COLLABORATORS
    ]
    assert found == []


def test_no_service_method_can_await_anything() -> None:
    found = [
        f"{shown(path, method)} {service.name}.{method.name}"
        for path, service in services()
        for method in service.body
        if isinstance(method, ast.AsyncFunctionDef)
    ]
    assert found == []


def test_every_file_has_a_name_that_says_something() -> None:
    places = [*sources(), *sources(TESTS), *sources(ROOT / "tools")]
    found = [shown(path) for path in places if {path.stem, *path.relative_to(ROOT).parts} & NAMES_THAT_SAY_NOTHING]
    assert found == []


def test_every_module_says_in_a_few_lines_what_it_is() -> None:
    def docstring(path: Path) -> str:
        return ast.get_docstring(tree_of(path)) or ""

    modules = [path for path in MEASURED if tree_of(path).body or path.name != "__init__.py"]
    assert [shown(path) for path in modules if not docstring(path)] == []
    assert [shown(path) for path in modules if len(docstring(path).splitlines()) > 8] == []


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in sources()}
    missing = [folder for folder in folders if folder.name != "versions" and not (folder / "__init__.py").exists()]
    assert [str(folder.relative_to(ROOT)) for folder in sorted(missing)] == []
