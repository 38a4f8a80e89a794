"""How the bot gets its updates: by asking for them, or at its webhook."""

import re
from urllib.parse import urlsplit

from plumbot.sandbox import guide, updates
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.errors import ApiError, bad
from plumbot.sandbox.records import Json, Update
from plumbot.sandbox.world import World

LONGEST_POLL_SECONDS = 50
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}$")
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class Poller:
    """One long poll at a time: a new one ends the one before with 409."""

    def __init__(self) -> None:
        self._latest = 0

    async def get_updates(self, world: World, params: Params) -> list[Json]:
        if world.setting("webhook"):
            raise ApiError(409, WEBHOOK_ACTIVE)
        self._latest += 1
        mine = self._latest
        world.arrivals.ring()
        if params.has("allowed_updates") or isinstance(params.values.get("allowed_updates"), list):
            updates.allow(world, params.json("allowed_updates"))
        _apply_offset(world, params.integer("offset"))
        guide.taken(world)
        world.commit()
        return [updates.shown(update) for update in await self._wait(world, params, mine)]

    async def _wait(self, world: World, params: Params, mine: int) -> list[Update]:
        limit = min(max(params.integer("limit", 100), 1), 100)
        seconds = min(max(params.integer("timeout"), 0), LONGEST_POLL_SECONDS)
        while True:
            batch = updates.waiting(world)[:limit]
            if batch or seconds == 0:
                return batch
            if not await world.arrivals.heard(seconds):
                seconds = 0
            if mine != self._latest:
                raise ApiError(409, OTHER_POLLER)


def _apply_offset(world: World, offset: int) -> None:
    if offset > 0:
        updates.confirm(world, offset)
    elif offset < 0:
        updates.keep_last(world, -offset)


def set_webhook(world: World, params: Params) -> bool:
    """Like a local Bot API server this takes plain http; an empty URL removes the webhook."""
    url = params.text("url")
    secret = params.text("secret_token")
    if not url:
        return delete_webhook(world, params)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad("bad webhook: invalid webhook URL specified")
    if secret and not SECRET.match(secret):
        raise bad("secret token contains unallowed characters")
    if params.has("allowed_updates") or isinstance(params.values.get("allowed_updates"), list):
        updates.allow(world, params.json("allowed_updates"))
    _drop_pending(world, params)
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    world.keep("webhook", {"url": url, "secret": secret, "max_connections": connections})
    world.arrivals.ring()
    return True


def delete_webhook(world: World, params: Params) -> bool:
    world.keep("webhook", None)
    _drop_pending(world, params)
    world.arrivals.ring()
    return True


def _drop_pending(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.drop(world.updates.all())
        updates.tell_waiting(world)


def get_webhook_info(world: World, _params: Params) -> Json:
    hook = world.setting("webhook") or {}
    info: Json = {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(updates.waiting(world)),
    }
    if hook:
        info["max_connections"] = hook["max_connections"]
        info |= {key: hook[key] for key in ("last_error_date", "last_error_message") if key in hook}
    if world.setting("allowed_updates"):
        info["allowed_updates"] = world.setting("allowed_updates")
    return info


METHODS = {
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
