"""Logging: one shape for all loggers, context on every record, no secret in any."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from plumbot.kit import logging as kit_logging
from plumbot.kit.logging import bind, configure, hide, redacted
from plumbot.kit.settings import Settings

TOKEN = "123456789:AAExQ3-abcdefghijklmnopqrstuvwxyz_0"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The root logger and the registered secrets belong to the whole test process."""
    root = logging.getLogger()
    handlers, level, secrets = list(root.handlers), root.level, set(kit_logging._secrets)
    yield
    root.handlers, root.level = handlers, level
    kit_logging._secrets.clear()
    kit_logging._secrets.update(secrets)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def records(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_our_records_and_the_libraries_have_one_shape(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    structlog.get_logger("plumbot.inbox").info("taken", rows=3)
    logging.getLogger("some.library").warning("slow by %d ms", 12)
    ours, theirs = records(capsys)
    assert (ours["event"], ours["rows"], ours["level"], ours["logger"]) == (
        "taken",
        3,
        "info",
        "plumbot.inbox",
    )
    assert (theirs["event"], theirs["level"]) == ("slow by 12 ms", "warning")
    assert set(theirs) <= set(ours) | {"event"}


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("WARNING", "json")
    structlog.get_logger("plumbot").info("quiet")
    logging.getLogger("aiohttp.access").info("GET /")
    assert records(capsys) == []


def test_bound_values_are_on_every_record_inside(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    with bind(update=7):
        logging.getLogger("a").info("inside")
    structlog.get_logger("b").info("outside")
    inside, outside = records(capsys)
    assert inside["update"] == 7
    assert "update" not in outside


@pytest.mark.parametrize("shape", ["json", "console"])
def test_a_bot_token_never_shows(capsys: pytest.CaptureFixture[str], shape: kit_logging.Format) -> None:
    configure("DEBUG", shape)
    log = structlog.get_logger("plumbot")
    message = f"GET https://api.telegram.org/bot{TOKEN}/getMe"
    log.info(message, url=message.replace(":AA", "%3AAA"))
    log.info("nested", data={TOKEN: [TOKEN, (TOKEN,)]}, thing=ValueError(TOKEN))
    logging.getLogger("lib").error("args %s", TOKEN)
    try:
        raise ConnectionError(f"cannot connect to /bot{TOKEN}")
    except ConnectionError:
        log.exception("failed")
        logging.getLogger("lib").exception("failed")
    written = capsys.readouterr().err
    assert TOKEN.partition(":")[2] not in written
    assert "123456789" in written
    assert written.count("ConnectionError") >= 2


@pytest.mark.parametrize("shape", ["json", "console"])
def test_a_registered_secret_never_shows_however_it_is_spelled(
    capsys: pytest.CaptureFixture[str], shape: kit_logging.Format
) -> None:
    secret = 'pä"ss/wörd\\1'
    hide(secret, None, "")
    configure("INFO", shape)
    structlog.get_logger("plumbot").info(f"url {secret}", value=secret, listed=[secret], quoted=repr([secret]))
    written = capsys.readouterr().err
    assert "ss/w" not in written
    assert kit_logging.HIDDEN in written


def test_every_secret_setting_is_hidden_and_nothing_else() -> None:
    variables = {
        "PLUM_TELEGRAM__TOKEN": "12345:short-token",
        "PLUM_TELEGRAM__WEBHOOK_SECRET": "w" * 40,
        "PLUM_DATABASE__URL": "postgresql://plum:pass-word@db.example/plum",
        "PLUM_BACKUP__KEY": "backup-key",
    }
    kit_logging.hide_secrets_of(Settings(variables))
    for secret in ("12345:short-token", "w" * 40, "pass-word", "backup-key"):
        assert redacted(f"said {secret} aloud") == f"said {kit_logging.HIDDEN} aloud"
    assert redacted("at db.example/plum") == "at db.example/plum"


def test_short_values_are_not_taken_for_secrets() -> None:
    hide("on")
    assert redacted("the bot is on") == "the bot is on"


def test_console_has_no_colours_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "console")
    structlog.get_logger("plumbot").warning("look", why="because")
    written = capsys.readouterr().err
    assert "\x1b[" not in written
    assert "look" in written
