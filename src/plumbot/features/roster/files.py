"""Lists of members as people keep them: a text file with one slug a line, or a table (CSV) with a slug or its parts."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from plumbot.features.roster.rules import PARTS

Numbered = Iterator[tuple[int, str]]

SLUG = "slug"
# The parts in their order, and what they may be called in the first line of a table.
NAMES: tuple[frozenset[str], ...] = (
    frozenset({"first_name", "first", "имя"}),
    frozenset({"last_name", "last", "фамилия"}),
    frozenset({"university", "вуз", "университет"}),
    frozenset({"program", "programme", "программа"}),
    frozenset({"group", "group_name", "группа"}),
    frozenset({"course", "курс"}),
    frozenset({"start_year", "year", "год"}),
)
TABLES = {".csv", ".tsv"}
DELIMITERS = ",;\t"


class Unreadable(Exception):
    """The file cannot be taken at all; the text says what to do."""


def read(path: Path, *, as_table: bool | None = None) -> list[tuple[int, str]]:
    """Numbered lines, each a slug or what stands in its place. Without a wish the file's ending decides."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unreadable(f"{path} is not UTF-8: save it as UTF-8 and try again.") from wrong
    except OSError as fault:
        raise Unreadable(f"{path} cannot be read: {fault.strerror}.") from fault
    table = path.suffix.lower() in TABLES if as_table is None else as_table
    lines = text.splitlines()
    try:
        return list(_rows(lines) if table else enumerate(lines, start=1))
    except csv.Error as wrong:
        raise Unreadable(f"{path} is no table that can be read: {wrong}.") from wrong


def _rows(lines: Sequence[str]) -> Numbered:
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    columns: list[int] | None = None
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if columns is None:
            columns = header(cells)
            if columns:
                continue
            columns = list(range(PARTS)) if len(cells) >= PARTS else [0]
        yield reader.line_num, slug_of(cells, columns)


def header(cells: Sequence[str]) -> list[int]:
    """Where the slug or its seven parts stand, if this is a line of headings."""
    titles = [cell.casefold().replace(" ", "_") for cell in cells]
    if SLUG in titles:
        return [titles.index(SLUG)]
    found = [next((place for place, title in enumerate(titles) if title in names), None) for names in NAMES]
    return [place for place in found if place is not None] if None not in found else []


def slug_of(cells: Sequence[str], columns: Sequence[int]) -> str:
    """A space or a hyphen within a part becomes `_`, as when somebody applies."""
    taken = [cells[place] if place < len(cells) else "" for place in columns]
    if len(columns) == 1:
        return taken[0]
    return "-".join(re.sub(r"[\s-]+", "_", part) for part in taken)
