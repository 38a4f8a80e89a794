"""What the digests say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from plumbot.club.permissions import Permission
from plumbot.club.places import Command, Places, Preference
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, as_code, rows, screen
from plumbot.kit.texts import Texts

LONGEST_NAME = 64


@dataclass(frozen=True)
class WishDigest(Callback, prefix="dig"):
    """1: I want the daily digest; 0: I do not."""

    wanted: int


@dataclass(frozen=True)
class SwitchWeekly(Callback, prefix="week"):
    """1: the club's chat gets the weekly digest; 0: it does not."""

    on: int


def add_to(places: Places) -> None:
    places.preferences.append(Preference(20, "digest", N_("Daily digest of my karma")))
    text = N_("The weekly digest in the club's chat: on or off")
    places.commands.append(Command("weekly_digest", text, Permission.ADMIN))


@screen("digest.daily")
def daily(t: Texts, *, day: str, plus: int, minus: int, karma: int, place: int) -> Message:
    parts = [
        t("<b>Your karma on {date}</b>", date=_day(day)),
        t("Changes: +{plus} −{minus}", plus=plus, minus=minus),
        t("Now: {points}, place {place} in the club", points=points(t, karma), place=place),
    ]
    stop = Button(t.plain("Do not send this any more"), WishDigest(0).pack())
    return Message(Markup("\n").join(parts), rows(stop))


@screen("digest.wish")
def wish(t: Texts, *, wanted: bool) -> Message:
    if wanted:
        text = t("You get the daily digest again, whenever your karma has changed.")
        return Message(text, rows(Button(t.plain("Do not send this any more"), WishDigest(0).pack())))
    text = t("You get no daily digest any more. It can be switched on again here or in Settings.")
    return Message(text, rows(Button(t.plain("Send it again"), WishDigest(1).pack())))


@screen("digest.club")
def club(t: Texts, *, on: bool) -> Message:
    """For admins: the switch of the weekly digest."""
    parts = [
        t("<b>The club's weekly digest</b>"),
        t("At the end of each week the club's chat reads who was thanked most and who is new."),
        t("It is on.") if on else t("It is off."),
    ]
    button = Button(t.plain("Switch it off") if on else t.plain("Switch it on"), SwitchWeekly(int(not on)).pack())
    return Message(Markup("\n\n").join(parts), rows(button))


@screen("digest.weekly")
def weekly(
    t: Texts,
    *,
    first: str,
    last: str,
    movers: Sequence[Sequence[str | int]],
    newcomers: Sequence[str],
    newcomer_count: int,
) -> Message:
    """`movers` are [name, gain] pairs; of the newcomers only the first are named."""
    parts = [t("<b>The club's week, {first} – {last}</b>", first=_day(first), last=_day(last))]
    if movers:
        lines = [
            Markup("{}. {}: {}").format(place, as_code(_cut(str(name))), points(t, int(gain), signed=True))
            for place, (name, gain) in enumerate(movers, 1)
        ]
        parts.append(Markup("\n").join([t("Most thanked:"), *lines]))
    if newcomer_count:
        names = Markup(", ").join(as_code(_cut(name)) for name in newcomers)
        more = newcomer_count - len(newcomers)
        named = t("{names} and {more} more", names=names, more=more) if more > 0 else Markup("{}").format(names)
        title = t.plural("{n} newcomer:", "{n} newcomers:", newcomer_count)
        parts.append(Markup("{} {}").format(title, named))
    return Message(Markup("\n\n").join(parts))


def points(t: Texts, n: int, *, signed: bool = False) -> Markup:
    """The form goes by the number without its sign."""
    sign = "−" if n < 0 else "+" if signed and n else ""
    return t.plural("{sign}{n} point", "{sign}{n} points", abs(n), sign=sign)


def _day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d.%m.%Y")


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
