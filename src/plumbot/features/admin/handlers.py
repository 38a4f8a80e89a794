"""The doors of the panel's frame."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.features.admin.screens import OpenAudit, OpenPanel, Turn
from plumbot.features.admin.service import PanelService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
Panel = FromDishka[PanelService]


def asked_something(_message: Message, raw_state: str | None = None) -> bool:
    return (raw_state or "").startswith(panel.ASKED)


@inject
async def open_panel(_message: Message, reply: Reply, state: FSMContext, service: Panel) -> None:
    """Like /start it ends whatever dialogue there was; its data stay, so that it can be taken up again."""
    await state.set_state(None)
    await panel.show(reply, "admin.home", **await reply.unit.run(service.home, reply.here.user_id))


@inject
async def cancel_question(_message: Message, reply: Reply, state: FSMContext, service: Panel) -> None:
    await state.clear()
    await panel.show(reply, "admin.home", **await reply.unit.run(service.home, reply.here.user_id))


@inject
async def come_home(_press: CallbackQuery, reply: Reply, service: Panel) -> None:
    await panel.show(reply, "admin.home", **await reply.unit.run(service.home, reply.here.user_id))


@inject
async def open_health(_press: CallbackQuery, reply: Reply, service: Panel) -> None:
    await panel.show(reply, "admin.health", **await reply.unit.run(service.health))


@inject
async def open_switches(_press: CallbackQuery, reply: Reply, service: Panel) -> None:
    await panel.show(reply, "admin.switches", **await reply.unit.run(service.switches))


@inject
async def turn(press: CallbackQuery, data: Turn, reply: Reply, service: Panel) -> None:
    values = await reply.unit.run(service.turn, data.name, on=bool(data.on), by=press.from_user.id)
    await panel.show(reply, "admin.switches", **values)


@inject
async def open_audit(_press: CallbackQuery, data: OpenAudit, reply: Reply, service: Panel) -> None:
    await panel.show(reply, "admin.audit", **await reply.unit.run(service.audit, data.before or None))


def router() -> Router:
    router = Router(name="admin")
    flags = needs(Permission.ADMIN)
    router.callback_query.middleware(panel.leave_question)
    router.message.register(open_panel, IN_PRIVATE, Command("admin"), flags=flags)
    router.message.register(cancel_question, IN_PRIVATE, asked_something, Command("cancel"), flags=flags)
    pages = {"home": come_home, "health": open_health, "switches": open_switches}
    for page, handler in pages.items():
        router.callback_query.register(handler, PRESSED_IN_PRIVATE, F.data == OpenPanel(page).pack(), flags=flags)
    router.callback_query.register(turn, PRESSED_IN_PRIVATE, Turn.filter, flags=flags)
    router.callback_query.register(open_audit, PRESSED_IN_PRIVATE, OpenAudit.filter, flags=flags)
    return router
