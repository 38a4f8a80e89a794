"""The bot's own reactions."""

from plumbot.sandbox import messages
from plumbot.sandbox.botapi import targets
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.errors import bad
from plumbot.sandbox.world import World

EMOJI = frozenset(
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 "
    "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 "
    "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡".split()
)


def set_message_reaction(world: World, params: Params) -> bool:
    """At most one, and only of those Telegram knows; the heart is U+2764 alone."""
    chat = targets.writable(world, params)
    message = targets.message(world, chat, params, "react")
    wanted = params.json("reaction") or []
    if not isinstance(wanted, list):
        raise bad("can't parse reaction: expected an Array of ReactionType")
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    emoji = [one.get("emoji", "") for one in wanted if isinstance(one, dict)]
    if not set(emoji) <= EMOJI:
        raise bad("REACTION_INVALID")
    messages.react(world, message, world.bot, emoji)
    return True


METHODS = {"setMessageReaction": set_message_reaction}
