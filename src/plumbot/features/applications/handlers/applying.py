"""The doors of applying."""

from dataclasses import replace
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.bot_name import private_link
from plumbot.club.profiles import Person
from plumbot.features.applications.applicant import key
from plumbot.features.applications.draft import Draft, wanted_by
from plumbot.features.applications.handlers.dialogues import (
    GROUP,
    NO_WORDS,
    PRESSED_IN_PRIVATE,
    PRIVATE,
    WORDS,
    Joining,
    Reviewing,
)
from plumbot.features.applications.presses import Join, Mine, Step, acts
from plumbot.features.applications.service import ApplicationService
from plumbot.kit.here import Reply

Applications = FromDishka[ApplicationService]


async def ask(draft: Draft, reply: Reply, state: FSMContext) -> None:
    """Show what the draft asks now. An answer that was typed moves the question to the bottom."""
    screen, values = draft.screen()
    pressed, standing = reply.here.pressed, key(reply.here.user_id)
    if pressed is None and draft.prompt not in (None, standing):
        await reply.unit.run(reply.outbox.retire, draft.prompt)
    await reply.show(screen, key=standing, **values)
    await state.set_state(Joining.form)
    await state.set_data(replace(draft, prompt=pressed or standing).dump())


@inject
async def begin(_event: TelegramObject, reply: Reply, state: FSMContext, applications: Applications) -> None:
    if await reply.unit.run(applications.may_begin, reply.here.user_id):
        left = Draft.left_in(await state.get_data()) or Draft()
        await ask(left.begun_again(), reply, state)


async def point_to_private(_event: TelegramObject, reply: Reply) -> None:
    """What was pressed in a group stays as it is: it belongs to everybody there."""
    here, show = reply.here, reply.outbox.show
    at, url = f"go_private:{here.chat_id}", await reply.unit.run(private_link, "join")
    await reply.unit.run(show, at, here.chat_id, "applications.go_private", thread=here.thread_id, fresh=True, url=url)


async def step(_press: CallbackQuery, data: Step, reply: Reply, state: FSMContext) -> None:
    await ask(Draft.load(await state.get_data()).pressed(data.go), reply, state)


@inject
async def answer(message: Message, reply: Reply, state: FSMContext, applications: Applications) -> None:
    draft = Draft.load(await state.get_data()).answered(message.text or "")
    await reply.unit.run(applications.require_slug_free, reply.here.user_id, draft)
    await ask(draft, reply, state)


async def no_words(_message: Message, state: FSMContext) -> None:
    raise wanted_by(Draft.left_in(await state.get_data()))


@inject
async def send(
    _press: CallbackQuery, reply: Reply, state: FSMContext, person: Person, applications: Applications
) -> None:
    await reply.unit.run(applications.submit, person, Draft.left_in(await state.get_data()) or Draft())
    await state.clear()
    if reply.here.pressed and reply.here.pressed != key(person.user_id):
        await reply.unit.run(reply.outbox.retire, reply.here.pressed)


@inject
async def cancel_form(_event: TelegramObject, reply: Reply, state: FSMContext, applications: Applications) -> None:
    """What is corrected still waits for its correction, so that comes up again instead."""
    await state.clear()
    if not await reply.unit.run(applications.bring_up_open, reply.here.user_id):
        await reply.show("applications.cancelled", key=key(reply.here.user_id))


async def leave_form(_message: Message, reply: Reply, state: FSMContext) -> None:
    """/start ends the dialogue, as everywhere; what was entered is still there for a press."""
    await state.set_state(None)
    await reply.show("applications.left", key=key(reply.here.user_id))


async def nothing_to_cancel(_message: Message, reply: Reply) -> None:
    await reply.show("applications.nothing_to_cancel")


@inject
async def about_own(_press: CallbackQuery, data: Mine, reply: Reply, applications: Applications) -> None:
    verbs = {"ask": applications.ask_withdrawal, "withdraw": applications.withdraw, "stay": applications.show_own}
    await reply.unit.run(verbs[data.act], data.application_id, by=reply.here.user_id)


@inject
async def correct(
    _press: CallbackQuery, data: Mine, reply: Reply, state: FSMContext, applications: Applications
) -> None:
    draft = await reply.unit.run(applications.begin_correction, data.application_id, by=reply.here.user_id)
    await ask(draft, reply, state)


def register(router: Router, flags: dict[str, Any]) -> None:
    """For everybody."""
    message, press = router.message.register, router.callback_query.register
    in_form = StateFilter(Joining.form)
    message(begin, PRIVATE, CommandStart(deep_link=True, magic=F.args == "join"), flags=flags)
    message(begin, PRIVATE, Command("join"), flags=flags)
    message(point_to_private, GROUP, Command("join"), flags=flags)
    message(leave_form, PRIVATE, in_form, Command("start", "menu"), flags=flags)
    message(cancel_form, PRIVATE, in_form, Command("cancel"), flags=flags)
    message(answer, PRIVATE, in_form, WORDS, flags=flags)
    message(no_words, PRIVATE, StateFilter(Joining.form, Reviewing.words), NO_WORDS, flags=flags)
    message(nothing_to_cancel, PRIVATE, StateFilter(None), Command("cancel"), flags=flags)
    press(begin, PRESSED_IN_PRIVATE, Join.filter, flags=flags)
    press(point_to_private, ~PRESSED_IN_PRIVATE, Join.filter, flags=flags)
    press(send, PRESSED_IN_PRIVATE, F.data == Step("send").pack(), flags=flags)
    press(cancel_form, PRESSED_IN_PRIVATE, F.data == Step("cancel").pack(), flags=flags)
    press(step, PRESSED_IN_PRIVATE, Step.filter, flags=flags)
    press(correct, PRESSED_IN_PRIVATE, Mine.filter, acts("mine", "correct"), flags=flags)
    press(about_own, PRESSED_IN_PRIVATE, Mine.filter, acts("mine", "ask", "withdraw", "stay"), flags=flags)
