"""What the doors of this feature share: the two dialogues, and which messages are meant."""

from aiogram import F
from aiogram.fsm.state import State, StatesGroup

PRIVATE = F.chat.type == "private"
GROUP = F.chat.type.in_({"group", "supergroup"})
PRESSED_IN_PRIVATE = F.message.chat.type == "private"
WORDS = F.text & ~F.text.startswith("/")
PICTURES = "photo video animation sticker voice audio video_note document location contact poll dice venue story"
NO_WORDS = F.content_type.in_(set(PICTURES.split()))


class Joining(StatesGroup):
    """The applicant fills in the form; its draft is in the data."""

    form = State()


class Reviewing(StatesGroup):
    """The admin writes the reason of a decision; which one is in the data under `asked`."""

    words = State()
