"""The doors of applying and deciding."""

from dataclasses import replace
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message, TelegramObject
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.bot_name import private_link
from plumbot.club.permissions import Permission
from plumbot.club.profiles import Person
from plumbot.features.applications.applicant import key
from plumbot.features.applications.decisions import DecisionService, conclude
from plumbot.features.applications.draft import Draft, wanted_by
from plumbot.features.applications.pausing import PauseService
from plumbot.features.applications.presses import Because, Decide, DenyPicked, Join, Mine, Step, Wave, acts
from plumbot.features.applications.reasons import own_words, ready_made
from plumbot.features.applications.refusals import DraftGone
from plumbot.features.applications.service import ApplicationService
from plumbot.features.applications.waves import Waves
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply
from plumbot.kit.refusals import N_

Applications = FromDishka[ApplicationService]
Decisions = FromDishka[DecisionService]
Lists = FromDishka[Waves]
Pauses = FromDishka[PauseService]

PRIVATE = F.chat.type == "private"
GROUP = F.chat.type.in_({"group", "supergroup"})
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
WORDS = F.text & ~F.text.startswith("/")
PICTURES = "photo video animation sticker voice audio video_note document location contact poll dice venue story"
NO_WORDS = F.content_type.in_(set(PICTURES.split()))


class Joining(StatesGroup):
    """The applicant fills in the form; its draft is in the data."""

    form = State()


class Reviewing(StatesGroup):
    """The admin writes the reason of a decision; which one is in the data under `asked`."""

    words = State()


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


async def drop_words(state: FSMContext) -> None:
    """Whoever presses something else does not write that reason any more."""
    if await state.get_state() == Reviewing.words.state:
        await state.clear()


@inject
async def approve(_press: CallbackQuery, data: Decide, reply: Reply, state: FSMContext, decisions: Decisions) -> None:
    await drop_words(state)
    verdict = await reply.unit.run(decisions.approve, data.application_id, by=reply.here.user_id)
    await conclude(reply, decisions, data.application_id, verdict)


@inject
async def show_card(_press: CallbackQuery, data: Decide, reply: Reply, state: FSMContext, decisions: Decisions) -> None:
    await drop_words(state)
    await reply.show("applications.card", **await reply.unit.run(decisions.card, data.application_id))


@inject
async def ask_reason(
    _press: CallbackQuery, data: Decide, reply: Reply, state: FSMContext, decisions: Decisions
) -> None:
    await drop_words(state)
    late = await reply.unit.run(decisions.decided_before, data.application_id)
    if late:
        await conclude(reply, decisions, data.application_id, late)
        return
    deny = data.act == "no"
    values = await reply.unit.run(decisions.question, data.application_id, deny=deny, private=reply.here.private)
    await reply.show("applications.deny" if deny else "applications.fix", **values)


@inject
async def because(_press: CallbackQuery, data: Because, reply: Reply, state: FSMContext, decisions: Decisions) -> None:
    await drop_words(state)
    verb = decisions.ask_to_correct if data.code.startswith("@fix.") else decisions.deny
    verdict = await reply.unit.run(verb, data.application_id, by=reply.here.user_id, reason=ready_made(data.code))
    await conclude(reply, decisions, data.application_id, verdict)


async def ask_words(
    reply: Reply, state: FSMContext, decisions: DecisionService, application_id: int, *, deny: bool
) -> None:
    late = await reply.unit.run(decisions.decided_before, application_id)
    if late:
        await conclude(reply, decisions, application_id, late)
        return
    whose = await reply.unit.run(decisions.applicant_of, application_id)
    await state.set_state(Reviewing.words)
    await state.set_data({"asked": {"application_id": application_id, "deny": deny}})
    await reply.show("applications.words", **whose, deny=deny)


@inject
async def own_words_by_press(
    _press: CallbackQuery, data: Decide, reply: Reply, state: FSMContext, decisions: Decisions
) -> None:
    await ask_words(reply, state, decisions, data.application_id, deny=data.act == "no.words")


@inject
async def own_words_by_link(
    _message: Message, command: CommandObject, reply: Reply, state: FSMContext, decisions: Decisions
) -> None:
    act, _, number = (command.args or "").partition("_")
    await ask_words(reply, state, decisions, int(number), deny=act == "deny")


@inject
async def take_words(message: Message, reply: Reply, state: FSMContext, decisions: Decisions) -> None:
    asked = (await state.get_data()).get("asked")
    if not asked:
        raise DraftGone
    verb = decisions.deny if asked["deny"] else decisions.ask_to_correct
    application_id, reason, by = asked["application_id"], own_words(message.text or ""), reply.here.user_id
    verdict = await reply.unit.run(verb, application_id, by=by, reason=reason)
    await state.clear()
    await conclude(reply, decisions, application_id, verdict)


@inject
async def cancel_words(_message: Message, reply: Reply, state: FSMContext, decisions: Decisions) -> None:
    asked = (await state.get_data()).get("asked") or {"application_id": 0}
    await state.clear()
    await reply.unit.run(decisions.refresh, asked["application_id"])
    await reply.show("applications.told", text=N_("Nothing was decided."), values={})


@inject
async def turn_list(_press: CallbackQuery, data: Wave, reply: Reply, waves: Lists) -> None:
    await reply.unit.run(waves.press, reply.here.chat_id, data.act, data.number)


@inject
async def open_card(_press: CallbackQuery, data: Wave, reply: Reply, decisions: Decisions) -> None:
    await reply.unit.run(decisions.open_card, data.number, reply.here.chat_id)


@inject
async def deny_picked(
    _press: CallbackQuery, data: DenyPicked, reply: Reply, waves: Lists, decisions: Decisions
) -> None:
    picked = await reply.unit.run(waves.picked, reply.here.chat_id)
    count = await reply.unit.run(decisions.deny_many, picked, by=reply.here.user_id, reason=ready_made(data.code))
    reply.toast(N_("Denied: {count}"), count=count)


@inject
async def pause(_message: Message, command: CommandObject, reply: Reply, pauses: Pauses) -> None:
    await reply.unit.run(pauses.pause, by=reply.here.user_id, note=command.args or "")
    text = N_("Applications are paused. /resume_applications takes them again.")
    await reply.show("applications.told", text=text, values={})


@inject
async def resume(_message: Message, reply: Reply, pauses: Pauses) -> None:
    await reply.unit.run(pauses.resume, by=reply.here.user_id)
    await reply.show("applications.told", text=N_("Applications are taken again."), values={})


def router() -> Router:
    """Before the menu's: /start join and /start within a form are ours."""
    router = Router(name="applications")
    _applying(router, needs(Permission.EVERYBODY))
    _deciding(router, needs(Permission.ADMIN))
    return router


def _applying(router: Router, flags: dict[str, Any]) -> None:
    message, press = router.message.register, router.callback_query.register
    in_form = StateFilter(Joining.form)
    message(begin, PRIVATE, CommandStart(deep_link=True, magic=F.args == "join"), flags=flags)
    message(begin, PRIVATE, Command("join"), flags=flags)
    message(point_to_private, GROUP, Command("join"), flags=flags)
    message(leave_form, PRIVATE, in_form, Command("start", "menu"), flags=flags)
    message(cancel_form, PRIVATE, in_form, Command("cancel"), flags=flags)
    message(answer, PRIVATE, in_form, WORDS, flags=flags)
    message(no_words, PRIVATE, StateFilter(Joining.form, Reviewing.words), NO_WORDS, flags=flags)
    message(cancel_words, PRIVATE, StateFilter(Reviewing.words), Command("cancel"), flags=flags)
    message(nothing_to_cancel, PRIVATE, StateFilter(None), Command("cancel"), flags=flags)
    press(begin, PRESSED_IN_PRIVATE, Join.filter, flags=flags)
    press(point_to_private, ~PRESSED_IN_PRIVATE, Join.filter, flags=flags)
    press(send, PRESSED_IN_PRIVATE, F.data == Step("send").pack(), flags=flags)
    press(cancel_form, PRESSED_IN_PRIVATE, F.data == Step("cancel").pack(), flags=flags)
    press(step, PRESSED_IN_PRIVATE, Step.filter, flags=flags)
    press(correct, PRESSED_IN_PRIVATE, Mine.filter, acts("mine", "correct"), flags=flags)
    press(about_own, PRESSED_IN_PRIVATE, Mine.filter, acts("mine", "ask", "withdraw", "stay"), flags=flags)


def _deciding(router: Router, flags: dict[str, Any]) -> None:
    message, press = router.message.register, router.callback_query.register
    in_words, link = StateFilter(Reviewing.words), F.args.regexp(r"^(deny|fix)_[0-9]{1,18}$")
    message(own_words_by_link, PRIVATE, CommandStart(deep_link=True, magic=link), flags=flags)
    message(take_words, PRIVATE, in_words, WORDS, flags=flags)
    message(pause, PRIVATE, Command("pause_applications"), flags=flags)
    message(resume, PRIVATE, Command("resume_applications"), flags=flags)
    press(approve, Decide.filter, acts("apl", "ok"), flags=flags)
    press(show_card, Decide.filter, acts("apl", "card"), flags=flags)
    press(ask_reason, Decide.filter, acts("apl", "no", "fix"), flags=flags)
    press(own_words_by_press, PRESSED_IN_PRIVATE, Decide.filter, acts("apl", "no.words", "fix.words"), flags=flags)
    press(because, Because.filter, flags=flags)
    press(open_card, Wave.filter, acts("apw", "open"), flags=flags)
    press(turn_list, Wave.filter, flags=flags)
    press(deny_picked, DenyPicked.filter, flags=flags)
