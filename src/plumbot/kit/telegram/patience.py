"""Requests without which the bot cannot begin: Telegram may be away when we start, so they wait for it."""

import asyncio
from typing import Any

import structlog

from plumbot.kit.settings import SettingsProblem
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient

log = structlog.get_logger()

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


async def patiently(client: TelegramClient, method: str, values: dict[str, Any] | None = None) -> Any:
    """The result, however long it takes. A token that is not accepted is another matter: no waiting mends it."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        least = 0.0
        try:
            return await client.request(method, values)
        except ApiError as error:
            if error.code in (401, 404):
                raise SettingsProblem(
                    "PLUM_TELEGRAM__TOKEN is not accepted by Telegram; copy it again from @BotFather."
                ) from None
            least = float(error.retry_after or 0)
            log.warning("telegram_refuses", method=method, error=str(error), seconds=max(pause, least))
        except NetworkFault as fault:
            log.warning("telegram_away", method=method, fault=str(fault), seconds=pause)
        await asyncio.sleep(max(pause, least))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
