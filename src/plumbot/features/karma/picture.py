"""The picture of /stats: karma over time, and who gave most. One dark card, which reads well in both themes."""

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING

from plumbot.kit.fonts import THOUSANDS, drawable, fitting, font, written

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, MARGIN = 1080, 56
HEADER, CHART, LINE = 190, 420, 66
PAPER, PANEL, GRID = (41, 27, 46), (54, 37, 60), (82, 61, 88)
INK, FAINT, PLUM, LEAF = (250, 244, 250), (196, 178, 202), (226, 138, 200), (152, 206, 140)

Point = tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """What is drawn, in the reader's words. `curve` is (day, karma at its end), `givers` are (person, how much).

    A person is a name, and what stands for it where the font cannot draw it.
    """

    person: tuple[str, str]
    karma: int
    words: tuple[str, str, str]
    curve: tuple[tuple[date, int], ...]
    givers: tuple[tuple[tuple[str, str], int], ...]
    days: tuple[str, str] = ("", "")

    @property
    def key(self) -> str:
        return f"stats:{blake2b(repr(self).encode('utf-8', 'replace'), digest_size=12).hexdigest()}"


def draw(chart: Chart) -> bytes:
    """PNG. Takes some tens of milliseconds: not for the event loop."""
    from PIL import Image, ImageDraw

    givers_height = 96 + LINE * len(chart.givers) if chart.givers else 0
    height = HEADER + CHART + MARGIN + givers_height
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(image)
    _header(pen, chart)
    _curve(pen, chart)
    if chart.givers:
        _givers(pen, chart, HEADER + CHART + MARGIN // 2)
    out = BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _header(pen: "ImageDraw", chart: Chart) -> None:
    number = font(92, bold=True)
    karma = written(chart.karma)
    pen.text((WIDTH - MARGIN, 50), karma, INK, number, anchor="ra")
    room = WIDTH - 3 * MARGIN - number.getlength(karma)
    name, shape = fitting(drawable(*chart.person), room, 54, bold=True)
    pen.text((MARGIN, 46), name, INK, shape)
    subtitle, shape = fitting(chart.words[0], room, 34)
    pen.text((MARGIN, 122), subtitle, FAINT, shape)


def _curve(pen: "ImageDraw", chart: Chart) -> None:
    left, top, right, bottom = MARGIN, HEADER, WIDTH - MARGIN, HEADER + CHART
    pen.rounded_rectangle((left, top, right, bottom), 28, PANEL)
    if len(chart.curve) < 2:
        text, shape = fitting(chart.words[2], right - left - 80, 40)
        pen.text(((left + right) / 2, (top + bottom) / 2), text, FAINT, shape, anchor="mm")
        return
    low, high = _span([value for _, value in chart.curve])
    box = (left + 40, top + 36, right - 130, bottom - 78)
    most = max(abs(low), abs(high))
    for value in sorted({low, (low + high) // 2, high}):
        y = _across(value, high, low, box[1], box[3])
        pen.line((box[0], y, box[2], y), GRID, 2)
        pen.text((box[2] + 20, y), _shorter(value, most), FAINT, font(30), anchor="lm")
    _line(pen, chart, (low, high), box)
    pen.text((box[0], bottom - 26), chart.days[0], FAINT, font(30), anchor="ls")
    pen.text((box[2], bottom - 26), chart.days[1], FAINT, font(30), anchor="rs")


def _line(pen: "ImageDraw", chart: Chart, span: tuple[int, int], box: tuple[int, int, int, int]) -> None:
    """Karma stays as it is until the day on which it changes."""
    first, last = chart.curve[0][0].toordinal(), chart.curve[-1][0].toordinal()
    steps: list[Point] = []
    for day, value in chart.curve:
        y = _across(value, span[1], span[0], box[1], box[3])
        if steps:
            steps.append((_across(day.toordinal() - 1, first, last, box[0], box[2]), steps[-1][1]))
        steps.append((_across(day.toordinal(), first, last, box[0], box[2]), y))
    pen.polygon([(box[0], box[3]), *steps, (box[2], box[3])], (92, 56, 92))
    pen.line(steps, PLUM, 7, joint="curve")
    x, y = steps[-1]
    pen.ellipse((x - 12, y - 12, x + 12, y + 12), INK, PLUM, 6)


def _givers(pen: "ImageDraw", chart: Chart, top: int) -> None:
    pen.text((MARGIN, top + 20), chart.words[1], FAINT, font(34))
    most = max(much for _, much in chart.givers)
    names, start, end = 430, MARGIN + 450, WIDTH - MARGIN - 140
    for number, (person, much) in enumerate(chart.givers):
        y = top + 96 + LINE * number + LINE // 2 - 10
        text, shape = fitting(drawable(*person), names, 34)
        pen.text((MARGIN, y), text, INK, shape, anchor="lm")
        length = max(20, (end - start) * much / most)
        pen.rounded_rectangle((start, y - 16, start + length, y + 16), 12, LEAF)
        pen.text((start + length + 16, y), f"+{_shorter(much, most)}", INK, font(34, bold=True), anchor="lm")


def _span(values: list[int]) -> tuple[int, int]:
    """From the lowest to the highest value, with room for a line in the middle."""
    low, high = min(values), max(values)
    return (low, high) if high - low >= 2 else (low - 1, high + 1)


def _across(value: float, first: float, last: float, start: float, end: float) -> float:
    return start + (end - start) * (value - first) / ((last - first) or 1)


def _shorter(value: int, most: int) -> str:
    """Short enough to stand beside a line; in thousands where others there are."""
    return written(value) if most < THOUSANDS or not value else f"{written(round(value / 1000))}k"
