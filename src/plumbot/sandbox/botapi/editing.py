"""Messages the bot changes or deletes."""

from typing import Any

from plumbot.sandbox import keyboards, messages, objects
from plumbot.sandbox.botapi import attachments, targets
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT
from plumbot.sandbox.errors import bad
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Chat, Json, Message
from plumbot.sandbox.world import World

DELETE_WITHIN_SECONDS = 48 * 3600
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _editable(world: World, params: Params) -> Message:
    if params.has("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    chat = targets.writable(world, params)
    message = targets.message(world, chat, params, "edit")
    plain_keyboard = message.markup and "inline_keyboard" not in message.markup
    if message.from_id != BOT_ID or message.service or message.forward_origin or plain_keyboard:
        raise bad("message can't be edited")
    return message


def _apply(world: World, params: Params, message: Message, **content: Any) -> Json:
    """Change content and buttons; buttons that are not given again go away."""
    markup = keyboards.checked(params.json("reply_markup"), inline_only=True)
    new = {**content, "markup": markup}
    if all(getattr(message, name) == value for name, value in new.items()):
        raise bad(SAME)
    world.limits.spend(message.chat_id)
    messages.change(world, message, call_id=world.call_id or message.call_id, **new)
    return objects.message(world, message)


def edit_message_text(world: World, params: Params) -> Json:
    message = _editable(world, params)
    text, entities = targets.formatted(params, "text", TEXT_LIMIT)
    if not text:
        raise bad("message text is empty")
    if message.media:
        raise bad("there is no text in the message to edit")
    return _apply(world, params, message, text=text, entities=entities)


def edit_message_caption(world: World, params: Params) -> Json:
    message = _editable(world, params)
    if not message.media:
        raise bad("there is no caption in the message to edit")
    caption, entities = targets.formatted(params, "caption", CAPTION_LIMIT)
    return _apply(world, params, message, caption=caption, caption_entities=entities)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    return _apply(world, params, _editable(world, params))


def edit_message_media(world: World, params: Params) -> Json:
    message = _editable(world, params)
    content = attachments.input_media(world, params, params.json("media"))
    return _apply(world, params, message, text="", entities=[], **content)


def _check_deletable(world: World, chat: Chat, message: Message) -> None:
    bot = world.member(chat.id, BOT_ID)
    if not chat.private and bot.may("can_delete_messages"):
        return
    if not chat.private and message.from_id != BOT_ID:
        raise bad("message can't be deleted")
    if world.now() - message.date >= DELETE_WITHIN_SECONDS:
        raise bad("message can't be deleted for everyone")


def delete_message(world: World, params: Params) -> bool:
    chat = targets.known_chat(world, params)
    message = targets.message(world, chat, params, "delete")
    _check_deletable(world, chat, message)
    messages.delete(world, message)
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Several at once; those that are not there are skipped."""
    chat = targets.known_chat(world, params)
    ids = params.json("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad("message identifiers are not specified")
    found = [message for one in ids if (message := world.message(chat.id, int(one)))]
    for message in found:
        _check_deletable(world, chat, message)
    for message in found:
        messages.delete(world, message)
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
