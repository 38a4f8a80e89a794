"""The doors of speech: recordings in private, /text in the club's chat, and the buttons below the words."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from dishka.integrations.aiogram import FromDishka, inject

from plumbot.club.permissions import Permission
from plumbot.features.transcription.group import GroupSpeech
from plumbot.features.transcription.rules import LANGUAGES
from plumbot.features.transcription.schemas import Clip, clip_in
from plumbot.features.transcription.screens import Again, Delete, OpenSpeech, Stop, WishLanguage
from plumbot.features.transcription.service import TranscriptionService
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply

IN_PRIVATE = F.chat.type == "private"
IN_GROUPS = F.chat.type.in_({"group", "supergroup"})
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
RECORDING = F.voice | F.audio | F.video_note | F.video | F.document.mime_type.regexp(r"^(audio/|application/ogg)")


@inject
async def recording(message: Message, reply: Reply, speech: FromDishka[TranscriptionService]) -> None:
    await reply.unit.run(speech.hear, _clip(message), reply.here.user_id)


@inject
async def text_in_private(
    message: Message, command: CommandObject, reply: Reply, speech: FromDishka[TranscriptionService]
) -> None:
    language = command.args if command.args in LANGUAGES else None
    await reply.unit.run(speech.hear, _clip(message.reply_to_message), reply.here.user_id, language)


@inject
async def text_in_chat(message: Message, reply: Reply, chat: FromDishka[GroupSpeech]) -> None:
    clip = _clip(message.reply_to_message)
    await reply.unit.run(chat.asked, clip, reply.here.user_id, reply.here.chat_id)


@inject
async def open_speech(_press: CallbackQuery, reply: Reply, speech: FromDishka[TranscriptionService]) -> None:
    await reply.show("speech.about", **await reply.unit.run(speech.about, reply.here.user_id))


@inject
async def wish(
    _press: CallbackQuery, data: WishLanguage, reply: Reply, speech: FromDishka[TranscriptionService]
) -> None:
    await reply.show("speech.about", **await reply.unit.run(speech.wish, reply.here.user_id, data.language))


@inject
async def stop(_press: CallbackQuery, data: Stop, reply: Reply, speech: FromDishka[TranscriptionService]) -> None:
    await reply.unit.run(speech.cancel, data.job_id, reply.here.user_id)


@inject
async def again(_press: CallbackQuery, data: Again, reply: Reply, speech: FromDishka[TranscriptionService]) -> None:
    better = data.better == 1
    await reply.unit.run(speech.again, data.job_id, reply.here.user_id, data.language, better=better)


@inject
async def delete(_press: CallbackQuery, data: Delete, reply: Reply, speech: FromDishka[TranscriptionService]) -> None:
    await reply.unit.run(speech.delete, data.job_id, reply.here.user_id)


def _clip(message: Any) -> Clip | None:
    """From the message as Telegram wrote it; aiogram adds nothing to that."""
    if not isinstance(message, Message):
        return None
    return clip_in(message.model_dump(mode="json", by_alias=True, exclude_none=True))


def router() -> Router:
    router = Router(name="transcription")
    member = needs(Permission.MEMBER)
    router.message.register(recording, IN_PRIVATE, RECORDING, flags=member)
    router.message.register(text_in_private, IN_PRIVATE, Command("text"), flags=member)
    router.message.register(text_in_chat, IN_GROUPS, Command("text"), flags=member)
    router.callback_query.register(open_speech, PRESSED_IN_PRIVATE, OpenSpeech.filter, flags=member)
    router.callback_query.register(wish, PRESSED_IN_PRIVATE, WishLanguage.filter, flags=member)
    router.callback_query.register(stop, Stop.filter, flags=member)
    router.callback_query.register(again, Again.filter, flags=member)
    router.callback_query.register(delete, Delete.filter, flags=member)
    return router
