"""Invite links and join requests."""

from plumbot.sandbox import links, objects
from plumbot.sandbox.botapi import targets
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.entities import units
from plumbot.sandbox.errors import bad
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Chat, Json, Link
from plumbot.sandbox.world import World

LONGEST_NAME = 32
MOST_MEMBERS = 99_999


def _group(world: World, params: Params) -> Chat:
    chat = targets.group(world, params)
    targets.needs(world, chat, "can_invite_users", "manage chat invite link")
    return chat


def _wish(world: World, params: Params) -> dict[str, object]:
    """Name, expiry and limit of a link, checked."""
    name = params.text("name")
    limit = params.integer("member_limit")
    expires = params.integer("expire_date")
    by_request = params.flag("creates_join_request")
    if units(name) > LONGEST_NAME:
        raise bad("invite link name must be up to 32 characters long")
    if params.has("member_limit") and not 0 <= limit <= MOST_MEMBERS:
        raise bad("member limit is out of range")
    if by_request and limit:
        raise bad("member limit can't be specified for links requiring administrator approval")
    if expires and expires <= world.now():
        raise bad("EXPIRE_DATE_INVALID")
    return {
        "name": name,
        "expire_date": expires,
        "member_limit": limit,
        "creates_join_request": by_request,
    }


def _mine(world: World, chat: Chat, params: Params) -> Link:
    url = params.text("invite_link")
    link = world.links.get(url.rpartition("+")[2])
    if link is None or link.chat_id != chat.id or link.creator_id != BOT_ID or link.url != url:
        raise bad("INVITE_HASH_EXPIRED")
    if link.is_revoked:
        raise bad("INVITE_REVOKED_MISSING")
    return link


def create_chat_invite_link(world: World, params: Params) -> Json:
    chat = _group(world, params)
    return objects.link(world, links.create(world, chat, BOT_ID, **_wish(world, params)))


def edit_chat_invite_link(world: World, params: Params) -> Json:
    chat = _group(world, params)
    link = _mine(world, chat, params)
    for name, value in _wish(world, params).items():
        setattr(link, name, value)
    return objects.link(world, world.links.put(link))


def revoke_chat_invite_link(world: World, params: Params) -> Json:
    chat = _group(world, params)
    link = _mine(world, chat, params)
    if link.is_primary:
        links.primary(world, chat, BOT_ID)
    link.is_revoked = True
    return objects.link(world, world.links.put(link))


def export_chat_invite_link(world: World, params: Params) -> str:
    return links.primary(world, _group(world, params), BOT_ID).url


def _decide(world: World, params: Params, *, approve: bool) -> bool:
    chat = targets.group(world, params)
    targets.needs(world, chat, "can_invite_users", "manage chat join requests")
    user_id = params.user_id()
    if world.people.get(user_id) is None:
        raise bad("USER_ID_INVALID")
    links.decide(world, chat.id, user_id, BOT_ID, approve=approve)
    return True


def approve_chat_join_request(world: World, params: Params) -> bool:
    return _decide(world, params, approve=True)


def decline_chat_join_request(world: World, params: Params) -> bool:
    return _decide(world, params, approve=False)


METHODS = {
    "createChatInviteLink": create_chat_invite_link,
    "editChatInviteLink": edit_chat_invite_link,
    "revokeChatInviteLink": revoke_chat_invite_link,
    "exportChatInviteLink": export_chat_invite_link,
    "approveChatJoinRequest": approve_chat_join_request,
    "declineChatJoinRequest": decline_chat_join_request,
}
