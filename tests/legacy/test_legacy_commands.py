"""`plumbot legacy` and `plumbot db move` as an operator meets them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.command_line import plumbot


def test_inspect_tells_what_would_happen_and_changes_nothing(november: Path, tmp_path: Path) -> None:
    before = november.read_bytes()
    told = plumbot(tmp_path, "legacy", "inspect", "bot.db", "--json")
    assert told.returncode == 0
    report = json.loads(told.stdout)
    assert report["totals"]["read"] == report["totals"]["written"] + report["totals"]["set_aside"]
    assert report["figures"]["roster_entries_claimed"] == 31
    assert told.stderr == ""
    assert november.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["bot.db"]


def test_adopt_verify_and_move_in_one_evening(november: Path, tmp_path: Path, postgres_url: str) -> None:
    adopted = plumbot(tmp_path, "legacy", "adopt", "bot.db")
    assert adopted.returncode == 0
    assert "Adopted. The old file is bot.db.before-plum" in adopted.stdout
    assert "Please look: blacklisted because somebody else used their link" in adopted.stdout
    same = plumbot(tmp_path, "legacy", "verify", "bot.db.before-plum", "sqlite:///bot.db")
    assert (same.returncode, same.stdout) == (0, "The same: 312 rows, karma and ranking of 30 people.\n")
    moved = plumbot(tmp_path, "db", "move", "--to", postgres_url, "--json", PLUM_DATABASE__URL="sqlite:///bot.db")
    assert moved.returncode == 0
    assert json.loads(moved.stdout)["moved"]["profiles"] == 30
    again = plumbot(tmp_path, "db", "move", "--to", postgres_url, PLUM_DATABASE__URL="sqlite:///bot.db")
    assert again.returncode == 1
    assert again.stderr.startswith("The target holds rows already")


def test_verify_exits_with_1_and_names_what_differs(november: Path, tmp_path: Path) -> None:
    assert plumbot(tmp_path, "legacy", "import", "bot.db", "--to", "sqlite:///new.db").returncode == 0
    with closing(sqlite3.connect(november)) as found, found:
        found.execute("DELETE FROM admins")
    told = plumbot(tmp_path, "legacy", "verify", "bot.db", "sqlite:///new.db", "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout)["wrong"][:2] == [
        "admins 101: the row should not be there", "admins 801: the row should not be there",
    ]  # fmt: skip


def test_wrong_use_is_2_and_what_cannot_be_done_is_1_and_a_sentence(november: Path, tmp_path: Path) -> None:
    wrong = plumbot(tmp_path, "legacy", "import", "bot.db", "--to", "mysql://somewhere")
    assert wrong.returncode == 2
    none = plumbot(tmp_path, "legacy", "adopt", "none.db")
    assert (none.returncode, none.stderr) == (1, "There is no file none.db: name the old bot's database.\n")


def test_env_prints_the_new_names(tmp_path: Path) -> None:
    (tmp_path / "old.env").write_text("TARGET_CHAT_ID=-1005\n", encoding="utf-8")
    assert "PLUM_CLUB__CHAT_ID=-1005\n" in plumbot(tmp_path, "legacy", "env", "old.env").stdout
    assert plumbot(tmp_path, "legacy", "env", "old.env", "--out", ".env").returncode == 0
    assert "PLUM_CLUB__CHAT_ID=-1005\n" in (tmp_path / ".env").read_text(encoding="utf-8")
    again = plumbot(tmp_path, "legacy", "env", "old.env", "--out", ".env")
    assert (again.returncode, again.stderr) == (1, ".env exists already: name another file, or move it away.\n")
