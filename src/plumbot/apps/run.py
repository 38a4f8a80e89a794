"""The light door of the bot's process: settings are checked before anything heavy is loaded (aiogram takes seconds)."""

from functools import partial

from plumbot.kit import logging
from plumbot.kit.settings import Settings, SettingsProblem, load_settings, unknown_variables


def bot() -> None:
    """The bot alone, beside `plumbot worker`, until SIGTERM or Ctrl-C.

    Any number may run behind a webhook, on PostgreSQL. On SQLite it brings a worker of its own all the same, unless
    PLUM_WORKER__EMBEDDED is off. Example: plumbot bot
    """
    run()


def run() -> None:
    """The whole bot in this process, until SIGTERM or Ctrl-C. Example: plumbot run"""
    settings = load_settings()
    check(settings)
    logging.begin(settings)

    from plumbot.apps.aiogram_models import build_when_used

    build_when_used()
    from plumbot.apps.bot import serve
    from plumbot.apps.stopping import run_until_signal

    run_until_signal(partial(serve, settings))


def check(settings: Settings) -> None:
    """All that is wrong or missing is said at once, and what is set in vain: a mistyped name is a missing one."""
    named: dict[str, str] = {}
    for problem in (*settings.problems(), *settings.readable().missing()):
        named.setdefault(problem.variable, str(problem))  # what is wrong is not also missing
    if named:
        raise SettingsProblem("\n".join([*named.values(), *unknown_variables(settings)]))
