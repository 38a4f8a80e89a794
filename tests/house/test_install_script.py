"""deploy/systemd/install.sh with ROOT: what it lays where. `make` and the program are stood in for."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.house import ROOT

MAKE = '#!/bin/sh\necho "$@" >>"$MADE"\n'
PARTS = ("src", "tools", "requirements", "docs", "deploy")
FILES = ("Makefile", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".env.example")


def checkout(folder: Path) -> Path:
    """The parts that are copied, each with a little in it, and the whole of deploy."""
    for part in PARTS:
        (folder / part).mkdir(parents=True)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "deploy" / "systemd", folder / "deploy" / "systemd")
    (folder / "src" / "one.py").write_text("", encoding="utf-8")
    return folder


def install(source: Path, root: Path, *services: str) -> str:
    """What was given to make."""
    tools, made = root.parent / "bin", root.parent / "made"
    tools.mkdir(exist_ok=True)
    (tools / "make").write_text(MAKE, encoding="utf-8")
    (tools / "make").chmod(0o755)
    environment = os.environ | {"ROOT": str(root), "PATH": f"{tools}:{os.environ['PATH']}", "MADE": str(made)}
    subprocess.run([source / "deploy" / "systemd" / "install.sh", *services], env=environment, check=True)
    return made.read_text(encoding="utf-8")


def test_a_checkout_elsewhere_is_copied_and_old_files_go(tmp_path: Path) -> None:
    source, root = checkout(tmp_path / "checkout"), tmp_path / "root"
    install(source, root)
    (root / "opt" / "plum" / "src" / "of_before.py").write_text("", encoding="utf-8")
    made = install(source, root)
    assert [path.name for path in (root / "opt" / "plum" / "src").iterdir()] == ["one.py"]
    assert made.splitlines()[-1] == f"-C {root}/opt/plum --no-print-directory install LAYERS=audio"
    assert {path.name for path in (root / "etc" / "systemd" / "system").iterdir()} == {"plum.service"}


@pytest.mark.parametrize("by_link", [False, True])
def test_a_checkout_in_the_documented_place_stays_whole(tmp_path: Path, by_link: bool) -> None:
    root = tmp_path / "root"
    source = checkout(root / "opt" / "plum")
    before = sorted(source.rglob("*"))
    if by_link:
        (tmp_path / "link").symlink_to(source)
    install(tmp_path / "link" if by_link else source, root, "bot", "worker")
    assert sorted(source.rglob("*")) == before
    units = {path.name for path in (root / "etc" / "systemd" / "system").iterdir()}
    assert units == {"plum-bot.service", "plum-worker.service"}


def test_settings_have_one_file_that_an_upgrade_leaves_alone(tmp_path: Path) -> None:
    source, root = checkout(tmp_path / "checkout"), tmp_path / "root"
    install(source, root)
    settings = root / "etc" / "plum" / "plum.env"
    assert settings.read_bytes() == (ROOT / ".env.example").read_bytes()
    assert settings.stat().st_mode & 0o777 == 0o640
    settings.write_text("PLUM_CLUB__NAME=Ours\n", encoding="utf-8")
    install(source, root)
    assert settings.read_text(encoding="utf-8") == "PLUM_CLUB__NAME=Ours\n"
    assert (root / "var" / "lib" / "plum" / ".env").readlink() == Path("/etc/plum/plum.env")
    assert (root / "var" / "lib" / "plum").stat().st_mode & 0o777 == 0o700


def test_the_command_hands_arguments_on_as_they_are(tmp_path: Path) -> None:
    root, here = tmp_path / "root", pwd.getpwuid(os.getuid()).pw_name
    install(checkout(tmp_path / "checkout"), root)
    command = root / "usr" / "local" / "bin" / "plumbot"
    assert os.access(command, os.X_OK)
    text = command.read_text(encoding="utf-8")
    for there, stand_in in (
        ("/opt/plum/.venv/bin/plumbot", "/usr/bin/printf"),
        ("= plum ]", f"= {here} ]"),
        ("/var/lib/plum", str(root / "var" / "lib" / "plum")),
    ):
        assert there in text
        text = text.replace(there, stand_in)
    command.write_text(text, encoding="utf-8")
    said = subprocess.run([command, "<%s>", "two words", "$HOME", "*", ""], check=True, capture_output=True, text=True)
    assert said.stdout == "<two words><$HOME><*><>"


@pytest.mark.skipif(os.getuid() != 0, reason="only root becomes somebody else")
def test_root_becomes_the_bots_user(tmp_path: Path) -> None:
    install(checkout(tmp_path / "checkout"), tmp_path / "root")
    command = tmp_path / "root" / "usr" / "local" / "bin" / "plumbot"
    text = command.read_text(encoding="utf-8").replace("/opt/plum/.venv/bin/plumbot", "/usr/bin/id")
    command.write_text(text.replace("-u plum", "-u nobody").replace("/var/lib/plum", "/"), encoding="utf-8")
    assert subprocess.run([command, "-un"], check=True, capture_output=True, text=True).stdout == "nobody\n"
