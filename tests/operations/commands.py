"""What the documents tell people to type: lines of `sh` blocks, and commands named in the text."""

import re
from pathlib import Path

from tests.support.house import ROOT

FENCE = re.compile(r"^( *)```(.*)\n((?:.*\n)*?)^\1```$", re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
COMMENT = re.compile(r"\s+#\s.*|^#.*")
PROGRAMS = (
    r"age|apt|apt-get|cat|cd|chmod|chown|cp|curl|df|docker|export|find|gh|git|grep|head|install|journalctl|kubectl|ls"
    r"|make|mkdir|mv|pg_dump|pg_restore|pip|pipx|plumbot|pre-commit|promtool|psql|python3?|rm|rsync|runuser|scp|sed"
    r"|sqlite3|ssh|sudo|systemctl|systemd-analyze|tail|tar|uv|wget"
)
# A program with what it is told, or a script by its path; a program's name alone speaks of the program.
COMMAND = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:(?:\.venv/bin/)?(?:{PROGRAMS}) [^ .]|[\w./]+/[\w-]+\.sh\b|\.ci/run\b)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def page(name: str) -> Path:
    return ROOT / name


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path) -> list[str]:
    """The lines of the page's `sh` blocks without their comments, in their order."""
    lines = [line for _, kind, block in FENCE.findall(text_of(path)) if kind == "sh" for line in block.splitlines()]
    return [bare for line in lines if (bare := COMMENT.sub("", line.strip()))]


def spans(path: Path) -> list[str]:
    """Commands between the words of the page."""
    named = (" ".join(span.split()) for span in SPAN.findall(FENCE.sub("", text_of(path))))
    return [one for one in named if COMMAND.match(one)]


def begins(command: str, whole: str) -> bool:
    """Whether somebody who types `whole` has typed the command. Words in capitals stand for what they are told."""
    asked, given = command.split(), whole.split()
    return len(asked) <= len(given) and all(
        here == there or (re.fullmatch(r"[A-Z][A-Z-]*(\.\w+)?", here) and not there.startswith("-"))
        for here, there in zip(asked, given, strict=False)
    )
