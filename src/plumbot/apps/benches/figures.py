"""Figures with their spread, beside what they are held against, and how they are told."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from typing import Literal

BAR = 30


@dataclass(frozen=True)
class Spread:
    """Several runs of one thing."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, runs: Sequence[float]) -> "Spread":
        return cls(median(runs), min(runs), max(runs))


@dataclass(frozen=True)
class Figure:
    """Ours beside another way. `ratio` is ours by the other's, and `goal` says what it has to be."""

    what: str
    unit: str
    ours: Spread
    beside: str
    other: Spread
    goal: float
    better: Literal["more", "less"] = "more"
    ratio: float = field(init=False)
    met: bool = field(init=False)

    def __post_init__(self) -> None:
        ratio = self.ours.median / self.other.median if self.other.median else float("inf")
        object.__setattr__(self, "ratio", ratio)
        object.__setattr__(self, "met", ratio >= self.goal if self.better == "more" else ratio <= self.goal)


def p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1]


def p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[-1]


def told(figures: Sequence[Figure], say: Callable[[str], None], *, as_json: bool) -> None:
    if as_json:
        say(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False))
        return
    for line in _table(figures):
        say(line)
    say("")
    for line in _plot(figures):
        say(line)


def _table(figures: Sequence[Figure]) -> list[str]:
    rows = [("what", "ours", "spread", "beside", "its figure", "ratio", "goal", "")]
    for one in figures:
        sign = "≥" if one.better == "more" else "≤"
        rows.append(
            (
                f"{one.what}, {one.unit}", _short(one.ours.median), f"{_short(one.ours.least)}-{_short(one.ours.most)}",
                one.beside, _short(one.other.median), f"{one.ratio:.2f}", f"{sign} {one.goal:g}",
                "met" if one.met else "NOT MET",
            )
        )  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _plot(figures: Sequence[Figure]) -> list[str]:
    """How far each ratio is on its good side: a bar that reaches the mark meets its goal."""
    lines = [f"{'how near the goal (| is the goal)':<48}"]
    for one in figures:
        share = one.ratio / one.goal if one.better == "more" else one.goal / max(one.ratio, 1e-9)
        filled = min(2 * BAR, max(1, round(share * BAR)))
        bar = "█" * filled + " " * (2 * BAR - filled)
        lines.append(f"{one.what[:46]:<48}{bar[:BAR]}|{bar[BAR:]}".rstrip())
    return lines


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
