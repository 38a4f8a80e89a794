"""What a member sees of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from plumbot.club.permissions import Permission
from plumbot.club.places import Command, MenuEntry, Places, Preference
from plumbot.features.profile.card import Card, draw
from plumbot.features.profile.rules import names_to_try
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, Photo, rows, screen
from plumbot.kit.texts import Texts

LONGEST_NAME = 64
HOME = "menu:home"  # where Back leads; the menu knows it by this


@dataclass(frozen=True)
class OpenProfile(Callback, prefix="me"):
    """One's own profile."""


def add_to(places: Places) -> None:
    places.menu.append(MenuEntry(5, N_("Profile"), OpenProfile().pack(), member=True))
    places.commands.append(Command("profile", N_("My place, karma and card"), Permission.MEMBER))


def add_transcribing_to(places: Places) -> None:
    """Only where speech becomes text."""
    wish = Preference(30, "transcribe", N_("Do not transcribe my messages"), ticked_when=False)
    places.preferences.append(wish)


@screen("profile.about")
def about(
    t: Texts,
    *,
    user_id: int,
    name: str,
    username: str | None,
    since: str | None,
    card: bool,
    karma: int | None = None,
    place: int | None = None,
    trend: Sequence[int] = (),
) -> Message:
    """`trend` is karma day by day, the last value being today's."""
    shown = Markup("<b>{}</b>").format(_cut(name) or (f"@{username}" if username else user_id))
    lines = [Markup("{} · @{}").format(shown, username) if username and name else shown, ""]
    if karma is not None:
        lines.append(t("Karma: {points}", points=points(t, karma)))
    if place is not None:
        lines.append(t("Place in the club: {place}", place=place))
    if len(trend) > 1:
        lines.append(t("In 30 days: {points}", points=points(t, trend[-1] - trend[0], signed=True)))
    if since:
        lines.append(t("In the club since {date}", date=_day(since)))
    photo = _picture(t, names_to_try(name, username, user_id), since, karma, place, trend) if card else None
    return Message(Markup("\n").join(lines).rstrip(), rows(Button(t.plain("Back"), HOME)), photo)


def points(t: Texts, n: int, *, signed: bool = False) -> Markup:
    """The form goes by the number without its sign."""
    sign = "−" if n < 0 else "+" if signed and n else ""
    return t.plural("{sign}{n} point", "{sign}{n} points", abs(n), sign=sign)


def _picture(
    t: Texts,
    names: Sequence[str],
    since: str | None,
    karma: int | None,
    place: int | None,
    trend: Sequence[int],
) -> Photo:
    drawn = Card(
        names=tuple(names),
        subtitle=t.plain("In the club since {date}", date=_day(since)) if since else "",
        karma=(t.plain("Karma"), karma) if karma is not None else None,
        place=(t.plain("Place"), place) if place is not None else None,
        trend=tuple(trend),
        trend_title=t.plain("30 days"),
    )
    return Photo(drawn.key, partial(draw, drawn))


def _day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d.%m.%Y")


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
