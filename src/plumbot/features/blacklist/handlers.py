"""The doors of the blacklist: commands for admins, and the answer to the question."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.features.blacklist import rules
from plumbot.features.blacklist.screens import Cancel, Confirm
from plumbot.features.blacklist.service import BlacklistService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

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
    await reply.show("blacklist.cancelled", **await reply.unit.run(blacklist.cancel, data.user_id))


def answered(message: Message) -> int | None:
    """The person whose message is answered; in a forum every message seems to answer the topic's creation."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created or replied.sender_chat or not replied.from_user:
        return None
    return None if replied.from_user.is_bot else replied.from_user.id


def router() -> Router:
    router = Router(name="blacklist")
    flags = needs(Permission.ADMIN)
    router.message.register(put_on, IN_CHAT, Command("blacklist"), flags=flags)
    router.message.register(take_off, IN_CHAT, Command("unblacklist"), flags=flags)
    router.callback_query.register(confirm, Confirm.filter, flags=flags)
    router.callback_query.register(cancel, Cancel.filter, flags=flags)
    return router
