"""What came with a call: JSON, form or multipart, read the same way as Telegram reads them."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from plumbot.sandbox.errors import bad
from plumbot.sandbox.records import Json

LONGEST_SHOWN = 300
HIDDEN = frozenset({"secret_token"})


@dataclass
class Upload:
    name: str
    mime_type: str
    data: bytes


@dataclass
class Params:
    values: Json
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, otherwise: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return otherwise
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, otherwise: int = 0) -> int:
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return otherwise
        try:
            return int(value)
        except (TypeError, ValueError):
            return otherwise

    def flag(self, name: str, *, otherwise: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return otherwise
        return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1")

    def json(self, name: str) -> Any:
        """An object or list, sent as such or as a string of JSON; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def user_id(self) -> int:
        user_id = self.integer("user_id")
        if user_id <= 0:
            raise bad("invalid user_id specified")
        return user_id

    def shown(self) -> Json:
        """For the pane of calls: short, and without secrets."""
        short = {name: _short(value) for name, value in self.values.items() if name not in HIDDEN}
        return short | {name: f"<{len(file.data)} bytes>" for name, file in self.files.items()}


def _short(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except ValueError:
            return value[:LONGEST_SHOWN]
    if isinstance(value, int | float):
        return value
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(written) > LONGEST_SHOWN:
        return f"{written[:LONGEST_SHOWN]}…"
    return value


async def read(request: web.Request) -> Params:
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        return Params(values | await _json_body(request))
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            values[name] = value
    return Params(values, files)


async def _json_body(request: web.Request) -> Json:
    raw = await request.read()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad("expected an object")
    return body
