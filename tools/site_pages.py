"""The documentation site's source in artefacts/docs: the pages of docs/, and those that the code writes itself."""

import ast
import os
import re
import shutil
from pathlib import Path
from typing import Any

import grimp
import typer
from markupsafe import escape

from plumbot.apps.cli import COMMANDS, app

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "plumbot"
SITE = ROOT / "artefacts" / "docs"
FLOORS = (("apps",), ("features",), ("club",), ("kit",))
ISLANDS = ("sandbox", "migrations", "legacy")
ENTRY = re.compile(r"^#(PLUM_\w+)=(.*)$")
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")
FROM_ROOT = {
    "README.md": Path("index.md"),
    "CHANGELOG.md": Path("changelog.md"),
    "CONTRIBUTING.md": Path("contributing.md"),
    "SECURITY.md": Path("security.md"),
}
REFERENCE = {".env.example": Path("reference/settings.md")}  # written below from the file itself


def commands() -> str:
    """Every command with what its --help says."""
    root: Any = typer.main.get_command(app)
    lines = ["# Commands", "", "Exit codes: 0 all is well, 1 it failed, 2 it was used wrongly.", ""]
    for name in COMMANDS:
        lines += described(root, ["plumbot", name])
    return "\n".join(lines)


def described(root: Any, words: list[str]) -> list[str]:
    command, context = root, root.make_context("plumbot", ["--help"], resilient_parsing=True)
    for word in words[1:]:
        context = command.commands[word].make_context(word, ["--help"], context, resilient_parsing=True)
        command = context.command
    text = [f"{'#' * len(words)} {' '.join(words)}", "", "```", context.get_help(), "```", ""]
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        text += described(root, [*words, name])
    return text


def settings() -> str:
    """`.env.example` as tables: it is held to the code by a test."""
    lines, about = ["# Settings", ""], list[str]()
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"# --- (.+?) -+$", line):
            lines += ["", f"## {heading[1]}", "", "| variable | default | meaning |", "|---|---|---|"]
        elif entry := ENTRY.match(line):
            meaning = " ".join(about).replace("|", "\\|")
            lines.append(f"| `{entry[1]}` | {f'`{entry[2]}`' if entry[2] else '–'} | {meaning} |")
            continue
        elif line.startswith("# ") and len(lines) > 2:
            about = about if about and not lines[-1].startswith("|") else []
            about.append(line[2:])
            continue
        about = []
    return "\n".join(lines) + "\n"


def ports() -> str:
    """What features ask of each other and of the outside: every Protocol of every ports.py."""
    lines = ["# Ports", "", "What a feature needs of others, by need. Wiring (`apps/`) passes what fulfils it.", ""]
    for path in sorted(SOURCE.glob("features/*/ports.py")):
        lines += [f"## {path.parent.name}", ""]
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "Protocol" for base in node.bases):
                lines += [f"### {node.name}", "", ast.get_docstring(node) or "", "", "```python"]
                lines += [signature(method) for method in node.body if isinstance(method, ast.FunctionDef)]
                lines += ["```", ""]
    return "\n".join(lines)


def signature(method: ast.FunctionDef) -> str:
    returns = f" -> {ast.unparse(method.returns)}" if method.returns else ""
    said = ast.get_docstring(method)
    return f"def {method.name}({ast.unparse(method.args)}){returns}" + (f"  # {said.splitlines()[0]}" if said else "")


def picture() -> str:
    """The floors and islands with their lines of code, and an arrow for each pair that imports, as SVG."""
    graph = grimp.build_graph("plumbot")
    boxes = {name: (40 + 0 * row, 30 + 110 * row, 420) for row, (name,) in enumerate(FLOORS)}
    boxes |= {name: (560, 30 + 110 * row, 240) for row, name in enumerate(n for n in ISLANDS if (SOURCE / n).is_dir())}
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 490" font-family="sans-serif">', ARROWHEAD]
    for above in boxes:
        for below in boxes:
            count = len(imports(graph, above, below)) if above != below else 0
            if count:
                parts.append(arrow(boxes[above], boxes[below], count))
    parts += [box(name, *place) for name, place in boxes.items()]
    return "\n".join([*parts, "</svg>", ""])


ARROWHEAD = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 8 4 0 8Z" fill="#888"/></marker></defs>'
)


def imports(graph: grimp.ImportGraph, above: str, below: str) -> set[tuple[str, str]]:
    inside = {name: graph.find_descendants(f"plumbot.{name}") | {f"plumbot.{name}"} for name in (above, below)}
    return {(one, two) for one in inside[above] for two in graph.find_modules_directly_imported_by(one) & inside[below]}


def box(name: str, x: int, y: int, width: int) -> str:
    files = list((SOURCE / name).rglob("*.py"))
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    inner = sorted(p.name for p in (SOURCE / name).iterdir() if p.is_dir() and not p.name.startswith("__"))
    told = escape(", ".join(inner)) if len(", ".join(inner)) < 62 else f"{len(inner)} features"
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="70" rx="8" fill="#f3eef7" stroke="#7b4b94"/>'
        f'<text x="{x + 14}" y="{y + 26}" font-size="17" font-weight="bold" fill="#44264f">{name}</text>'
        f'<text x="{x + width - 14}" y="{y + 26}" font-size="12" text-anchor="end" fill="#666">{len(files)} files, '
        f'{lines:,} lines</text><text x="{x + 14}" y="{y + 52}" font-size="12" fill="#444">{told}</text>'
    )


def arrow(one: tuple[int, int, int], two: tuple[int, int, int], count: int) -> str:
    (x1, y1, w1), (x2, y2, w2) = one, two
    if x1 == x2:
        skipped = abs(y2 - y1) // 110 - 1
        x = x1 + w1 // 2 + 90 * skipped
        start, end = (x, y1 + 70 if y2 > y1 else y1), (x, y2 if y2 > y1 else y2 + 70)
    else:
        start, end = ((x1 + w1, y1 + 35), (x2, y2 + 35)) if x2 > x1 else ((x1, y1 + 35), (x2 + w2, y2 + 35))
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return (
        f'<path d="M{start[0]} {start[1]} {end[0]} {end[1]}" stroke="#888" marker-end="url(#tip)"/>'
        f'<text x="{middle[0] + 6}" y="{middle[1] + 4}" font-size="11" fill="#888">{count}</text>'
    )


def main() -> None:
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(ROOT / "docs", SITE)
    for source in [*map(Path, FROM_ROOT), *(path.relative_to(ROOT) for path in (ROOT / "docs").rglob("*.md"))]:
        text = (ROOT / source).read_text(encoding="utf-8")
        (SITE / on_the_site(source)).write_text(with_links_of_the_site(text, source), encoding="utf-8")
    reference = SITE / "reference"
    reference.mkdir()
    pages = {"commands": commands(), "settings": settings(), "ports": ports()}
    for name, text in pages.items():
        (reference / f"{name}.md").write_text(text, encoding="utf-8")
    (reference / "house.svg").write_text(picture(), encoding="utf-8")
    about = "Drawn from the imports: an arrow says who imports whom, its number how many files do.\n"
    (reference / "house.md").write_text(f"# The house\n\n{about}\n![The floors](house.svg)\n", encoding="utf-8")


def with_links_of_the_site(text: str, source: Path) -> str:
    """The page of that place in the repository, its links turned to where things lie on the site."""

    def turned(link: re.Match[str]) -> str:
        target = Path(os.path.normpath(source.parent / link[1]))
        return f"]({os.path.relpath(on_the_site(target), on_the_site(source).parent)}"

    return LINK.sub(turned, text)


def on_the_site(path: Path) -> Path:
    """Where a file of the repository is found on the site."""
    return (FROM_ROOT | REFERENCE).get(str(path)) or path.relative_to("docs")


if __name__ == "__main__":
    main()
