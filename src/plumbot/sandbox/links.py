"""Invite links and the people who follow them."""

from dataclasses import dataclass

from plumbot.sandbox import guide, members, objects, updates
from plumbot.sandbox.errors import bad
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Chat, JoinRequest, Json, Link
from plumbot.sandbox.world import World

WRITE_AFTER_REQUEST_SECONDS = 300


@dataclass
class Outcome:
    outcome: str
    text: str
    chat_id: int = 0

    def view(self) -> Json:
        shown: Json = {"outcome": self.outcome, "text": self.text}
        return {**shown, "chat_id": self.chat_id} if self.chat_id else shown


def create(world: World, chat: Chat, creator_id: int, **fields: object) -> Link:
    link = Link(world.token(16), chat.id, creator_id, world.now())
    for name, value in fields.items():
        setattr(link, name, value)
    return world.links.put(link)


def primary(world: World, chat: Chat, creator_id: int) -> Link:
    """A fresh primary link; the one before stops working."""
    for old in world.links.where(lambda i: i.chat_id == chat.id and i.creator_id == creator_id and i.is_primary):
        old.is_primary, old.is_revoked = False, True
        world.links.put(old)
    return create(world, chat, creator_id, is_primary=True)


def usable(world: World, link: Link) -> bool:
    if link.is_revoked or 0 < link.expire_date <= world.now():
        return False
    using = [m for m in world.inside(link.chat_id) if m.link_hash == link.hash]
    return not link.member_limit or len(using) < link.member_limit


def follow(world: World, link_hash: str, user_id: int) -> Outcome:
    """What happens when this person opens t.me/+HASH and presses Join."""
    link = world.links.get(link_hash)
    if link is None:
        return Outcome("invalid", "This invite link does not exist.")
    member = world.member(link.chat_id, user_id)
    if member.inside:
        return Outcome("already", "You are already in this chat.", link.chat_id)
    if user_id not in link.followers:
        link.followers.append(user_id)
        world.links.put(link)
    if members.banned(world, member):
        return Outcome("banned", "You are banned from this chat.")
    if not usable(world, link):
        guide.turned_away(world, link.chat_id, user_id)
        return Outcome("invalid", "This invite link has expired.")
    if link.creates_join_request or (member.was_removed and world.options.removed_come_as_requests):
        request(world, link.chat_id, user_id, link)
        return Outcome("requested", "Request sent: an admin has to let you in.")
    members.change(world, member, "member", user_id, link=link)
    return Outcome("joined", "You are in.", link.chat_id)


def request(world: World, chat_id: int, user_id: int, link: Link | None) -> None:
    """Ask to be let in; asking again by the same link changes nothing."""
    link_hash = link.hash if link else ""
    pending = world.pending_request(chat_id, user_id)
    if pending and pending.link_hash == link_hash:
        return
    made = world.requests.put(JoinRequest(chat_id, user_id, world.now(), link_hash))
    world.events.emit("request", chat_id=chat_id, user_id=user_id, state="pending")
    if world.member(chat_id, BOT_ID).may("can_invite_users"):
        updates.push(world, "chat_join_request", objects.join_request(world, made))


def decide(world: World, chat_id: int, user_id: int, by: int, *, approve: bool) -> None:
    """Answer a join request, as the bot or as a human admin."""
    member = world.member(chat_id, user_id)
    pending = world.pending_request(chat_id, user_id)
    if member.inside:
        raise bad("USER_ALREADY_PARTICIPANT")
    if pending is None:
        raise bad("HIDE_REQUESTER_MISSING")
    pending.state = "approved" if approve else "declined"
    world.requests.put(pending)
    world.events.emit("request", chat_id=chat_id, user_id=user_id, state=pending.state)
    if approve:
        link = world.links.get(pending.link_hash)
        members.change(world, member, "member", by, link=link, via_request=True)
    else:
        guide.turned_away(world, chat_id, user_id)


def may_write(world: World, user_id: int) -> bool:
    """The bot may write to who has just asked to join, even if they never pressed Start."""
    since = world.now() - WRITE_AFTER_REQUEST_SECONDS
    return bool(world.requests.where(lambda r: r.user_id == user_id and r.state == "pending" and r.at >= since))
