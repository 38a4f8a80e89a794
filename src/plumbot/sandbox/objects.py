"""Records as the Bot API shows them."""

from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import JoinRequest, Json, Link, Member, Message, Person, StoredFile
from plumbot.sandbox.world import World

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def user(person: Person) -> Json:
    found: Json = {"id": person.id, "is_bot": person.is_bot, "first_name": person.first_name}
    for name in ("last_name", "username", "language_code"):
        if getattr(person, name):
            found[name] = getattr(person, name)
    return found


def me(world: World) -> Json:
    return {
        **user(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": bool(world.setting("reads_all", otherwise=False)),
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat(world: World, chat_id: int) -> Json:
    record = world.chats.get(chat_id)
    if record is None or record.private:
        person = world.people.get(chat_id)
        found: Json = {"id": chat_id, "type": "private"}
        for name in ("first_name", "last_name", "username"):
            if person and getattr(person, name):
                found[name] = getattr(person, name)
        return found
    found = {"id": record.id, "type": record.type, "title": record.title}
    if record.username:
        found["username"] = record.username
    if record.is_forum:
        found["is_forum"] = True
    return found


def member(world: World, record: Member) -> Json:
    found: Json = {"user": user(world.person(record.user_id)), "status": record.status}
    if record.custom_title:
        found["custom_title"] = record.custom_title
    if record.status == "creator":
        found["is_anonymous"] = False
    elif record.status == "administrator":
        found |= {"can_be_edited": False, "is_anonymous": False}
        found |= {right: record.rights.get(right, False) for right in ADMIN_RIGHTS}
    elif record.status == "restricted":
        found |= {"is_member": record.is_member, "until_date": record.until_date}
        found |= {right: record.rights.get(right, False) for right in PERMISSIONS}
    elif record.status == "kicked":
        found["until_date"] = record.until_date
    return found


def link(world: World, record: Link) -> Json:
    """A link as the bot sees it: those of others end in an ellipsis."""
    mine = record.creator_id == BOT_ID
    found: Json = {
        "invite_link": record.url if mine else f"{record.url[: 13 + len(record.hash) // 2]}…",
        "creator": user(world.person(record.creator_id)),
        "creates_join_request": record.creates_join_request,
        "is_primary": record.is_primary,
        "is_revoked": record.is_revoked,
    }
    if record.name:
        found["name"] = record.name
    for name in ("expire_date", "member_limit"):
        if getattr(record, name):
            found[name] = getattr(record, name)
    pending = world.requests.where(lambda r: r.link_hash == record.hash and r.state == "pending")
    if record.creates_join_request and pending:
        found["pending_join_request_count"] = len(pending)
    return found


def join_request(world: World, record: JoinRequest) -> Json:
    found: Json = {
        "chat": chat(world, record.chat_id),
        "from": user(world.person(record.user_id)),
        "user_chat_id": record.user_id,
        "date": record.at,
    }
    used = world.links.get(record.link_hash)
    if used:
        found["invite_link"] = link(world, used)
    return found


def entities(world: World, records: list[Json]) -> list[Json]:
    shown = []
    for record in records:
        if record["type"] == "text_mention" and "user_id" in record:
            who = world.people.get(record["user_id"])
            if who is None:
                continue
            bare = {key: value for key, value in record.items() if key != "user_id"}
            shown.append({**bare, "user": user(who)})
        else:
            shown.append(record)
    return shown


def message(world: World, record: Message, *, with_reply: bool = True) -> Json:
    found: Json = {
        "message_id": record.message_id,
        "from": user(world.person(record.from_id)),
        "chat": chat(world, record.chat_id),
        "date": record.date,
    }
    if record.edit_date:
        found["edit_date"] = record.edit_date
    found |= _thread(world, record, with_reply=with_reply)
    found |= _content(world, record)
    if record.sender_chat_id:
        found["sender_chat"] = chat(world, record.sender_chat_id)
    if record.forward_origin:
        found["forward_origin"] = record.forward_origin
    if record.media_group_id:
        found["media_group_id"] = record.media_group_id
    if record.markup and "inline_keyboard" in record.markup:
        found["reply_markup"] = record.markup
    return found


def _thread(world: World, record: Message, *, with_reply: bool) -> Json:
    """In a forum every message answers at least the creation of its topic."""
    found: Json = {}
    if record.thread_id:
        found |= {"message_thread_id": record.thread_id, "is_topic_message": True}
    replied = world.message(record.chat_id, record.reply_to or record.thread_id)
    if with_reply and replied and replied.message_id != record.message_id:
        found["reply_to_message"] = message(world, replied, with_reply=False)
    return found


def _content(world: World, record: Message) -> Json:
    if record.service:
        return record.service
    found: Json = {}
    if record.media:
        kind = record.media["kind"]
        file = {key: value for key, value in record.media.items() if key != "kind"}
        found[kind] = photo_sizes(file) if kind == "photo" else file
    for name in ("text", "caption"):
        if getattr(record, name):
            found[name] = getattr(record, name)
    for name in ("entities", "caption_entities"):
        if getattr(record, name):
            found[name] = entities(world, getattr(record, name))
    return found


def photo_sizes(file: Json) -> list[Json]:
    kept = ("file_id", "file_unique_id", "width", "height", "file_size")
    return [{key: file[key] for key in kept if key in file}]


def media(file: StoredFile) -> Json:
    """What a message says of a file it carries."""
    found: Json = {
        "kind": file.kind,
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        **file.info,
    }
    if file.kind not in ("photo", "video_note"):
        found["mime_type"] = file.mime_type
    if file.kind in ("document", "audio", "video") and file.name:
        found["file_name"] = file.name
    return found
