"""Messages come, change and go; people's are passed to the bot as Telegram would."""

from typing import Any

from plumbot.sandbox import guide, objects, updates, views
from plumbot.sandbox.entities import with_recognised
from plumbot.sandbox.hearing import tell_bot
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Chat, Message, Person
from plumbot.sandbox.world import World


def add(world: World, chat: Chat, from_id: int, **fields: Any) -> Message:
    """Put a message into a chat and show it; nobody is told by the Bot API."""
    message = Message(chat.id, world.next_message_id(chat), from_id, world.now(), **fields)
    world.messages.put(message)
    world.events.emit("message", message=views.message(world, message))
    return message


def from_bot(world: World, chat: Chat, **fields: Any) -> Message:
    message = add(world, chat, BOT_ID, call_id=world.call_id, **fields)
    _note_owner_of_links(world, chat, message)
    guide.bot_wrote(world, message)
    return message


def from_person(world: World, chat: Chat, person: Person, **fields: Any) -> Message:
    text, caption = fields.get("text", ""), fields.get("caption", "")
    message = add(
        world,
        chat,
        person.id,
        entities=with_recognised(text, []),
        caption_entities=with_recognised(caption, []),
        **fields,
    )
    tell_bot(world, "message", message)
    return message


def service(world: World, chat: Chat, from_id: int, **fields: Any) -> Message:
    """A line in the middle of the chat: somebody joined, left, pinned."""
    message = add(world, chat, from_id, service=fields)
    tell_bot(world, "message", message)
    return message


def change(world: World, message: Message, **fields: Any) -> None:
    """Edit in place; a change of reactions or buttons alone does not make a message "edited"."""
    for name, value in fields.items():
        setattr(message, name, value)
    if set(fields) - {"reactions", "markup"}:
        message.edit_date = world.now()
    world.messages.put(message)
    chat = world.chats.get(message.chat_id)
    if chat and message.from_id == BOT_ID:
        _note_owner_of_links(world, chat, message)  # a link often comes by an edit of what was there before
    world.events.emit("edit", message=views.message(world, message))


def delete(world: World, message: Message) -> None:
    message.deleted = True
    world.messages.put(message)
    chat = world.chats.get(message.chat_id)
    if chat and message.message_id in chat.pinned:
        chat.pinned.remove(message.message_id)
        world.chats.put(chat)
    world.events.emit("delete", chat_id=message.chat_id, message_id=message.message_id)


def react(world: World, message: Message, person: Person, emoji: list[str], *, anonymous: bool = False) -> None:
    """Set somebody's reactions; the bot hears of people's only, and in groups only as an admin."""
    before = message.reactions.get(str(person.id), [])
    if before == emoji:
        return
    message.reactions = {**message.reactions, str(person.id): emoji}
    if not emoji:
        del message.reactions[str(person.id)]
    world.messages.put(message)
    world.events.emit(
        "reaction",
        chat_id=message.chat_id,
        message_id=message.message_id,
        reactions=world.snapshot_of_reactions(message),
    )
    if person.is_bot or not (message.chat_id > 0 or world.member(message.chat_id, BOT_ID).admin):
        return
    chat = objects.chat(world, message.chat_id)
    body = {
        "chat": chat,
        "message_id": message.message_id,
        **({"actor_chat": chat} if anonymous else {"user": objects.user(person)}),
        "date": world.now(),
        "old_reaction": [{"type": "emoji", "emoji": one} for one in before],
        "new_reaction": [{"type": "emoji", "emoji": one} for one in emoji],
    }
    updates.push(world, "message_reaction", body)


def listed(world: World, chat_id: int, before: int, limit: int) -> list[Message]:
    """The last messages of a chat, oldest first."""
    found = world.messages.where(
        lambda m: m.chat_id == chat_id and not m.deleted and (not before or m.message_id < before)
    )
    return sorted(found, key=lambda m: m.message_id)[-limit:]


def _note_owner_of_links(world: World, chat: Chat, message: Message) -> None:
    """Who is first sent a link of the bot's in private is its owner, for the guide."""
    if not chat.private:
        return
    said = message.text + message.caption + repr(message.entities + message.caption_entities)
    said += repr(message.markup)
    for link in world.links.where(lambda i: i.creator_id == BOT_ID and not i.sent_to):
        if link.hash in said:
            link.sent_to = chat.id
            world.links.put(link)
