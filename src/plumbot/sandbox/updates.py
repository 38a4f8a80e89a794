"""The queue of updates the bot has not confirmed yet: numbered, filtered, kept a day, presses 150 s."""

from typing import Any

from plumbot.sandbox.errors import bad
from plumbot.sandbox.records import Json, Update
from plumbot.sandbox.world import World

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
)
ONLY_IF_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


def allowed(world: World) -> list[str]:
    """The kinds the bot gets; nothing said or an empty list means all but three."""
    asked: list[str] = world.setting("allowed_updates", [])
    return asked or [kind for kind in KINDS if kind not in ONLY_IF_ASKED]


def allow(world: World, kinds: Any) -> None:
    """Remember the wish; it holds for updates made from now on. Unknown names are passed over."""
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise bad("can't parse allowed updates: expected an Array of String")
    world.keep("allowed_updates", [kind for kind in kinds if kind.lower() in KINDS])


def push(world: World, kind: str, body: Json, press_id: str = "") -> None:
    if kind not in allowed(world):
        return
    first = world.options.chance.randrange(100_000_000, 900_000_000)
    number = world.count("update_id", first)
    world.updates.put(Update(number, kind, body, world.clock(), press_id))
    world.arrivals.ring()
    tell_waiting(world)


def waiting(world: World) -> list[Update]:
    """What is still to be taken, in order, after forgetting what has become too old."""
    now = world.clock()
    too_old = world.updates.where(
        lambda u: now - u.at > (world.options.press_seconds if u.press_id else world.options.keep_updates_seconds)
    )
    if too_old:
        world.updates.drop(too_old)
        tell_waiting(world)
    return world.updates.all()


def confirm(world: World, below: int) -> None:
    """The bot asked with this offset: everything before it is taken."""
    taken = world.updates.where(lambda u: u.update_id < below)
    if taken:
        world.updates.drop(taken)
        tell_waiting(world)


def keep_last(world: World, count: int) -> None:
    """A negative offset: all but the last `count` are forgotten."""
    older = waiting(world)[:-count]
    world.updates.drop(older)
    tell_waiting(world)


def tell_waiting(world: World) -> None:
    world.events.emit("waiting", n=len(world.updates))


def shown(update: Update) -> Json:
    return {"update_id": update.update_id, update.kind: update.body}
