"""The doors of karma: three commands, and the buttons of the ranking."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.features.karma.rules import SomebodyElses
from plumbot.features.karma.screens import ShowTop
from plumbot.features.karma.statistics import StatisticsService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply


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


def router() -> Router:
    router = Router(name="karma")
    flags = needs(Permission.MEMBER)
    router.message.register(show_stats, Command("stats"), flags=flags)
    router.message.register(show_why, Command("why"), flags=flags)
    router.message.register(show_top, Command("top"), flags=flags)
    router.callback_query.register(show_period, ShowTop.filter, flags=flags)
    return router
