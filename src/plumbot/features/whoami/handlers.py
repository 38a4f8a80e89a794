"""The doors of /whoami: oneself for everybody, others for members."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, User
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.club.profiles import Person
from plumbot.features.whoami.rules import InNameOfAChat
from plumbot.features.whoami.service import WhoamiService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_CHATS = F.chat.type.in_({"private", "group", "supergroup"})
# In a forum every message looks like a reply to the creation of its topic.
AS_REPLY = F.reply_to_message & ~F.reply_to_message.forum_topic_created


@inject
async def somebody(_message: Message, command: CommandObject, reply: Reply, whoami: FromDishka[WhoamiService]) -> None:
    await reply.unit.run(whoami.somebody, command.args or "", reply.here)


@inject
async def author(message: Message, reply: Reply, whoami: FromDishka[WhoamiService]) -> None:
    original = message.reply_to_message
    if original is not None and original.sender_chat is not None:
        raise InNameOfAChat(chat_id=original.sender_chat.id)
    user = original.from_user if original is not None else None
    if user is not None:
        await reply.unit.run(whoami.author, _person(user), reply.here)


@inject
async def own(message: Message, reply: Reply, whoami: FromDishka[WhoamiService]) -> None:
    if message.sender_chat is not None or message.from_user is None:
        raise InNameOfAChat(chat_id=(message.sender_chat or message.chat).id)
    await reply.unit.run(whoami.own, _person(message.from_user), reply.here)


def _person(user: User) -> Person:
    return Person(user.id, user.first_name, user.last_name, user.username, user.language_code)


def router() -> Router:
    router = Router(name="whoami")
    router.message.register(somebody, IN_CHATS, Command("whoami", magic=F.args), flags=needs(Permission.MEMBER))
    router.message.register(author, IN_CHATS, AS_REPLY, Command("whoami"), flags=needs(Permission.MEMBER))
    router.message.register(own, IN_CHATS, Command("whoami"), flags=needs(Permission.EVERYBODY))
    return router
