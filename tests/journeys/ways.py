"""Stretches of the newcomer's way that several journeys walk."""

from tests.support.phones import Json, Phone, link_in

SLUG = "nina-petrova-Harvard-CSE-77-3-21"


async def apply(person: Phone, slug: str = SLUG) -> None:
    await person.start()
    await person.press("Join the club")
    await person.send(slug)
    await person.press("Send application")


async def get_link(person: Phone, admin: Phone, slug: str = SLUG) -> str:
    """From nothing to the personal link."""
    await apply(person, slug)
    await admin.press("Approve")
    await person.press("I accept the rules")
    return link_in(await person.sees("t.me/+"))


async def card_of(admin: Phone, slug: str = SLUG) -> Json:
    return await admin.sees("Application", slug)
