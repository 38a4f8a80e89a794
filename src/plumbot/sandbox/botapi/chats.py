"""What the bot may ask of chats and members."""

from plumbot.sandbox import messages, objects
from plumbot.sandbox.botapi import targets
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.errors import bad
from plumbot.sandbox.members import change
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Json
from plumbot.sandbox.world import World

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, params: Params) -> Json:
    chat = targets.known_chat(world, params)
    found = objects.chat(world, chat.id)
    found |= {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(GIFTS, False)}
    if chat.description:
        found["description"] = chat.description
    if chat.type == "supergroup":
        found["permissions"] = dict.fromkeys(objects.PERMISSIONS, True)
        found["join_to_send_messages"] = True
    if chat.pinned:
        pinned = world.message(chat.id, chat.pinned[-1])
        if pinned:
            found["pinned_message"] = objects.message(world, pinned)
    primary = world.links.where(
        lambda i: i.chat_id == chat.id and i.creator_id == BOT_ID and i.is_primary and not i.is_revoked
    )
    if primary:
        found["invite_link"] = primary[0].url
    return found


def get_chat_member(world: World, params: Params) -> Json:
    chat = targets.known_chat(world, params)
    user_id = params.user_id()
    if world.people.get(user_id) is None:
        raise bad("invalid user_id specified")
    if chat.private:
        status = "member" if user_id in (chat.id, BOT_ID) else "left"
        return {"user": objects.user(world.person(user_id)), "status": status}
    return objects.member(world, world.member(chat.id, user_id))


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = targets.known_chat(world, params)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    admins = [m for m in world.inside(chat.id) if m.admin]
    return [objects.member(world, m) for m in admins if m.user_id == BOT_ID or not world.person(m.user_id).is_bot]


def get_chat_member_count(world: World, params: Params) -> int:
    chat = targets.known_chat(world, params)
    return 2 if chat.private else len(world.inside(chat.id))


def leave_chat(world: World, params: Params) -> bool:
    chat = targets.group(world, params)
    change(world, world.member(chat.id, BOT_ID), "left", BOT_ID)
    return True


def pin_chat_message(world: World, params: Params) -> bool:
    chat = targets.known_chat(world, params)
    message = targets.message(world, chat, params, "pin")
    if not chat.private:
        targets.needs(world, chat, "can_pin_messages", "manage pinned messages in the chat")
    if message.message_id in chat.pinned:
        raise bad("CHAT_NOT_MODIFIED")
    chat.pinned.append(message.message_id)
    world.chats.put(chat)
    messages.service(world, chat, BOT_ID, pinned_message=objects.message(world, message, with_reply=False))
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    chat = targets.known_chat(world, params)
    if not chat.private:
        targets.needs(world, chat, "can_pin_messages", "manage pinned messages in the chat")
    wanted = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(wanted)
    world.chats.put(chat)
    return True


def unpin_all_chat_messages(world: World, params: Params) -> bool:
    chat = targets.known_chat(world, params)
    if not chat.private:
        targets.needs(world, chat, "can_pin_messages", "manage pinned messages in the chat")
    chat.pinned.clear()
    world.chats.put(chat)
    return True


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
