"""The font of all pictures: shipped, with Cyrillic. Pillow is loaded only when something is drawn."""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SMALLEST = 18
THOUSANDS = 10_000  # from here on numbers are written in groups
MISSING = "\uffff"  # never a character: how the font shows what it does not have


@lru_cache(maxsize=64)
def font(size: int, *, bold: bool = False) -> "FreeTypeFont":
    from PIL import ImageFont

    name = "NotoSans-Bold.ttf" if bold else "NotoSans-Regular.ttf"
    return ImageFont.truetype(BytesIO(files("plumbot").joinpath("assets", "fonts", name).read_bytes()), size)


@lru_cache(maxsize=4096)
def has(sign: str) -> bool:
    """Whether the font can draw it; it knows no emoji."""
    if sign.isspace():
        return sign == " "
    return bytes(font(SMALLEST).getmask(sign)) != bytes(font(SMALLEST).getmask(MISSING)) and sign.isprintable()


def drawable(text: str, instead: str) -> str:
    """The text without what cannot be drawn; `instead` where nothing is left."""
    return " ".join("".join(sign for sign in text if has(sign)).split()) or instead


def written(number: int) -> str:
    """A number as it is read at a glance: 1234, 12 345, −7."""
    text = str(abs(number)) if abs(number) < THOUSANDS else f"{abs(number):,}".replace(",", " ")
    return f"−{text}" if number < 0 else text


def fitting(text: str, width: float, size: int, *, bold: bool = False) -> "tuple[str, FreeTypeFont]":
    """The text and a font in which it is not wider: smaller down to three quarters of the size, then cut."""
    least = max(SMALLEST, size * 3 // 4)
    for smaller in range(size, least - 1, -2):
        if font(smaller, bold=bold).getlength(text) <= width:
            return text, font(smaller, bold=bold)
    last = font(least, bold=bold)
    while text and last.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…", last
