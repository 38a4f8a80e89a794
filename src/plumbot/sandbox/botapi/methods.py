"""Every method that answers at once, by its name in lower case: Telegram does not mind the case."""

from collections.abc import Callable
from typing import Any

from plumbot.sandbox.botapi import (
    chats,
    editing,
    invites,
    moderation,
    presses,
    profile,
    reactions,
    receiving,
    sending,
)
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.world import World

Method = Callable[[World, Params], Any]

NAMED: dict[str, Method] = {
    **sending.METHODS,
    **editing.METHODS,
    **presses.METHODS,
    **chats.METHODS,
    **moderation.METHODS,
    **invites.METHODS,
    **profile.METHODS,
    **reactions.METHODS,
    **receiving.METHODS,
}
METHODS = {name.lower(): method for name, method in NAMED.items()}
SPELLED = {name.lower(): name for name in [*NAMED, "getUpdates"]}
