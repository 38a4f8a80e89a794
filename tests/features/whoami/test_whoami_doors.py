"""/whoami through the whole house: in private, in the club, by name, and while the site hangs."""

import asyncio
from pathlib import Path

from dishka import Provider, Scope

from plumbot.features.whoami.ports import Directory, PrintedDirectory
from plumbot.features.whoami.rules import SiteLeadsAway
from plumbot.features.whoami.schemas import Found
from plumbot.sandbox.options import CLUB_ID
from tests.support.club import Club, club
from tests.support.phones import Phone

LOOKUP = {"PLUM_FEATURES__WHOAMI_LOOKUP": "on"}
HUNDRED, AT_ONCE = 100, 20


class Hanging(PrintedDirectory):
    """Answers when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def find(self, username: str) -> Found | None:
        self.asked.append(username)
        await self.may_answer.wait()
        return Found.model_validate({"id": 77, "username": username, "firstName": "Somebody"})


async def begin(it: Club, directory: Directory) -> None:
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: directory, provides=Directory)
    it.instead = (provider,)
    await it.start()


async def test_everybody_learns_their_own_id_and_in_the_club_the_chats(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await nina.send("/whoami")
        await nina.sees("Id: 1001", "@nina")
        await ada.send("/whoami", chat=CLUB_ID)
        await ada.sees("Id: 1003", f"Id of this chat: {CLUB_ID}", chat=CLUB_ID)


async def test_others_are_told_to_members_only_and_from_what_the_club_knows(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await nina.start()
        await nina.sees("Hello")
        await nina.send("/whoami @ada")
        await nina.sees("for members of the club")
        await ada.send("/whoami @NINA")
        await ada.sees("Id: 1001", "So I last met them")
        await ada.send("/whoami @nobody_at_all")
        await ada.sees("never met @nobody_at_all")
        await ada.send("/whoami 999999")
        await ada.sees("does not tell me who 999999 is")
        await ada.send("/whoami <b>")
        await ada.sees("neither a Telegram id nor")


async def test_in_reply_to_a_message_its_author_is_told(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada, mira = it.people.ada, it.people.mira
        said = await mira.send("привет", chat=CLUB_ID)
        await ada.send("/whoami", chat=CLUB_ID, reply_to=said)
        await ada.sees("Id: 1002", "So says the message", chat=CLUB_ID)


async def test_defect_9_while_a_lookup_hangs_everybody_else_is_answered(tmp_path: Path) -> None:
    """It hangs for as long as the test wants: a hundred others are through before it may end."""
    async with club(tmp_path, started=False, **LOOKUP) as it:
        ada, mira = it.people.ada, it.people.mira
        directory = Hanging()
        await begin(it, directory)
        await ada.send("/whoami @somebody")
        await ada.sees("I am asking a site")
        for answered in range(0, HUNDRED, AT_ONCE):
            for _ in range(AT_ONCE):
                await mira.send("/stats")
            await until_answered(it, mira, answered + AT_ONCE)
        await ada.send("/whoami")
        await ada.sees("Id: 1003")
        assert await ada.finds("I am asking a site")
        assert (directory.asked, directory.may_answer.is_set()) == (["somebody"], False)
        directory.may_answer.set()
        await ada.sees("Id: 77", "Somebody", "not ours")
        await ada.sees_no("I am asking a site")


async def until_answered(it: Club, person: Phone, how_many: int) -> None:
    async def are_there() -> bool:
        return len([one for one in await person.messages() if "Всего" in (one["caption"] or "")]) == how_many

    await it.people.until(are_there, f"There are not {how_many} answers", person, None)


async def test_a_restart_while_a_lookup_hangs_loses_no_question(tmp_path: Path) -> None:
    async with club(tmp_path, started=False, **LOOKUP) as it:
        ada = it.people.ada
        await begin(it, Hanging())
        await ada.send("/whoami @somebody")
        await ada.sees("I am asking a site")
        await it.stop()
        answering = Hanging()
        answering.may_answer.set()
        await begin(it, answering)
        await ada.sees("Id: 77", "Somebody", "not ours")
        await ada.sees_no("I am asking a site")
        assert answering.asked == ["somebody"]
        assert it.asks("SELECT count(*) FROM lookups") == [(0,)]


async def test_why_the_site_gave_no_answer_is_said_in_the_readers_language(tmp_path: Path) -> None:
    async with club(tmp_path, started=False, **LOOKUP) as it:
        await begin(it, PrintedDirectory(trouble=SiteLeadsAway()))
        await it.people.mira.send("/whoami @somebody")
        seen = await it.people.mira.sees("@somebody", "отсылает")
        assert "Please" not in seen["text"]
