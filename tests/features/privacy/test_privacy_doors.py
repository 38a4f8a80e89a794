"""/mydata and /forget through the whole house."""

import json
from pathlib import Path

from plumbot.sandbox import files
from plumbot.sandbox.options import CLUB_ID
from tests.journeys.ways import SLUG, apply, get_link
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
