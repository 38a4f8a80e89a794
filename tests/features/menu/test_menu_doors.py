"""The menu as people meet it: pressed and typed through the whole house, against the sandbox's Telegram."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.menu import screens
from plumbot.kit.texts import Texts
from plumbot.sandbox import files, objects, people
from plumbot.sandbox.options import CLUB_ID
from tests.support.club import Club, club
from tests.support.phones import Phone

Json = dict[str, Any]
T = TypeVar("T")


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Club]:
    async with club(tmp_path) as running:
        yield running


async def becomes(look: Callable[[], Awaitable[T]], as_wanted: Callable[[T], bool]) -> bool:
    """Looks again until it is so; False when it is not in ten seconds."""
    for _ in range(200):
        if as_wanted(await look()):
            return True
        await asyncio.sleep(0.05)
    return False


def words_of(message: Json) -> list[str]:
    return [button["text"] for row in message["buttons"] for button in row]


async def bot_says(it: Club, chat: int, text: str, *labels_and_data: tuple[str, str]) -> None:
    """A message such as another bot, or an earlier version of this one, has left in a chat."""
    buttons = [[{"text": label, "callback_data": data}] for label, data in labels_and_data]
    body = {"chat_id": chat, "text": text, "reply_markup": {"inline_keyboard": buttons}}
    async with aiohttp.ClientSession() as http, http.post(f"{it.sandbox.bot_url}/sendMessage", json=body) as done:
        assert done.status == 200


async def menus(phone: Phone) -> list[Json]:
    return [message for message in await phone.messages() if message["caption"]]


async def test_a_guest_walks_through_all_pages_in_one_message(it: Club) -> None:
    nina = it.people.nina
    await nina.start()
    home = await nina.sees("Begin with the rules")
    assert words_of(home) == ["Rules", "Help", "Join the club", "Club info"]
    for label, seen in [("Rules", "Read the rules"), ("Help", "/language"), ("Club info", "How to join")]:
        await nina.press(label)
        page = await nina.sees(seen)
        assert page["message_id"] == home["message_id"]
        await nina.press("Back")
        await nina.sees("Begin with the rules")
    assert len(await menus(nina)) == 1


async def test_a_member_gets_the_members_menu_with_settings(it: Club) -> None:
    mira = it.people.mira
    await mira.start()
    home = await mira.sees("Настройки")  # her Telegram speaks Russian
    assert "Вступить в клуб" not in words_of(home)


async def test_the_language_is_chosen_once_and_outlives_a_restart(it: Club) -> None:
    """The old bot kept it in memory and forgot it at each start (a defect without a number)."""
    nina = it.people.nina
    await nina.start()
    await nina.sees("Begin with the rules")
    await nina.send("/language")
    await nina.sees("✓ English")
    await nina.press("Русский")
    await nina.sees("✓ Русский")
    await it.settles()
    await it.stop()
    await it.start()
    await nina.send("/language")
    page = await nina.sees("✓ Русский")
    assert (await menus(nina))[-1]["message_id"] == page["message_id"]
    assert len(await menus(nina)) == 1


async def test_what_is_already_there_speaks_the_new_language_too(it: Club) -> None:
    """Also where the next press changes nothing but the words."""
    nina = it.people.nina
    await nina.send("/help")
    said = await nina.sees("What I can do", "[Menu]")
    await nina.start("join")
    form = await nina.sees("How would you like to fill it in?")
    await nina.send("/language")
    await nina.press("Русский")
    help_, question = Texts("ru").plain("<b>What I can do</b>"), Texts("ru").plain("How would you like to fill it in?")
    assert (await nina.sees(help_.replace("<b>", "").replace("</b>", "")))["message_id"] == said["message_id"]
    assert (await nina.sees(question))["message_id"] == form["message_id"]
    await nina.sees_no("How would you like to fill it in?")


async def test_a_second_start_brings_the_menu_to_the_bottom_and_removes_the_old_one(it: Club) -> None:
    nina = it.people.nina
    await nina.start()
    first = await nina.sees("Begin with the rules")
    await nina.send("/menu")
    await nina.send("/start something-unknown")
    await it.settles()
    last = await nina.sees("Begin with the rules")
    assert last["message_id"] > first["message_id"]
    assert await becomes(lambda: menus(nina), lambda found: len(found) == 1)


async def test_help_tells_each_role_its_own_commands(it: Club) -> None:
    await it.people.nina.send("/help")
    guest = await it.people.nina.sees("What I can do")
    await it.people.oleg.send("/help")
    owner = await it.people.oleg.sees("/admin_add")
    await it.people.mira.send("/help")
    member = await it.people.mira.sees("/top")
    assert "/join" in guest["text"]
    assert not any(command in guest["text"] for command in ("/top", "/away", "/admin_add"))
    assert not any(command in member["text"] for command in ("/join", "/away", "/admin_add"))
    assert all(command in owner["text"] for command in ("/top", "/away", "/weekly_digest"))
    assert "/join" not in owner["text"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("hello?", "I did not understand that"),
        ("/hepl", "Did you mean /help?"),
        ("/xyzzy", "/help lists what I can do"),
    ],
)
async def test_what_is_not_understood_in_private_is_answered_with_a_way_on(it: Club, text: str, answer: str) -> None:
    nina = it.people.nina
    await nina.send(text)
    await nina.sees(answer)
    await nina.press("Menu")
    await nina.sees("Begin with the rules")


async def test_plain_talk_in_the_club_is_never_answered_and_start_only_with_the_way_out(it: Club) -> None:
    mira = it.people.mira
    before = {message["message_id"] for message in await mira.messages(CLUB_ID)}
    await mira.send("hello, bot? /nonsense", chat=CLUB_ID)
    await mira.send("/unknown_command", chat=CLUB_ID)
    await mira.send("/start", chat=CLUB_ID)
    answer = await mira.sees("private chat", chat=CLUB_ID)
    assert answer["buttons"][0][0]["url"].endswith("?start=menu")
    new = [message for message in await mira.messages(CLUB_ID) if message["message_id"] not in before]
    assert [message["from"]["is_bot"] for message in new] == [False, False, False, True]


async def test_a_button_nobody_knows_brings_the_persons_present_screen(it: Club) -> None:
    nina = it.people.nina
    await nina.start()
    await nina.sees("Begin with the rules")
    await bot_says(it, nina.user_id, "From the old bot", ("Old button", "old_bot_menu_open"))
    await nina.press("Old button")
    await nina.sees_no("From the old bot")
    await nina.sees("Begin with the rules")


async def test_a_button_nobody_knows_in_the_club_sends_nothing_there(it: Club) -> None:
    mira = it.people.mira
    await bot_says(it, CLUB_ID, "From the old bot", ("Old button", "old"))
    before = len(await mira.messages(CLUB_ID))
    await mira.press("Old button", chat=CLUB_ID)
    await it.settles()
    await mira.send("/start", chat=CLUB_ID)
    await mira.sees("private chat", chat=CLUB_ID)
    assert len(await mira.messages(CLUB_ID)) == before + 2


async def test_an_admins_picture_is_answered_with_its_file_id_and_a_guests_is_not(it: Club) -> None:
    world = it.sandbox.world
    stored = files.store(world, "photo", screens.picture().load(), "a.png", "image/png", {}, by_person=True)
    for phone in (it.people.ada, it.people.nina):
        people.write(world, world.person(phone.user_id), phone.user_id, media=objects.media(stored))
    world.commit()
    await it.people.ada.sees("file_id of this picture", stored.file_id[:20])
    await it.people.nina.sees("I did not understand that")


async def test_blocking_the_bot_is_remembered_until_it_is_unblocked(it: Club) -> None:
    async def reachable() -> bool:
        with Session(create_engine(it.database_url)) as session:
            return bool(session.scalar(select(Profile.reachable).where(Profile.user_id == it.people.nina.user_id)))

    await it.people.nina.start()
    assert await becomes(reachable, lambda can: can)
    await it.people.nina.act("block")
    assert await becomes(reachable, lambda can: not can)
    await it.people.nina.act("block", on=False)
    assert await becomes(reachable, lambda can: can)


async def test_a_button_nobody_knows_brings_up_what_is_under_way(it: Club) -> None:
    nina = it.people.nina
    await nina.start()
    await nina.press("Join the club")
    await bot_says(it, nina.user_id, "From the old bot", ("Old button", "old_bot_menu_open"))
    old = await nina.sees("Old button")
    await nina.press("Old button")

    async def below() -> list[Json]:
        return [message for message in await nina.messages() if message["message_id"] > old["message_id"]]

    assert await becomes(below, lambda messages: any("Step by step" in words_of(message) for message in messages))


async def test_start_in_the_middle_of_a_dialogue_ends_it(it: Club) -> None:
    nina = it.people.nina
    await nina.start()
    await nina.press("Join the club")
    await nina.sees("Step by step")
    await nina.send("/menu")
    await nina.send("hello")
    await nina.sees("I did not understand that")
