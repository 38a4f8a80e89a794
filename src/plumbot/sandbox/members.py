"""Who is in which chat, and how everybody is told when that changes."""

from dataclasses import replace

from plumbot.sandbox import guide, messages, objects, updates
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Json, Link, Member
from plumbot.sandbox.world import World


def banned(world: World, member: Member) -> bool:
    return member.status == "kicked" and not 0 < member.until_date <= world.now()


def change(
    world: World,
    member: Member,
    status: str,
    by: int,
    *,
    link: Link | None = None,
    via_request: bool = False,
    rights: dict[str, bool] | None = None,
    until_date: int = 0,
) -> Member:
    """Give somebody a new standing; with service message, updates and events. `by` is who did it."""
    old = replace(member)
    new = replace(
        member,
        status=status,
        rights=rights or {},
        until_date=until_date,
        is_member=old.inside if status == "restricted" else True,
        was_removed=old.was_removed or (status in ("kicked", "left") and by != member.user_id),
    )
    if link:
        new.link_hash = link.hash
    elif not new.inside:
        new.link_hash = ""
    world.members.put(new)
    _end_request(world, new)
    moved = old.inside != new.inside
    world.events.emit("member", chat_id=new.chat_id, user_id=new.user_id, status=new.status, moved=moved)
    _announce(world, old, new, by, joined_alone=link is not None or via_request)
    _tell_bot(world, old, new, by, link=link, via_request=via_request)
    removed = old.inside and not new.inside and by != new.user_id
    guide.member_changed(world, new.chat_id, new.user_id, inside=new.inside, removed=removed)
    return new


def _end_request(world: World, member: Member) -> None:
    """Who is inside or banned has no request waiting any more."""
    pending = world.pending_request(member.chat_id, member.user_id)
    if pending and (member.inside or member.status == "kicked"):
        pending.state = "void"
        world.requests.put(pending)
        world.events.emit("request", chat_id=member.chat_id, user_id=member.user_id, state="void")


def _announce(world: World, old: Member, new: Member, by: int, *, joined_alone: bool) -> None:
    chat = world.chats.get(new.chat_id)
    if chat is None or chat.private or old.inside == new.inside:
        return
    user = objects.user(world.person(new.user_id))
    if new.inside:
        sender = new.user_id if joined_alone else by
        messages.service(world, chat, sender, new_chat_members=[user], new_chat_member=user)
    else:
        messages.service(world, chat, by, left_chat_member=user)


def _tell_bot(world: World, old: Member, new: Member, by: int, *, link: Link | None, via_request: bool) -> None:
    mine = new.user_id == BOT_ID
    if not mine and not world.member(new.chat_id, BOT_ID).admin:
        return
    body: Json = {
        "chat": objects.chat(world, new.chat_id),
        "from": objects.user(world.person(by)),
        "date": world.now(),
        "old_chat_member": objects.member(world, old),
        "new_chat_member": objects.member(world, new),
    }
    if link:
        body["invite_link"] = objects.link(world, link)
    elif via_request:
        body["via_join_request"] = True  # Telegram says this only of requests made without any link
    updates.push(world, "my_chat_member" if mine else "chat_member", body)


def block_bot(world: World, person_id: int, *, blocked: bool) -> None:
    """Somebody blocks the bot in their private chat, or lets it back."""
    person = world.person(person_id)
    if person.blocked_bot == blocked:
        return
    person.blocked_bot = blocked
    world.people.put(person)
    bot = objects.user(world.bot)
    here = {"user": bot, "status": "member"}
    gone = {"user": bot, "status": "kicked", "until_date": 0}
    body: Json = {
        "chat": objects.chat(world, person_id),
        "from": objects.user(person),
        "date": world.now(),
        "old_chat_member": here if blocked else gone,
        "new_chat_member": gone if blocked else here,
    }
    updates.push(world, "my_chat_member", body)
