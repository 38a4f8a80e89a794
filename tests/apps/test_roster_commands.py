"""`plumbot roster`: lists come in and go out, and every line that is not taken is named with its reason."""

import json
import sqlite3
from pathlib import Path

import pytest

from plumbot.features.roster import files
from tests.support.command_line import plumbot

IVAN = "ivan-ivanov-Harward-CSE-77-3-21"
ANNA = "Анна-Петрова-МГУ-ПМИ_2-1-2-24"


def asked(folder: Path, question: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "plum.db") as database:
        return database.execute(question).fetchall()


def test_an_import_says_what_was_added_what_was_there_and_what_was_refused_and_why(
    tmp_path: Path,
    club: dict[str, str],
) -> None:
    (tmp_path / "list.txt").write_text(f"# 2026\n{IVAN}\n\n{ANNA}\n{IVAN.upper()}\na b-c\n", encoding="utf-8")
    tried = plumbot(tmp_path, "roster", "import", "list.txt", "--dry-run", **club)
    assert "Nothing was written. It would be: 2 added, 1 there before, 1 refused." in tried.stdout
    assert asked(tmp_path, "SELECT count(*) FROM roster") == [(0,)]
    done = plumbot(tmp_path, "roster", "import", "list.txt", **club)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "line 6: 'a b-c' was refused. The entry holds a space. Write an underscore instead.\n"
        "2 added, 1 there before, 1 refused.\n"
    )
    again = json.loads(plumbot(tmp_path, "roster", "import", "list.txt", "--json", **club).stdout)
    assert (again["added"], again["present"], [one["number"] for one in again["refused"]]) == (0, 3, [6])
    assert asked(tmp_path, "SELECT action, json_extract(after, '$.added') FROM audit ORDER BY id") == [
        ("roster.import", 2), ("roster.import", 0),
    ]  # fmt: skip


def test_what_was_exported_is_imported_again_elsewhere(
    tmp_path: Path,
    club: dict[str, str],
    migrated: Path,
) -> None:
    assert plumbot(tmp_path, "roster", "add", IVAN, **club).stdout == f"{IVAN} is in the roster now.\n"
    plumbot(tmp_path, "roster", "add", ANNA, **club)
    assert plumbot(tmp_path, "roster", "export", **club).stdout == f"{IVAN}\n{ANNA}\n"
    saved = plumbot(tmp_path, "roster", "export", "out.csv", **club)
    assert (saved.returncode, saved.stdout, saved.stderr) == (0, "", "2 entries written to out.csv.\n")
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other.db"
    other.write_bytes(migrated.read_bytes())
    elsewhere = club | {"PLUM_DATABASE__URL": f"sqlite:///{other}"}
    brought = plumbot(tmp_path, "roster", "import", "out.csv", **elsewhere)
    assert (brought.returncode, brought.stdout) == (0, "2 added, 0 there before, 0 refused.\n")
    assert plumbot(tmp_path, "roster", "export", **elsewhere).stdout == f"{IVAN}\n{ANNA}\n"


def test_adding_by_hand_is_refused_in_one_sentence(tmp_path: Path, club: dict[str, str]) -> None:
    wrong = plumbot(tmp_path, "roster", "add", "a-b-c", **club)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "The entry has 3 parts, but 7 are needed, joined by hyphens, and none may be empty.\n"


@pytest.mark.parametrize(("name", "content", "says"), [
    ("none.txt", None, "does not exist"), ("old.txt", "Имя".encode("cp1251"), "is not UTF-8"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_wrong_use(
    tmp_path: Path,
    club: dict[str, str],
    name: str,
    content: bytes | None,
    says: str,
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = plumbot(tmp_path, "roster", "import", name, **club)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"slug\n{IVAN}\n", [(2, IVAN)]),
        (f"id;Slug;when\n1;{IVAN};now\n\n2;{ANNA};now\n", [(2, IVAN), (4, ANNA)]),
        ("Ivan,Ivanov,Harward Med,CSE,77,3,21\n", [(1, "Ivan-Ivanov-Harward_Med-CSE-77-3-21")]),
        ("Фамилия\tИмя\tВУЗ\tПрограмма\tГруппа\tКурс\tГод\nПетрова\tАнна\tМГУ\tПМИ-2\t1\t2\t24\n", [(2, ANNA)]),
        (f"{IVAN}\n{ANNA}\n", [(1, IVAN), (2, ANNA)]),
        ("first,last\nIvan,Ivanov\n", [(1, "first"), (2, "Ivan")]),
        ("", []),
    ],
)
def test_tables_are_read_by_their_headings_or_by_their_seven_columns(
    tmp_path: Path, text: str, rows: list[tuple[int, str]]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8-sig")
    assert files.read(path) == rows


def test_a_long_list_comes_in_parts_and_is_counted_as_a_whole(
    tmp_path: Path,
    club: dict[str, str],
) -> None:
    lines = [f"p{n % 2400}-x-y-z-1-2-24" for n in range(2500)]
    (tmp_path / "long.txt").write_text("\n".join(lines), encoding="utf-8")
    tried = json.loads(plumbot(tmp_path, "roster", "import", "long.txt", "--dry-run", "--json", **club).stdout)
    done = json.loads(plumbot(tmp_path, "roster", "import", "long.txt", "--json", **club).stdout)
    assert (tried["added"], tried["present"]) == (done["added"], done["present"]) == (2400, 100)
    assert asked(tmp_path, "SELECT count(*) FROM audit") == [(1,)]
