"""The old bot's settings in the new names; nothing is left out in silence, nothing is guessed."""

import stat
from pathlib import Path

import pytest

from plumbot.kit.settings import Settings, load_settings
from plumbot.legacy.old_env import translated, write_private
from plumbot.vault.faults import Refused

OLD = """
TELEGRAM_BOT_TOKEN="123456789:AAE-abc"
ADMIN_USER_IDS=[11, 22]
TARGET_CHAT_ID=-1001234567890
DATABASE_URL=sqlite+aiosqlite:///./bot.db
RULES_URL=https://example.org/rules
ROSTER_SEED_FILE=slugs.txt
VOSK_MODEL=/srv/vosk
SECRET_SAUCE=tabasco
"""


def new_lines(tmp_path: Path, old: str) -> list[str]:
    (tmp_path / "old.env").write_text(old, encoding="utf-8")
    return list(translated(tmp_path / "old.env"))


def test_every_old_name_has_its_new_one_and_the_bot_reads_it(tmp_path: Path) -> None:
    write_private(tmp_path / "new.env", "\n".join(new_lines(tmp_path, OLD)))
    settings: Settings = load_settings({}, tmp_path / "new.env")
    assert settings.telegram.require_token() == "123456789:AAE-abc"
    assert settings.club.admin_ids == (11, 22)
    assert settings.club.require_chat_id() == -1001234567890
    assert settings.club.rules_url == "https://example.org/rules"
    assert settings.transcription.vosk_model_path == Path("/srv/vosk")
    assert settings.database.sqlite_path == Path("./data/plum.db")
    assert list(settings.problems()) == []
    assert stat.S_IMODE((tmp_path / "new.env").stat().st_mode) == 0o600


def test_what_has_no_counterpart_is_said(tmp_path: Path) -> None:
    lines = new_lines(tmp_path, OLD)
    assert "# SECRET_SAUCE: nothing here reads it; it was left out." in lines
    assert "tabasco" not in "\n".join(lines)
    assert any("plumbot roster import slugs.txt" in line for line in lines)
    assert "#PLUM_CLUB__OWNER_ID=" in lines


def test_wrong_values_are_commented_out_with_what_is_wanted(tmp_path: Path) -> None:
    lines = new_lines(tmp_path, "TELEGRAM_BOT_TOKEN=secret words\nADMIN_USER_IDS=me\nTARGET_CHAT_ID=@club\n")
    assert [line for line in lines if line.startswith("PLUM_")] == ["PLUM_DATABASE__URL=sqlite:///./data/plum.db"]
    assert "secret words" not in "\n".join(lines)
    assert "# It must be the id of the club's supergroup, such as -1001234567890; the old file had '@club'." in lines


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no file"):
        list(translated(tmp_path / "none.env"))
