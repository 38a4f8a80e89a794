"""What human admins do in their own clients, behind the bot's back."""

from typing import Any

from plumbot.sandbox import links, members, messages, objects
from plumbot.sandbox.errors import ApiError, Refused
from plumbot.sandbox.hearing import tell_bot
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.people import chat_of, somebody, tell_chats
from plumbot.sandbox.records import Chat, Link, Message, Person
from plumbot.sandbox.world import World


def _group(world: World, admin: Person, chat_id: Any, right: str) -> Chat:
    chat = chat_of(world, admin, chat_id)
    if not world.member(chat.id, admin.id).may(right):
        raise Refused(f"{admin.first_name} is no admin of this chat with the right {right}.")
    return chat


def remove(world: World, admin: Person, chat_id: int, user_id: int, *, ban: bool = True) -> None:
    """Kick somebody; banned unless said otherwise."""
    chat = _group(world, admin, chat_id, "can_restrict_members")
    member = world.member(chat.id, somebody(world, user_id).id)
    if not member.inside and not ban:
        raise Refused("This person is not in the chat.")
    if member.admin:
        raise Refused("An admin cannot be removed: take the rights away first.")
    members.change(world, member, "kicked" if ban else "left", admin.id)


def add(world: World, admin: Person, chat_id: int, user_id: int) -> None:
    """Add somebody by hand, without any link."""
    chat = _group(world, admin, chat_id, "can_invite_users")
    member = world.member(chat.id, somebody(world, user_id).id)
    if member.inside:
        raise Refused("This person is in the chat already.")
    members.change(world, member, "member", admin.id)


def decide(world: World, admin: Person, chat_id: int, user_id: int, *, approve: bool) -> None:
    chat = _group(world, admin, chat_id, "can_invite_users")
    try:
        links.decide(world, chat.id, user_id, admin.id, approve=approve)
    except ApiError as error:
        raise Refused("There is no request of this person waiting.") from error


def make_link(world: World, admin: Person, chat_id: int, **wish: Any) -> Link:
    chat = _group(world, admin, chat_id, "can_invite_users")
    return links.create(world, chat, admin.id, **wish)


def set_rights(world: World, admin: Person, chat_id: int, user_id: int, status: str, rights: dict[str, bool]) -> None:
    """Make somebody (the bot too) an admin with these rights, a plain member, or put them out."""
    chat = _group(world, admin, chat_id, "can_promote_members")
    if status not in ("administrator", "member", "left", "kicked"):
        raise Refused("The status must be administrator, member, left or kicked.")
    unknown = set(rights) - set(objects.ADMIN_RIGHTS)
    if unknown:
        raise Refused(f"There is no right named {', '.join(sorted(unknown))}.")
    if world.people.get(user_id) is None:
        raise Refused(f"There is nobody with the id {user_id}.")
    given = {"can_manage_chat": True, **rights} if status == "administrator" else {}
    members.change(world, world.member(chat.id, user_id), status, admin.id, rights=given)


def make_topic(world: World, admin: Person, chat_id: int, name: str) -> Message:
    """A topic; the group becomes a forum by its first."""
    chat = _group(world, admin, chat_id, "can_manage_topics")
    if not chat.is_forum:
        chat.is_forum = True
        world.chats.put(chat)
        tell_chats(world)
    message = messages.add(
        world, chat, admin.id, service={"forum_topic_created": {"name": name, "icon_color": 7322096}}
    )
    message.thread_id = message.message_id
    world.messages.put(message)
    tell_bot(world, "message", message)
    return message


def upgrade(world: World, chat_id: int) -> Chat:
    """A group becomes a supergroup: it gets another id, and the old one only points to it."""
    old = world.chat(chat_id)
    if old.type != "group":
        raise Refused("Only a basic group can become a supergroup.")
    new = world.chats.put(Chat(-1_002_000_100_000 + chat_id, "supergroup", old.title))
    for member in world.members.where(lambda m: m.chat_id == chat_id):
        world.members.put(type(member)(**{**vars(member), "chat_id": new.id}))
    messages.service(world, old, BOT_ID, migrate_to_chat_id=new.id)
    old.migrated_to = new.id
    world.chats.put(old)
    messages.service(world, new, BOT_ID, migrate_from_chat_id=old.id)
    tell_chats(world)
    return new
