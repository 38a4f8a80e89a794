"""/mydata and /forget through the whole house."""

import json
from pathlib import Path

from plumbot.sandbox import files
from plumbot.sandbox.options import CLUB_ID
from tests.journeys.ways import RUSSIAN, SLUG, apply, card_of, get_in, get_link
from tests.support.club import Club, club
from tests.support.phones import Json, Phone


async def document_of(it: Club, person: Phone) -> Json:
    await person.send("/mydata")
    message = await person.sees("all that I keep about you")
    world = it.sandbox.world
    found = world.files.get(message["document"]["url"].rpartition("/")[2])
    assert found is not None
    content: Json = json.loads(files.content(world, found).read_bytes())
    return content


async def test_mydata_is_a_file_with_everything_about_oneself(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await apply(nina)
        content = await document_of(it, nina)
        assert content["user_id"] == 1001
        assert content["person"]["profile"]["first_name"] == "Nina"
        assert content["applications"][0]["slug"] == SLUG
        assert "1003" not in json.dumps(content)
        stored = it.asks('SELECT "values" FROM outbox WHERE screen = ?', "privacy.document")
        assert stored == [('{"user_id":1001}',)]


async def test_forgetting_takes_the_application_from_admins_and_says_farewell_in_ones_language(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        vera = await it.people.newcomer("Verochka", "ru")
        await apply(vera, language="ru")
        await it.people.ada.sees(SLUG)
        await vera.send("/forget")
        await vera.press("Стереть мои данные")
        await vera.sees("Прощайте")
        await it.people.ada.sees("erased at their own request")
        await it.people.ada.sees_no(SLUG)
        await it.settles()
        assert it.asks("SELECT count(*) FROM profiles WHERE user_id = ?", vera.user_id) == [(0,)]
        assert it.asks("SELECT user_id, slug, status FROM applications") == [(0, "", "withdrawn")]
        await vera.start()
        await vera.sees("Verochka")


async def test_nothing_is_erased_by_cancel_nor_of_members_and_admins(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, mira, ada, oleg = it.people.nina, it.people.mira, it.people.ada, it.people.oleg
        await nina.send("/forget")
        await nina.press("Cancel")
        await nina.sees("Nothing was erased")
        await mira.send("/forget")
        await mira.sees("Сначала выйдите из чата")
        await ada.send("/forget")
        await ada.sees("Ask the main admin")
        await oleg.send("/forget")
        await oleg.sees("PLUM_CLUB__OWNER_ID")
        await mira.send("/mydata", chat=CLUB_ID)
        await mira.sees("in our private chat", chat=CLUB_ID)
        assert it.asks("SELECT count(*) FROM profiles WHERE user_id IN (1001, 1002, 1003, 1004)") == [(4,)]


async def test_a_member_who_has_left_can_be_forgotten(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        mira = it.people.mira
        await mira.act("leave", chat=CLUB_ID)
        await it.settles()
        await mira.send("/forget")
        question = await mira.sees("[Стереть мои данные]")
        await mira.press("Стереть мои данные", on=question)
        await mira.sees("Прощайте")
        await it.settles()
        assert it.asks("SELECT count(*) FROM profiles WHERE user_id = 1002") == [(0,)]
        assert it.asks("SELECT count(*) FROM karma_events WHERE 1002 IN (user_id, actor_id)") == [(0,)]


async def test_the_personal_link_of_a_forgotten_person_works_for_nobody(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, boris = it.people.nina, it.people.boris
        link = await get_link(nina, it.people.ada)
        await nina.send("/forget")
        await nina.press("Erase my data")
        await nina.sees("Farewell")
        await it.settles()
        assert it.asks("SELECT user_id, status FROM invites") == [(0, "revoked")]
        assert it.asks("SELECT count(*) FROM inbox WHERE status = 'dead'") == [(0,)]
        for person in (nina, boris):
            await person.follow(link)
            await it.settles()
            assert not await person.inside()


async def everywhere(it: Club, *words: str) -> list[str]:
    """Where one of the words still stands: rows of the outbox, and what the bot has written to anybody."""
    rows = it.asks('SELECT screen, key || "values" FROM outbox')
    people = [person for (person,) in it.asks("SELECT user_id FROM profiles")]
    found = [screen for screen, content in rows if any(word in content for word in words)]
    for chat in [*people, CLUB_ID]:
        messages = await it.people.phone(1003).messages(CLUB_ID) if chat == CLUB_ID else await _own(it, chat)
        by_bot = [m for m in messages if m["from"] and m["from"]["is_bot"]]
        found += [str(chat) for m in by_bot if any(word in f"{m['text']}{m['caption']}" for word in words)]
    return found


async def _own(it: Club, user_id: int) -> list[Json]:
    return await it.people.phone(user_id).messages()


async def test_after_forget_nobody_reads_the_name_the_username_or_the_slug_anywhere(tmp_path: Path) -> None:
    """Denied by typed words, corrected, let in, ranked, digested, asked about, gone: every message about the person."""
    slug = "zina-wexley-Harvard-CSE-77-3-21"
    async with club(tmp_path) as it:
        zina, ada, mira, oleg = await it.people.newcomer("Zinaida"), it.people.ada, it.people.mira, it.people.oleg
        await zina.send("hello, may I ask something")
        await apply(zina, slug)
        await ada.press("Deny", on=await card_of(ada, slug))
        await ada.press("In my own words")
        await ada.send("Not now")
        await ada.sees("Denied: Zinaida")
        it.passes(hours=25)
        await get_in(zina, ada, slug)
        for command in ("/top", "/stats", "/whoami"):
            await zina.send(command, chat=CLUB_ID)
        wrote = await zina.send("a good word", chat=CLUB_ID)
        await it.settles()
        await mira.send("спасибо", chat=CLUB_ID, reply_to=wrote)
        await zina.send("спасибо", chat=CLUB_ID, reply_to=await mira.send("and another", chat=CLUB_ID))
        await it.settles()
        for person, command in ((mira, "/why"), (mira, "/top"), (ada, "/whoami @zinaida"), (mira, "/stats")):
            await person.send(command)
        await it.settles()
        await zina.act("leave", chat=CLUB_ID)
        await it.settles()
        await oleg.send(f"/blacklist {zina.user_id} spam")
        await oleg.send(f"/unblacklist {zina.user_id}")
        await it.settles()
        before = await everywhere(it, "Zinaida", "zinaida", slug)
        assert {"applications.told", "applications.card", "karma.top", "karma.why", "blacklist.removed"} <= set(before)
        await zina.send("/forget")
        await zina.press("Erase my data")
        await zina.sees("Farewell")
        await it.settles()
        assert await everywhere(it, "Zinaida", "zinaida", slug) == []


async def test_who_was_just_rejected_does_not_get_round_the_wait_by_being_forgotten(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        await ada.press("Deny", on=await card_of(ada))
        await ada.press("No reason")
        await nina.sees("rejected")
        for _ in range(2):
            await nina.send("/forget")
            await nina.sees("until you may apply again")
            await nina.press("Erase my data")
            await nina.sees("Farewell")
            await it.settles()
            assert it.asks("SELECT name FROM switches WHERE name LIKE 'cooldown.%'") == [("cooldown.1001",)]
            asked = await nina.send("/join")
            await nina.sees("You can apply again after", after=asked)
            await it.settles()
        it.passes(hours=25)
        await apply(nina)
        await it.people.ada.sees(SLUG, "[Approve]")


async def test_an_admin_of_old_who_is_forgotten_is_no_longer_named_on_cards(tmp_path: Path) -> None:
    async with club(tmp_path, PLUM_CLUB__ADMIN_IDS="") as it:
        boris, oleg = it.people.boris, it.people.oleg
        await boris.start()
        await it.settles()
        await oleg.send("/admin_add 1005")
        await boris.sees("You are an admin")
        await apply(it.people.nina)
        await boris.press("Deny", on=await card_of(boris))
        await boris.press("No reason")
        await oleg.sees(RUSSIAN("Decided by {admin}, {moment}", admin="Boris", moment="").rstrip(", "))
        await oleg.send("/admin_remove 1005")
        await boris.sees("no longer an admin")
        await boris.send("/forget")
        await boris.press("Erase my data")
        await boris.sees("Farewell")
        await it.settles()
        assert await everywhere(it, "Boris", "boris") == []
        await oleg.sees(SLUG)
