"""The doors of deciding."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.features.applications.decisions import DecisionService, conclude
from plumbot.features.applications.handlers.dialogues import PRESSED_IN_PRIVATE, PRIVATE, WORDS, Reviewing
from plumbot.features.applications.pausing import PauseService
from plumbot.features.applications.presses import Because, Decide, DenyPicked, Wave, acts
from plumbot.features.applications.reasons import own_words, ready_made
from plumbot.features.applications.refusals import DraftGone
from plumbot.features.applications.waves import Waves
from plumbot.kit.here import Reply
from plumbot.kit.refusals import N_

Decisions = FromDishka[DecisionService]
Lists = FromDishka[Waves]
Pauses = FromDishka[PauseService]


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


def register(router: Router, flags: dict[str, Any], everybody: dict[str, Any]) -> None:
    """For admins; who is one no longer may still leave the dialogue."""
    message, press = router.message.register, router.callback_query.register
    in_words, link = StateFilter(Reviewing.words), F.args.regexp(r"^(deny|fix)_[0-9]{1,18}$")
    message(cancel_words, PRIVATE, in_words, Command("cancel"), flags=everybody)
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
