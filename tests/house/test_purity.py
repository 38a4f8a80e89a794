"""What the import contracts cannot say: rules know only the standard library, and aiogram is loaded by the bot only."""

import subprocess
import sys

import pytest

from tests.support.house import SOURCE, imported, shown, sources

RULES_MAY_KNOW = {"plumbot.kit.refusals"}
AIOGRAM_LIVES_IN = ("plumbot.apps.bot", "plumbot.apps.dispatcher", "plumbot.apps.dialogue_storage")


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def modules() -> list[str]:
    return [f"plumbot.{module_of(str(path.relative_to(SOURCE)))}" for path in sources() if path.parent != SOURCE]


def behind_the_door(module: str) -> bool:
    return module in AIOGRAM_LIVES_IN or module.endswith(".handlers")


def loaded_by(*names: str) -> set[str]:
    """The modules loaded by a fresh Python that imports only these."""
    code = f"import sys\nfor name in {names!r}: __import__(name)\nprint(*sys.modules, sep='\\n')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def test_rules_import_the_standard_library_and_refusals_only() -> None:
    found = [
        f"{shown(path, node)} {name}"
        for path in SOURCE.glob("features/*/rules.py")
        for name, node in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names and name not in RULES_MAY_KNOW
    ]
    assert found == []


def test_importing_a_module_loads_aiogram_only_behind_the_bots_door() -> None:
    innocent = [
        module for module in modules() if not behind_the_door(module) and not module.startswith("plumbot.migrations")
    ]
    if "aiogram" not in loaded_by(*innocent):
        return
    guilty = [module for module in innocent if "aiogram" in loaded_by(module)]
    pytest.fail(f"these load aiogram: {', '.join(guilty)}")


def test_the_command_line_starts_light() -> None:
    entry = SOURCE / "apps" / "cli.py"
    loaded = loaded_by("plumbot.apps.cli" if entry.exists() else "plumbot.apps")
    assert {"aiogram", "sqlalchemy", "aiohttp", "alembic", "PIL", "matplotlib"} & loaded == set()
