"""What people do with their phones: start, write, press, react, follow links, leave."""

from typing import Any

from plumbot.sandbox import guide, links, members, messages, objects, updates, views
from plumbot.sandbox.entities import with_recognised
from plumbot.sandbox.errors import Refused
from plumbot.sandbox.hearing import tell_bot
from plumbot.sandbox.keyboards import URL
from plumbot.sandbox.options import ANONYMOUS_ID, BOT_ID
from plumbot.sandbox.records import Chat, Json, Message, Person, Press
from plumbot.sandbox.world import World


def somebody(world: World, user_id: Any) -> Person:
    found = world.people.get(user_id)
    if found is None or found.is_bot:
        raise Refused(f"There is no person with the id {user_id}.")
    return found


def chat_of(world: World, person: Person, chat_id: Any) -> Chat:
    """A chat this person can see: their own with the bot (the bot's id will do), or a group."""
    found = world.chats.get(person.id if chat_id == BOT_ID else chat_id)
    if found is None:
        raise Refused(f"There is no chat with the id {chat_id}.")
    if found.private and found.id != person.id:
        raise Refused(f"{person.first_name} cannot see somebody else's private chat.")
    if not found.private and not world.member(found.id, person.id).inside:
        raise Refused(f"{person.first_name} is not in {found.title}.")
    return found


def message_of(world: World, chat: Chat, message_id: Any) -> Message:
    found = world.message(chat.id, message_id)
    if found is None:
        raise Refused("That message is not there any more.")
    return found


def meet(world: World, person: Person) -> None:
    """Who writes to the bot has started it and does not block it."""
    members.block_bot(world, person.id, blocked=False)
    if not person.started:
        person.started = True
        world.people.put(person)
        tell_people(world)


def tell_people(world: World) -> None:
    world.events.emit("people", people=views.people(world))


def tell_chats(world: World) -> None:
    world.events.emit("chats", chats=views.chats(world))


def start(world: World, person: Person, payload: str = "") -> Message:
    text = f"/start {payload}".strip()
    return write(world, person, person.id, text=text)


def write(world: World, person: Person, chat_id: int, *, reply_to: int = 0, thread: int = 0, **content: Any) -> Message:
    """Text or media from a person."""
    chat = chat_of(world, person, chat_id)
    member = world.member(chat.id, person.id)
    if member.status == "restricted" and not member.rights.get("can_send_messages"):
        raise Refused(f"{person.first_name} may not write in {chat.title}.")
    if chat.private:
        meet(world, person)
    return messages.from_person(world, chat, person, reply_to=reply_to, thread_id=thread, **content)


def write_anonymously(world: World, person: Person, chat_id: int, text: str) -> Message:
    """An admin writes as the group: the bot sees a stand-in, not the person."""
    chat = chat_of(world, person, chat_id)
    if not world.member(chat.id, person.id).admin:
        raise Refused("Only an admin can write anonymously.")
    stand_in = world.person(ANONYMOUS_ID)
    return messages.from_person(world, chat, stand_in, text=text, sender_chat_id=chat.id)


def press(world: World, person: Person, chat_id: int, message_id: int, row: int, col: int) -> Press:
    chat = chat_of(world, person, chat_id)
    message = message_of(world, chat, message_id)
    button = _button(message, row, col)
    if "callback_data" not in button:
        raise Refused("This button opens something; it does not call the bot.")
    made = Press(str(world.options.chance.randrange(10**17, 10**18)), person.id, chat.id, message_id, world.clock())
    world.presses.drop(world.presses.where(lambda p: p.at < world.clock() - 3600))
    world.presses.put(made)
    guide.pressed(world, person, button["text"])
    body: Json = {
        "id": made.id,
        "from": objects.user(person),
        "message": objects.message(world, message),
        "chat_instance": str(abs(hash((chat.id, person.id))) if chat.private else abs(chat.id) * 7919),
        "data": button["callback_data"],
    }
    updates.push(world, "callback_query", body, press_id=made.id)
    return made


def _button(message: Message, row: int, col: int) -> Json:
    rows = (message.markup or {}).get("inline_keyboard", [])
    if not (0 <= row < len(rows) and 0 <= col < len(rows[row])):
        raise Refused("That button is not there any more.")
    found: Json = rows[row][col]
    return found


def react(
    world: World, person: Person, chat_id: int, message_id: int, emoji: list[str], *, anonymous: bool = False
) -> None:
    chat = chat_of(world, person, chat_id)
    if anonymous and not world.member(chat.id, person.id).admin:
        raise Refused("Only an admin can react anonymously.")
    messages.react(world, message_of(world, chat, message_id), person, emoji, anonymous=anonymous)


def edit(world: World, person: Person, chat_id: int, message_id: int, text: str) -> Message:
    message = _own(world, person, chat_id, message_id)
    entities = with_recognised(text, [])
    if message.media:
        messages.change(world, message, caption=text, caption_entities=entities)
    else:
        messages.change(world, message, text=text, entities=entities)
    tell_bot(world, "edited_message", message)
    return message


def delete(world: World, person: Person, chat_id: int, message_id: int) -> None:
    """People delete their own; in a private chat and as group admins anybody's. Bots are never told."""
    chat = chat_of(world, person, chat_id)
    message = message_of(world, chat, message_id)
    allowed = chat.private or world.member(chat.id, person.id).may("can_delete_messages")
    if message.from_id != person.id and not allowed:
        raise Refused("Only the author or an admin can delete this message.")
    messages.delete(world, message)


def _own(world: World, person: Person, chat_id: int, message_id: int) -> Message:
    message = message_of(world, chat_of(world, person, chat_id), message_id)
    if message.from_id != person.id or message.service:
        raise Refused("Only one's own messages can be edited.")
    return message


def follow(world: World, person: Person, link: str) -> Json:
    """Open a t.me link: an invite, or the bot with a start parameter."""
    bare = link.strip().removeprefix("https://").removeprefix("http://")
    if bare.startswith(("t.me/+", "t.me/joinchat/")):
        link_hash = bare.removeprefix("t.me/joinchat/").removeprefix("t.me/+")
        return links.follow(world, link_hash, person.id).view()
    name, _, query = bare.removeprefix("t.me/").partition("?")
    if bare.startswith("t.me/") and name.casefold() == world.bot.username.casefold():
        payload = next((part[6:] for part in query.split("&") if part.startswith("start=")), "")
        return {"outcome": "start", "payload": payload, "text": "Opens the bot."}
    if URL.match(link):
        return {"outcome": "web", "url": link, "text": "This opens a page on the internet."}
    raise Refused("This is no link of Telegram's: it should look like t.me/+… or t.me/NAME?start=….")


def leave(world: World, person: Person, chat_id: int) -> None:
    chat = chat_of(world, person, chat_id)
    if chat.private:
        raise Refused("A private chat cannot be left: block the bot instead.")
    members.change(world, world.member(chat.id, person.id), "left", person.id)


def block(world: World, person: Person, *, blocked: bool) -> None:
    members.block_bot(world, person.id, blocked=blocked)
    tell_people(world)


def newcomer(world: World, first_name: str, username: str, language_code: str) -> Person:
    """Somebody new, unknown to the bot."""
    if not first_name.strip():
        raise Refused("A person needs a first name.")
    name = username.strip().removeprefix("@")
    if name and world.people.where(lambda p: p.username.casefold() == name.casefold()):
        raise Refused(f"@{name} is taken: choose another username.")
    known = [p.id for p in world.people.all() if not p.is_bot and p.id < 2000]
    person = Person(max(known, default=1000) + 1, first_name.strip()[:64], username=name, language_code=language_code)
    world.people.put(person)
    world.chats.put(Chat(person.id, "private"))
    tell_people(world)
    tell_chats(world)
    return person
