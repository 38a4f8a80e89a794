"""The project's own files keep what they promise: locks, Makefile, README, wheel."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import ROOT, SOURCE

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_there_are_locks_for_every_way_to_install() -> None:
    assert {path.stem for path in REQUIREMENTS} >= {"all", "audio", "base", "build", "dev", "postgres", "test", "uv"}


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_a_lock_holds_versions_and_hashes_and_no_addresses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert re.search(r"https?:|file:|--index|--find-links|@ ", text) is None
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert len(blocks) == len(pins(path)) > 0


@pytest.mark.parametrize("path", [path for path in REQUIREMENTS if path.stem != "uv"], ids=lambda path: path.stem)
def test_every_lock_agrees_with_the_whole(path: Path) -> None:
    whole = pins(ROOT / "requirements" / "all.txt")
    assert {name: version for name, version in pins(path).items() if whole.get(name) != version} == {}


def test_every_dependency_is_locked() -> None:
    base = pins(ROOT / "requirements" / "base.txt")
    names = [re.split(r"[\[<>=~ ]", line)[0] for line in PROJECT["project"]["dependencies"]]
    assert [name for name in names if name not in base] == []


def test_no_lock_brings_a_library_for_graphics_cards() -> None:
    found = {name for path in REQUIREMENTS for name in pins(path) if re.match(r"torch|nvidia|cuda|tensorflow", name)}
    assert found == set()


def test_there_is_one_source_of_dependencies() -> None:
    rivals = ("requirements.txt", "setup.py", "setup.cfg", "Pipfile", "poetry.lock", "uv.lock")
    assert [name for name in rivals if (ROOT / name).exists()] == []


def test_bare_make_explains_every_target() -> None:
    listed = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    described = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
    assert {"demo", "test", "check", "soak", "lock", "catalogs", "clean"} <= described
    assert set(re.findall(r"make ([a-z-]+)", listed)) >= described


def test_documents_name_only_make_targets_that_exist() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    assert documents
    named = {
        (document.name, target)
        for document in documents
        for target in re.findall(r"(?:`|^|\$ )make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {pair for pair in named if pair[1] not in TARGETS} == set()


def test_documents_link_only_to_what_is_there() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    links = [
        (document, link)
        for document in documents
        for link in re.findall(r"\]\(([^)#:]+\.[a-z]+)", document.read_text(encoding="utf-8"))
    ]
    assert links
    assert [(document.name, link) for document, link in links if not (document.parent / link).exists()] == []


def test_the_readme_begins_with_the_two_commands() -> None:
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else "make demo, make test"
    assert text.index("make demo") < text.index("make test")


def test_the_wheel_carries_catalogues_and_data() -> None:
    build = PROJECT["tool"]["hatch"]["build"]
    assert build["artifacts"] == ["src/plumbot/locales/**/*.mo"]
    assert build["targets"]["wheel"]["packages"] == ["src/plumbot"]
    data = [path for path in SOURCE.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc", ".mo"}]
    ignored = subprocess.run(
        ["git", "-C", str(ROOT), "check-ignore", *map(str, data)], capture_output=True, text=True, check=False
    )
    # Hatchling leaves out what git ignores: only bytecode and compiled catalogues may be.
    assert [line for line in ignored.stdout.splitlines() if "__pycache__" not in line] == []


def test_the_hooks_check_what_make_check_checks() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    checks = MAKEFILE.split("\ncheck:")[1].split("\n\n")[0]
    commands = re.findall(r"^\t\$\(BIN\)/(.+)$", checks, re.MULTILINE)
    assert len(commands) == 5
    assert "tools/check_deploy.sh" in checks
    assert "entry: tools/check_deploy.sh" in hooks
    assert [command for command in commands if f".venv/bin/{command}" not in hooks] == []


def test_the_changelog_knows_this_version() -> None:
    from plumbot import __version__

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {__version__.partition('.dev')[0]}" in changelog
