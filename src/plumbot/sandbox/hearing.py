"""What of the talk in a chat the bot hears."""

from plumbot.sandbox import objects, updates
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Message
from plumbot.sandbox.world import World

ALWAYS_TOLD = ("new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id")


def tell_bot(world: World, kind: str, message: Message) -> None:
    if heard_by_bot(world, message):
        updates.push(world, kind, objects.message(world, message))


def heard_by_bot(world: World, message: Message) -> bool:
    """Privacy mode: without admin rights a bot hears only what is meant for it."""
    if message.chat_id > 0:
        return True
    bot = world.member(message.chat_id, BOT_ID)
    if not bot.inside:
        return False
    if bot.admin or world.setting("reads_all", otherwise=False):
        return True
    return _meant_for_bot(world, message)


def _meant_for_bot(world: World, message: Message) -> bool:
    if message.service:
        return any(field in message.service for field in ALWAYS_TOLD)
    replied = world.message(message.chat_id, message.reply_to)
    if replied and replied.from_id == BOT_ID:
        return True
    named = f"@{world.bot.username}".casefold() in (message.text + message.caption).casefold()
    return named or message.text.startswith("/")
