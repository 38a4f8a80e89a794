"""The verbs of POST /api/act: a wish of the page becomes a deed of a person."""

from collections.abc import Callable
from typing import Any

from plumbot.sandbox import admins, clips, links, people, views
from plumbot.sandbox.errors import ApiError, Refused
from plumbot.sandbox.records import Json, Message, Person
from plumbot.sandbox.world import World


class Wish:
    """The body of an act, read with sentences for what is missing or wrong."""

    def __init__(self, body: Json) -> None:
        self._body = body

    def number(self, name: str, otherwise: int | None = None) -> int:
        value = self._body.get(name, otherwise)
        if value is None and otherwise is not None:
            return otherwise
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(f"“{name}” must be a number.")
        return value

    def text(self, name: str, otherwise: str | None = None) -> str:
        value = self._body.get(name, otherwise)
        if value is None and otherwise is not None:
            return otherwise
        if not isinstance(value, str):
            raise Refused(f"“{name}” must be a text.")
        return value

    def flag(self, name: str, *, otherwise: bool) -> bool:
        return bool(self._body.get(name, otherwise))

    def rights(self) -> dict[str, bool]:
        value = self._body.get("rights", {})
        if not isinstance(value, dict):
            raise Refused("“rights” must be an object of names and true or false.")
        return {str(name): bool(on) for name, on in value.items()}

    def emoji(self) -> list[str]:
        value = self._body.get("emoji")
        return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


Deed = Callable[[World, Person, Wish], Json]


def perform(world: World, body: Json) -> Json:
    """Do what the page asks; {"ok": true, …} or Refused."""
    deed = DEEDS.get(str(body.get("do")))
    if deed is None:
        raise Refused(f"The sandbox cannot do {body.get('do')!r}.")
    try:
        return {"ok": True, **deed(world, people.somebody(world, body.get("as")), Wish(body))}
    except ApiError as error:
        raise Refused(f"Telegram would refuse this: {error.description}") from error


def _sent(world: World, message: Message) -> Json:
    return {"message": views.message(world, message)}


def _send(world: World, person: Person, wish: Wish) -> Json:
    text = wish.text("text").strip()
    if not text:
        raise Refused("An empty message cannot be sent.")
    if len(text) > 4096:
        raise Refused("A message holds 4,096 characters at most: shorten it.")
    if wish.flag("anonymous", otherwise=False):
        return _sent(world, people.write_anonymously(world, person, wish.number("chat"), text))
    chat, reply_to = wish.number("chat"), wish.number("reply_to", 0)
    message = people.write(world, person, chat, text=text, reply_to=reply_to, thread=wish.number("thread", 0))
    return _sent(world, message)


def _press(world: World, person: Person, wish: Wish) -> Json:
    place = (wish.number("chat"), wish.number("message_id"), wish.number("row"), wish.number("col"))
    return {"press_id": people.press(world, person, *place).id}


def _react(world: World, person: Person, wish: Wish) -> Json:
    place = (wish.number("chat"), wish.number("message_id"))
    people.react(world, person, *place, wish.emoji(), anonymous=wish.flag("anonymous", otherwise=False))
    return {}


def _edit(world: World, person: Person, wish: Wish) -> Json:
    place = (wish.number("chat"), wish.number("message_id"))
    return _sent(world, people.edit(world, person, *place, wish.text("text")))


def _delete(world: World, person: Person, wish: Wish) -> Json:
    people.delete(world, person, wish.number("chat"), wish.number("message_id"))
    return {}


def _leave(world: World, person: Person, wish: Wish) -> Json:
    people.leave(world, person, wish.number("chat"))
    return {}


def _block(world: World, person: Person, wish: Wish) -> Json:
    people.block(world, person, blocked=wish.flag("on", otherwise=True))
    return {}


def _add_person(world: World, _person: Person, wish: Wish) -> Json:
    made = people.newcomer(world, wish.text("first_name"), wish.text("username", ""), wish.text("language_code", "en"))
    return {"user": views.person(made)}


def _request(world: World, person: Person, wish: Wish) -> Json:
    links.request(world, wish.number("chat"), person.id, None)
    return {"outcome": "requested"}


def _admin_remove(world: World, person: Person, wish: Wish) -> Json:
    admins.remove(world, person, wish.number("chat"), wish.number("user"), ban=wish.flag("ban", otherwise=True))
    return {}


def _admin_add(world: World, person: Person, wish: Wish) -> Json:
    admins.add(world, person, wish.number("chat"), wish.number("user"))
    return {}


def _admin_decide(world: World, person: Person, wish: Wish, *, approve: bool) -> Json:
    admins.decide(world, person, wish.number("chat"), wish.number("user"), approve=approve)
    return {}


def _admin_link(world: World, person: Person, wish: Wish) -> Json:
    made = admins.make_link(
        world,
        person,
        wish.number("chat"),
        name=wish.text("name", ""),
        creates_join_request=wish.flag("creates_join_request", otherwise=False),
    )
    return {"link": made.url}


def _admin_rights(world: World, person: Person, wish: Wish) -> Json:
    status = wish.text("status", "administrator")
    admins.set_rights(world, person, wish.number("chat"), wish.number("user"), status, wish.rights())
    return {}


def _admin_topic(world: World, person: Person, wish: Wish) -> Json:
    return {"thread": admins.make_topic(world, person, wish.number("chat"), wish.text("name")).message_id}


def _clip(world: World, person: Person, wish: Wish) -> Json:
    file = clips.file(world, wish.text("clip_id"))
    media: Any = clips.media(file)
    reply_to = wish.number("reply_to", 0)
    return _sent(world, people.write(world, person, wish.number("chat"), media=media, reply_to=reply_to))


DEEDS: dict[str, Deed] = {
    "start": lambda w, p, wish: _sent(w, people.start(w, p, wish.text("payload", ""))),
    "send": _send,
    "press": _press,
    "react": _react,
    "edit": _edit,
    "delete": _delete,
    "clip": _clip,
    "follow": lambda w, p, wish: people.follow(w, p, wish.text("link")),
    "request": _request,
    "leave": _leave,
    "block": _block,
    "add_person": _add_person,
    "admin_remove": _admin_remove,
    "admin_add": _admin_add,
    "admin_approve": lambda w, p, wish: _admin_decide(w, p, wish, approve=True),
    "admin_decline": lambda w, p, wish: _admin_decide(w, p, wish, approve=False),
    "admin_link": _admin_link,
    "admin_rights": _admin_rights,
    "admin_topic": _admin_topic,
}
