"""What single values must look like: each function returns the value in our form, or raises ValueError with
what was expected, worded to follow "must be"."""

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr

SHORTEST_WEBHOOK_SECRET = 32
DATABASE_SCHEMES = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",  # the name of old, treated the same
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def words(value: object) -> object:
    """Split at commas and at spaces, dropping what is empty."""
    return [word for word in re.split(r"[,\s]+", value) if word] if isinstance(value, str) else value


def bot_token(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value()):
        raise ValueError("a bot token as @BotFather writes it, such as 123456789:AAE-abc")
    return value


def secret_of_webhook(value: SecretStr | None) -> SecretStr | None:
    pattern = rf"[A-Za-z0-9_-]{{{SHORTEST_WEBHOOK_SECRET},256}}"
    if value is not None and not re.fullmatch(pattern, value.get_secret_value()):
        raise ValueError(f"{SHORTEST_WEBHOOK_SECRET} to 256 letters, digits, _ or -")
    return value


def web_address(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("a web address such as https://example.org")
    return value.rstrip("/")


def time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("a time zone such as Europe/Moscow") from error
    return value


def database_url(value: SecretStr) -> SecretStr:
    """Plain schemes become the drivers that we use."""
    scheme, found, rest = value.get_secret_value().partition("://")
    if not found or scheme not in DATABASE_SCHEMES:
        raise ValueError("sqlite:///./data/plum.db or postgresql+psycopg://user:password@host/database")
    return SecretStr(f"{DATABASE_SCHEMES[scheme]}://{rest}")
