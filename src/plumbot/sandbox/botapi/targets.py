"""Which chat, message or topic a call speaks of, and whether the bot may do that there."""

from plumbot.sandbox import links
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.entities import trimmed, units, with_recognised
from plumbot.sandbox.errors import bad, forbidden
from plumbot.sandbox.html import parse
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Chat, Json, Message
from plumbot.sandbox.world import World


def chat(world: World, params: Params, name: str = "chat_id") -> Chat:
    """The chat by id, or by @name if it is a public group: people are found by id only."""
    given = params.text(name).strip()
    if not given:
        raise bad(f"{name} is empty")
    if given.startswith("@"):
        wanted = given[1:].casefold()
        found = world.chats.where(lambda c: not c.private and c.username.casefold() == wanted)
        if not found:
            raise bad("chat not found")
        return found[0]
    return world.chat(params.integer(name))


def known_chat(world: World, params: Params) -> Chat:
    """A chat the bot can ask about: a person it has met, or a group it is in."""
    found = chat(world, params)
    if found.private:
        if not _met(world, found.id):
            raise bad("chat not found")
        return found
    _must_be_inside(world, found)
    return found


def _met(world: World, person_id: int) -> bool:
    if world.person(person_id).started or links.may_write(world, person_id):
        return True
    groups = {m.chat_id for m in world.members.where(lambda m: m.user_id == BOT_ID and m.inside)}
    return bool(world.members.where(lambda m: m.user_id == person_id and m.chat_id in groups))


def group(world: World, params: Params) -> Chat:
    found = chat(world, params)
    if found.private:
        raise bad("method is available for supergroup and channel chats only")
    _must_be_inside(world, found)
    return found


def _must_be_inside(world: World, found: Chat) -> None:
    bot = world.member(found.id, BOT_ID)
    if bot.status == "kicked":
        raise forbidden(f"bot was kicked from the {found.type} chat")
    if not bot.inside:
        raise forbidden(f"bot is not a member of the {found.type} chat")


def writable(world: World, params: Params) -> Chat:
    """The chat, if the bot may write there now."""
    found = chat(world, params)
    if not found.private:
        _must_be_inside(world, found)
        return found
    person = world.person(found.id)
    if person.is_bot:
        raise forbidden("bot can't send messages to bots")
    if person.blocked_bot:
        raise forbidden("bot was blocked by the user")
    if not person.started and not links.may_write(world, person.id):
        raise forbidden("bot can't initiate conversation with a user")
    return found


def needs(world: World, found: Chat, right: str, deed: str) -> None:
    if not world.member(found.id, BOT_ID).may(right):
        raise bad(f"not enough rights to {deed}")


def message(world: World, found: Chat, params: Params, purpose: str) -> Message:
    """The message named by message_id; `purpose` as in "message to edit not found"."""
    if not params.has("message_id"):
        raise bad("message identifier is not specified")
    record = world.message(found.id, params.integer("message_id"))
    if record is None:
        raise bad(f"message to {purpose} not found")
    return record


def replied(world: World, found: Chat, params: Params) -> int:
    """The id of the message to reply to, 0 for none or where a missing one is allowed."""
    given = params.json("reply_parameters")
    if given is not None and not isinstance(given, dict):
        raise bad("can't parse reply parameters: expected an Object")
    wish: Json = given or {
        "message_id": params.integer("reply_to_message_id"),
        "allow_sending_without_reply": params.flag("allow_sending_without_reply"),
    }
    wanted = int(wish.get("message_id") or 0)
    if not wanted or world.message(found.id, wanted):
        return wanted
    if wish.get("allow_sending_without_reply"):
        return 0
    raise bad("message to be replied not found")


def thread(world: World, found: Chat, params: Params) -> int:
    wanted = params.integer("message_thread_id")
    if not wanted:
        return 0
    topic = world.message(found.id, wanted)
    if not found.is_forum or not topic or "forum_topic_created" not in (topic.service or {}):
        raise bad("message thread not found")
    return wanted


def formatted(params: Params, name: str, limit: int) -> tuple[str, list[Json]]:
    """Text or caption with its entities, parsed, trimmed and measured; may be empty."""
    text = params.text(name)
    mode = params.text("parse_mode").lower()
    given = params.json("entities" if name == "text" else f"{name}_entities") or []
    if mode == "html":
        text, entities = parse(text)
    elif mode:
        raise bad("unsupported parse_mode")  # the sandbox speaks HTML only
    else:
        entities = [_given(entity) for entity in given]
    text, entities = trimmed(text, entities)
    if units(text) > limit:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    return text, with_recognised(text, entities)


def _given(entity: Json) -> Json:
    if not {"type", "offset", "length"} <= set(entity):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    if entity["type"] == "text_mention" and "user" in entity:
        bare = {key: value for key, value in entity.items() if key != "user"}
        return {**bare, "user_id": entity["user"]["id"]}
    return dict(entity)
