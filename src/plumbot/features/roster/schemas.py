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
    """One page of a search; pages count from 1, and there is always one."""

    model_config = ConfigDict(frozen=True)

    entries: tuple[Entry, ...]
    page: int
    pages: int
    total: int


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
