"""An oracle of karma that goes through updates one by one, and members who make them by dice."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tests.features.karma.conftest import ZONE, message, reaction, user

GOOD, BAD, OTHER = ["👍", "❤", "❤‍🔥", "🔥"], ["👎", "💩"], ["🎉", "😁"]

Json = dict[str, Any]


class Oracle:
    """Knows nothing of batches, tables and settings; believes each update in turn."""

    def __init__(self, cap: int, people: Iterable[int]) -> None:
        self.cap = cap
        self.karma = dict.fromkeys(people, 10)
        self.authors: dict[int, int] = {}
        self.votes: dict[tuple[int, int, str], dict[str, Any]] = {}
        self.spent: dict[Any, int] = defaultdict(int)

    def hear(self, update: Json) -> None:
        if "message" in update:
            self.hear_message(update["message"])
        elif "message_reaction" in update:
            one = update["message_reaction"]
            emoji = {each["emoji"] for each in one["new_reaction"]}
            value = int(bool(emoji & set(GOOD))) - int(bool(emoji & set(BAD)))
            self.vote(one["message_id"], one["user"]["id"], "reaction", value, one["date"])

    def hear_message(self, one: Json) -> None:
        if one["from"]["is_bot"]:
            return
        number, author = one["message_id"], one["from"]["id"]
        self.authors.setdefault(number, author)
        for (target, voter, _), vote in list(self.votes.items()):
            if target == number and vote["receiver"] is None:
                vote["receiver"] = author
                self.apply(voter, vote)
        answered = one.get("reply_to_message")
        if answered and not answered["from"]["is_bot"] and "спасибо" in one["text"].lower():
            self.vote(answered["message_id"], author, "thanks", 1, one["date"], answered["from"]["id"])

    def vote(self, target: int, voter: int, kind: str, value: int, date: int, told: int | None = None) -> None:
        vote = self.votes.setdefault(
            (target, voter, kind), {"value": 0, "applied": 0, "receiver": None, "date": date, "new": True}
        )
        if date < vote["date"]:
            return
        repeated = not vote.pop("new", False) and vote["value"] == value
        vote["date"] = date
        if repeated:
            return
        vote["value"] = value
        vote["receiver"] = vote["receiver"] or told or self.authors.get(target)
        if vote["receiver"] is not None:
            self.apply(voter, vote)

    def apply(self, voter: int, vote: dict[str, Any]) -> None:
        receiver = vote["receiver"]
        if receiver not in self.karma or vote["value"] == vote["applied"]:
            return
        day = datetime.fromtimestamp(vote["date"], ZONE).date()
        room = self.cap - self.spent[voter, receiver, day]
        given = vote["value"]
        if receiver == voter or abs(given) + abs(vote["applied"]) > room:
            given = 0
        self.spent[voter, receiver, day] += abs(given) + abs(vote["applied"])
        self.karma[receiver] += given - vote["applied"]
        vote["applied"] = given


class Members:
    """What they do next, by dice. Besides them there are somebody from outside and a bot."""

    def __init__(self, dice: random.Random, people: Sequence[int], outside: int, bot: int, number: int = 1_000) -> None:
        self.dice = dice
        self.messages: list[Json] = []
        self.held_back: list[Json] = []
        self.voters = [*people, outside]
        self.everybody = [*people, outside, bot]
        self.bot = bot
        self.number = number

    def act(self, at: datetime) -> Json:
        match self.dice.choices("said thanked reacted held late".split(), (20, 20, 50, 5, 5))[0]:
            case "thanked" if self.messages:
                text = self.dice.choice(["Спасибо!", "спасибо", "привет", "да, СПАСИБО, друг"])
                return self.written(self.dice.choice(self.everybody), at, text, self.dice.choice(self.messages[-12:]))
            case "reacted" if self.messages:
                number = self.dice.choice(self.messages[-12:])["message"]["message_id"]
                return self.reacted(number, at)
            case "held":
                self.held_back.append(self.written(self.dice.choice(self.everybody), at))
                return self.reacted(self.number, at)
            case "late" if self.held_back:
                return self.held_back.pop(self.dice.randrange(len(self.held_back)))
        return self.written(self.dice.choice(self.everybody), at)

    def written(self, author: int, at: datetime, text: str = "привет", to: Json | None = None) -> Json:
        self.number += 1
        content = message(self.number, author, text, at=at, to=bare(to))
        content["message"]["from"] = user(author, is_bot=author == self.bot)
        self.messages.append(content)
        return content

    def reacted(self, number: int, at: datetime) -> Json:
        emoji = self.dice.sample([*GOOD, *BAD, *OTHER], self.dice.choice([0, 0, 1, 1, 1, 2, 3]))
        return reaction(number, self.dice.choice(self.voters), emoji, at=at)


def bare(answered: Json | None) -> Json | None:
    """Telegram does not tell what the answered message itself answered."""
    if answered is None:
        return None
    return {"message": {name: value for name, value in answered["message"].items() if name != "reply_to_message"}}


def disturbed(dice: random.Random, updates: list[Json], number: int) -> list[Json]:
    """One in ten comes again, some under a new number and some under the old; one in twenty out of order."""
    seen: list[Json] = []
    for update in updates:
        seen.insert(max(0, len(seen) - (dice.randint(1, 6) if dice.random() < 0.05 else 0)), update)
        if dice.random() < 0.1:
            again = dice.choice(seen[-20:])
            seen.append(again if dice.random() < 0.5 else again | {"update_id": number + len(seen)})
    return seen


def unlike_before(updates: list[Json]) -> list[Json]:
    """What has the same number is the same update: intake keeps the first of them."""
    return list({update["update_id"]: update for update in updates}.values())
