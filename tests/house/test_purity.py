"""What the import contracts cannot say: rules know only the standard library, and aiogram is loaded by the bot only."""

import subprocess
import sys

from tests.support.house import SOURCE, imported, shown, sources

RULES_MAY_KNOW = {"plumbot.kit.refusals", "plumbot.kit.folding"}  # pure themselves
AIOGRAM_LIVES_IN = (
    "plumbot.apps.assembly",
    "plumbot.apps.benches.house",
    "plumbot.apps.benches.members",
    "plumbot.apps.benches.updates",
    "plumbot.apps.bot",
    "plumbot.apps.dispatcher",
    "plumbot.apps.dialogue_storage",
    "plumbot.apps.routing",
)


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def modules() -> list[str]:
    return [f"plumbot.{module_of(str(path.relative_to(SOURCE)))}" for path in sources() if path.parent != SOURCE]


def behind_the_door(module: str) -> bool:
    return module in AIOGRAM_LIVES_IN or ".handlers" in module


def loaded_by(*names: str) -> set[str]:
    """The modules loaded by a fresh Python that imports only these."""
    code = f"import sys\nfor name in {names!r}: __import__(name)\nprint(*sys.modules, sep='\\n')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def test_rules_import_the_standard_library_and_what_is_as_pure_only() -> None:
    found = [
        f"{shown(path, node)} {name}"
        for path in SOURCE.glob("features/*/rules.py")
        for name, node in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names and name not in RULES_MAY_KNOW
    ]
    assert found == []


WITHOUT_AIOGRAM = """
import sys
sys.modules["aiogram"] = None  # from now on importing it fails
for name in sys.argv[1:]:
    try:
        __import__(name)
    except ModuleNotFoundError as error:  # an engine of speech may be missing too: that is another matter
        if str(error.name).partition(".")[0] == "aiogram":
            print(name, "because of", error)
"""


def test_only_what_is_behind_the_bots_door_needs_aiogram() -> None:
    innocent = [name for name in modules() if not behind_the_door(name) and ".migrations." not in name]
    run = subprocess.run([sys.executable, "-c", WITHOUT_AIOGRAM, *innocent], capture_output=True, text=True, check=True)
    assert run.stdout == ""


def test_the_command_line_starts_light() -> None:
    entry = SOURCE / "apps" / "cli.py"
    loaded = loaded_by("plumbot.apps.cli" if entry.exists() else "plumbot.apps")
    assert {"aiogram", "sqlalchemy", "aiohttp", "alembic", "PIL", "matplotlib"} & loaded == set()
