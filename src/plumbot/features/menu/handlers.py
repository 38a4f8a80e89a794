"""The doors of the menu, and those of last resort for what nobody else took."""

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.filters import Command, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.bot_name import private_link
from plumbot.club.permissions import Permission
from plumbot.features.menu.screens import HELP, HOME, INFO, RULES, SETTINGS, OpenPage, Prefer, Speak
from plumbot.features.menu.service import MenuService, PresenceService, menu_key
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply
from plumbot.kit.refusals import N_

IN_PRIVATE = F.chat.type == "private"
IN_GROUP = F.chat.type.in_({"group", "supergroup"})
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
WRITTEN_BY_PEOPLE = F.content_type.in_({
    ContentType.TEXT, ContentType.PHOTO, ContentType.VIDEO, ContentType.ANIMATION, ContentType.STICKER,
    ContentType.VOICE, ContentType.AUDIO, ContentType.VIDEO_NOTE, ContentType.DOCUMENT, ContentType.LOCATION,
    ContentType.CONTACT, ContentType.POLL, ContentType.DICE, ContentType.VENUE, ContentType.STORY,
})  # fmt: skip


@inject
async def start(_message: Message, reply: Reply, state: FSMContext, menu: FromDishka[MenuService]) -> None:
    """/start and /menu end whatever dialogue there was; its data stay, so that it can be taken up again."""
    await state.set_state(None)
    user_id = reply.here.user_id
    await reply.show("menu.home", key=menu_key(user_id), **await reply.unit.run(menu.home, user_id))


@inject
async def help_in_full(_message: Message, reply: Reply, menu: FromDishka[MenuService]) -> None:
    await reply.show("menu.full_help", **await reply.unit.run(menu.help, reply.here.user_id))
    await reply.unit.run(menu.go_on, reply.here.user_id)


@inject
async def choose_language(_message: Message, reply: Reply, menu: FromDishka[MenuService]) -> None:
    user_id = reply.here.user_id
    await reply.show("menu.settings", key=menu_key(user_id), **await reply.unit.run(menu.settings, user_id))


async def private_only(_message: Message, reply: Reply) -> None:
    link = await reply.unit.run(private_link, "menu")
    await reply.show("menu.private_only", key=f"private:{reply.here.chat_id}", link=link)


@inject
async def open_home(_press: CallbackQuery, reply: Reply, menu: FromDishka[MenuService]) -> None:
    await reply.show("menu.home", **await reply.unit.run(menu.home, reply.here.user_id))


@inject
async def open_rules(_press: CallbackQuery, reply: Reply, menu: FromDishka[MenuService]) -> None:
    await reply.show("menu.rules", **await reply.unit.run(menu.rules, reply.here.user_id))


@inject
async def open_help(_press: CallbackQuery, reply: Reply, menu: FromDishka[MenuService]) -> None:
    await reply.show("menu.help", **await reply.unit.run(menu.help, reply.here.user_id))


@inject
async def open_info(_press: CallbackQuery, reply: Reply, menu: FromDishka[MenuService]) -> None:
    await reply.show("menu.info", **await reply.unit.run(menu.info, reply.here.user_id))


@inject
async def open_settings(_press: CallbackQuery, reply: Reply, menu: FromDishka[MenuService]) -> None:
    await reply.show("menu.settings", **await reply.unit.run(menu.settings, reply.here.user_id))


@inject
async def speak(_press: CallbackQuery, data: Speak, reply: Reply, menu: FromDishka[MenuService]) -> None:
    values = await reply.unit.run(menu.speak, reply.here.user_id, data.language)
    await reply.show("menu.settings", **values)


@inject
async def prefer(_press: CallbackQuery, data: Prefer, reply: Reply, menu: FromDishka[MenuService]) -> None:
    values = await reply.unit.run(menu.prefer, reply.here.user_id, data.column, bool(data.value))
    await reply.show("menu.settings", **values)


@inject
async def unblocked(_update: ChatMemberUpdated, reply: Reply, presence: FromDishka[PresenceService]) -> None:
    await reply.unit.run(presence.unblocked, reply.here.user_id)


@inject
async def blocked(_update: ChatMemberUpdated, reply: Reply, presence: FromDishka[PresenceService]) -> None:
    await reply.unit.run(presence.blocked, reply.here.user_id)


@inject
async def explain(message: Message, reply: Reply, menu: FromDishka[MenuService]) -> None:
    photo = message.photo[-1].file_id if message.photo else None
    name, values = await reply.unit.run(menu.explain, reply.here.user_id, message.text or "", photo)
    await reply.show(name, key=None if photo else f"hint:{reply.here.user_id}", **values)


@inject
async def bring_back(_press: CallbackQuery, reply: Reply, menu: FromDishka[MenuService]) -> None:
    reply.toast(N_("This button is out of date. Here is where you are now."))
    values = await reply.unit.run(menu.bring_back, reply.here.user_id)
    if values is not None:
        await reply.show("menu.home", key=menu_key(reply.here.user_id), **values)


async def out_of_date(_press: CallbackQuery, reply: Reply) -> None:
    """In a group nothing is sent: the club would see what concerns one person."""
    reply.toast(N_("This button is out of date. Write to me in private: /start."))


def router() -> Router:
    router = Router(name="menu")
    flags = needs(Permission.EVERYBODY)
    router.message.register(start, IN_PRIVATE, CommandStart(), flags=flags)
    router.message.register(start, IN_PRIVATE, Command("menu"), flags=flags)
    router.message.register(help_in_full, IN_PRIVATE, Command("help"), flags=flags)
    router.message.register(choose_language, IN_PRIVATE, Command("language"), flags=flags)
    router.message.register(private_only, IN_GROUP, Command("start", "menu", "help", "language"), flags=flags)
    pages = {HOME: open_home, RULES: open_rules, HELP: open_help, INFO: open_info, SETTINGS: open_settings}
    for page, handler in pages.items():
        router.callback_query.register(handler, PRESSED_IN_PRIVATE, F.data == OpenPage(page).pack(), flags=flags)
    router.callback_query.register(speak, PRESSED_IN_PRIVATE, Speak.filter, flags=flags)
    members = needs(Permission.MEMBER)
    router.callback_query.register(prefer, PRESSED_IN_PRIVATE, Prefer.filter, flags=members)
    router.my_chat_member.register(blocked, IN_PRIVATE, F.new_chat_member.status == "kicked", flags=flags)
    router.my_chat_member.register(unblocked, IN_PRIVATE, F.new_chat_member.status == "member", flags=flags)
    return router


def last_resort() -> Router:
    """Comes after all other routers: in private it answers whatever reaches it."""
    router = Router(name="last resort")
    flags = needs(Permission.EVERYBODY)
    router.message.register(explain, IN_PRIVATE, WRITTEN_BY_PEOPLE, flags=flags)
    router.callback_query.register(bring_back, PRESSED_IN_PRIVATE, flags=flags)
    router.callback_query.register(out_of_date, ~PRESSED_IN_PRIVATE, flags=flags)
    return router
