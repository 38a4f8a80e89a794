"""The doors of backups, for the main admin only."""

from aiogram import F, Router
from aiogram.types import CallbackQuery
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.features.backups.screens import Backup
from plumbot.features.backups.service import BackupService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

PRESSED_IN_PRIVATE = F.message.chat.type == "private"


@inject
async def open_page(_press: CallbackQuery, reply: Reply, backups: FromDishka[BackupService]) -> None:
    await panel.show(reply, "backups.offer", **await reply.unit.run(backups.offer))


async def ask_again(_press: CallbackQuery, reply: Reply) -> None:
    await panel.show(reply, "backups.sure")


@inject
async def make(press: CallbackQuery, reply: Reply, backups: FromDishka[BackupService]) -> None:
    await reply.unit.run(backups.order, by=press.from_user.id)
    await panel.show(reply, "backups.making")


def router() -> Router:
    router = Router(name="backups")
    flags = needs(Permission.OWNER)
    router.callback_query.middleware(panel.leave_question)
    press = router.callback_query.register
    press(open_page, PRESSED_IN_PRIVATE, F.data == Backup("open").pack(), flags=flags)
    press(ask_again, PRESSED_IN_PRIVATE, F.data == Backup("sure").pack(), flags=flags)
    press(make, PRESSED_IN_PRIVATE, F.data == Backup("make").pack(), flags=flags)
    return router
