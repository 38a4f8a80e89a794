"""Six steps that tick themselves off when they really happen."""

import re

from plumbot.sandbox import updates
from plumbot.sandbox.options import BOT_ID, CLUB_ID
from plumbot.sandbox.records import Json, Link, Message, Person
from plumbot.sandbox.world import World

STEPS = ("applied", "approved", "accepted", "joined", "outsider", "survived")
NINA = 1001
LABELS = {
    "applied": ("send application", "отправить заявку"),
    "approved": ("approve", "одобрить"),
    "accepted": ("i accept the rules", "принимаю правила"),
}
ORNAMENT = re.compile(r"^\W+|\W+$")


def view(world: World) -> list[Json]:
    done = world.setting("guide", [])
    return [{"id": step, "done": step in done} for step in STEPS]


def tick(world: World, step: str) -> None:
    done = world.setting("guide", [])
    if step not in done:
        world.keep("guide", [*done, step])
        world.events.emit("guide", guide=view(world))


def _says(label: str, step: str) -> bool:
    return ORNAMENT.sub("", label).casefold() in LABELS[step]


def pressed(world: World, person: Person, label: str) -> None:
    if person.id == NINA:
        for step in ("applied", "accepted"):
            if _says(label, step):
                tick(world, step)
    elif _says(label, "approved") and world.member(CLUB_ID, person.id).admin:
        world.keep("guide_approving", value=True)


def bot_wrote(world: World, message: Message) -> None:
    if message.chat_id == NINA and world.setting("guide_approving"):
        tick(world, "approved")


def member_changed(world: World, chat_id: int, user_id: int, *, inside: bool, removed: bool) -> None:
    if chat_id == CLUB_ID and user_id == NINA and inside:
        tick(world, "joined")
    if removed:
        turned_away(world, chat_id, user_id)


def turned_away(world: World, chat_id: int, user_id: int) -> None:
    """Somebody was declined or removed: the step counts if he came by a link that is another's."""
    followed = world.links.where(lambda i: i.chat_id == chat_id and user_id in i.followers and _of_another(i, user_id))
    if followed and not world.member(chat_id, user_id).inside:
        tick(world, "outsider")


def _of_another(link: Link, user_id: int) -> bool:
    return link.creator_id == BOT_ID and bool(link.sent_to) and link.sent_to != user_id


def killed(world: World) -> None:
    world.keep("guide_killed", "killed")


def started(world: World) -> None:
    if world.setting("guide_killed"):
        world.keep("guide_killed", "started")


def taken(world: World) -> None:
    """The bot has come for updates: after a kill and a start an empty queue means that it survived."""
    if world.setting("guide_killed") == "started" and not updates.waiting(world):
        world.keep("guide_killed", "")
        tick(world, "survived")
