"""Files that people send from the page: recorded, dropped or chosen."""

from typing import Any

from aiohttp import web

from plumbot.sandbox import files, objects, people, views
from plumbot.sandbox.errors import ApiError, Refused
from plumbot.sandbox.records import Json
from plumbot.sandbox.world import World

KINDS = ("voice", "audio", "photo", "document", "video_note")


async def read(request: web.Request) -> dict[str, Any]:
    return dict(await request.post())


def perform(world: World, wish: dict[str, Any]) -> Json:
    """Store the file and send it as this person; the message as the page shows it."""
    kind = str(wish.get("kind", "document"))
    if kind not in KINDS:
        raise Refused(f"A file can be sent as {', '.join(KINDS)}, not as {kind!r}.")
    upload = wish.get("file")
    if not isinstance(upload, web.FileField):
        raise Refused("There is no file in this upload.")
    person = people.somebody(world, _number(wish, "as"))
    chat = people.chat_of(world, person, _number(wish, "chat"))
    info: Json = {"duration": round(_seconds(wish))} if wish.get("duration") else {}
    data = upload.file.read()
    try:
        stored = files.store(world, kind, data, upload.filename, upload.content_type, info, by_person=True)
    except ApiError as error:
        raise Refused(_why(error)) from error
    message = people.write(
        world,
        person,
        chat.id,
        media=objects.media(stored),
        caption=str(wish.get("caption", ""))[:1024],
        reply_to=_number(wish, "reply_to", 0),
    )
    return views.message(world, message)


def _why(error: ApiError) -> str:
    if "non-empty" in error.description:
        return "The file is empty: choose another one."
    return "This is no picture that Telegram takes: send it as a document instead."


def _number(wish: dict[str, Any], name: str, otherwise: int | None = None) -> int:
    try:
        return int(wish.get(name) or otherwise or "")
    except (TypeError, ValueError):
        if otherwise is not None:
            return otherwise
        raise Refused(f"“{name}” must be a number.") from None


def _seconds(wish: dict[str, Any]) -> float:
    try:
        return max(0.0, float(wish["duration"]))
    except (TypeError, ValueError):
        raise Refused("“duration” must be a number of seconds.") from None
