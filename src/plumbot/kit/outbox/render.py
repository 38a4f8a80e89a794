"""From a row of the outbox to the request that shows it: the one place where a screen becomes Bot API parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plumbot.kit.outbox.fitting import LONGEST_CAPTION, LONGEST_TEXT, fitted, label, leads_out
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.screens import NAMED, Button, Document, Message, Photo, known
from plumbot.kit.telegram.client import Upload
from plumbot.kit.texts import Texts

SENDING = {"text": "sendMessage", "photo": "sendPhoto", "document": "sendDocument"}
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Request:
    """A method with its parameters; `media` and `photo` are what it leaves behind."""

    method: str
    values: dict[str, Any]
    media: str
    photo: Photo | None = None
    document: Document | None = None

    @property
    def photo_key(self) -> str | None:
        return self.photo.key if self.photo else None


def base36(number: int) -> str:
    """The row's number as it stands before callback data."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text or "0"


def message_of(row: ShownMessage, language: str) -> Message:
    """The screen of the row in this language."""
    return known()[row.screen](Texts(language), **{name: value for name, value in row.values.items() if name != NAMED})


def request_for(row: ShownMessage, message: Message) -> Request:
    """Send it when there is no message yet, else edit the one that is there."""
    photo = message.photo
    media = media_of(message)
    text_field = "text" if media == "text" else "caption"
    values: dict[str, Any] = {
        "chat_id": row.chat_id,
        text_field: fitted(str(message.text), LONGEST_TEXT if media == "text" else LONGEST_CAPTION),
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": _keyboard(row, message.buttons)},
    }
    if media == "text":
        values["link_preview_options"] = {"is_disabled": True}
    if row.message_id is not None:
        method = "editMessageText" if media == "text" else "editMessageCaption"
        if photo and row.photo_key != photo.key:
            method = "editMessageMedia"
        return Request(method, values | {"message_id": row.message_id}, media, photo)
    if row.thread_id is not None:
        values["message_thread_id"] = row.thread_id
    if row.reply_to is not None:
        values["reply_parameters"] = {"message_id": row.reply_to, "allow_sending_without_reply": True}
    return Request(SENDING[media], values, media, photo, message.document)


def closed_text(row: ShownMessage, text: str) -> Request:
    """An edit that takes the buttons off a message which can no longer be deleted."""
    field, method = ("text", "editMessageText") if row.media in (None, "text") else ("caption", "editMessageCaption")
    values: dict[str, Any] = {
        "chat_id": row.chat_id,
        "message_id": row.message_id,
        field: text,
        "reply_markup": {"inline_keyboard": []},
    }
    return Request(method, values, row.media or "text")


def without_buttons(row: ShownMessage) -> Request:
    """The last resort for a message that can neither be deleted nor rewritten."""
    place = {"chat_id": row.chat_id, "message_id": row.message_id}
    return Request("editMessageReplyMarkup", place | {"reply_markup": {"inline_keyboard": []}}, row.media or "text")


def with_photo(request: Request, file_id: str | None) -> tuple[dict[str, Any], dict[str, Upload] | None]:
    """Parameters and files: Telegram's copy of the picture when it has one, else the bytes."""
    if request.photo is None or request.method not in ("sendPhoto", "editMessageMedia"):
        return request.values, None
    files = None if file_id else {"picture": Upload(request.photo.load(), "picture.png")}
    given = file_id or "attach://picture"
    if request.method == "sendPhoto":
        return request.values | {"photo": given}, files
    values = dict(request.values)
    about = {"caption": values.pop("caption"), "parse_mode": values.pop("parse_mode")}
    return values | {"media": {"type": "photo", "media": given, **about}}, files


def with_document(request: Request, content: bytes) -> tuple[dict[str, Any], dict[str, Upload] | None]:
    """The same for a document, which is made for this one message."""
    filename = request.document.filename if request.document else "file"
    return request.values | {"document": "attach://file"}, {"file": Upload(content, filename)}


def media_of(message: Message) -> str:
    """What kind of message it is."""
    if message.document:
        return "document"
    return "photo" if message.photo else "text"


def _keyboard(row: ShownMessage, lines: Sequence[Sequence[Button]]) -> list[list[dict[str, Any]]]:
    """A button that leads anywhere but to a page or into Telegram is left out."""
    safe = ([button for button in line if button.url is None or leads_out(button.url)] for line in lines)
    return [[_button(row, button) for button in line] for line in safe if line]


def _button(row: ShownMessage, button: Button) -> dict[str, Any]:
    if button.url is not None:
        return {"text": label(button.text), "url": button.url}
    return {"text": label(button.text), "callback_data": f"{base36(row.id)}.{button.data}"}


def split_data(data: str) -> tuple[int | None, str]:
    """The row's number and the button's own data; no number when it was not sent by this outbox."""
    number, dot, rest = data.partition(".")
    if not dot or not 0 < len(number) <= 9 or any(c not in DIGITS for c in number):
        return None, data
    return int(number, 36), rest
