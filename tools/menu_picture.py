"""Draws the picture of the menu: `python tools/menu_picture.py` (needs Pillow) writes assets/menu.png.

Geometry only, no fonts and no chance, so that it comes out the same everywhere.
"""

import math
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT, FINER = 1280, 640, 2
TARGET = Path(__file__).parent.parent / "src" / "plumbot" / "assets" / "menu.png"

TOP, BOTTOM = (58, 22, 62), (112, 42, 92)  # the evening behind
HILLS = [(92, 34, 84), (76, 27, 73), (56, 19, 58)]
PLUM_LIGHT, PLUM_DARK = (178, 84, 150), (88, 26, 84)
BLOOM, LEAF, LEAF_VEIN, STALK = (243, 201, 219), (128, 168, 118), (96, 136, 92), (74, 44, 40)

Colour = tuple[int, int, int]
Point = tuple[float, float]


def at(x: float, y: float) -> Point:
    return x * FINER, y * FINER


def between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def sky() -> Image.Image:
    picture = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER))
    draw = ImageDraw.Draw(picture)
    for y in range(picture.height):
        draw.line([(0, y), (picture.width, y)], fill=between(TOP, BOTTOM, y / picture.height))
    return picture


def moon(picture: Image.Image, x: float, y: float, radius: float) -> None:
    disc = Image.new("L", picture.size, 0)
    ImageDraw.Draw(disc).ellipse([at(x - radius, y - radius), at(x + radius, y + radius)], fill=190)
    halo = disc.filter(ImageFilter.GaussianBlur(55 * FINER)).point(lambda value: value // 2)
    picture.paste(Image.new("RGB", picture.size, BLOOM), (0, 0), ImageChops.lighter(halo, disc))


def hills(picture: Image.Image) -> None:
    draw = ImageDraw.Draw(picture)
    for layer, colour in enumerate(HILLS):
        base, swing = 430 + 70 * layer, 34 - 6 * layer
        crest = [
            at(
                x,
                base + swing * math.sin(x / (210 + 40 * layer) + 1.7 * layer) + 10 * math.sin(x / 83 + layer),
            )
            for x in range(0, WIDTH + 8, 8)
        ]
        draw.polygon([*crest, at(WIDTH, HEIGHT), at(0, HEIGHT)], fill=colour)


def curve(start: Point, bend: Point, end: Point, steps: int = 40) -> list[Point]:
    """A quadratic Bezier curve."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        x = (1 - t) ** 2 * start[0] + 2 * (1 - t) * t * bend[0] + t**2 * end[0]
        y = (1 - t) ** 2 * start[1] + 2 * (1 - t) * t * bend[1] + t**2 * end[1]
        points.append(at(x, y))
    return points


def leaf(draw: ImageDraw.ImageDraw, base: Point, tip: Point, width: float) -> None:
    length = math.dist(base, tip)
    across = ((tip[1] - base[1]) / length * width, (base[0] - tip[0]) / length * width)
    middle = ((base[0] + tip[0]) / 2, (base[1] + tip[1]) / 2)
    one = curve(base, (middle[0] + across[0], middle[1] + across[1]), tip)
    other = curve(tip, (middle[0] - across[0], middle[1] - across[1]), base)
    draw.polygon([*one, *other], fill=LEAF)
    draw.line([at(*base), at(*tip)], fill=LEAF_VEIN, width=3 * FINER)


def plum(picture: Image.Image, x: float, y: float, radius: float) -> None:
    """A ball lit from the upper left, with the crease and the bloom of a plum."""
    body = Image.new("RGB", picture.size)
    mask = Image.new("L", picture.size, 0)
    tall = radius * 1.08
    ImageDraw.Draw(mask).ellipse([at(x - radius, y - tall), at(x + radius, y + tall)], fill=255)
    draw = ImageDraw.Draw(body)
    for ring in range(320, 0, -1):
        share = ring / 320
        reach = 1.9 * radius * share
        centre = (x - radius * 0.38, y - radius * 0.42)
        box = [at(centre[0] - reach, centre[1] - reach), at(centre[0] + reach, centre[1] + reach)]
        draw.ellipse(box, fill=between(PLUM_LIGHT, PLUM_DARK, share))
    crease = curve((x + radius * 0.1, y - tall), (x + radius * 0.72, y), (x + radius * 0.2, y + tall))
    draw.line(crease, fill=between(PLUM_DARK, PLUM_LIGHT, 0.15), width=4 * FINER, joint="curve")
    bloom = Image.new("L", picture.size, 0)
    spot = [at(x - radius * 0.62, y - radius * 0.72), at(x - radius * 0.12, y - radius * 0.12)]
    ImageDraw.Draw(bloom).ellipse(spot, fill=120)
    body.paste(Image.new("RGB", picture.size, BLOOM), (0, 0), bloom.filter(ImageFilter.GaussianBlur(22 * FINER)))
    picture.paste(body, (0, 0), mask)


def branch(picture: Image.Image) -> None:
    draw = ImageDraw.Draw(picture)
    wood = curve((1300, 60), (960, 150), (700, 96))
    draw.line(wood, fill=STALK, width=16 * FINER, joint="curve")
    for x, y, top in [(900, 290, 124), (752, 250, 108), (1056, 262, 112)]:
        draw.line(curve((x + 14, top), (x + 2, (top + y) / 2), (x + 6, y - 80)), fill=STALK, width=7 * FINER)
    leaf(draw, (980, 122), (1120, 214), 46)
    leaf(draw, (830, 116), (700, 190), 40)
    leaf(draw, (900, 120), (968, 22), 38)
    leaf(draw, (1130, 104), (1228, 200), 38)
    leaf(draw, (702, 98), (596, 62), 30)
    plum(picture, 756, 262, 84)
    plum(picture, 1058, 276, 88)
    plum(picture, 906, 316, 108)


def main() -> None:
    picture = sky()
    moon(picture, 290, 215, 78)
    hills(picture)
    branch(picture)
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    small.save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
