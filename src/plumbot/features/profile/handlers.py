"""The doors of the profile: its place in the menu, and /profile."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.features.profile.screens import OpenProfile
from plumbot.features.profile.service import ProfileService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"
PRESSED_IN_PRIVATE = F.message.chat.type == "private"


@inject
async def open_profile(_press: CallbackQuery, reply: Reply, profile: FromDishka[ProfileService]) -> None:
    await reply.show("profile.about", **await reply.unit.run(profile.about, reply.here.user_id))


@inject
async def tell_profile(_message: Message, reply: Reply, profile: FromDishka[ProfileService]) -> None:
    """It takes the place of the menu, which is one press away."""
    user_id = reply.here.user_id
    await reply.show("profile.about", key=f"menu:{user_id}", **await reply.unit.run(profile.about, user_id))


def router() -> Router:
    router = Router(name="profile")
    flags = needs(Permission.MEMBER)
    router.callback_query.register(open_profile, PRESSED_IN_PRIVATE, OpenProfile.filter, flags=flags)
    router.message.register(tell_profile, IN_PRIVATE, Command("profile"), flags=flags)
    return router
