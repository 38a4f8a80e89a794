"""Stretches of the newcomer's way that several journeys walk, and the words on the buttons in either language."""

from collections.abc import Callable
from typing import Any

from plumbot.kit.texts import Texts
from tests.support.phones import Json, Phone, link_in

SLUG = "nina-petrova-Harvard-CSE-77-3-21"


def words(language: str) -> Callable[..., str]:
    """Plain texts as people of this language see them."""
    texts = Texts(language)

    def plain(english: str, **values: Any) -> str:
        shown = str(texts.plain(english, **values))
        for tag in ("<b>", "</b>"):
            shown = shown.replace(tag, "")
        return shown

    return plain


RUSSIAN = words("ru")


async def begin(person: Phone, language: str = "en") -> None:
    """From nothing to the choice of how to fill in the form."""
    await person.start()
    await person.press(words(language)("Join the club"))


async def apply(person: Phone, slug: str = SLUG, language: str = "en") -> None:
    """From nothing to an application that was sent."""
    await begin(person, language)
    await person.sees(words(language)("How would you like to fill it in?"))
    await person.send(slug)
    await person.press(words(language)("Send application"))
    await person.sees(slug, words(language)("Withdraw"))


async def accept(person: Phone) -> str:
    """From approval to the personal link."""
    await person.press("I accept the rules")
    return link_in(await person.sees("t.me/+"))


async def get_link(person: Phone, admin: Phone, slug: str = SLUG) -> str:
    """From nothing to the personal link."""
    await apply(person, slug)
    await admin.press("Approve")
    return await accept(person)


async def get_in(person: Phone, admin: Phone, slug: str = SLUG) -> None:
    """The whole way."""
    await person.follow(await get_link(person, admin, slug))
    await person.comes_in()
    await person.sees("Welcome")


async def card_of(admin: Phone, slug: str = SLUG, chat: int | None = None) -> Json:
    return await admin.sees(slug, "[Approve]", chat=chat)
