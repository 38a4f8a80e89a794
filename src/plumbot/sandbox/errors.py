"""The two ways the sandbox says no: as Telegram to the bot, and in a sentence to the person at the page."""

from typing import Any


class ApiError(Exception):
    """A refusal in Telegram's own words; `parameters` goes into the answer as is."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class Refused(Exception):
    """What the person at the page asked for cannot be done; the text says why."""


def bad(description: str, **parameters: Any) -> ApiError:
    return ApiError(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> ApiError:
    return ApiError(403, f"Forbidden: {description}")
