"""The doors of the roster: all in the admins' panel."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.features.roster.panel import RosterPanel
from plumbot.features.roster.screens import About, Turn
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
WORDS = F.text & ~F.text.startswith("/")
FIND, ADD, EDIT = "roster.find", "roster.add", "roster.edit"
Roster = FromDishka[RosterPanel]


def about(*acts: str) -> Any:
    """A filter for presses about an entry."""
    return F.data.startswith(tuple(f"{About.prefix}:{act}:" for act in acts))


@inject
async def turn(_press: CallbackQuery, data: Turn, reply: Reply, roster: Roster) -> None:
    await panel.show(reply, "roster.list", **await reply.unit.run(roster.turn, panel.at(reply), data.act))


@inject
async def open_entry(_press: CallbackQuery, data: About, reply: Reply, roster: Roster) -> None:
    await panel.show(reply, "roster.entry", **await reply.unit.run(roster.open, panel.at(reply), data.entry_id))


@inject
async def ask_whether(_press: CallbackQuery, data: About, reply: Reply, roster: Roster) -> None:
    await panel.show(reply, "roster.sure", **await reply.unit.run(roster.open, panel.at(reply), data.entry_id))


@inject
async def remove(press: CallbackQuery, data: About, reply: Reply, roster: Roster) -> None:
    by = press.from_user.id
    values = await reply.unit.run(roster.remove, panel.at(reply), data.entry_id, by=by)
    await panel.show(reply, "roster.list", **values)


@inject
async def ask_words(_press: CallbackQuery, data: About, reply: Reply, state: FSMContext, roster: Roster) -> None:
    view = await reply.unit.run(roster.view, panel.at(reply))
    question = FIND if data.act == "find" else ADD
    await panel.ask(reply, state, question, "roster.ask", about=data.act, entry_id=0, slug="", view=view)


@inject
async def ask_anew(_press: CallbackQuery, data: About, reply: Reply, state: FSMContext, roster: Roster) -> None:
    entry = await reply.unit.run(roster.open, panel.at(reply), data.entry_id)
    values = {name: entry[name] for name in ("entry_id", "slug", "view")}
    await panel.ask(reply, state, EDIT, "roster.ask", about="edit", **values)


@inject
async def find(message: Message, reply: Reply, state: FSMContext, roster: Roster) -> None:
    values = await reply.unit.run(roster.find, message.text or "")
    await state.clear()
    await panel.show(reply, "roster.list", **values)


@inject
async def add(message: Message, reply: Reply, state: FSMContext, roster: Roster) -> None:
    values = await reply.unit.run(roster.add, panel.at(reply), message.text or "", by=reply.here.user_id)
    await state.clear()
    await panel.show(reply, "roster.entry", **values)


@inject
async def edit(message: Message, reply: Reply, state: FSMContext, roster: Roster) -> None:
    entry_id, by = (await panel.about(state)).get("entry_id", 0), reply.here.user_id
    values = await reply.unit.run(roster.edit, panel.at(reply), entry_id, message.text or "", by=by)
    await state.clear()
    await panel.show(reply, "roster.entry", **values)


def router() -> Router:
    router = Router(name="roster")
    flags = needs(Permission.ADMIN)
    message, press = router.message.register, router.callback_query.register
    router.callback_query.middleware(panel.leave_question)
    press(turn, PRESSED_IN_PRIVATE, Turn.filter, flags=flags)
    press(open_entry, PRESSED_IN_PRIVATE, About.filter, about("open"), flags=flags)
    press(ask_whether, PRESSED_IN_PRIVATE, About.filter, about("sure"), flags=flags)
    press(remove, PRESSED_IN_PRIVATE, About.filter, about("remove"), flags=flags)
    press(ask_words, PRESSED_IN_PRIVATE, About.filter, about("find", "add"), flags=flags)
    press(ask_anew, PRESSED_IN_PRIVATE, About.filter, about("edit"), flags=flags)
    message(find, IN_PRIVATE, StateFilter(panel.asked(FIND)), WORDS, flags=flags)
    message(add, IN_PRIVATE, StateFilter(panel.asked(ADD)), WORDS, flags=flags)
    message(edit, IN_PRIVATE, StateFilter(panel.asked(EDIT)), WORDS, flags=flags)
    return router
