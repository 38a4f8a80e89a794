"""Text as Telegram measures it: UTF-16 units, entities, trimmed ends, and what it recognises by itself."""

import re

from plumbot.sandbox.records import Json

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

RECOGNISED = (
    ("bot_command", re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("url", re.compile(r"\b(?:https?://|t\.me/)[^\s<>\"']*[^\s<>\"'.,:;!?)\]]")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*")),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+\.[A-Za-z]{2,}\b")),
)


def units(text: str) -> int:
    """Length in UTF-16 code units, the unit of every offset in the Bot API."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def part(text: str, offset: int, length: int) -> str:
    raw = text.encode("utf-16-le")[offset * 2 : (offset + length) * 2]
    return raw.decode("utf-16-le", errors="replace")


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without white space at both ends, as Telegram stores it; entities move and shrink along."""
    bare = text.strip()
    shift = units(text[: len(text) - len(text.lstrip())])
    whole = units(bare)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        end = min(whole, entity["offset"] + entity["length"] - shift)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return bare, kept


def with_recognised(text: str, entities: list[Json]) -> list[Json]:
    """The given entities plus commands, mentions, links and tags that do not cross them, in order."""
    found = list(entities)
    for kind, pattern in RECOGNISED:
        for match in pattern.finditer(text):
            entity = {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())}
            if not any(_cross(entity, other) for other in found):
                found.append(entity)
    return sorted(found, key=lambda e: (e["offset"], -e["length"]))


def _cross(one: Json, other: Json) -> bool:
    """Recognised entities give way to links and code, and to each other; bold and the like may hold them."""
    if other["type"] in ("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote"):
        return False
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])
