"""How quickly a whole club gets its digest, beside what Telegram allows."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise

from sqlalchemy import Date, Engine, create_engine, delete, insert, literal, select
from sqlalchemy.orm import Session

from plumbot.apps.benches import crowd
from plumbot.apps.benches.children import running, until
from plumbot.apps.benches.figures import Figure, Spread
from plumbot.apps.benches.scratch import scratch, sqlite_in
from plumbot.apps.benches.telegram import A_SECOND, Telegram, telegram
from plumbot.club.tables import Profile
from plumbot.features.digest.rules import told_day
from plumbot.features.karma.repository import plain
from plumbot.features.karma.tables import KarmaDay
from plumbot.kit.timers import Firing

GOAL = 0.9
WINDOW = 100  # the spread is that of so many digests each
PATIENCE = 2  # times as long as Telegram's limit makes it last, and a minute


async def figures(members: int, progress: Callable[[str, int, int], None]) -> list[Figure]:
    """A bot that starts a moment after the hour of the digest, and a Telegram that refuses what comes too quickly."""
    with scratch() as folder:
        url = sqlite_in(folder)
        async with telegram() as it, running("run", url, it.url, folder):
            await until(
                lambda: "setMyCommands" in it.asked
            )  # the first start tells everybody the commands: to nobody yet
        crowd.fill(url, members, progress)
        hour = datetime.now(UTC).time().replace(second=0, microsecond=0)
        engine = create_engine(url)
        _let_it_be_good(engine, told_day(datetime.now(UTC).date(), hour))
        engine.dispose()
        at = {"PLUM_DIGEST__TIME": f"{hour:%H:%M}"}
        async with telegram(strict=True) as it, running("run", url, it.url, folder, **at):
            await until(lambda: len(told_of(it)) >= members, 60 + PATIENCE * members / A_SECOND)
    return held_against(told_of(it), it.refused, members)


def _let_it_be_good(engine: Engine, day: date) -> None:
    """Everybody was thanked once on this day, and its digest has not been told."""
    thanked = select(Profile.user_id, literal(day, Date), literal(1), literal(0))
    with Session(engine) as session, session.begin():
        session.execute(insert(plain(KarmaDay)).from_select(["user_id", "day", "plus", "minus"], thanked))
        session.execute(delete(Firing).where(Firing.name == "digest.daily"))


def told_of(it: Telegram) -> list[float]:
    """When each member was told, the first time; in order."""
    moments: dict[int, float] = {}
    for moment, chat in it.taken:
        moments.setdefault(chat, moment)
    return sorted(moments.values())


def held_against(moments: Sequence[float], refused: int, members: int) -> list[Figure]:
    rate = (len(moments) - 1) / (moments[-1] - moments[0])
    windows = [WINDOW / (last - first) for first, last in pairwise(moments[::WINDOW])] or [rate]
    share = len(moments) / (len(moments) + refused)
    return [
        Figure(
            f"digest to {members:,}", "a second", Spread(rate, min(windows), max(windows)), "Telegram's limit",
            Spread.of([A_SECOND]), GOAL,
        ),
        Figure("of these not refused by 429", "share", Spread.of([share]), "all", Spread.of([1.0]), 1.0),
    ]  # fmt: skip
