"""The doors of pending applications in the admins' panel."""

from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club import panel
from plumbot.features.applications.decisions import DecisionService
from plumbot.features.applications.handlers.dialogues import PRESSED_IN_PRIVATE
from plumbot.features.applications.panel_screens import BringCard, Pending
from plumbot.features.applications.pending import PendingList
from plumbot.kit.here import Reply
from plumbot.kit.refusals import N_


@inject
async def list_pending(_press: CallbackQuery, data: Pending, reply: Reply, pending: FromDishka[PendingList]) -> None:
    await panel.show(reply, "applications.waiting", **await reply.unit.run(pending.page, data.after))


@inject
async def bring_card(
    _press: CallbackQuery, data: BringCard, reply: Reply, decisions: FromDishka[DecisionService]
) -> None:
    await reply.unit.run(decisions.open_card, data.application_id, reply.here.chat_id)
    reply.toast(N_("The card is at the bottom of this chat."))


def register(router: Router, flags: dict[str, Any]) -> None:
    router.callback_query.register(list_pending, PRESSED_IN_PRIVATE, Pending.filter, flags=flags)
    router.callback_query.register(bring_card, PRESSED_IN_PRIVATE, BringCard.filter, flags=flags)
