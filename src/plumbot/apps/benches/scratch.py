"""Where a bench works: a folder that goes away, a database in it, settings of nobody's club."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plumbot import migrations
from plumbot.apps.benches.traffic import CLUB, OWNER
from plumbot.kit.settings import Settings

TOKEN = "7000000001:a-token-that-is-shown-to-nobody-anywhere"  # noqa: S105  # no bot of Telegram's


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="plum-bench-") as folder:
        yield Path(folder)


def sqlite_in(folder: Path) -> str:
    """A database at head."""
    url = f"sqlite:///{folder / 'plum.db'}"
    migrations.upgrade(url)
    return url


def settings_for(url: str) -> Settings:
    """A club of the bench; nothing of the environment's."""
    return Settings(
        {
            "PLUM_TELEGRAM__TOKEN": TOKEN,
            "PLUM_DATABASE__URL": url,
            "PLUM_CLUB__CHAT_ID": str(CLUB),
            "PLUM_CLUB__OWNER_ID": str(OWNER),
            "PLUM_CLUB__LANGUAGE": "en",
        }
    )
