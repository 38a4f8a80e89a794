"""The admins' panel, used by pressing: one message, Back everywhere, rights read at each press."""

from pathlib import Path

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.features.roster.service import RosterService
from plumbot.kit.clock import SystemClock
from tests.journeys.ways import RUSSIAN, SLUG, apply
from tests.support.club import club
from tests.support.phones import Json, Phone, labels_of


async def open_panel(admin: Phone, heading: str = "Admins' panel") -> Json:
    await admin.send("/admin")
    return await admin.sees(heading)


async def test_the_panel_is_one_message_and_back_leads_home_from_each_section(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada = it.people.ada
        panel = await open_panel(ada)
        sections = labels_of(panel)
        assert "Health" in sections
        for section in sections:
            await ada.press(section, on=await ada.sees("Admins' panel", f"[{section}]"))
            inside = await ada.sees("[Back]")
            assert inside["message_id"] == panel["message_id"], section
            await ada.press("Back", on=inside)
            await ada.sees("Admins' panel")
        await it.settles()
        panels = [one for one in await ada.messages() if "Admins' panel" in (one["text"] or "")]
        assert [one["message_id"] for one in panels] == [panel["message_id"]]


async def test_a_pending_application_is_decided_although_its_card_is_long_gone(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        first = await ada.sees(SLUG, "[Approve]")
        await open_panel(ada)
        await ada.press("Applications · 1")
        await ada.press("Nina", on=await ada.sees("Pending applications: 1", SLUG))
        card = await ada.sees(SLUG, "[Approve]", after=first["message_id"])
        await ada.press("Approve", on=card)
        await nina.sees("is approved")
        await ada.press("Look again")
        await ada.sees("Nobody waits for a decision.")


async def test_switches_pause_applications_and_say_so_and_survive_a_restart(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        oleg, nina = it.people.oleg, it.people.nina
        await open_panel(oleg, RUSSIAN("The admins' panel"))
        await oleg.press(RUSSIAN("Switches"))
        label = RUSSIAN("Applications are paused")
        await oleg.press(f"☐ {label}")
        await oleg.sees(f"[☑ {label}]")
        await it.restart()
        await nina.start()
        assert "no applications at the moment" in await nina.is_told(await nina.press("Join the club"))
        await oleg.press(f"☑ {label}")
        await oleg.press(RUSSIAN("Back"), on=await oleg.sees(f"[☐ {label}]"))
        await oleg.press(RUSSIAN("What was done"))
        await oleg.sees(RUSSIAN("paused applications"), RUSSIAN("takes applications again"))


async def test_an_admin_demoted_meanwhile_is_refused_at_the_next_press_and_word(tmp_path: Path) -> None:
    async with club(tmp_path, PLUM_CLUB__ADMIN_IDS="") as it:
        ada, oleg = it.people.ada, it.people.oleg
        await oleg.send("/admin_add @ada")
        await ada.sees("You are an admin of the club now")
        panel = await open_panel(ada)
        await oleg.send("/admin_remove @ada")
        await ada.sees("You are no longer an admin")
        assert "Only an admin" in await ada.is_told(await ada.press("Switches", on=panel))
        sent = await ada.send("/admin")
        await ada.sees("Only an admin of the club can do this.", after=sent)
        assert "Only an admin" in await ada.is_told(await ada.press("Health", on=panel))


async def test_guests_and_members_have_no_panel(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        for person, language in ((it.people.nina, "en"), (it.people.mira, "ru")):
            await person.start()
            sent = await person.send("/admin")
            words = {"en": "Only an admin of the club can do this."}
            said = words.get(language) or RUSSIAN("Only an admin of the club can do this.")
            await person.sees(said, after=sent)


async def test_the_roster_is_searched_added_to_edited_and_deleted_from(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada = it.people.ada
        panel = await open_panel(ada)
        await ada.press("Roster")
        await ada.press("Add", on=await ada.sees("[Search]", "[Add]"))
        asked = await ada.sees("its seven parts joined by hyphens")
        assert asked["message_id"] == panel["message_id"]
        sent = await ada.send("ivan ivanov")
        await ada.sees("The entry holds a space", after=sent)
        await ada.send(SLUG)
        await ada.press("Edit", on=await ada.sees("Entry of the roster", SLUG))
        await ada.sees("Write it anew")
        await it.restart()
        await ada.send(SLUG.replace("77", "78"))
        entry = await ada.sees("Entry of the roster", SLUG.replace("77", "78"))
        await ada.press("Back", on=entry)
        await ada.press("Search", on=await ada.sees("[Search]"))
        await ada.sees("Write one or more words")
        await ada.send("PETROVA harv")
        found = await ada.sees("entries with “PETROVA harv”: 1", SLUG.replace("77", "78"))
        await ada.press("1", on=found)
        await ada.press("Delete", on=await ada.sees("Nobody has claimed it yet"))
        await ada.press("Yes, delete", on=await ada.sees("Delete this entry"))
        await ada.sees("entries with “PETROVA harv”: 0", "Nothing here.")
        await ada.press("Show all")
        await ada.press("Back", on=await ada.sees("of ", "[Search]", "[Back]"))
        await ada.sees("Admins' panel")
        await it.settles()
        actions = it.asks("SELECT action FROM audit WHERE actor_id = 1003 AND action LIKE 'roster%' ORDER BY id")
        assert actions == [("roster.add",), ("roster.edit",), ("roster.remove",)]


async def test_whoever_presses_something_else_does_not_answer_the_question_any_more(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada = it.people.ada
        await open_panel(ada)
        await ada.press("Roster")
        await ada.press("Add")
        await ada.press("Back", on=await ada.sees("its seven parts joined by hyphens"))
        await ada.sees("[Search]")
        sent = await ada.send(SLUG)
        await ada.sees("I did not understand that", after=sent)
        await ada.press("Add")
        await ada.sees("its seven parts joined by hyphens")
        sent = await ada.send("/cancel")
        await ada.sees("Admins' panel", after=sent)
        await it.settles()
        assert it.asks("SELECT count(*) FROM roster WHERE slug = ?", SLUG) == [(0,)]
        assert it.asks("SELECT count(*) FROM dialogues WHERE user_id = 1003") == [(0,)]


async def test_pages_of_the_roster_are_turned_in_place(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada = it.people.ada
        await it.does(list_many, 45)
        panel = await open_panel(ada)
        await ada.press("Roster")
        await ada.press("Next ›", on=await ada.sees("1–20 of "))
        await ada.press("Next ›", on=await ada.sees("21–40 of "))
        await ada.press("‹ Previous", on=await ada.sees("41–"))
        second = await ada.sees("21–40 of ")
        assert second["message_id"] == panel["message_id"]
        assert "40" in labels_of(second)


def list_many(session: Session, number: int) -> None:
    lines = [f"p{n:02}-x-y-z-1-2-24" for n in range(number)]
    RosterService(SystemClock(), Audit(SystemClock())).import_lines(session, lines, by=None)


async def test_the_blacklist_is_added_to_with_a_reason_and_left_again(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada, mira, nina = it.people.ada, it.people.mira, it.people.nina
        await nina.start()
        panel = await open_panel(ada)
        await ada.press("Blacklist · 0")
        await ada.press("Add", on=await ada.sees("Nobody is on it."))
        await ada.sees("id or @name")
        await ada.send("@nina sells things")
        await ada.press("Back", on=await ada.sees("is on the blacklist", "[Back]"))
        await ada.press("Add", on=await ada.sees("Blacklist: 1", "sells things"))
        await ada.sees("id or @name")
        await ada.send("@mira rude")
        question = await ada.sees("is in the club chat", "rude")
        assert question["message_id"] > panel["message_id"]
        await ada.press("Blacklist and remove", on=question)
        await mira.goes_out()
        await ada.press("Back", on=await ada.sees("is on the blacklist", "rude", "[Back]"))
        await ada.press("2", on=await ada.sees("Blacklist: 2", "[1]", "[2]"))
        await ada.press("Take off the list", on=await ada.sees("On the blacklist", "Nina", "by Ada"))
        await ada.press("Yes, take off", on=await ada.sees("may apply again"))
        await ada.sees("Blacklist: 1", "rude")
        await it.settles()
        assert it.asks("SELECT user_id FROM blacklist") == [(1002,)]


async def test_the_owner_appoints_and_dismisses_and_others_have_no_such_section(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        oleg, ada, boris = it.people.oleg, it.people.ada, it.people.boris
        await boris.start()
        assert "Admins" not in labels_of(await open_panel(ada))
        await open_panel(oleg, RUSSIAN("The admins' panel"))
        await oleg.press(RUSSIAN("Admins"))
        refused = await oleg.is_told(await oleg.press(RUSSIAN("Dismiss {name}", name="Ada")))
        assert "PLUM_CLUB__ADMIN_IDS" in refused
        await oleg.press(RUSSIAN("Appoint an admin"))
        await oleg.send("@boris")
        await boris.sees("You are an admin of the club now")
        await oleg.press(RUSSIAN("Dismiss {name}", name="Boris"))
        await oleg.press(RUSSIAN("Yes, dismiss"))
        await boris.sees("You are no longer an admin")
        await oleg.sees_no(f"[{RUSSIAN('Dismiss {name}', name='Boris')}]")


async def test_karma_is_corrected_by_buttons_with_a_reason_that_the_member_reads(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada, mira = it.people.ada, it.people.mira
        await mira.start()
        before = it.asks("SELECT karma FROM profiles WHERE user_id = 1002")[0][0]
        await open_panel(ada)
        await ada.press("Karma")
        await ada.sees("Whose?")
        await ada.send("@mira")
        await ada.press("Write a reason", on=await ada.sees("Mira", "No reason is given yet."))
        await ada.sees("Why is the karma of Mira changed?")
        await ada.send("For the picnic")
        about = await ada.sees("For the picnic", "[+5]")
        await ada.press("+5", on=about)
        await ada.sees(f"{before + 5} points", "[+5]")
        stale = await it.puts_a_button(ada, "Kept", f"krm:1002:5:{before}")
        assert "another by now" in await ada.is_told(await ada.press("Kept", on=stale))
        await it.settles()
        assert it.asks("SELECT karma FROM profiles WHERE user_id = 1002") == [(before + 5,)]
        assert it.asks("SELECT delta, reason FROM karma_events WHERE actor_id = 1003 AND message_id IS NULL") == [
            (5, "For the picnic")
        ]
        await mira.send("/why")
        await mira.sees("For the picnic")
