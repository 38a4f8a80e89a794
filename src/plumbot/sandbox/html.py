"""Telegram's HTML, as strict as the real thing: a few tags, a few entities, and an error for all the rest."""

import re
from dataclasses import dataclass, field

from plumbot.sandbox.entities import units
from plumbot.sandbox.errors import ApiError, bad
from plumbot.sandbox.records import Json

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#(\d{1,8})|#[xX]([0-9A-Fa-f]{1,8})|(lt|gt|amp|quot));?")
ATTRIBUTE = re.compile(r"\s*([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)(?=[\s>])))?")
PLAIN = re.compile(r"[^<&]+")
TAG_NAME = re.compile(r"[^\s>]*")
MENTION = re.compile(r"tg://user\?id=(\d+)$")
LINK = re.compile(r"(?:(?:https?|tg|ton|tonsite)://)?[^\s/?#.]+(?:[.?/][^\s]*)?$", re.IGNORECASE)


@dataclass
class Open:
    tag: str
    at: int  # UTF-16 offset in the text
    since: int  # the same place as an index of the text
    attributes: dict[str, str] = field(default_factory=dict)


class Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._i = 0
        self._text = ""
        self._length = 0
        self._open: list[Open] = []
        self._entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        while self._i < len(self._source):
            char = self._source[self._i]
            if char == "<":
                self._tag()
            elif char == "&":
                self._character()
            else:
                plain = PLAIN.match(self._source, self._i)[0]  # type: ignore[index]  # it has this character at least
                self._add(plain)
                self._i += len(plain)
        if self._open:
            raise problem(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)  # only a block has a language
        return self._text, sorted(self._entities, key=lambda e: (e["offset"], -e["length"]))

    def _add(self, piece: str) -> None:
        self._text += piece
        self._length += units(piece)

    def _byte(self, index: int) -> int:
        return len(self._source[:index].encode())

    def _character(self) -> None:
        """A known character reference, or the ampersand itself: unknown names stay as they are written."""
        match = CHARACTER.match(self._source, self._i)
        if match is None:
            self._add("&")
            self._i += 1
            return
        self._add(character(match))
        self._i = match.end()

    def _tag(self) -> None:
        if self._source.startswith("</", self._i):
            self._end_tag()
        else:
            self._start_tag()

    def _start_tag(self) -> None:
        begin = self._i
        name_end = self._after_name(begin + 1)
        tag = self._source[begin + 1 : name_end].lower()
        if name_end == len(self._source):
            raise problem(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in KINDS:
            raise problem(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        self._i = name_end
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise problem(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self._open.append(Open(tag, self._length, len(self._text), attributes))

    def _after_name(self, start: int) -> int:
        match = TAG_NAME.match(self._source, start)
        return match.end() if match else start

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._i >= len(self._source):
                raise problem(f"Unclosed start tag at byte offset {self._byte(begin)}")
            if self._source[self._i] == ">":
                self._i += 1
                return found
            match = ATTRIBUTE.match(self._source, self._i)
            if match is None or self._source[match.end() : match.end() + 1] in ("=", '"', "'"):
                raise problem(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}')
            value = next((group for group in match.groups()[1:] if group is not None), "")
            found[match.group(1).lower()] = CHARACTER.sub(character, value)
            self._i = match.end()

    def _skip_space(self) -> None:
        while self._i < len(self._source) and self._source[self._i].isspace():
            self._i += 1

    def _end_tag(self) -> None:
        begin = self._i
        if not self._open:
            raise problem(f"Unexpected end tag at byte offset {self._byte(begin)}")
        name_end = self._after_name(begin + 2)
        name = self._source[begin + 2 : name_end].lower()
        self._i = name_end
        self._skip_space()
        if self._source[self._i : self._i + 1] != ">":
            raise problem(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self._i += 1
        opened = self._open.pop()
        if name and name != opened.tag:
            raise problem(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self._close(opened)

    def _close(self, opened: Open) -> None:
        if self._length == opened.at:
            return
        entity: Json = {
            "type": KINDS[opened.tag],
            "offset": opened.at,
            "length": self._length - opened.at,
        }
        if opened.tag == "pre" and self._wraps_code(entity):
            return
        extra = details(opened, self._text[opened.since :])
        if extra is not None:
            self._entities.append({**entity, **extra})

    def _wraps_code(self, entity: Json) -> bool:
        """`<pre><code class="language-x">` is one entity: a block in that language."""
        for inner in self._entities:
            same = inner["offset"] == entity["offset"] and inner["length"] == entity["length"]
            if same and inner["type"] == "code":
                inner["type"] = "pre"
                return True
        return False


def details(opened: Open, covered: str) -> Json | None:
    """The further fields of an entity; None when Telegram drops it silently (a link that is none)."""
    if opened.tag == "a":
        return link_target(opened.attributes.get("href") or covered)
    if opened.tag == "code" and opened.attributes.get("class", "").startswith("language-"):
        return {"language": opened.attributes["class"].removeprefix("language-")}
    if opened.tag == "blockquote" and "expandable" in opened.attributes:
        return {"type": "expandable_blockquote"}
    if opened.tag == "tg-emoji":
        if not opened.attributes.get("emoji-id", "").isdigit():
            raise problem("Invalid custom emoji identifier specified")
        return {"custom_emoji_id": opened.attributes["emoji-id"]}
    return {}


def link_target(target: str) -> Json | None:
    mention = MENTION.match(target)
    if mention:
        return {"type": "text_mention", "user_id": int(mention.group(1))}
    if not LINK.match(target) or ("." not in target and "://" not in target):
        return None
    return {"url": target if "://" in target else f"http://{target}"}


def character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if valid else match.group()


def problem(text: str) -> ApiError:
    return bad(f"can't parse entities: {text}")


def parse(source: str) -> tuple[str, list[Json]]:
    """HTML to text and entities; raises "can't parse entities" with the place."""
    return Parser(source).parse()
