"""The card of a member: a dark picture of its own colours, which reads well on light and on dark chats."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING

from plumbot.features.profile.rules import is_letter, runs_from_the_right
from plumbot.kit.fonts import font, has, written

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

    Colour = tuple[int, int, int]
    Box = tuple[float, float, float, float]

WIDTH, HEIGHT, MARGIN, PANEL_TOP, PANEL_HEIGHT = 1080, 608, 56, 226, 326
TOP, BOTTOM, PANEL, LINE, SHADE = (66, 32, 66), (38, 23, 44), (56, 35, 61), (236, 150, 208), (98, 54, 94)
INK, FAINT, DISC = (252, 246, 251), (206, 184, 208), (150, 64, 128)
HEAD = 236  # of a card without numbers
AVATAR, NAME_SIZE, SMALLEST_NAME, FINER = 132, 68, 36, 2
COLOURS = 96


@dataclass(frozen=True)
class Card:
    """What is drawn, in the reader's words: `karma` and `place` are a title and a number. Equal cards look the same."""

    names: Sequence[str]
    subtitle: str
    karma: tuple[str, int] | None
    place: tuple[str, int] | None
    trend: Sequence[int]
    trend_title: str

    @property
    def key(self) -> str:
        return f"card:{blake2b(repr(self).encode('utf-8', 'replace'), digest_size=12).hexdigest()}"


def draw(card: Card) -> bytes:
    """PNG. Takes some tens of milliseconds: not for the event loop."""
    from PIL import ImageDraw

    numbers = [each for each in (card.karma, card.place) if each is not None]
    image = _paper(HEIGHT if numbers else HEAD)
    pen = ImageDraw.Draw(image)
    _head(image, pen, card)
    for row, (title, number) in enumerate(numbers):
        _number(pen, title, number, PANEL_TOP + row * (PANEL_HEIGHT + 20) // 2, len(numbers))
    if numbers:
        _trend(image, pen, card)
    out = BytesIO()
    image.quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _paper(height: int) -> "Image.Image":
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, height))
    pen = ImageDraw.Draw(image)
    for y in range(height):
        pen.line((0, y, WIDTH, y), _between(TOP, BOTTOM, y / HEIGHT))
    return image


def _head(image: "Image.Image", pen: "ImageDraw", card: Card) -> None:
    """A disc with the initial, the name, and since when."""
    left, room = MARGIN + AVATAR + 36, WIDTH - 2 * MARGIN - AVATAR - 36
    name, shape = fitting_name(card.names, room)
    disc = (0, 0, AVATAR * FINER - 1, AVATAR * FINER - 1)
    _smooth(image, (MARGIN, 52, MARGIN + AVATAR, 52 + AVATAR), lambda finer: finer.ellipse(disc, DISC))
    initial = next((sign for sign in name if is_letter(sign) or sign.isdigit()), "•").upper()
    pen.text((MARGIN + AVATAR / 2, 52 + AVATAR / 2), initial, INK, font(64, bold=True), anchor="mm")
    middle = 94 if card.subtitle else 52 + AVATAR / 2
    pen.text((left, middle), name, INK, shape, anchor="lm")
    pen.text((left, 160), card.subtitle, FAINT, font(32), anchor="lm")


def fitting_name(names: Sequence[str], room: float) -> "tuple[str, FreeTypeFont]":
    """The first name that can be written in this room, smaller if need be; the last one in any case."""
    for name in names:
        text = "".join(sign for sign in name if has(sign)).strip()
        lost = any(is_letter(sign) and not has(sign) for sign in name)
        if not text or lost or runs_from_the_right(text):
            continue
        for size in range(NAME_SIZE, SMALLEST_NAME - 1, -2):
            if font(size, bold=True).getlength(text) <= room:
                return text, font(size, bold=True)
    return names[-1], font(SMALLEST_NAME, bold=True)


def _number(pen: "ImageDraw", title: str, number: int, top: float, among: int) -> None:
    height = PANEL_HEIGHT if among == 1 else (PANEL_HEIGHT - 20) // 2
    pen.rounded_rectangle((MARGIN, top, MARGIN + 320, top + height), 28, PANEL)
    middle = top + height / 2
    pen.text((MARGIN + 32, middle - 42), title, FAINT, font(30), anchor="lm")
    text = written(number)
    sizes = range(72, 26, -2)
    fits = next((size for size in sizes if font(size, bold=True).getlength(text) <= 256), sizes[-1])
    pen.text((MARGIN + 32, middle + 22), text, INK, font(fits, bold=True), anchor="lm")


def _trend(image: "Image.Image", pen: "ImageDraw", card: Card) -> None:
    """The line of the last days; a level one stands in the middle."""
    left, right, bottom = MARGIN + 340, WIDTH - MARGIN, PANEL_TOP + PANEL_HEIGHT
    pen.rounded_rectangle((left, PANEL_TOP, right, bottom), 28, PANEL)
    values = list(card.trend) if len(card.trend) > 1 else [0, 0]
    change = values[-1] - values[0]
    pen.text((left + 32, PANEL_TOP + 46), card.trend_title, FAINT, font(30), anchor="lm")
    said = "±0" if not change else f"{'+' if change > 0 else ''}{written(change)}"
    pen.text((right - 32, PANEL_TOP + 46), said, INK, font(34, bold=True), anchor="rm")
    area = (left + 16, PANEL_TOP + 80, right - 16, bottom - 24)
    width, height = (area[2] - area[0]) * FINER, (area[3] - area[1]) * FINER
    room = (14 * FINER, 14 * FINER, width - 14 * FINER, height - 26 * FINER)
    points = curve(values, room)
    _smooth(image, area, lambda finer: _line(finer, points, height - 6 * FINER))


def curve(values: Sequence[int], box: "Box") -> list[tuple[float, float]]:
    low, high = min(values), max(values)
    across = (box[2] - box[0]) / (len(values) - 1)

    def height(value: int) -> float:
        return (box[1] + box[3]) / 2 if low == high else box[3] - (value - low) * (box[3] - box[1]) / (high - low)

    return [(box[0] + index * across, height(value)) for index, value in enumerate(values)]


def _line(pen: "ImageDraw", points: Sequence[tuple[float, float]], ground: float) -> None:
    pen.polygon([(points[0][0], ground), *points, (points[-1][0], ground)], SHADE)
    pen.line(points, LINE, 6 * FINER, joint="curve")
    x, y = points[-1]
    pen.ellipse((x - 11 * FINER, y - 11 * FINER, x + 11 * FINER, y + 11 * FINER), INK, LINE, 5 * FINER)


def _smooth(image: "Image.Image", box: "Box", paint: Callable[["ImageDraw"], None]) -> None:
    """Paint a part of the picture on paper that is finer, with its corner at zero, so that edges are smooth."""
    from PIL import ImageDraw

    left, top, right, bottom = map(int, box)
    size = (right - left, bottom - top)
    patch = image.crop((left, top, right, bottom)).resize((size[0] * FINER, size[1] * FINER))
    paint(ImageDraw.Draw(patch))
    image.paste(patch.resize(size), (left, top))


def _between(one: "Colour", other: "Colour", share: float) -> "Colour":
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
