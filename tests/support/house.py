"""Where the house stands and what it is made of, for the tests that look at the code itself."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "plumbot"
TESTS = ROOT / "tests"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(under: Path = SOURCE) -> list[Path]:
    return sorted(path for path in under.rglob("*.py"))


def is_under(path: Path, *folders: str) -> bool:
    """Whether a file of src/plumbot lies in one of the folders ("kit", "apps", …)."""
    return path.relative_to(SOURCE).parts[0] in folders


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path, node: ast.AST | None = None) -> str:
    """A place as an editor opens it: src/plumbot/kit/db.py:12."""
    line = f":{node.lineno}" if isinstance(node, ast.stmt | ast.expr | ast.ExceptHandler) else ""
    return f"{path.relative_to(ROOT)}{line}"


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def imported(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Every module that a file imports, by its full name."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node
