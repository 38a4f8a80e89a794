"""Admins come, go, and are told late."""

from pathlib import Path

from tests.journeys.ways import RUSSIAN, SLUG, apply, card_of
from tests.support.club import club
from tests.support.phones import Phone


async def appoint(owner: Phone, person: Phone, name: str) -> None:
    await person.start()
    await person.sees("[Rules]")
    await owner.send(f"/admin_add @{name}")
    await person.sees("You are an admin of the club now")


async def test_a_new_admin_gets_what_is_pending_and_can_decide_it(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, boris, oleg = it.people.nina, it.people.boris, it.people.oleg
        await apply(nina)
        await appoint(oleg, boris, "boris")
        await boris.press("Approve", on=await card_of(boris))
        await nina.sees("is approved")


async def test_a_demoted_admin_has_no_card_left_and_a_press_on_a_kept_one_is_refused(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, boris, oleg = it.people.nina, it.people.boris, it.people.oleg
        await apply(nina)
        await appoint(oleg, boris, "boris")
        await card_of(boris)
        await oleg.send("/admin_remove @boris")
        await boris.sees("You are no longer an admin")
        await boris.sees_no("[Approve]")
        kept = await it.puts_a_button(boris, "Kept", "apl:ok:1")
        assert "Only an admin" in await boris.is_told(await boris.press("Kept", on=kept))
        await it.settles()
        assert it.asks("SELECT status FROM applications") == [("pending",)]


async def test_an_admin_demoted_while_writing_a_reason_decides_nothing(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, boris, oleg = it.people.nina, it.people.boris, it.people.oleg
        await apply(nina)
        await appoint(oleg, boris, "boris")
        await boris.press("Deny", on=await card_of(boris))
        await boris.press("In my own words")
        await boris.sees("Write to Nina in one message")
        await oleg.send("/admin_remove @boris")
        await boris.sees("You are no longer an admin")
        sent = await boris.send("Because I could")
        await boris.sees("Only an admin of the club can do this.", after=sent)
        await it.settles()
        assert it.asks("SELECT status FROM applications") == [("pending",)]


async def test_an_admin_who_never_pressed_start_gets_the_pending_cards_when_he_does(tmp_path: Path) -> None:
    async with club(tmp_path, PLUM_CLUB__ADMIN_IDS="1003,1005") as it:
        nina, ada, boris = it.people.nina, it.people.ada, it.people.boris
        await apply(nina)
        await card_of(ada)
        await it.settles()
        await boris.start()
        await boris.press("Approve", on=await card_of(boris))
        await nina.sees("is approved")


async def test_who_is_away_gets_no_cards_until_back(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await ada.send("/away")
        await ada.sees("You are away now")
        await apply(nina)
        await oleg.sees(SLUG, f"[{RUSSIAN('Approve')}]")
        await it.settles()
        assert await ada.finds("[Approve]") is None
        await ada.send("/back")
        await ada.sees("Welcome back")
        vera = await it.people.newcomer("Verochka")
        await apply(vera, SLUG.replace("nina", "vera"))
        await card_of(ada, SLUG.replace("nina", "vera"))


async def test_admins_of_the_settings_are_there_after_a_restart_and_gone_when_they_are_named_no_more(
    tmp_path: Path,
) -> None:
    async with club(tmp_path, PLUM_CLUB__ADMIN_IDS="1003,1005") as it:
        await apply(it.people.nina)
        await it.people.boris.start()
        await card_of(it.people.boris)
        await it.settles()
        await it.restart(PLUM_CLUB__ADMIN_IDS="1003")
        await it.people.boris.sees("You are no longer an admin")
        await it.people.boris.sees_no("[Approve]")
        await card_of(it.people.ada)
