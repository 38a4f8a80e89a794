"""What comes in: a clip in a message. What goes to a worker: an assignment. What workers can do: models."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

Json = dict[str, Any]

KINDS = ("voice", "audio", "video_note", "video", "document")
SOUND = ("audio/", "application/ogg")
LARGEST_NUMBER = 2**31 - 1


class Media(BaseModel):
    """The file of a message, as Telegram describes it."""

    file_id: Annotated[str, Field(min_length=1, max_length=1_000)]
    file_unique_id: Annotated[str, Field(min_length=1, max_length=64)]
    duration: Annotated[int | None, Field(ge=0, le=LARGEST_NUMBER)] = None
    file_size: Annotated[int | None, Field(ge=0)] = None
    mime_type: str | None = None


@dataclass(frozen=True)
class Clip:
    """Something said in a message. `speaker_id` is who spoke, as far as the message tells."""

    chat_id: int
    message_id: int
    thread_id: int | None
    speaker_id: int
    kind: str
    file_id: str
    file_unique_id: str
    seconds: int | None = None
    size: int | None = None


def clip_in(message: Json) -> Clip | None:
    """The recording of a message as the Bot API gives it; None where there is none."""
    for kind in KINDS:
        found = message.get(kind)
        if not isinstance(found, dict):
            continue
        try:
            media = Media.model_validate(found)
        except ValidationError:
            return None
        if kind == "document" and not (media.mime_type or "").startswith(SOUND):
            return None
        thread = message.get("message_thread_id") if message.get("is_topic_message") else None
        return Clip(
            message["chat"]["id"], message["message_id"], thread, _speaker(message), kind, media.file_id,
            media.file_unique_id, media.duration, media.file_size,
        )  # fmt: skip
    return None


def _speaker(message: Json) -> int:
    """Who spoke first where it was forwarded; 0 where nobody can be named."""
    origin = message.get("forward_origin")
    whose = origin.get("sender_user") if isinstance(origin, dict) else message.get("from")
    number = whose.get("id") if isinstance(whose, dict) else None
    return number if type(number) is int else 0


@dataclass(frozen=True)
class Assignment:
    """A job that a worker has claimed: what to fetch, and what is wanted."""

    job_id: int
    attempt: int
    file_id: str
    language: str | None
    model: str | None
    user_id: int
    chat_id: int
    request: str | None = None  # see kit/requests.py


@dataclass(frozen=True)
class Model:
    """A model that a worker has: `rank` grows with its quality."""

    name: str
    languages: tuple[str, ...]  # empty: all
    rank: int

    def speaks(self, language: str | None) -> bool:
        return not self.languages or language is None or language in self.languages
