"""Records as the page shows them (see the web API)."""

from plumbot.sandbox import objects, updates
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Call, Chat, Json, Message, Person
from plumbot.sandbox.world import World


def person(record: Person) -> Json:
    names = (
        "id",
        "first_name",
        "last_name",
        "username",
        "language_code",
        "role_hint",
        "blocked_bot",
        "started",
    )
    return {name: getattr(record, name) for name in names}


def people(world: World) -> list[Json]:
    return [person(p) for p in world.people.all() if not p.is_bot]


def chat(world: World, record: Chat) -> Json:
    if record.private:
        title = world.person(record.id).first_name
        members = [{"user_id": record.id, "status": "member"}, {"user_id": BOT_ID, "status": "member"}]
    else:
        title = record.title
        members = [{"user_id": m.user_id, "status": m.status} for m in world.inside(record.id)]
    return {
        "id": record.id,
        "type": record.type,
        "title": title,
        "is_forum": record.is_forum,
        "members": members,
    }


def chats(world: World) -> list[Json]:
    return [chat(world, c) for c in world.chats.all() if not c.migrated_to]


def message(world: World, record: Message) -> Json:
    return {
        "chat_id": record.chat_id,
        "message_id": record.message_id,
        "from": objects.user(world.person(record.from_id)),
        "date": record.date,
        "edit_date": record.edit_date or None,
        "text": record.text,
        "entities": objects.entities(world, record.entities),
        "caption": record.caption,
        "caption_entities": objects.entities(world, record.caption_entities),
        "reply_to_message_id": record.reply_to or None,
        "message_thread_id": record.thread_id or None,
        "service": service(record),
        "buttons": buttons(record),
        "reply_keyboard": reply_keyboard(record),
        "reactions": world.snapshot_of_reactions(record),
        "forward_origin": record.forward_origin,
        "sender_chat_id": record.sender_chat_id or None,
        "deleted": record.deleted,
        "call_id": record.call_id or None,
        **file(record),
    }


def file(record: Message) -> Json:
    if not record.media:
        return {}
    kind = record.media["kind"]
    shown = {key: value for key, value in record.media.items() if key != "kind"}
    return {kind: {**shown, "url": f"/api/file/{record.media['file_id']}"}}


def service(record: Message) -> Json | None:
    """Service messages in the page's own words: joined, left, or the Bot API's name of it."""
    if not record.service:
        return None
    field = next(iter(record.service))
    if field == "new_chat_members":
        return {"kind": "joined", "user_id": record.service[field][0]["id"], "by": record.from_id}
    if field == "left_chat_member":
        return {"kind": "left", "user_id": record.service[field]["id"], "by": record.from_id}
    return {"kind": field, "user_id": record.from_id, "value": record.service[field]}


def buttons(record: Message) -> list[list[Json]]:
    rows = (record.markup or {}).get("inline_keyboard", [])
    return [[button(one) for one in row] for row in rows]


def button(record: Json) -> Json:
    return {"data" if key == "callback_data" else key: value for key, value in record.items()}


def reply_keyboard(record: Message) -> Json | None:
    return record.markup if record.markup and "inline_keyboard" not in record.markup else None


def call(record: Call) -> Json:
    return dict(vars(record))


def requests(world: World) -> list[Json]:
    """Join requests that nobody has answered yet."""
    pending = world.requests.where(lambda r: r.state == "pending")
    return [{"chat_id": r.chat_id, "user_id": r.user_id, "state": r.state} for r in pending]


def commands(world: World) -> dict[str, list[Json]]:
    """Scope key ("default", "chat:1003", each with ":ru" for a language) to its commands."""
    found: dict[str, list[Json]] = world.setting("commands", {})
    return found


def bot(world: World) -> Json:
    return {
        "id": BOT_ID,
        "username": world.bot.username,
        "first_name": world.bot.first_name,
        "commands": commands(world),
    }


def waiting(world: World) -> int:
    return len(updates.waiting(world))
