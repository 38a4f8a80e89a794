"""Who may do what is declared at each door, and no privileged verb has a second door without a lock."""

import ast
import inspect
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, get_type_hints

import pytest
from aiogram import Bot
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.types import Update

from plumbot.apps import routing, wiring
from plumbot.apps.dispatcher import SilentSession
from plumbot.club.permissions import Permission
from plumbot.club.places import Places
from plumbot.kit.handling import PERMISSION
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.settings import Settings

TOKEN = f"4242:{'A' * 35}"
RANK = list(Permission)
PRIVILEGED = (Permission.ADMIN, Permission.OWNER)

Json = dict[str, Any]
Verb = tuple[str, str]


@cache
def handlers(kind: str = "") -> tuple[HandlerObject, ...]:
    """Of one kind of update, or all."""
    observers = (item for router in routing.routers() for item in router.observers.items())
    return tuple(handler for name, observer in observers if not kind or name == kind for handler in observer.handlers)


def function_of(handler: HandlerObject) -> Any:
    return inspect.unwrap(getattr(handler.callback, "__dishka_orig_func__", handler.callback))


@cache
def module_tree(name: str) -> ast.Module:
    return ast.parse(inspect.getsource(sys.modules[name]))


def verbs(function: Any) -> Iterator[Verb]:
    """The service methods that a function names, also through functions of its own module that it calls."""
    seen, todo = set(), [function.__name__]
    while todo:
        name = todo.pop()
        seen.add(name)
        hints = services(getattr(inspect.getmodule(function), name))
        for node in ast.walk(definition(function.__module__, name)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in hints:
                yield hints[node.value.id], node.attr
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id not in seen and definition(function.__module__, called.id):
                todo.append(called.id)


def definition(module: str, name: str) -> Any:
    found = (node for node in module_tree(module).body if getattr(node, "name", None) == name)
    return next((node for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)), None)


def services(function: Any) -> dict[str, str]:
    """Parameters that hold a service of ours, by the service's name."""
    hints = get_type_hints(inspect.unwrap(getattr(function, "__dishka_orig_func__", function)))
    ours = {
        name: hint for name, hint in hints.items() if str(getattr(hint, "__module__", "")).startswith("plumbot.fea")
    }
    return {name: hint.__name__ for name, hint in ours.items()}


@cache
def doors() -> dict[Verb, set[Permission]]:
    found: dict[Verb, set[Permission]] = defaultdict(set)
    for handler in handlers():
        for verb in verbs(function_of(handler)):
            found[verb].add(handler.flags[PERMISSION])
    return found


def test_every_handler_declares_its_permission() -> None:
    undeclared = [function_of(one).__qualname__ for one in handlers() if one.flags.get(PERMISSION) not in RANK]
    assert undeclared == []


def test_handlers_are_understood_by_this_test() -> None:
    """The rules below would hold for nothing if the verbs of handlers were not found."""
    found = doors()
    assert found[("DecisionService", "approve")] == {Permission.ADMIN}
    assert found[("AdminService", "remove")] == {Permission.OWNER}
    assert found[("DecisionService", "card")] == {Permission.ADMIN}  # through a function that another handler calls


def test_a_privileged_verb_has_no_door_for_people_with_less() -> None:
    """Reading back what may be seen (a card's refresh) is no exception: each verb has one permission."""
    several = {verb: found for verb, found in doors().items() if len(found) > 1 and found & set(PRIVILEGED)}
    assert several == {}


def test_whoever_acts_by_name_on_others_needs_a_right() -> None:
    """A verb with `by=` that names somebody else's row is behind a lock, or asks whose row it is."""
    own_only = {"ask_withdrawal", "withdraw", "show_own", "begin_correction", "again", "cancel", "delete"}
    named = {verb for verb, found in doors().items() if not found <= set(PRIVILEGED)}
    acting = {name for service, name in named if "by" in parameters(service, name)}
    assert acting - own_only == set()


@cache
def types_of_handlers() -> set[type]:
    return {hint for one in handlers() for hint in get_type_hints(function_of(one)).values() if isinstance(hint, type)}


def parameters(service: str, name: str) -> set[str]:
    owner = next((one for one in types_of_handlers() if one.__name__ == service), None)
    return set(inspect.signature(getattr(owner, name)).parameters) if hasattr(owner, name) else set()


# What is chatter


@pytest.fixture
async def places() -> Places:
    container = wiring.build(Settings({"PLUM_TELEGRAM__TOKEN": TOKEN, "PLUM_CLUB__CHAT_ID": "-1001"}))
    await wiring.connect(container)
    return await container.get(Places)


@pytest.fixture
def bot() -> Bot:
    session = SilentSession()
    session.username = "plum_test_bot"
    return Bot(TOKEN, session=session)


async def is_taken(bot: Bot, update: Json) -> bool:
    """Whether any handler would have this message."""
    event = Update.model_validate(update, context={"bot": bot}).message
    for handler in handlers("message"):
        taken, _ = await handler.check(event, bot=bot, raw_state=None, state=None)
        if taken:
            return True
    return False


def in_group(kind: str, **content: Any) -> Json:
    group = {"id": -1001, "type": kind, "title": "Club"}
    who = {"id": 100, "is_bot": False, "first_name": "Nina"}
    return {"update_id": 1, "message": {"message_id": 5, "date": 1, "chat": group, "from": who, **content}}


def commands_of_routers() -> set[str]:
    return {
        str(name) for one in handlers("message") for each in one.flags.get("commands", ()) for name in each.commands
    }


PERSON = {"id": 5, "is_bot": False, "first_name": "Boris"}
FILE = {"file_id": "F", "file_unique_id": "u"}
SERVICE: dict[str, Any] = {
    "new_chat_members": [PERSON],
    "left_chat_member": PERSON,
    "migrate_to_chat_id": -1009,
    "migrate_from_chat_id": -5,
    "new_chat_title": "Plum",
    "delete_chat_photo": True,
    "group_chat_created": True,
    "pinned_message": {"message_id": 4, "date": 1, "chat": {"id": -1001, "type": "supergroup"}, "text": "x"},
    "forum_topic_created": {"name": "Topic", "icon_color": 1},
    "voice": FILE | {"duration": 1},
    "photo": [FILE | {"width": 1, "height": 1}],
    "dice": {"emoji": "🎲", "value": 1},
    "location": {"latitude": 1.0, "longitude": 1.0},
}
WRITTEN = ("/{}", " /{}", "/{} now", "/{}@plum_test_bot", "/{}@PLUM_test_bot words")
TALK = (
    "hello",
    "/",
    "//",
    "hello /start",
    "!start",
    "/nobody_knows",
    "/start_",
    "menu",
    "/блэклист",
    "/start:x",
    "/ start",
    "/\nstart",
)


async def test_the_raw_declaration_and_the_routers_take_the_same_messages_of_groups(places: Places, bot: Bot) -> None:
    interest = routing.group_interest(places)
    commands = sorted({*commands_of_routers(), *(command.name for command in places.commands)})
    texts = [pattern.format(name) for name in commands for pattern in WRITTEN] + list(TALK)
    samples = [in_group(kind, text=text) for text in texts for kind in ("supergroup", "group")]
    samples += [in_group("supergroup", **{name: value}) for name, value in SERVICE.items()]
    samples += [in_group("supergroup", photo=SERVICE["photo"], caption=text) for text in texts]
    wrong = [sample["message"] for sample in samples if interest.is_chatter(sample) is await is_taken(bot, sample)]
    assert not wrong, "\n".join(map(str, wrong))


async def test_what_chatter_lets_through_needlessly_is_taken_by_nobody(places: Places, bot: Bot) -> None:
    """Commands for another bot, or in other letters, come through the raw declaration and end there: no harm."""
    interest = routing.group_interest(places)
    for text in ("/start@another_bot", "/START"):
        assert not interest.is_chatter(in_group("group", text=text))
    assert not await is_taken(bot, in_group("group", text="/start@another_bot"))


async def test_commands_of_groups_are_declared_as_such(places: Places, bot: Bot) -> None:
    declared = {command.name for command in places.commands if command.in_group}
    heard = {name for name in commands_of_routers() if await is_taken(bot, in_group("supergroup", text=f"/{name}"))}
    assert declared == heard


async def test_every_command_of_the_routers_is_listed_for_help(places: Places) -> None:
    """`fix_…` and the like come by links and are no commands."""
    assert commands_of_routers() == {command.name for command in places.commands}


async def test_a_listed_command_asks_for_the_permission_that_the_list_tells(places: Places, bot: Bot) -> None:
    interest: GroupInterest = routing.group_interest(places)
    assert interest.commands
    wrong = []
    for command in places.commands:
        chat = {"id": 100, "type": "private"}
        update = in_group("group", text=f"/{command.name}")
        update["message"]["chat"] = chat
        event = Update.model_validate(update, context={"bot": bot}).message
        found = [one for one in handlers("message") if (await one.check(event, bot=bot, raw_state=None, state=None))[0]]
        if found[0].flags[PERMISSION] is not command.permission:
            wrong.append((command.name, command.permission, found[0].flags[PERMISSION]))
    assert wrong == []
