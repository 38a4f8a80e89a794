"""The last cut: whatever a screen was given, what leaves is within Telegram's limits, and its tags are closed."""

import re

from plumbot.kit.inbox.raw import fit

LONGEST_TEXT, LONGEST_CAPTION, LONGEST_ALERT = 4_096, 1_024, 200
LONGEST_LABEL = 64  # ours: what a button can show on a phone
LONGEST_URL = 2_048
MORE = "…"

PIECE = re.compile(r"<[^<>]*>|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-z]+);|[^<&]+|[<&]")
TAG = re.compile(r"<(/?)([a-z-]+)")
# Overrides of the writing direction: a name that holds one turns round what stands beside it. Alphabets need none.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
LEADS_OUT = re.compile(r"(?:https?|tg)://[^\s\x00-\x1f<>\"]+", re.IGNORECASE)


def units(text: str) -> int:
    """Length as Telegram counts it: an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def tidy(text: str) -> str:
    """The text without what no database and no request takes, and without what turns it round."""
    fitting: str = fit(text)
    return TURNS.sub("", fitting)


def fitted(html: str, limit: int) -> str:
    """HTML of which at most `limit` units can be seen. References count as the one character that they stand for."""
    html = tidy(html)
    if units(html) <= limit:
        return html
    pieces = PIECE.findall(html)
    return html if sum(map(_seen, pieces)) <= limit else _cut(pieces, limit - units(MORE))


def shortened(text: str, limit: int) -> str:
    """Plain text within the limit."""
    text = tidy(text)
    return text if units(text) <= limit else _beginning(text, limit - units(MORE)) + MORE


def label(text: str) -> str:
    """The text of a button: one line, not empty."""
    return shortened(" ".join(text.split()), LONGEST_LABEL) or MORE


def leads_out(url: str) -> bool:
    """Whether a button may open this."""
    return len(url) <= LONGEST_URL and LEADS_OUT.fullmatch(url) is not None


def _seen(piece: str) -> int:
    if piece.startswith("<") and len(piece) > 1:
        return 0
    return 1 if piece.startswith("&") else units(piece)


def _cut(pieces: list[str], room: int) -> str:
    """Of pieces that are longer than the room."""
    kept: list[str] = []
    opened: list[str] = []
    rest = iter(pieces)
    while (seen := _seen(piece := next(rest))) <= room:
        kept.append(piece)
        room -= seen
        tag = TAG.match(piece)
        if tag and tag[1]:
            opened.pop()
        elif tag:
            opened.append(tag[2])
    begun = _beginning(piece, room) if piece[0] not in "<&" else ""
    return "".join([*kept, begun, MORE, *(f"</{tag}>" for tag in reversed(opened))])


def _beginning(text: str, room: int) -> str:
    """As many whole characters as there is room for."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * max(room, 0)].decode("utf-16-le", "ignore")
