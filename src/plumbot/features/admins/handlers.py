"""The doors for the main admin's commands and for admins who go away and come back."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.features.admins.service import AdminService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"


@inject
async def everybody(_message: Message, reply: Reply, admins: FromDishka[AdminService]) -> None:
    await reply.show("admins.list", admins=await reply.unit.run(admins.everybody))


@inject
async def add(_message: Message, command: CommandObject, reply: Reply, admins: FromDishka[AdminService]) -> None:
    person = await reply.unit.run(admins.add, command.args or "", by=reply.here.user_id)
    await reply.show("admins.added", person=person)


@inject
async def remove(_message: Message, command: CommandObject, reply: Reply, admins: FromDishka[AdminService]) -> None:
    person = await reply.unit.run(admins.remove, command.args or "", by=reply.here.user_id)
    await reply.show("admins.removed", person=person)


@inject
async def go_away(_message: Message, reply: Reply, admins: FromDishka[AdminService]) -> None:
    await reply.show("admins.away", nobody_left=await reply.unit.run(admins.go_away, reply.here.user_id))


@inject
async def come_back(_message: Message, reply: Reply, admins: FromDishka[AdminService]) -> None:
    await reply.unit.run(admins.come_back, reply.here.user_id)
    await reply.show("admins.back")


def router() -> Router:
    router = Router(name="admins")
    owner, admin = needs(Permission.OWNER), needs(Permission.ADMIN)
    router.message.register(everybody, IN_PRIVATE, Command("admins"), flags=owner)
    router.message.register(add, IN_PRIVATE, Command("admin_add"), flags=owner)
    router.message.register(remove, IN_PRIVATE, Command("admin_remove"), flags=owner)
    router.message.register(go_away, IN_PRIVATE, Command("away"), flags=admin)
    router.message.register(come_back, IN_PRIVATE, Command("back"), flags=admin)
    return router
