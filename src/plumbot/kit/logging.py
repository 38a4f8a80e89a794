"""Logging: structlog over the standard library, one line a record on stderr, no secret in any of them."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TextIO
from urllib.parse import quote, urlsplit

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from plumbot.kit.settings import Settings, unknown_variables

HIDDEN = "[hidden]"
BOT_TOKEN = re.compile(r"(\d{6,})(:|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
SHORTEST_SECRET = 6  # what is shorter would blank ordinary words out of every line
TALKATIVE = {"aiohttp.access": logging.WARNING, "alembic": logging.WARNING, "asyncio": logging.WARNING}

Format = Literal["json", "console"]

_secrets: set[str] = set()

log = structlog.get_logger()


def begin(settings: Settings, *, warn: bool = True) -> None:
    """The log of a process that serves, and in it first what is set in vain."""
    configure(settings.log.level, settings.log.format)
    hide_secrets_of(settings)
    for sentence in unknown_variables(settings) if warn else ():
        log.warning("setting_unknown", says=sentence)


def hide(*secrets: str | None) -> None:
    """From now on these values appear in no record, in whatever way a record may write them."""
    for secret in secrets:
        if secret and len(secret) >= SHORTEST_SECRET:
            _secrets.update({secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]})


def hide_secrets_of(settings: Settings) -> None:
    """Every secret setting: tokens, keys, and the password inside the database's URL."""
    for name in settings.blocks():
        for value in vars(getattr(settings, name)).values():
            if isinstance(value, SecretStr):
                secret = value.get_secret_value()
                hide(urlsplit(secret).password if "://" in secret else secret)


def redacted(text: str) -> str:
    """The text without bot tokens (the bot's id stays) and without registered secrets."""
    text = BOT_TOKEN.sub(rf"\1\2{HIDDEN}", text)
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def configure(level: str = "INFO", format: Format | None = None, stream: TextIO | None = None) -> None:  # noqa: A002  # the setting's own name
    """Set up both structlog and `logging`; without a format it is `console` on a terminal, else `json`."""
    chosen = format or ("console" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=_rendering(chosen))
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, least in TALKATIVE.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


@contextmanager
def bind(**values: Any) -> Iterator[None]:
    """`with bind(update=seq):` every record inside, of whatever logger, carries the values."""
    before = structlog.contextvars.get_contextvars()
    structlog.contextvars.bind_contextvars(**values)
    try:
        yield
    finally:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(**before)


def note(**values: Any) -> None:
    """What becomes known inside a `bind` is carried by the records until its end, those of a failure too."""
    structlog.contextvars.bind_contextvars(**{name: value for name, value in values.items() if value})


def redact_record(_logger: WrappedLogger, _name: str, record: EventDict) -> EventDict:
    """Values first, however deep: once rendered a secret may be spelled in ways that nobody registered."""
    return {key: without_secrets(value) for key, value in record.items()}


def without_secrets(value: Any) -> Any:
    """The value with every text in it redacted."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {redacted(str(key)): without_secrets(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [without_secrets(inner) for inner in value]
    return redacted(value if isinstance(value, str) else repr(value))


def _shared() -> list[Processor]:
    """What every record gets, ours and the libraries'."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.UnicodeDecoder(),
    ]


def _rendering(chosen: Format) -> list[Processor]:
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if chosen == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )

    def one_linewithout_secrets(logger: WrappedLogger, name: str, record: EventDict) -> str:
        return redacted(str(renderer(logger, name, record)))

    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,  # here, so that handlers before see the exception itself
        redact_record,
        one_linewithout_secrets,
    ]
