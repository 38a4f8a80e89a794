"""The door of the digest: the button under it."""

from aiogram import F, Router
from aiogram.types import CallbackQuery
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.features.digest.screens import WishDigest
from plumbot.features.digest.service import DigestService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

PRESSED_IN_PRIVATE = F.message.chat.type == "private"


@inject
async def wish(_press: CallbackQuery, data: WishDigest, reply: Reply, digests: FromDishka[DigestService]) -> None:
    wanted = bool(data.wanted)
    await reply.unit.run(digests.wish, reply.here.user_id, wanted)
    await reply.show("digest.wish", wanted=wanted)


def router() -> Router:
    router = Router(name="digest")
    flags = needs(Permission.EVERYBODY)
    router.callback_query.register(wish, PRESSED_IN_PRIVATE, WishDigest.filter, flags=flags)
    return router
