"""Voice clips that come with the package, for machines without a microphone."""

import json
from pathlib import Path

from plumbot.sandbox import files, objects
from plumbot.sandbox.errors import Refused
from plumbot.sandbox.records import Json, StoredFile
from plumbot.sandbox.world import World

FOLDER = Path(__file__).parent / "clips"


def listed() -> list[Json]:
    """As clips.json says: id, title, duration, file; nothing where there is no such folder."""
    index = FOLDER / "clips.json"
    if not index.is_file():
        return []
    found: list[Json] = json.loads(index.read_text(encoding="utf-8"))
    return [clip for clip in found if (FOLDER / str(clip["file"])).is_file()]


def view() -> list[Json]:
    return [{name: clip.get(name) for name in ("id", "title", "duration")} for clip in listed()]


def file(world: World, clip_id: str) -> StoredFile:
    found = next((clip for clip in listed() if clip["id"] == clip_id), None)
    if found is None:
        raise Refused(f"There is no voice clip named {clip_id!r}.")
    place = FOLDER / str(found["file"])
    mime_type = "audio/wav" if place.suffix == ".wav" else "audio/ogg"
    info = {"duration": int(found.get("duration", 0))}
    return files.store(world, "voice", place.read_bytes(), place.name, mime_type, info, by_person=True)


def media(stored: StoredFile) -> Json:
    return objects.media(stored)
