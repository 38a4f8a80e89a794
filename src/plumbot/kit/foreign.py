"""Libraries that raise bare Exception: their trouble gets a name here, so that nobody else has to catch everything."""

from collections.abc import Callable
from typing import TypeVar

import structlog

log = structlog.get_logger()
R = TypeVar("R")


class ForeignFault(Exception):
    """What the library said."""


def asked_of(library: str, call: Callable[[], R]) -> R:
    """The call's result; whatever it raises comes as ForeignFault."""
    try:
        return call()
    except Exception as error:
        log.warning("foreign_fault", library=library, error=f"{type(error).__name__}: {error}")
        raise ForeignFault(str(error)) from error
