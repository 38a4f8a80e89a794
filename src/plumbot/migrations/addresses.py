"""What a database URL means, read without SQLAlchemy."""

from pathlib import Path
from urllib.parse import unquote

MEMORY = ("", ":memory:")


class WrongAddress(ValueError):
    """A database URL that we cannot use; the text says why."""


def is_sqlite(url: str) -> bool:
    return url.split(":", 1)[0].split("+", 1)[0] == "sqlite"


def sqlite_path(url: str) -> Path:
    """The file; `sqlite+aiosqlite:///./data/plum.db` and `sqlite:///./data/plum.db` are the same."""
    path = unquote(url.partition("://")[2].split("?", 1)[0]).removeprefix("/")
    if path in MEMORY:
        raise WrongAddress("A database in memory does not last; name a file in PLUM_DATABASE__URL.")
    return Path(path)


def libpq_address(url: str) -> str:
    """What PostgreSQL's own library takes: no driver in the scheme."""
    scheme, rest = url.split("://", 1)
    return f"{scheme.split('+', 1)[0]}://{rest}"


def sync_address(url: str) -> str:
    """The address for a synchronous SQLAlchemy engine."""
    if is_sqlite(url):
        return f"sqlite:///{sqlite_path(url)}"
    return "postgresql+psycopg://" + url.split("://", 1)[1]
