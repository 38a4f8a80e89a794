"""Karma through the whole house: said in the club's chat, asked for in private and in the group."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plumbot.apps import routing, wiring
from plumbot.club.places import Places
from plumbot.kit.settings import Settings
from plumbot.sandbox.options import CLUB_ID, TOKEN
from tests.support.club import Club, club

KARMA = "SELECT karma FROM profiles WHERE user_id = ?"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Club]:
    async with club(tmp_path) as running:
        yield running


async def counts(it: Club, user_id: int, karma: int) -> bool:
    async def is_so() -> bool:
        return it.asks(KARMA, user_id) == [(karma,)]

    await it.people.until(is_so, f"{user_id} has {it.asks(KARMA, user_id)}, not {karma}", None, None)
    return True


async def test_thanks_and_reactions_of_the_club_are_counted_and_shown(it: Club) -> None:
    ada, oleg, mira = it.people.ada, it.people.oleg, it.people.mira
    await ada.start()
    await ada.sees("What would you like?")  # the bot is there: before, Telegram does not keep reactions for it
    number = await ada.send("Here is how it works", chat=CLUB_ID)
    await oleg.send("Спасибо!", chat=CLUB_ID, reply_to=number)
    await mira.act("react", chat=CLUB_ID, message_id=number, emoji=["👍", "🔥"])
    assert await counts(it, ada.user_id, 12)
    await mira.act("react", chat=CLUB_ID, message_id=number, emoji=[])
    assert await counts(it, ada.user_id, 11)
    await ada.send("/stats")
    assert (await ada.sees("11 points", "Today: +2 −1"))["caption"]
    await ada.send("/why")
    assert "thanks from Oleg" in (await ada.sees("Why you have"))["text"]
    await ada.send("/top")
    first = await ada.sees("of all time", "Ada: place", "11 points")
    await ada.press("Today")
    assert (await ada.sees("won today", "+1 point"))["message_id"] == first["message_id"]


async def test_defect_4_the_author_of_a_command_is_known_too(it: Club) -> None:
    """Whatever a member writes in the club's chat, a reaction to it counts."""
    ada, mira = it.people.ada, it.people.mira
    await ada.start()
    await ada.sees("What would you like?")
    number = await ada.send("/top", chat=CLUB_ID)
    assert await mira.sees("of all time", chat=CLUB_ID)
    await mira.act("react", chat=CLUB_ID, message_id=number, emoji=["👍"])
    assert await counts(it, ada.user_id, 11)


async def test_the_group_can_ask_too(it: Club) -> None:
    await it.people.ada.send("/top", chat=CLUB_ID)
    assert await it.people.mira.sees("of all time", chat=CLUB_ID)


async def test_a_ranking_in_the_group_follows_only_whoever_asked_for_it(it: Club) -> None:
    ada, mira = it.people.ada, it.people.mira
    await ada.send("/top", chat=CLUB_ID)
    answer = await mira.sees("of all time", "Ada", chat=CLUB_ID)
    told = await mira.is_told(await mira.press("Week", on=answer, chat=CLUB_ID))
    assert "Ada" in told
    assert "/top" in told
    await it.settles()
    assert await mira.sees("of all time", "Ada:", chat=CLUB_ID)
    await ada.press("Week", on=answer, chat=CLUB_ID)
    assert await mira.sees("in 7 days", "Ada", chat=CLUB_ID)


async def test_a_guest_is_told_that_it_is_for_members(it: Club) -> None:
    await it.people.nina.start()
    await it.people.nina.send("/stats")
    assert await it.people.nina.sees("for members of the club")


async def test_karma_that_is_switched_off_is_nowhere(tmp_path: Path) -> None:
    async with club(tmp_path, PLUM_FEATURES__KARMA="off") as it:
        ada, oleg = it.people.ada, it.people.oleg
        number = await ada.send("Here is how it works", chat=CLUB_ID)
        await oleg.send("Спасибо!", chat=CLUB_ID, reply_to=number)
        await ada.start()
        await ada.send("/stats")
        assert await ada.sees("I do not know the command /stats")
        await it.settles()
        assert it.asks(KARMA, ada.user_id) == [(10,)]


async def test_a_feature_that_is_off_has_neither_commands_nor_observers_nor_routers(sqlite_url: str) -> None:
    def told(**more: str) -> Settings:
        return Settings({"PLUM_TELEGRAM__TOKEN": TOKEN, "PLUM_DATABASE__URL": sqlite_url, **more})

    names: list[set[str]] = []
    observers: list[int] = []
    for settings in (told(), told(PLUM_FEATURES__KARMA="off")):
        container = wiring.build(settings)
        await wiring.connect(container)
        names.append({command.name for command in (await container.get(Places)).commands})
        observers.append(len(await wiring.observers(container)))
        await container.close()
    assert {"stats", "why", "top"} <= names[0]
    assert not {"stats", "why", "top"} & names[1]
    assert observers[0] - observers[1] == 1
    off = told(PLUM_FEATURES__KARMA="off")
    assert "karma" not in {router.name for router in routing.routers(off.features.enabled)}
