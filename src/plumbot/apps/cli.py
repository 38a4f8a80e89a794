"""The command line's root. Each command is imported when it is used, so that `plumbot --help` answers at once."""

import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, NoReturn, cast

import typer
from typer.core import TyperCommand, TyperGroup

from plumbot import __version__

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130

TRY, RUN, LOOK, KEEP = "Try it", "Run it", "See how it stands", "Look after it"


@dataclass(frozen=True)
class Command:
    """Where a command lives (`module:name` of a function or of a Typer app) and its line in the help."""

    place: str
    line: str
    panel: str


COMMANDS = {
    "sandbox": Command("plumbot.apps.sandbox:run", "A local Telegram in the browser, with the bot in it.", TRY),
    "transcribe": Command(
        "plumbot.apps.transcribe:transcribe", "What is said in a recording, as the bot hears it.", TRY
    ),
    "run": Command("plumbot.apps.run:run", "The real thing, all in one process.", RUN),
    "bot": Command("plumbot.apps.run:bot", "The bot alone, beside workers.", RUN),
    "worker": Command("plumbot.apps.worker:run", "Turns queued speech into text, beside the bot.", RUN),
    "doctor": Command("plumbot.apps.doctor:doctor", "What is wrong, and what to do about it.", LOOK),
    "features": Command("plumbot.apps.features:features", "Which features are on, and why others are off.", LOOK),
    "errors": Command("plumbot.apps.errors:app", "Faults that nobody expected, by their number.", LOOK),
    "admins": Command("plumbot.apps.admins:app", "List, add and remove admins.", KEEP),
    "roster": Command("plumbot.apps.roster:app", "The list of members: import, export, add.", KEEP),
    "inbox": Command("plumbot.apps.inbox:app", "Updates that were set aside: list, retry, drop.", KEEP),
    "commands": Command("plumbot.apps.commands:app", "Tell Telegram which commands to offer to whom.", KEEP),
    "db": Command("plumbot.apps.database:app", "The database: upgrade, check, wait, move to another.", KEEP),
    "backup": Command("plumbot.apps.backups:app", "Back up, verify, restore.", KEEP),
    "legacy": Command("plumbot.apps.legacy:app", "The old bot's data: inspect, adopt, import, verify.", KEEP),
    "bench": Command("plumbot.apps.bench:app", "Measure what this machine can do.", LOOK),
}

# Faults that tell the operator all there is to tell, by full name: their modules may never have been imported.
SENTENCES = {
    "plumbot.kit.settings_loading.SettingsProblem": WRONG_USE,
    "plumbot.apps.bot.DatabaseNotReady": FAILED,
    "plumbot.apps.worker.DatabaseNotReady": FAILED,
    "plumbot.migrations.DatabaseUnreachable": FAILED,
    "plumbot.migrations.DriverMissing": WRONG_USE,
    "plumbot.migrations.MigrationRefused": FAILED,
    "plumbot.migrations.UnknownRevision": WRONG_USE,
    "plumbot.migrations.WrongAddress": WRONG_USE,
    "plumbot.features.roster.files.Unreadable": WRONG_USE,
    "plumbot.sandbox.errors.Refused": FAILED,
    "plumbot.features.transcription.downloads.DownloadFailed": FAILED,
    "plumbot.vault.faults.Refused": FAILED,
    "plumbot.kit.telegram.client.ApiError": FAILED,
    "plumbot.kit.telegram.client.NetworkFault": FAILED,
}

# Refusals are worded for the chat; an operator is told what an operator can do.
HERE = {
    "plumbot.features.admins.rules.NobodyNamed": "Name a person by their Telegram id or @name, for example: 123456789",
    "plumbot.features.admins.rules.NeverMet": (
        "The bot has never met {who}: give their Telegram id, or let them press /start in its chat first."
    ),
    "plumbot.features.admins.rules.NoAdmin": "This person is not an admin; `plumbot admins list` says who is.",
    "plumbot.features.admins.rules.OwnerStays": (
        "The main admin is set by {variable}: change it there, and restart the bot."
    ),
    "plumbot.features.admins.rules.NamedInSettings": (
        "This admin is named by {variable}: take the id out there, and restart the bot."
    ),
}


class Later(TyperCommand):
    """Stands in the help for a command that is imported when somebody uses it."""

    def __init__(self, name: str, command: Command) -> None:
        super().__init__(name, help=command.line, rich_help_panel=command.panel)
        self._place = command.place

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return self._real().make_context(info_name, args, parent, **extra)

    def _real(self) -> Any:
        module, _, attribute = self._place.partition(":")
        return built(str(self.name), getattr(import_module(module), attribute))


class Root(TyperGroup):
    """Knows every command by name."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands.update({name: Later(name, command) for name, command in COMMANDS.items()})


def built(name: str, target: Callable[..., Any] | typer.Typer) -> Any:
    """The command of a function or of an app, in the look of this one."""
    around = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
    around.callback()(lambda: None)  # makes it a group, whatever it holds
    if isinstance(target, typer.Typer):
        around.add_typer(target, name=name)
    else:
        around.command(name)(target)
    return cast("TyperGroup", typer.main.get_command(around)).commands[name]


app = typer.Typer(cls=Root, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"plumbot {__version__}")
        raise typer.Exit


@app.callback(epilog="Examples:  plumbot sandbox  |  plumbot doctor --json  |  plumbot db upgrade")
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=show_version, is_eager=True)
    ] = False,
) -> None:
    """Plum, the self-hosted Telegram bot of a private club.

    Settings are read from the environment (PLUM_…) and from .env of the working directory.
    """


def main() -> None:
    """What `plumbot` on the command line runs."""
    try:
        app(prog_name="plumbot")
    except Exception as fault:  # noqa: BLE001  # the last door: each fault is said, and nothing else can say it
        give_up(fault)


def give_up(fault: Exception) -> NoReturn:
    """One sentence where one is enough, else the traceback, in both cases without secrets."""
    from plumbot.kit.logging import redacted

    if interrupted(fault):
        sys.exit(INTERRUPTED)
    said = sentence(fault)
    if said is None:
        text = "".join(traceback.format_exception(fault))
        said = f"{text}This should not have happened: please report the lines above.", FAILED
    typer.echo(redacted(said[0]), err=True)
    sys.exit(said[1])


def interrupted(fault: BaseException | None) -> bool:
    """Whether Ctrl-C is behind it: while a library is imported, that can come out as another fault."""
    while fault is not None:
        if isinstance(fault, KeyboardInterrupt):
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def sentence(fault: Exception) -> tuple[str, int] | None:
    """The sentence and the exit code of a fault that explains itself."""
    for kind in type(fault).__mro__:
        name = f"{kind.__module__}.{kind.__qualname__}"
        if name in SENTENCES:
            return str(fault), SENTENCES[name]
        if name == "plumbot.kit.refusals.Refusal":
            here = HERE.get(f"{type(fault).__module__}.{type(fault).__qualname__}", str(fault))
            return here.format(**getattr(fault, "values", {})), FAILED
        if name == "sqlalchemy.exc.DBAPIError":
            reason = str(getattr(fault, "orig", fault)).strip().partition("\n")[0]
            return f"The database refuses: {reason}. `plumbot doctor` says what to look at.", FAILED
    return None


if __name__ == "__main__":
    main()
