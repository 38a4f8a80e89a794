"""Files that come with a call: uploaded beside it, or known by their file_id."""

from typing import Any

from plumbot.sandbox import files, objects
from plumbot.sandbox.botapi import targets
from plumbot.sandbox.botapi.params import Params, Upload
from plumbot.sandbox.entities import CAPTION_LIMIT
from plumbot.sandbox.errors import bad
from plumbot.sandbox.records import Json, StoredFile
from plumbot.sandbox.world import World

MEDIA_TYPES = ("photo", "document", "audio", "video", "animation")


def file(world: World, params: Params, given: Any, kind: str) -> StoredFile:
    """The file meant by this parameter, stored if it is new."""
    upload = _uploaded(params, given, kind)
    if upload:
        info = {name: params.integer(name) for name in ("duration", "width", "height", "length") if params.has(name)}
        texts = {name: params.text(name) for name in ("title", "performer") if params.has(name)}
        return files.store(world, kind, upload.data, upload.name, upload.mime_type, {**info, **texts})
    if not isinstance(given, str) or not given:
        raise bad(f"there is no {kind} in the request")
    if "://" in given:
        raise bad("failed to get HTTP URL content")  # the sandbox has no network
    known = world.files.get(given)
    if known is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise bad(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known


def _uploaded(params: Params, given: Any, kind: str) -> Upload | None:
    if isinstance(given, str) and given.startswith("attach://"):
        return params.files.get(given.removeprefix("attach://"))
    return params.files.get(kind) if given is None else None


def input_media(world: World, params: Params, item: Any) -> Json:
    """An InputMedia as the content of a message."""
    if not isinstance(item, dict) or item.get("type") not in MEDIA_TYPES:
        raise bad("can't parse InputMedia: type is invalid")
    own = Params({**item}, params.files)
    caption, entities = targets.formatted(own, "caption", CAPTION_LIMIT)
    found = file(world, own, item.get("media"), item["type"])
    return {"media": objects.media(found), "caption": caption, "caption_entities": entities}
