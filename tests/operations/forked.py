"""plumbot in a fork of a process that has everything loaded: the seconds of loading are spent once."""

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from plumbot.apps.aiogram_models import build_when_used

build_when_used()

from plumbot.apps import admins, bot, cli, worker  # noqa: E402  # aiogram's models are built when they are used

LOADED = (admins, bot, worker)
# Python's own fork server.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def begun(words: list[str], folder: Path, environment: dict[str, str], said: Path) -> ForkServerProcess:
    child = FORKS.Process(target=become, args=(words, folder, environment, said), daemon=True)
    child.start()
    return child


def become(words: list[str], folder: Path, environment: dict[str, str], said: Path) -> None:
    """In the child: plumbot, as from the shell."""
    log, nothing = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), os.open(os.devnull, os.O_RDONLY)
    for here, there in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(here, there)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate(("r", "w", "w")))
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = words
    try:
        cli.main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
