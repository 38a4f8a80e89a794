"""The club chat as a place: it moves, has topics, and another program may take the bot's updates."""

import asyncio
from contextlib import suppress
from pathlib import Path

from plumbot.sandbox import admins
from plumbot.sandbox.options import CLUB_ID
from tests.journeys.ways import RUSSIAN, apply, get_link
from tests.support.club import Club, club

SMALL = -77


async def test_when_the_group_becomes_a_supergroup_the_bot_follows_and_people_get_in_there(tmp_path: Path) -> None:
    async with club(tmp_path, started=False, PLUM_CLUB__CHAT_ID=str(SMALL)) as it:
        nina, ada = it.people.nina, it.people.ada
        it.has_group(SMALL, "Small club", ada, kind="group")
        await it.start()
        await apply(nina)
        await it.settles()
        new = admins.upgrade(it.sandbox.world, SMALL).id
        it.sandbox.world.commit()
        await ada.sees("became a supergroup", str(new))
        await ada.press("Approve")
        await nina.press("I accept the rules")
        seen = await nina.sees("t.me/+")
        url = next(one["url"] for row in seen["buttons"] for one in row if "t.me/+" in one.get("url", ""))
        await nina.follow(url)
        await nina.comes_in(new)
        await nina.sees("Welcome")
        await it.settles()
        await it.restart()
        await nina.act("leave", chat=new)
        await nina.sees("[Join the club]")


async def test_in_a_forum_answers_go_to_the_topic_of_the_question(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        mira, oleg = it.people.mira, it.people.oleg
        thread = (await oleg.act("admin_topic", chat=CLUB_ID, name="Questions"))["thread"]
        await mira.send("/join", chat=CLUB_ID, thread=thread)
        answer = await mira.sees("private", chat=CLUB_ID)
        assert answer["message_thread_id"] == thread


async def test_a_command_in_a_topic_is_no_answer_to_whoever_made_the_topic(tmp_path: Path) -> None:
    """In a forum every message looks like a reply to the topic's creation."""
    async with club(tmp_path) as it:
        ada, oleg = it.people.ada, it.people.oleg
        thread = (await oleg.act("admin_topic", chat=CLUB_ID, name="Questions"))["thread"]
        await ada.send("/blacklist", chat=CLUB_ID, thread=thread)
        answer = await ada.sees("Say who is meant", chat=CLUB_ID)
        assert answer["message_thread_id"] == thread
        assert it.asks("SELECT count(*) FROM blacklist") == [(0,)]


async def test_a_command_is_heard_when_it_names_this_bot_and_not_when_it_names_another(tmp_path: Path) -> None:
    """So do people's clients write commands in groups."""
    async with club(tmp_path) as it:
        mira, ada = it.people.mira, it.people.ada
        await mira.send("/join@another_bot", chat=CLUB_ID)
        await mira.send("/join@plum_sandbox_bot", chat=CLUB_ID)
        await mira.sees("private", chat=CLUB_ID)
        await ada.send("/help@plum_sandbox_bot")
        await ada.sees("What I can do")
        await it.settles()
        assert it.asks("SELECT count(*) FROM inbox WHERE attempts > 0") == [(0,)]
        answers = [message for message in await mira.messages(CLUB_ID) if message["from"]["is_bot"]]
        assert len(answers) == 1


async def another_program(it: Club) -> None:
    """Asks for updates with the same token, without end; what it gets it throws away."""
    while True:
        await it.as_bot("getUpdates", timeout=30)
        await asyncio.sleep(0.05)


async def test_when_somebody_else_takes_the_updates_the_owner_is_told_what_to_do(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.people.oleg.start()
        await it.settles()
        thief = asyncio.create_task(another_program(it))
        try:
            await it.people.oleg.sees("409", "@BotFather")
        finally:
            thief.cancel()
            with suppress(asyncio.CancelledError):
                await thief
        await it.people.nina.follow(await get_link(it.people.nina, it.people.ada))
        await it.people.nina.comes_in()


async def test_a_chosen_language_outlives_a_restart_and_is_used_for_everything(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await nina.start()
        await nina.send("/language")
        await nina.press("Русский")
        await nina.sees("✓ Русский")
        await it.settles()
        await it.restart()
        await apply(nina, language="ru")
        await ada.press("Approve")
        await nina.sees(f"[{RUSSIAN('I accept the rules')}]")
