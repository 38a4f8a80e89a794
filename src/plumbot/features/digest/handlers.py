"""The doors of the digests: the button under the daily one, and the switch of the club's weekly one."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.features.digest.screens import SwitchWeekly, WishDigest
from plumbot.features.digest.service import DigestService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"
PRESSED_IN_PRIVATE = F.message.chat.type == "private"


@inject
async def wish(_press: CallbackQuery, data: WishDigest, reply: Reply, digests: FromDishka[DigestService]) -> None:
    wanted = bool(data.wanted)
    await reply.unit.run(digests.wish, reply.here.user_id, wanted)
    await reply.show("digest.wish", wanted=wanted)


@inject
async def show_weekly(_message: Message, reply: Reply, digests: FromDishka[DigestService]) -> None:
    on = await reply.unit.run(digests.is_weekly)
    await reply.show("digest.club", key=f"weekly:{reply.here.user_id}", on=on)


@inject
async def switch_weekly(
    _press: CallbackQuery, data: SwitchWeekly, reply: Reply, digests: FromDishka[DigestService]
) -> None:
    await reply.unit.run(digests.switch_weekly, bool(data.on), by=reply.here.user_id)
    await reply.show("digest.club", on=bool(data.on))


def router() -> Router:
    router = Router(name="digest")
    everybody, admin = needs(Permission.EVERYBODY), needs(Permission.ADMIN)
    router.callback_query.register(wish, PRESSED_IN_PRIVATE, WishDigest.filter, flags=everybody)
    router.message.register(show_weekly, IN_PRIVATE, Command("weekly_digest"), flags=admin)
    router.callback_query.register(switch_weekly, PRESSED_IN_PRIVATE, SwitchWeekly.filter, flags=admin)
    return router
