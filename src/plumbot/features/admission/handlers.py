"""The doors of admission: presses of applicants and admins, and what Telegram tells about the club chat."""

from aiogram import F, Router
from aiogram.types import (
    CallbackQuery,
    ChatInviteLink,
    ChatJoinRequest,
    ChatMemberUpdated,
    Message,
    ResultChatMemberUnion,
    User,
)
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.club.profiles import Person
from plumbot.features.admission import rules
from plumbot.features.admission.arrivals import ArrivalService
from plumbot.features.admission.gate import GateService
from plumbot.features.admission.schemas import BotRights, Change, JoinRequest, SeenLink
from plumbot.features.admission.screens import AcceptRules, CloseCase, GiveLink, Keep, NewLink, Remove
from plumbot.features.admission.service import AdmissionService
from plumbot.features.admission.upkeep import UpkeepService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_GROUP = F.chat.type.in_({"group", "supergroup"})
PRESSED_IN_PRIVATE = F.message.chat.type == "private"


@inject
async def accept_rules(press: CallbackQuery, reply: Reply, admission: FromDishka[AdmissionService]) -> None:
    await reply.unit.run(admission.accept_rules, press.from_user.id)


@inject
async def new_link(press: CallbackQuery, reply: Reply, admission: FromDishka[AdmissionService]) -> None:
    await reply.unit.run(admission.new_link, press.from_user.id)


@inject
async def give_link(
    press: CallbackQuery, data: GiveLink, reply: Reply, admission: FromDishka[AdmissionService]
) -> None:
    await reply.unit.run(admission.give_link, data.invite_id, by=press.from_user.id)


@inject
async def close_case(
    press: CallbackQuery, data: CloseCase, reply: Reply, admission: FromDishka[AdmissionService]
) -> None:
    await reply.unit.run(admission.close_case, data.invite_id, by=press.from_user.id)


@inject
async def keep(press: CallbackQuery, data: Keep, reply: Reply, arrivals: FromDishka[ArrivalService]) -> None:
    await reply.unit.run(arrivals.keep, data.user_id, by=press.from_user.id)


@inject
async def remove(press: CallbackQuery, data: Remove, reply: Reply, arrivals: FromDishka[ArrivalService]) -> None:
    await reply.unit.run(arrivals.remove, data.user_id, by=press.from_user.id)


@inject
async def request_to_join(update: ChatJoinRequest, reply: Reply, gate: FromDishka[GateService]) -> None:
    await reply.unit.run(gate.request_came, join_request(update))


@inject
async def presence(update: ChatMemberUpdated, reply: Reply, arrivals: FromDishka[ArrivalService]) -> None:
    await reply.unit.run(arrivals.presence_changed, change(update))


@inject
async def rights(update: ChatMemberUpdated, reply: Reply, upkeep: FromDishka[UpkeepService]) -> None:
    await reply.unit.run(upkeep.rights_changed, bot_rights(update))


@inject
async def service_message(message: Message, reply: Reply, upkeep: FromDishka[UpkeepService]) -> None:
    await reply.unit.run(upkeep.service_message, message.chat.id, message.message_id)


@inject
async def moved_to(message: Message, reply: Reply, upkeep: FromDishka[UpkeepService]) -> None:
    await reply.unit.run(upkeep.chat_moved, message.chat.id, message.migrate_to_chat_id or message.chat.id)


@inject
async def moved_from(message: Message, reply: Reply, upkeep: FromDishka[UpkeepService]) -> None:
    await reply.unit.run(upkeep.chat_moved, message.migrate_from_chat_id or message.chat.id, message.chat.id)


def join_request(update: ChatJoinRequest) -> JoinRequest:
    return JoinRequest(
        chat_id=update.chat.id, person=_person(update.from_user), reply_to=update.user_chat_id, at=update.date,
        link=_link(update.invite_link),
    )  # fmt: skip


def change(update: ChatMemberUpdated) -> Change:
    """From outside to inside or back; restricted people may be either."""
    user = update.new_chat_member.user
    return Change(
        chat_id=update.chat.id, person=_person(user), by=_person(update.from_user), at=update.date,
        was_inside=_inside(update.old_chat_member), is_inside=_inside(update.new_chat_member),
        link=_link(update.invite_link), by_request=bool(update.via_join_request), is_bot=user.is_bot,
    )  # fmt: skip


def bot_rights(update: ChatMemberUpdated) -> BotRights:
    now = update.new_chat_member
    granted = {right: bool(getattr(now, right, False)) for right in rules.RIGHTS}
    return BotRights(chat_id=update.chat.id, status=now.status, granted=granted)


def _inside(member: ResultChatMemberUnion) -> bool:
    return rules.inside(member.status, getattr(member, "is_member", None))


def _link(link: ChatInviteLink | None) -> SeenLink | None:
    return SeenLink(address=link.invite_link, name=link.name) if link is not None else None


def _person(user: User) -> Person:
    return Person(user.id, user.first_name, user.last_name, user.username, user.language_code)


def router() -> Router:
    router = Router(name="admission")
    everybody, admins = needs(Permission.EVERYBODY), needs(Permission.ADMIN)
    router.callback_query.register(accept_rules, PRESSED_IN_PRIVATE, AcceptRules.filter, flags=everybody)
    router.callback_query.register(new_link, PRESSED_IN_PRIVATE, NewLink.filter, flags=everybody)
    router.callback_query.register(give_link, GiveLink.filter, flags=admins)
    router.callback_query.register(close_case, CloseCase.filter, flags=admins)
    router.callback_query.register(keep, Keep.filter, flags=admins)
    router.callback_query.register(remove, Remove.filter, flags=admins)
    router.chat_join_request.register(request_to_join, IN_GROUP, flags=everybody)
    router.chat_member.register(presence, IN_GROUP, flags=everybody)
    router.my_chat_member.register(rights, IN_GROUP, flags=everybody)
    router.message.register(service_message, IN_GROUP, F.new_chat_members | F.left_chat_member, flags=everybody)
    router.message.register(moved_to, IN_GROUP, F.migrate_to_chat_id, flags=everybody)
    router.message.register(moved_from, IN_GROUP, F.migrate_from_chat_id, flags=everybody)
    return router
