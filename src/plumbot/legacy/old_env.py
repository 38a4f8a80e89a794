"""The old bot's .env in the new names, with a remark wherever somebody has to look."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from dotenv import dotenv_values

from plumbot.vault.faults import Refused

IDS = re.compile(r"-?\d+")
TOKEN = re.compile(r"\d+:[\w-]+")
FILE_IN_URL = re.compile(r"sqlite(?:\+\w+)?:///(.+)")

Lines = Iterator[str]


def translated(file: Path) -> Lines:
    """Line by line; nothing of the old file is left out."""
    try:
        found = dotenv_values(file, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused(f"{file} cannot be read as a file of settings ({fault}).") from fault
    if not file.is_file():
        raise Refused(f"There is no file {file}: name the old bot's .env.")
    yield f"# Made from {file.name} by `plumbot legacy env`. Every setting is explained in .env.example."
    for name, value in found.items():
        if name in KNOWN:
            yield from KNOWN[name]((value or "").strip())
        else:
            yield f"# {name}: nothing here reads it; it was left out."
    for name in KNOWN:
        if name not in found and name in NEEDED:
            yield f"# The old file has no {name}."
            yield from KNOWN[name]("")
    yield "# The main admin; the old bot had this id in its code. Set it."
    yield "#PLUM_CLUB__OWNER_ID="


def setting(name: str, value: str, right: bool, wanted: str) -> Lines:
    if right:
        yield f"{name}={value}"
    else:
        yield f"# It must be {wanted}; the old file had {value!r}." if value else f"# It must be {wanted}."
        yield f"#{name}="


def token(value: str) -> Lines:
    if value and not TOKEN.fullmatch(value):
        yield "# The old token does not look like one: copy it anew from @BotFather."
        value = ""
    yield from setting("PLUM_TELEGRAM__TOKEN", value, bool(value), "the bot's token from @BotFather")


def admins(value: str) -> Lines:
    ids = IDS.findall(value)
    right = bool(ids) and not re.search(r"[^\d\s,;\[\]\"']", value)
    yield from setting("PLUM_CLUB__ADMIN_IDS", ",".join(ids) if right else value, right, "ids with commas between them")


def chat(value: str) -> Lines:
    right = bool(re.fullmatch(r"-\d+", value))
    wanted = "the id of the club's supergroup, such as -1001234567890"
    yield from setting("PLUM_CLUB__CHAT_ID", value, right, wanted)


def database(value: str) -> Lines:
    yield (
        "# The old bot's database was " + (FILE_IN_URL.sub(r"\1", value) or "not named") + ". Put a copy where the next"
    )
    yield "# line says and run `plumbot legacy adopt` on it."
    yield "PLUM_DATABASE__URL=sqlite:///./data/plum.db"


def rules(value: str) -> Lines:
    right = value.startswith(("http://", "https://"))
    yield from setting("PLUM_CLUB__RULES_URL", value, right, "a web address such as https://example.org")


def roster_file(value: str) -> Lines:
    yield f"# The list of slugs is no longer read at each start: run `plumbot roster import {value or 'FILE'}` once."


def vosk(value: str) -> Lines:
    if value:
        yield f"PLUM_TRANSCRIPTION__VOSK_MODEL_PATH={value}"


KNOWN: dict[str, Callable[[str], Lines]] = {
    "TELEGRAM_BOT_TOKEN": token,
    "ADMIN_USER_IDS": admins,
    "TARGET_CHAT_ID": chat,
    "DATABASE_URL": database,
    "RULES_URL": rules,
    "ROSTER_SEED_FILE": roster_file,
    "VOSK_MODEL": vosk,
}
NEEDED = ("TELEGRAM_BOT_TOKEN", "TARGET_CHAT_ID", "DATABASE_URL")


def write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
