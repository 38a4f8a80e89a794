"""Bans, restrictions and promotions."""

from plumbot.sandbox import members, objects
from plumbot.sandbox.botapi import targets
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.errors import bad
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Chat, Member
from plumbot.sandbox.world import World

DEED = "restrict/unrestrict chat member"
SHORTEST_SECONDS = 30
LONGEST_SECONDS = 366 * 24 * 3600


def _somebody(world: World, params: Params) -> tuple[Chat, Member]:
    """The person to act on, where the bot has the right and they are no admin."""
    chat = targets.group(world, params)
    user_id = params.user_id()
    if world.people.get(user_id) is None:
        raise bad("PARTICIPANT_ID_INVALID")
    targets.needs(world, chat, "can_restrict_members", DEED)
    member = world.member(chat.id, user_id)
    if user_id == BOT_ID:
        raise bad("can't restrict self")
    if member.status == "creator":
        raise bad("can't remove chat owner")
    if member.status == "administrator":
        raise bad("user is an administrator of the chat")
    return chat, member


def _until(world: World, params: Params) -> int:
    """Less than 30 seconds or more than 366 days from now is for ever."""
    until = params.integer("until_date")
    ahead = until - world.now()
    return until if SHORTEST_SECONDS <= ahead <= LONGEST_SECONDS else 0


def ban_chat_member(world: World, params: Params) -> bool:
    _chat, member = _somebody(world, params)
    until = _until(world, params)
    if member.status != "kicked" or member.until_date != until:
        members.change(world, member, "kicked", BOT_ID, until_date=until)
    return True


def unban_chat_member(world: World, params: Params) -> bool:
    """Lifts a ban, and removes a present member unless told only_if_banned."""
    _chat, member = _somebody(world, params)
    if member.status == "kicked" or (member.inside and not params.flag("only_if_banned")):
        members.change(world, member, "left", BOT_ID)
    return True


def restrict_chat_member(world: World, params: Params) -> bool:
    _chat, member = _somebody(world, params)
    permissions = params.json("permissions")
    if not isinstance(permissions, dict):
        raise bad("can't parse permissions: expected an Object")
    rights = {name: bool(permissions.get(name, False)) for name in objects.PERMISSIONS}
    if all(rights[name] for name in objects.PERMISSIONS[:10]):
        status = "member" if member.inside else "left"
        members.change(world, member, status, BOT_ID)
    else:
        until = _until(world, params)
        members.change(world, member, "restricted", BOT_ID, rights=rights, until_date=until)
    return True


def promote_chat_member(world: World, params: Params) -> bool:
    chat = targets.group(world, params)
    targets.needs(world, chat, "can_promote_members", "promote chat member")
    member = world.member(chat.id, params.user_id())
    if member.status == "creator":
        raise bad("can't remove chat owner")
    if not member.inside:
        raise bad("USER_NOT_PARTICIPANT")
    rights = {name: params.flag(name) for name in objects.ADMIN_RIGHTS}
    bot = world.member(chat.id, BOT_ID)
    if any(wanted and not bot.may(name) for name, wanted in rights.items()):
        raise bad("RIGHT_FORBIDDEN")
    status = "administrator" if any(rights.values()) else "member"
    members.change(world, member, status, BOT_ID, rights=rights if status == "administrator" else None)
    return True


METHODS = {
    "banChatMember": ban_chat_member,
    "unbanChatMember": unban_chat_member,
    "restrictChatMember": restrict_chat_member,
    "promoteChatMember": promote_chat_member,
}
