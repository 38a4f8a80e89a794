"""The doors of the blacklist: commands for admins, and the answer to the question."""

from collections.abc import Callable
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.features.blacklist import rules
from plumbot.features.blacklist.panel import BlacklistPanel
from plumbot.features.blacklist.panel_screens import Listed, ListFrom
from plumbot.features.blacklist.screens import Cancel, Confirm
from plumbot.features.blacklist.service import BlacklistService
from plumbot.kit.handling import answered, needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
WORDS = F.text & ~F.text.startswith("/")
ADD = "blacklist.add"
Panel = FromDishka[BlacklistPanel]

IN_CHAT = F.chat.type.in_({"private", "group", "supergroup"})


@inject
async def put_on(
    message: Message, command: CommandObject, reply: Reply, blacklist: FromDishka[BlacklistService]
) -> None:
    meant = rules.meant(command.args or "", answered(message))
    screen, values = await reply.unit.run(blacklist.ask_or_add, meant, by=reply.here.user_id)
    await reply.show(screen, **values)


@inject
async def take_off(
    message: Message, command: CommandObject, reply: Reply, blacklist: FromDishka[BlacklistService]
) -> None:
    meant = rules.meant(command.args or "", answered(message))
    values = await reply.unit.run(blacklist.remove_named, meant, by=reply.here.user_id)
    await reply.show("blacklist.removed", **values)


@inject
async def confirm(press: CallbackQuery, data: Confirm, reply: Reply, blacklist: FromDishka[BlacklistService]) -> None:
    values = await reply.unit.run(blacklist.confirm, reply.here.pressed, data.user_id, by=press.from_user.id)
    await reply.show("blacklist.added", **values)


@inject
async def cancel(_press: CallbackQuery, data: Cancel, reply: Reply, blacklist: FromDishka[BlacklistService]) -> None:
    in_panel = reply.here.pressed == panel.key(reply.here.user_id)
    values = await reply.unit.run(blacklist.cancel, data.user_id)
    await reply.show("blacklist.cancelled", in_panel=in_panel, **values)


@inject
async def turn_list(_press: CallbackQuery, data: ListFrom, reply: Reply, blacklist: Panel) -> None:
    await panel.show(reply, "blacklist.list", **await reply.unit.run(blacklist.page, data.after))


@inject
async def open_entry(_press: CallbackQuery, data: Listed, reply: Reply, blacklist: Panel) -> None:
    await panel.show(reply, "blacklist.entry", **await reply.unit.run(blacklist.open, data.user_id))


@inject
async def ask_whether(_press: CallbackQuery, data: Listed, reply: Reply, blacklist: Panel) -> None:
    await panel.show(reply, "blacklist.sure", **await reply.unit.run(blacklist.open, data.user_id))


@inject
async def let_off(press: CallbackQuery, data: Listed, reply: Reply, blacklist: Panel) -> None:
    values = await reply.unit.run(blacklist.take_off, data.user_id, by=press.from_user.id)
    await panel.show(reply, "blacklist.list", **values)


async def ask_whom(_press: CallbackQuery, reply: Reply, state: FSMContext) -> None:
    await panel.ask(reply, state, ADD, "blacklist.ask")


@inject
async def add(message: Message, reply: Reply, state: FSMContext, blacklist: Panel) -> None:
    screen, values = await reply.unit.run(blacklist.add, message.text or "", by=reply.here.user_id)
    await state.clear()
    await panel.show(reply, screen, **values)


def router() -> Router:
    router = Router(name="blacklist")
    flags = needs(Permission.ADMIN)
    router.message.register(put_on, IN_CHAT, Command("blacklist"), flags=flags)
    router.message.register(take_off, IN_CHAT, Command("unblacklist"), flags=flags)
    router.callback_query.register(confirm, Confirm.filter, flags=flags)
    router.callback_query.register(cancel, Cancel.filter, flags=flags)
    return router


def panel_router() -> Router:
    """Its presses end a question of the panel."""
    router = Router(name="blacklist panel")
    flags = needs(Permission.ADMIN)
    router.callback_query.middleware(panel.leave_question)
    press = router.callback_query.register
    press(turn_list, PRESSED_IN_PRIVATE, ListFrom.filter, flags=flags)
    acts: dict[str, Callable[..., Any]] = {"open": open_entry, "sure": ask_whether, "off": let_off, "add": ask_whom}
    for act, handler in acts.items():
        press(handler, PRESSED_IN_PRIVATE, Listed.filter, F.data.startswith(f"{Listed.prefix}:{act}:"), flags=flags)
    router.message.register(add, IN_PRIVATE, StateFilter(panel.asked(ADD)), WORDS, flags=flags)
    return router
