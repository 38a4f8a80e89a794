"""The bot's token is a canary: wherever a bot of a test wrote something, it must not be found again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from plumbot.kit.logging import configure
from plumbot.sandbox.options import TOKEN

SECRET = TOKEN.partition(":")[2].encode()


@contextmanager
def logged(file: Path) -> Iterator[None]:
    """Everything that this process says inside the block is written as the bot writes it, down to DEBUG."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    with file.open("a", encoding="utf-8") as stream:
        configure("DEBUG", "json", stream)
        root.handlers += handlers
        try:
            yield
        finally:
            root.handlers, root.level = handlers, level
            structlog.reset_defaults()


def check_that_no_secret_leaked(folder: Path) -> None:
    """In logs, in the database with its write-ahead log, and in whatever else a bot left in its folder."""
    leaks = [path for path in folder.glob("*") if path.is_file() and SECRET in path.read_bytes()]
    assert leaks == [], f"the token stands in {[path.name for path in leaks]}"
