"""aiogram imported in a quarter of the time and of the memory: its models are built when they are first used.

At the end of its import aiogram makes pydantic build every one of its three hundred models, each with all that it
contains. A bot that handles updates needs one, Update, and what is built for it. So while aiogram is imported, such
orders are only noted; pydantic carries one out when its model is used for the first time, as it does by itself for
every model that could not be built yet. What is built is the same.
"""

import sys
from typing import Any

from pydantic import BaseModel


def build_when_used() -> None:
    """Import aiogram this way. Where it is imported already, nothing is changed."""
    if "aiogram" in sys.modules:
        return
    order = BaseModel.__dict__["model_rebuild"]
    types: dict[str, Any] = {}

    def note(_model: type[BaseModel], /, *, _types_namespace: dict[str, Any] | None = None, **_: Any) -> None:
        types.update(_types_namespace or {})

    def build(
        model: type[BaseModel], /, *, _types_namespace: dict[str, Any] | None = None, **asked: Any
    ) -> bool | None:
        """Whoever asks: the names that the fields' types are written in are always aiogram's."""
        built: bool | None = order.__func__(model, _types_namespace=_types_namespace or types or None, **asked)
        return built

    BaseModel.model_rebuild = classmethod(note)  # type: ignore[method-assign, assignment]
    try:
        from aiogram.methods import TelegramMethod
        from aiogram.types import TelegramObject
    finally:
        BaseModel.model_rebuild = order  # type: ignore[method-assign]
    for kind in (TelegramObject, TelegramMethod):
        kind.model_rebuild = classmethod(build)  # type: ignore[method-assign, assignment]
