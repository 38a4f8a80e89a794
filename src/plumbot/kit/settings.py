"""The one door to settings. A block is read when it is first asked for: one that is absent or wrong troubles
nobody who can do without it."""

import os
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Generic, TypeVar, overload

from plumbot.kit import settings_blocks as blocks
from plumbot.kit.settings_loading import FILE_SUFFIX, Block, SettingsProblem, known_variables, merged, read_block

__all__ = ["Settings", "SettingsProblem", "load_settings", "problem_of", "unknown_variables"]

B = TypeVar("B", bound=Block)


class WhenAsked(Generic[B]):
    """A block that is read from its settings at the first access, and kept."""

    def __init__(self, block: type[B]) -> None:
        self.block = block

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "WhenAsked[B]": ...
    @overload
    def __get__(self, instance: "Settings", owner: type) -> B: ...
    def __get__(self, instance: "Settings | None", owner: type) -> "B | WhenAsked[B]":
        if instance is None:
            return self
        block = read_block(self.block, instance.variables)
        instance.__dict__[self.name] = block  # found before this descriptor from now on
        return block


class Settings:
    """All blocks over one set of variables."""

    telegram = WhenAsked(blocks.TelegramSettings)
    club = WhenAsked(blocks.ClubSettings)
    database = WhenAsked(blocks.DatabaseSettings)
    worker = WhenAsked(blocks.WorkerSettings)
    transcription = WhenAsked(blocks.TranscriptionSettings)
    karma = WhenAsked(blocks.KarmaSettings)
    digest = WhenAsked(blocks.DigestSettings)
    whoami = WhenAsked(blocks.WhoamiSettings)
    http = WhenAsked(blocks.HttpSettings)
    log = WhenAsked(blocks.LogSettings)
    features = WhenAsked(blocks.FeaturesSettings)
    storage = WhenAsked(blocks.StorageSettings)
    backup = WhenAsked(blocks.BackupSettings)

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        """`variables` by their full names, PLUM_ and all; nothing else is looked at."""
        self.variables = dict(variables or {})

    @classmethod
    def blocks(cls) -> dict[str, type[Block]]:
        return {name: entry.block for name, entry in vars(cls).items() if isinstance(entry, WhenAsked)}

    @property
    def worker_embedded(self) -> bool:
        """Whether the bot's process runs jobs and timers too: unless said, on SQLite only."""
        embedded = self.worker.embedded
        return self.database.is_sqlite if embedded is None else embedded

    @property
    def backs_up_daily(self) -> bool:
        """Whether the bot's process takes a backup each night: unless said, on SQLite only."""
        return self.database.is_sqlite if self.backup.daily is None else self.backup.daily

    def problems(self) -> Iterator[SettingsProblem]:
        """What is wrong in any block, one sentence each, for those who want to know all of it (the start, doctor)."""
        for name in self.blocks():
            try:
                getattr(self, name)
            except SettingsProblem as problem:
                yield from map(SettingsProblem, str(problem).splitlines())

    def missing(self) -> Iterator[SettingsProblem]:
        """What the bot cannot even start without."""
        telegram, club = self.telegram, self.club
        webhook = (telegram.require_webhook_url, telegram.require_webhook_secret) if telegram.mode == "webhook" else ()
        needed = telegram.require_token, *webhook, club.require_chat_id, club.require_owner_id
        yield from filter(None, map(problem_of, needed))

    def readable(self) -> "Settings":
        """The same without what is wrong: what remains can be looked at."""
        wrong = {problem.variable for problem in self.problems()}
        kept = self.variables.items()
        return Settings({name: value for name, value in kept if name.removesuffix(FILE_SUFFIX) not in wrong})


def problem_of(require: Callable[[], object]) -> SettingsProblem | None:
    try:
        require()
    except SettingsProblem as problem:
        return problem
    return None


def load_settings(environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """The settings of this process: the environment and, beneath it, `.env` of the working directory."""
    return Settings(merged(os.environ if environ is None else environ, env_file))


def unknown_variables(settings: Settings) -> list[str]:
    """One sentence for each PLUM_ variable that nothing reads, with the name that was probably meant."""
    known = known_variables(Settings.blocks().values())
    sentences = []
    for name in sorted(set(settings.variables) - known):
        nearest = get_close_matches(name, known, n=1)
        hint = f"; did you mean {nearest[0]}?" if nearest else ": .env.example lists them all."
        sentences.append(f"{name} is not a setting of Plum{hint}")
    return sentences
