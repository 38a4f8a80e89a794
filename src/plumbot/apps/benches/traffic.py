"""Updates as Telegram sends them: talk in the club's chat, reactions, and what people write to the bot."""

import itertools
from collections.abc import Iterator
from random import Random
from typing import Any

CLUB, OWNER = -1_001_000_000_001, 1_000_001
SEED = 11
FIRST_PERSON = 2_000_000
WORDS = "the plums are ripe and somebody has to pick them before it rains again on Sunday evening".split()
NOON = 1_780_000_000

Json = dict[str, Any]


def person(number: int) -> Json:
    return {
        "id": FIRST_PERSON + number, "is_bot": False, "first_name": f"Person {number}", "username": f"person_{number}",
        "language_code": "en",
    }  # fmt: skip


def club() -> Json:
    return {"id": CLUB, "type": "supergroup", "title": "The club"}


def talk(count: int, people: int, first_message: int = 1) -> list[Json]:
    """Plain messages, of few people many and of many few."""
    random = Random(SEED)  # noqa: S311  # the same talk in each run
    return [
        {
            "message": {
                "message_id": number, "date": NOON + number, "chat": club(),
                "from": person(min(int(random.expovariate(5 / people)), people - 1)),
                "text": " ".join(random.choices(WORDS, k=random.randint(2, 30))),
            }
        }
        for number in range(first_message, first_message + count)
    ]  # fmt: skip


def reactions(count: int, people: int, first_message: int = 1) -> list[Json]:
    """Each to another message of `talk`, new each time."""
    return [
        {
            "message_reaction": {
                "chat": club(), "message_id": number, "user": person((7 * number) % people), "date": NOON + number,
                "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}],
            }
        }
        for number in range(first_message, first_message + count)
    ]  # fmt: skip


def written(user: Json, text: str) -> Json:
    """To the bot, in private."""
    entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text[0] == "/" else []
    chat = {"id": user["id"], "type": "private", "first_name": user["first_name"]}
    return {"message": {"message_id": 1, "date": NOON, "chat": chat, "from": user, "text": text, "entities": entities}}


def spoken(user: Json, number: int, file_id: str, language: str | None) -> Json:
    """A voice message to the bot: by itself, or as one whose words are asked for in that language."""
    told = written(user, f"/text {language}")
    voice = {"file_id": file_id, "file_unique_id": f"voice{number}", "duration": 40, "mime_type": "audio/ogg"}
    said = {**told["message"], "message_id": number, "voice": voice}
    said = {name: value for name, value in said.items() if name not in ("text", "entities")}
    return {"message": {**told["message"], "reply_to_message": said} if language else said}


def pressed(user: Json, data: str, numbers: Iterator[int] = itertools.count(1)) -> Json:  # noqa: B008  # shared
    chat = {"id": user["id"], "type": "private", "first_name": user["first_name"]}
    message = {"message_id": 1, "date": NOON, "chat": chat, "text": "?"}
    return {
        "callback_query": {
            "id": str(next(numbers)), "from": user, "chat_instance": "1", "data": data, "message": message,
        }
    }  # fmt: skip
