"""The doors of /mydata and /forget: in the private chat only."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.bot_name import private_link
from plumbot.club.permissions import Permission
from plumbot.features.privacy.screens import ERASE, KEEP, Forget
from plumbot.features.privacy.service import PrivacyService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"
IN_GROUP = F.chat.type.in_({"group", "supergroup"})
PRESSED_IN_PRIVATE = F.message.chat.type == "private"


async def mydata(_message: Message, reply: Reply) -> None:
    user_id = reply.here.user_id
    await reply.show("privacy.document", key=f"mydata:{user_id}", user_id=user_id)


@inject
async def ask(_message: Message, reply: Reply, privacy: FromDishka[PrivacyService]) -> None:
    user_id = reply.here.user_id
    stays = await reply.unit.run(privacy.ask, user_id)
    await reply.show("privacy.ask", key=f"forget:{user_id}", stays=list(stays))


@inject
async def forget(_press: CallbackQuery, reply: Reply, state: FSMContext, privacy: FromDishka[PrivacyService]) -> None:
    here = reply.here
    language = await reply.unit.run(privacy.forget, here.user_id, seq=here.seq, keep=here.pressed)
    await state.clear()
    await reply.show("privacy.forgotten", language=language)


async def keep(_press: CallbackQuery, reply: Reply) -> None:
    await reply.show("privacy.kept")


async def private_only(_message: Message, reply: Reply) -> None:
    link = await reply.unit.run(private_link, "menu")
    await reply.show("privacy.private_only", key=f"private:{reply.here.chat_id}", link=link)


def router() -> Router:
    router = Router(name="privacy")
    flags = needs(Permission.EVERYBODY)
    router.message.register(mydata, IN_PRIVATE, Command("mydata"), flags=flags)
    router.message.register(ask, IN_PRIVATE, Command("forget"), flags=flags)
    router.message.register(private_only, IN_GROUP, Command("mydata", "forget"), flags=flags)
    router.callback_query.register(forget, PRESSED_IN_PRIVATE, F.data == Forget(ERASE).pack(), flags=flags)
    router.callback_query.register(keep, PRESSED_IN_PRIVATE, F.data == Forget(KEEP).pack(), flags=flags)
    return router
