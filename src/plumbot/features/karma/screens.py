"""What members see of karma."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from markupsafe import Markup

from plumbot.club.permissions import Permission
from plumbot.club.places import Command, Places
from plumbot.features.karma.picture import Chart, draw
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, Photo, as_code, rows, screen
from plumbot.kit.texts import Texts

LONGEST_REASON = 200
PERIOD_NAMES = {"all": N_("All time"), "month": N_("Month"), "week": N_("Week"), "today": N_("Today")}
TOP_TITLES = {
    "all": N_("<b>The most karma of all time</b>"),
    "month": N_("<b>The most karma won in 30 days</b>"),
    "week": N_("<b>The most karma won in 7 days</b>"),
    "today": N_("<b>The most karma won today</b>"),
}
STATS_LINES = {"today": N_("Today"), "week": N_("7 days"), "month": N_("30 days"), "all": N_("In all")}


@dataclass(frozen=True)
class ShowTop(Callback, prefix="top"):
    """The ranking of another period, for the person who asked for it."""

    period: str
    user_id: int


def add_to(places: Places) -> None:
    places.commands += [
        Command("stats", N_("My karma: how much, when, from whom"), Permission.MEMBER, in_group=True),
        Command("why", N_("The last changes of my karma"), Permission.MEMBER, in_group=True),
        Command("top", N_("Who has the most karma"), Permission.MEMBER, in_group=True),
    ]


def points(t: Texts, n: int, *, signed: bool = False) -> Markup:
    """“+21 points”: the form goes by the number without its sign."""
    sign = "−" if n < 0 else "+" if signed and n else ""
    return t.plural("{sign}{n} point", "{sign}{n} points", abs(n), sign=sign)


@screen("karma.stats")
def stats(
    t: Texts,
    *,
    user_id: int,
    name: str,
    username: str | None,
    karma: int,
    place: int,
    sums: Mapping[str, Sequence[int]],
    curve: Sequence[Sequence[Any]],
    givers: Sequence[Sequence[Any]],
) -> Message:
    """`givers` are [id, name, @name or None, how much]; where the font lacks a name, the picture has the next best."""
    lines = [
        t("{period}: +{plus} −{minus}", period=t(title), plus=sums[period][0], minus=sums[period][1])
        for period, title in STATS_LINES.items()
    ]
    parts = [
        t("{name}: <b>{points}</b>, place {place}", name=as_code(name), points=points(t, karma), place=place),
        Markup("\n").join(lines),
        t("/why shows the last changes, /top who has most."),
    ]
    words = (t.plain("Karma over time"), t.plain("Who gave most"), t.plain("Nothing has changed yet."))
    drawn = tuple((date.fromisoformat(day), value) for day, value in curve)
    ends = (day_text(drawn[0][0]), day_text(drawn[-1][0])) if drawn else ("", "")
    gifts = tuple(((called, _second_name(account, who)), much) for who, called, account, much in givers)
    chart = Chart((name, _second_name(username, user_id)), karma, words, drawn, gifts, ends)
    return Message(Markup("\n\n").join(parts), photo=Photo(chart.key, partial(draw, chart)))


def _second_name(username: str | None, user_id: int) -> str:
    return f"@{username}" if username else str(user_id)


@screen("karma.why")
def why(t: Texts, *, karma: int, changes: Sequence[Mapping[str, Any]]) -> Message:
    title = t("<b>Why you have {points}</b>", points=points(t, karma))
    if not changes:
        hint = t("Nothing has changed yet. Karma comes when others answer your messages with thanks, or react to them.")
        return Message(Markup("\n\n").join([title, hint]))
    return Message(Markup("\n\n").join([title, Markup("\n").join(change_text(t, one) for one in changes)]))


def change_text(t: Texts, change: Mapping[str, Any]) -> Markup:
    amount = points(t, change["delta"], signed=True)
    at = Markup("{}").format(moment_text(datetime.fromisoformat(change["at"])))
    if change["link"]:  # leads to the message
        at = Markup('<a href="{}">{}</a>').format(change["link"], at)
    return Markup(", ").join([t("{at} – <b>{points}</b>", at=at, points=amount), _cause(t, change)])


def _cause(t: Texts, change: Mapping[str, Any]) -> Markup:
    kind, who = change["kind"], change["who"]
    if kind == "other":
        reason = change["reason"] or ""
        return t("by an admin: {reason}", reason=as_code(cut(reason, LONGEST_REASON))) if reason else t("by an admin")
    given = change["delta"] > 0
    if kind == "thanks":
        return t("thanks from {who}", who=as_code(who)) if who else t("thanks")
    if given:
        return t("a reaction of {who}", who=as_code(who)) if who else t("a reaction")
    return t("{who} reacted otherwise", who=as_code(who)) if who else t("a reaction was taken back or negative")


@screen("karma.top")
def top(
    t: Texts, *, period: str, ranks: Sequence[Sequence[Any]], user_id: int, name: str, own: Sequence[int]
) -> Message:
    """Names stand in <code>, so that nobody is pinged. `user_id`, `name` and `own` are of the person who asked."""
    signed = period != "all"
    lines = [
        t("{place}. {name} – {points}", place=place, name=as_code(who), points=points(t, much, signed=signed))
        for place, (who, much) in enumerate(ranks, 1)
    ]
    listed = Markup("\n").join(lines) if lines else t("Nobody yet.")
    buttons = [
        Button(f"✓ {t.plain(title)}" if each == period else t.plain(title), ShowTop(each, user_id).pack())
        for each, title in PERIOD_NAMES.items()
    ]
    place, much = own
    amount = points(t, much, signed=signed)
    mine = (
        t("{name}: place {place}, {points}", name=as_code(name), place=place, points=amount)
        if place
        else t("{name}: {points}", name=as_code(name), points=amount)
    )
    return Message(Markup("\n\n").join([t(TOP_TITLES[period]), listed, mine]), rows(*buttons, width=2))


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def day_text(day: date) -> str:
    return day.strftime("%d.%m.%Y")


def moment_text(moment: datetime) -> str:
    return moment.strftime("%d.%m %H:%M")
