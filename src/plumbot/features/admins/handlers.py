"""The doors for the main admin's commands and for admins who go away and come back."""

from collections.abc import Callable
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.features.admins.panel_screens import Appointing
from plumbot.features.admins.service import AdminService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
WORDS = F.text & ~F.text.startswith("/")
ADD = "admins.add"


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


@inject
async def list_all(_press: CallbackQuery, reply: Reply, admins: FromDishka[AdminService]) -> None:
    await panel.show(reply, "admins.panel", admins=await reply.unit.run(admins.everybody))


@inject
async def ask_whether(_press: CallbackQuery, data: Appointing, reply: Reply, admins: FromDishka[AdminService]) -> None:
    await panel.show(reply, "admins.sure", person=await reply.unit.run(admins.about_to_remove, data.user_id))


@inject
async def dismiss(press: CallbackQuery, data: Appointing, reply: Reply, admins: FromDishka[AdminService]) -> None:
    await reply.unit.run(admins.remove, str(data.user_id), by=press.from_user.id)
    await panel.show(reply, "admins.panel", admins=await reply.unit.run(admins.everybody))


async def ask_whom(_press: CallbackQuery, reply: Reply, state: FSMContext) -> None:
    await panel.ask(reply, state, ADD, "admins.ask")


@inject
async def appoint(message: Message, reply: Reply, state: FSMContext, admins: FromDishka[AdminService]) -> None:
    await reply.unit.run(admins.add, message.text or "", by=reply.here.user_id)
    await state.clear()
    await panel.show(reply, "admins.panel", admins=await reply.unit.run(admins.everybody))


def router() -> Router:
    router = Router(name="admins")
    owner, admin = needs(Permission.OWNER), needs(Permission.ADMIN)
    router.message.register(everybody, IN_PRIVATE, Command("admins"), flags=owner)
    router.message.register(add, IN_PRIVATE, Command("admin_add"), flags=owner)
    router.message.register(remove, IN_PRIVATE, Command("admin_remove"), flags=owner)
    router.message.register(go_away, IN_PRIVATE, Command("away"), flags=admin)
    router.message.register(come_back, IN_PRIVATE, Command("back"), flags=admin)
    return router


def panel_router() -> Router:
    """Its presses end a question of the panel."""
    router = Router(name="admins panel")
    flags = needs(Permission.OWNER)
    router.callback_query.middleware(panel.leave_question)
    acts: dict[str, Callable[..., Any]] = {"list": list_all, "sure": ask_whether, "off": dismiss, "add": ask_whom}
    for act, handler in acts.items():
        is_act = F.data.startswith(f"{Appointing.prefix}:{act}:")
        router.callback_query.register(handler, PRESSED_IN_PRIVATE, Appointing.filter, is_act, flags=flags)
    router.message.register(appoint, IN_PRIVATE, StateFilter(panel.asked(ADD)), WORDS, flags=flags)
    return router
