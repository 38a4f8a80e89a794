"""The bot itself: who it is, what it is called, which commands it offers."""

import re
from typing import Any

from plumbot.sandbox import files, objects
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.entities import units
from plumbot.sandbox.errors import bad
from plumbot.sandbox.records import Json
from plumbot.sandbox.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}$")
LANGUAGE = re.compile(r"([a-z]{2})?$")
PLAIN_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
LONGEST = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, _params: Params) -> Json:
    return objects.me(world)


def get_file(world: World, params: Params) -> Json:
    found = world.files.get(params.text("file_id"))
    if found is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    return files.described(found)


def scope_key(world: World, params: Params) -> str:
    """ "default", "chat:ID", "chat_member:ID:USER" and so on, each with ":ru" for a language."""
    scope = params.json("scope") or {"type": "default"}
    language = params.text("language_code")
    if not LANGUAGE.match(language):
        raise bad("invalid language code specified")
    key = _scope(world, scope)
    return f"{key}:{language}" if language else key


def _scope(world: World, scope: Any) -> str:
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in PLAIN_SCOPES:
        return str(kind)
    if kind not in ("chat", "chat_administrators", "chat_member"):
        raise bad("can't parse BotCommandScope: unsupported type specified")
    chat = world.chat(int(scope.get("chat_id") or 0))
    if chat.private and (kind != "chat" or not world.person(chat.id).started):
        raise bad("chat not found")
    return f"{kind}:{chat.id}" + (f":{int(scope['user_id'])}" if kind == "chat_member" else "")


def set_my_commands(world: World, params: Params) -> bool:
    commands = params.json("commands")
    if not isinstance(commands, list):
        raise bad("can't parse BotCommands: expected an Array")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    shown = [_command(command) for command in commands]
    _change(world, scope_key(world, params), shown)
    return True


def _command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not COMMAND.match(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= units(description) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _change(world: World, key: str, commands: list[Json]) -> None:
    every: dict[str, list[Json]] = {**world.setting("commands", {})}
    every.pop(key, None)
    if commands:
        every[key] = commands
    world.keep("commands", every)
    world.events.emit("commands", commands=every)


def get_my_commands(world: World, params: Params) -> list[Json]:
    found: list[Json] = world.setting("commands", {}).get(scope_key(world, params), [])
    return found


def delete_my_commands(world: World, params: Params) -> bool:
    _change(world, scope_key(world, params), [])
    return True


def _set_text(world: World, params: Params, name: str) -> bool:
    text = params.text(name)
    if units(text) > LONGEST[name]:
        raise bad(f"BOT_{name.upper()}_TOO_LONG")
    world.keep(f"my_{name}:{params.text('language_code')}", text)
    return True


def _get_text(world: World, params: Params, name: str) -> Json:
    text = world.setting(f"my_{name}:{params.text('language_code')}") or world.setting(f"my_{name}:", "")
    return {name: text or (world.bot.first_name if name == "name" else "")}


METHODS = {
    "getMe": get_me,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": lambda world, params: _set_text(world, params, "name"),
    "getMyName": lambda world, params: _get_text(world, params, "name"),
    "setMyDescription": lambda world, params: _set_text(world, params, "description"),
    "getMyDescription": lambda world, params: _get_text(world, params, "description"),
    "setMyShortDescription": lambda world, params: _set_text(world, params, "short_description"),
    "getMyShortDescription": lambda world, params: _get_text(world, params, "short_description"),
}
