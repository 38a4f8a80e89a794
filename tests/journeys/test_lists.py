"""Roster and blacklist as they are met on the way."""

from pathlib import Path

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.features.roster.service import RosterService
from plumbot.kit.clock import SystemClock
from plumbot.sandbox.options import CLUB_ID
from tests.journeys.ways import RUSSIAN, SLUG, apply, begin, card_of, get_in, get_link
from tests.support.club import club
from tests.support.phones import link_in

MIRAS = "mira-plum-orchard-garden-2-1-24"


def list_by_hand(session: Session, slug: str) -> None:
    RosterService(SystemClock(), Audit(SystemClock())).add(session, slug, by=None)


async def test_a_slug_on_the_list_that_nobody_has_is_claimed_by_who_arrives_with_it(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await it.does(list_by_hand, SLUG.upper())
        await apply(nina)
        await ada.press("Approve", on=await ada.sees(SLUG, "nobody has claimed it yet", "[Approve]"))
        await nina.press("I accept the rules")
        await nina.follow(link_in(await nina.sees("t.me/+")))
        await nina.comes_in()
        await nina.sees("Welcome")
        assert it.asks("SELECT slug, user_id FROM roster WHERE slug_key LIKE 'nina-petrova%'") == [(SLUG.upper(), 1001)]


async def test_defect_6_a_slug_of_somebody_else_is_refused_in_any_case_of_its_letters(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.send(MIRAS.title())
        await nina.sees("belongs to another account")
        await nina.send(SLUG)
        await nina.press("Send application", on=await nina.sees(SLUG, "[Send application]"))
        await card_of(it.people.ada)


async def test_defect_2_the_slug_of_whoever_joins_enters_the_list_once(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await get_in(it.people.nina, it.people.ada)
        assert it.asks("SELECT slug, user_id FROM roster WHERE user_id = 1001") == [(SLUG, 1001)]


async def test_a_member_is_blacklisted_after_a_question_removed_and_let_off_again(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        mira, ada = it.people.mira, it.people.ada
        await mira.start()
        await ada.send("/blacklist @mira sells things")
        await ada.press("Cancel", on=await ada.sees("Mira", "is in the club chat", "sells things"))
        await ada.sees("Nothing was changed")
        assert await mira.inside()
        await ada.send("/blacklist @mira sells things")
        await ada.press("Blacklist and remove")
        await mira.goes_out()
        await ada.sees("is on the blacklist", "sells things")
        sent = await mira.send("/join")
        refusal = "You cannot apply to this club. If you think that this is a mistake, write to an admin."
        await mira.sees(RUSSIAN(refusal), after=sent)
        await ada.send("/unblacklist 1002")
        await ada.sees("is off the blacklist")
        await mira.send("/join")
        await mira.sees(f"[{RUSSIAN('Step by step')}]")


async def test_who_is_blacklisted_with_a_link_in_hand_stays_outside_and_nobody_can_approve_them(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        link = await get_link(nina, ada)
        await ada.send("/blacklist @nina")
        await ada.sees("is on the blacklist")
        await nina.sees("Your application was rejected.")
        await it.settles()
        assert (await nina.follow(link))["outcome"] in ("banned", "invalid")
        assert not await nina.inside()
        assert it.asks("SELECT status FROM applications") == [("rejected",)]


async def test_a_blacklisted_person_whom_a_human_admin_lets_in_is_removed_again(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await nina.start()
        await nina.sees("[Join the club]")
        await ada.send("/blacklist @nina")
        await ada.sees("is on the blacklist")
        await it.settles()
        await oleg.act("admin_add", chat=CLUB_ID, user=nina.user_id)
        await ada.sees("is on the blacklist, came into the club chat and is removed again.", "Oleg")
        await nina.goes_out()


async def test_admins_cannot_be_blacklisted(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.people.ada.send("/blacklist 1004 I want his chair")
        await it.people.ada.sees("This person is an admin. Remove them from the admins first.")
