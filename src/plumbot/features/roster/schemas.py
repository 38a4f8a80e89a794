"""What the roster answers."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """One entry as admins see it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: int
    slug: str
    user_id: int | None
    created_at: datetime


class Page(BaseModel):
    """One page of a search. Places in the list are (slug_key, id), as they stay when entries come and go.

    `start` is None on the first page, `following` on the last; `before` counts the entries ahead of this page.
    """

    model_config = ConfigDict(frozen=True)

    entries: tuple[Entry, ...]
    total: int
    before: int
    start: tuple[str, int] | None
    following: tuple[str, int] | None


class RefusedLine(BaseModel):
    """A line of an import that was not taken. `why` is a msgid for `values`."""

    model_config = ConfigDict(frozen=True)

    number: int
    line: str
    why: str
    values: dict[str, str | int]


class ImportReport(BaseModel):
    """What an import did: lines added, lines already there, and lines refused with the reason."""

    model_config = ConfigDict(frozen=True)

    added: int
    present: int
    refused: tuple[RefusedLine, ...]
