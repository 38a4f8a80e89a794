"""Files: bytes on disk by their content, records by file_id."""

import hashlib
import mimetypes
from pathlib import Path

from plumbot.sandbox import images
from plumbot.sandbox.errors import ApiError, bad
from plumbot.sandbox.records import Json, StoredFile
from plumbot.sandbox.world import World

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
FOLDERS = {"photo": "photos", "document": "documents", "audio": "music", "video_note": "video_notes"}
MIME_TYPES = {"voice": "audio/ogg", "photo": "image/jpeg", "video_note": "video/mp4", "audio": "audio/mpeg"}
ENDINGS = {"voice": ".oga", "photo": ".jpg", "video_note": ".mp4", "audio": ".mp3"}


def store(
    world: World, kind: str, data: bytes, name: str, mime_type: str, info: Json, *, by_person: bool = False
) -> StoredFile:
    """Keep a file; people may upload up to 2,000 MB, the bot 50 MB and photos of 10 MB."""
    if not data:
        raise bad("file must be non-empty")
    if not by_person and len(data) > UPLOAD_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo":
        info = {**info, **_photo_size(data, by_person=by_person)}
    if kind in ("voice", "audio", "video_note"):
        info = {"duration": 0, **info}
    if kind == "video_note":
        info = {"length": 240, **info}
    unique_id = "AgAD" + hashlib.sha256(kind.encode() + data).hexdigest()[:12]
    _write(_place(world, unique_id), data)
    path = f"{FOLDERS.get(kind, kind)}/file_{world.count('files')}{_ending(kind, name)}"
    mime = mime_type or mimetypes.guess_type(name)[0] or MIME_TYPES.get(kind, "application/octet-stream")
    file_id = f"{kind[:2].upper()}ACAgI{world.token(40)}"
    return world.files.put(StoredFile(file_id, unique_id, kind, len(data), mime, name, path, info))


def _photo_size(data: bytes, *, by_person: bool) -> Json:
    size = images.size(data)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    if not by_person and len(data) > PHOTO_LIMIT:
        raise bad("file is too big")
    if sum(size) > 10_000 or max(size) > 20 * min(size):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return {"width": size[0], "height": size[1]}


def _ending(kind: str, name: str) -> str:
    return ENDINGS[kind] if kind in ("voice", "photo", "video_note") else Path(name).suffix or ENDINGS.get(kind, "")


def _place(world: World, unique_id: str) -> Path:
    return world.options.state / "files" / unique_id


def _write(place: Path, data: bytes) -> None:
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_suffix(".part")
    half.write_bytes(data)
    half.replace(place)


def content(world: World, file: StoredFile) -> Path:
    return _place(world, file.unique_id)


def by_path(world: World, path: str) -> StoredFile | None:
    return next(iter(world.files.where(lambda f: f.path == path)), None)


def described(file: StoredFile) -> Json:
    """As getFile answers."""
    if file.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }
