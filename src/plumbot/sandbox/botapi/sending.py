"""Messages the bot sends."""

from typing import Any

from plumbot.sandbox import keyboards, messages, objects
from plumbot.sandbox.botapi import attachments, targets
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT
from plumbot.sandbox.errors import bad
from plumbot.sandbox.records import Chat, Json, Message
from plumbot.sandbox.world import World

CHAT_ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def put(world: World, params: Params, chat: Chat, **content: Any) -> Message:
    """Send what was prepared, once everything about the call has been found good."""
    markup = keyboards.checked(params.json("reply_markup"))
    reply_to = targets.replied(world, chat, params)
    thread_id = targets.thread(world, chat, params)
    world.limits.spend(chat.id)
    return messages.from_bot(world, chat, markup=markup, reply_to=reply_to, thread_id=thread_id, **content)


def send_message(world: World, params: Params) -> Json:
    chat = targets.writable(world, params)
    text, entities = targets.formatted(params, "text", TEXT_LIMIT)
    if not text:
        raise bad("message text is empty")
    return objects.message(world, put(world, params, chat, text=text, entities=entities))


def _send_file(world: World, params: Params, kind: str) -> Json:
    chat = targets.writable(world, params)
    caption, entities = targets.formatted(params, "caption", CAPTION_LIMIT)
    file = attachments.file(world, params, params.values.get(kind), kind)
    message = put(world, params, chat, media=objects.media(file), caption=caption, caption_entities=entities)
    return objects.message(world, message)


def send_photo(world: World, params: Params) -> Json:
    return _send_file(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    return _send_file(world, params, "document")


def send_voice(world: World, params: Params) -> Json:
    return _send_file(world, params, "voice")


def send_audio(world: World, params: Params) -> Json:
    return _send_file(world, params, "audio")


def send_video_note(world: World, params: Params) -> Json:
    return _send_file(world, params, "video_note")


def send_media_group(world: World, params: Params) -> list[Json]:
    chat = targets.writable(world, params)
    items = params.json("media")
    if not isinstance(items, list) or not 2 <= len(items) <= 10:
        raise bad("media group must include 2-10 items")
    prepared = [attachments.input_media(world, params, item) for item in items]
    reply_to = targets.replied(world, chat, params)
    thread_id = targets.thread(world, chat, params)
    world.limits.spend(chat.id, len(prepared))
    album = str(world.options.chance.randrange(10**16, 10**17))
    sent = [
        messages.from_bot(world, chat, reply_to=reply_to, thread_id=thread_id, media_group_id=album, **content)
        for content in prepared
    ]
    return [objects.message(world, message) for message in sent]


def send_chat_action(world: World, params: Params) -> bool:
    chat = targets.writable(world, params)
    action = params.text("action")
    if action not in CHAT_ACTIONS:
        raise bad("wrong parameter action in request")
    world.events.emit("typing", chat_id=chat.id, action=action)
    return True


def _original(world: World, params: Params, purpose: str) -> Message:
    source = targets.chat(world, params, "from_chat_id")
    return targets.message(world, source, params, purpose)


def forward_message(world: World, params: Params) -> Json:
    chat = targets.writable(world, params)
    original = _original(world, params, "forward")
    if original.service:
        raise bad("message can't be forwarded")
    origin: Json = {
        "type": "user",
        "sender_user": objects.user(world.person(original.from_id)),
        "date": original.date,
    }
    content = _content(original)
    sent = put(world, params, chat, forward_origin=original.forward_origin or origin, **content)
    return objects.message(world, sent)


def copy_message(world: World, params: Params) -> Json:
    chat = targets.writable(world, params)
    original = _original(world, params, "copy")
    if original.service:
        raise bad("message can't be copied")
    content = _content(original)
    if params.has("caption") and original.media:
        content["caption"], content["caption_entities"] = targets.formatted(params, "caption", CAPTION_LIMIT)
    return {"message_id": put(world, params, chat, **content).message_id}


def _content(original: Message) -> Json:
    names = ("text", "entities", "caption", "caption_entities", "media")
    return {name: getattr(original, name) for name in names}


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendVoice": send_voice,
    "sendAudio": send_audio,
    "sendVideoNote": send_video_note,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "forwardMessage": forward_message,
    "copyMessage": copy_message,
}
