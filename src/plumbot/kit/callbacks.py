"""Callback data: a short prefix and a few ids. Telegram allows 64 bytes; the sender's row number takes up to 9."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self, get_type_hints

LONGEST_BYTES = 64 - 9
LARGEST_NUMBER = 2**63 - 1  # no database takes more


@dataclass(frozen=True)
class Callback:
    """Subclass it as a frozen dataclass with int and str fields: `class Decide(Callback, prefix="decide")`.

    `pack()` gives the data of a button; `Decide.filter` is a handler's filter, which gives it the value as `data`.
    """

    prefix: ClassVar[str]

    def __init_subclass__(cls, prefix: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.prefix = prefix

    def pack(self) -> str:
        data = ":".join([self.prefix, *(str(getattr(self, field.name)) for field in fields(self))])
        if len(data.encode()) > LONGEST_BYTES:
            raise ValueError(f"Callback data {data!r} is longer than {LONGEST_BYTES} bytes; put ids in it, not texts.")
        return data

    @classmethod
    def unpack(cls, data: str) -> Self | None:
        """The value, or None when the data is not ours or is damaged."""
        prefix, *parts = data.split(":")
        if prefix != cls.prefix:
            return None
        hints = get_type_hints(cls)
        names = [field.name for field in fields(cls)]
        if len(parts) != len(names):
            return None
        try:
            return cls(**{name: _read(hints[name], part) for name, part in zip(names, parts, strict=True)})
        except ValueError:
            return None

    @classmethod
    def filter(cls, press: Any) -> bool | dict[str, Self]:
        """For `router.callback_query(Decide.filter, …)`."""
        value = cls.unpack(press.data or "")
        return {"data": value} if value is not None else False


def _read(kind: type[Any], part: str) -> Any:
    """A field as `pack` wrote it. Python also reads `+7`, `1_0` and digits of other alphabets, which nobody packs."""
    if kind is not int:
        return kind(part)
    number = int(part)
    if str(number) != part or abs(number) > LARGEST_NUMBER:
        raise ValueError(part)
    return number
