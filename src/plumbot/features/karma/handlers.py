"""The doors of karma: what members ask, and what admins correct."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.features.karma.correction import CorrectionService
from plumbot.features.karma.panel_screens import Change, Karma
from plumbot.features.karma.rules import SomebodyElses
from plumbot.features.karma.screens import ShowTop
from plumbot.features.karma.statistics import StatisticsService
from plumbot.kit.handling import answered, needs
from plumbot.kit.here import Reply
from plumbot.kit.refusals import N_
from plumbot.kit.screens import NAMED

IN_PRIVATE = F.chat.type == "private"
IN_CHAT = F.chat.type.in_({"private", "group", "supergroup"})
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
WORDS = F.text & ~F.text.startswith("/")
FIND, REASON = "karma.find", "karma.reason"
Corrections = FromDishka[CorrectionService]


@inject
async def show_stats(_message: Message, reply: Reply, statistics: FromDishka[StatisticsService]) -> None:
    await reply.show("karma.stats", **await reply.unit.run(statistics.stats, reply.here.user_id))


@inject
async def show_why(_message: Message, reply: Reply, statistics: FromDishka[StatisticsService]) -> None:
    await reply.show("karma.why", **await reply.unit.run(statistics.why, reply.here.user_id))


@inject
async def show_top(_message: Message, reply: Reply, statistics: FromDishka[StatisticsService]) -> None:
    await reply.show("karma.top", **await reply.unit.run(statistics.top, reply.here.user_id, "all"))


@inject
async def show_period(
    _press: CallbackQuery, data: ShowTop, reply: Reply, statistics: FromDishka[StatisticsService]
) -> None:
    if data.user_id != reply.here.user_id:
        raise SomebodyElses(name=await reply.unit.run(statistics.name_of, data.user_id))
    await reply.show("karma.top", **await reply.unit.run(statistics.top, reply.here.user_id, data.period))


async def show_person(reply: Reply, values: dict[str, Any]) -> None:
    """In private it is a page of the admins' panel, in a group an answer."""
    if reply.here.private:
        await panel.show(reply, "karma.panel", **values)
    else:
        await reply.show("karma.panel", **values | {"in_group": True, "changes": []})


@inject
async def look_up(message: Message, command: CommandObject, reply: Reply, corrections: Corrections) -> None:
    values = await reply.unit.run(corrections.look, command.args or "", answered(message))
    await show_person(reply, values)


@inject
async def add(message: Message, command: CommandObject, reply: Reply, corrections: Corrections) -> None:
    by = reply.here.user_id
    values = await reply.unit.run(corrections.add, command.args or "", answered(message), by=by)
    await show_person(reply, values)


@inject
async def set_to(message: Message, command: CommandObject, reply: Reply, corrections: Corrections) -> None:
    by = reply.here.user_id
    values = await reply.unit.run(corrections.set, command.args or "", answered(message), by=by)
    await show_person(reply, values)


@inject
async def change(press: CallbackQuery, data: Change, reply: Reply, corrections: Corrections) -> None:
    at, by = panel.at(reply), press.from_user.id
    values = await reply.unit.run(corrections.press, at, data.user_id, data.delta, data.karma, by=by)
    if values is None:
        reply.toast(N_("Nothing was changed: the karma is another by now. Look again."))
        values = await reply.unit.run(corrections.again, at, data.user_id)
    await show_person(reply, values)


@inject
async def look_again(_press: CallbackQuery, data: Karma, reply: Reply, corrections: Corrections) -> None:
    await show_person(reply, await reply.unit.run(corrections.again, panel.at(reply), data.user_id))


@inject
async def close(_press: CallbackQuery, data: Karma, reply: Reply, corrections: Corrections) -> None:
    values = await reply.unit.run(corrections.again, panel.at(reply), data.user_id)
    closed = {"name": values["name"], "karma": values["karma"], NAMED: [data.user_id]}
    await reply.show("karma.closed", **closed)


async def ask_whom(_press: CallbackQuery, reply: Reply, state: FSMContext) -> None:
    await panel.ask(reply, state, FIND, "karma.ask_whom")


@inject
async def ask_reason(
    _press: CallbackQuery, data: Karma, reply: Reply, state: FSMContext, corrections: Corrections
) -> None:
    seen = await reply.unit.run(corrections.again, panel.at(reply), data.user_id)
    values = {name: seen[name] for name in ("user_id", "name", "reason")}
    await panel.ask(reply, state, REASON, "karma.ask_reason", **values)


@inject
async def take_whom(message: Message, reply: Reply, state: FSMContext, corrections: Corrections) -> None:
    values = await reply.unit.run(corrections.look, message.text or "", None)
    await state.clear()
    await show_person(reply, values)


@inject
async def take_reason(message: Message, reply: Reply, state: FSMContext, corrections: Corrections) -> None:
    user_id = (await panel.about(state)).get("user_id", 0)
    values = await reply.unit.run(corrections.again, panel.at(reply), user_id, message.text or "")
    await state.clear()
    await show_person(reply, values)


def router() -> Router:
    router = Router(name="karma")
    flags = needs(Permission.MEMBER)
    router.message.register(show_stats, Command("stats"), flags=flags)
    router.message.register(show_why, Command("why"), flags=flags)
    router.message.register(show_top, Command("top"), flags=flags)
    router.callback_query.register(show_period, ShowTop.filter, flags=flags)
    return router


def panel_router() -> Router:
    """Correcting karma; its presses end a question of the panel."""
    router = Router(name="karma panel")
    flags = needs(Permission.ADMIN)
    message, press = router.message.register, router.callback_query.register
    router.callback_query.middleware(panel.leave_question)
    message(look_up, IN_CHAT, Command("karma"), flags=flags)
    message(add, IN_CHAT, Command("karma_add"), flags=flags)
    message(set_to, IN_CHAT, Command("karma_set"), flags=flags)
    message(take_whom, IN_PRIVATE, StateFilter(panel.asked(FIND)), WORDS, flags=flags)
    message(take_reason, IN_PRIVATE, StateFilter(panel.asked(REASON)), WORDS, flags=flags)
    press(change, Change.filter, flags=flags)
    press(look_again, Karma.filter, F.data.startswith(f"{Karma.prefix}:look:"), flags=flags)
    press(close, Karma.filter, F.data.startswith(f"{Karma.prefix}:close:"), flags=flags)
    press(ask_whom, PRESSED_IN_PRIVATE, F.data == Karma("find", 0).pack(), flags=flags)
    press(ask_reason, PRESSED_IN_PRIVATE, Karma.filter, F.data.startswith(f"{Karma.prefix}:reason:"), flags=flags)
    return router
