"""Everything the sandbox knows: the shelves, the clock, and what is told to the pages."""

import secrets
import string
from typing import Any

from plumbot.sandbox.errors import bad
from plumbot.sandbox.events import Bell, Events
from plumbot.sandbox.faults import Faults
from plumbot.sandbox.limits import Limits
from plumbot.sandbox.options import BOT_ID, SandboxOptions
from plumbot.sandbox.records import (
    Call,
    Chat,
    JoinRequest,
    Json,
    Link,
    Member,
    Message,
    Person,
    Press,
    Setting,
    StoredFile,
    Update,
)
from plumbot.sandbox.shelf import Shelf
from plumbot.sandbox.store import Store

LETTERS = string.ascii_letters + string.digits


class World:
    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.clock = options.clock
        self.store = Store(options.state / "sandbox.db")
        self.events = Events(options.clock)
        self.faults = Faults(options)
        self.limits = Limits(options)
        self.arrivals = Bell()  # rings when an update joins the queue
        self.people = Shelf(self.store, Person, lambda p: p.id)
        self.chats = Shelf(self.store, Chat, lambda c: c.id)
        self.members = Shelf(self.store, Member, lambda m: (m.chat_id, m.user_id))
        self.messages = Shelf(self.store, Message, lambda m: (m.chat_id, m.message_id))
        self.links = Shelf(self.store, Link, lambda i: i.hash)
        self.requests = Shelf(self.store, JoinRequest, lambda r: (r.chat_id, r.user_id))
        self.presses = Shelf(self.store, Press, lambda p: p.id)
        self.files = Shelf(self.store, StoredFile, lambda f: f.file_id)
        self.updates = Shelf(self.store, Update, lambda u: u.update_id)
        self.calls = Shelf(self.store, Call, lambda c: c.id)
        self.settings = Shelf(self.store, Setting, lambda s: s.name)
        self.call_id = 0  # the Bot API call under way

    def now(self) -> int:
        return int(self.clock())

    def setting(self, name: str, otherwise: Any = None) -> Any:
        found = self.settings.get(name)
        return found.value if found else otherwise

    def keep(self, name: str, value: Any) -> None:
        self.settings.put(Setting(name, value))

    def count(self, name: str, start: int = 0) -> int:
        """The next number of a counter that survives restarts."""
        number = int(self.setting(name, start)) + 1
        self.keep(name, number)
        return number

    def token(self, length: int) -> str:
        return "".join(secrets.choice(LETTERS) for _ in range(length))

    def commit(self) -> None:
        self.store.commit()

    def forget_everything(self) -> None:
        self.store.clear()
        for shelf in self._shelves():
            shelf.load()

    def _shelves(self) -> list[Shelf[Any]]:
        return [value for value in vars(self).values() if isinstance(value, Shelf)]

    @property
    def bot(self) -> Person:
        return self.person(BOT_ID)

    def person(self, user_id: int) -> Person:
        found = self.people.get(user_id)
        if found is None:
            raise bad("user not found")
        return found

    def chat(self, chat_id: int) -> Chat:
        """The chat, unless it is unknown or has become a supergroup with another id."""
        found = self.chats.get(chat_id)
        if found is None:
            raise bad("chat not found")
        if found.migrated_to:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=found.migrated_to)
        return found

    def member(self, chat_id: int, user_id: int) -> Member:
        """Somebody's standing; who was never there counts as having left."""
        return self.members.get((chat_id, user_id)) or Member(chat_id, user_id, "left")

    def inside(self, chat_id: int) -> list[Member]:
        return self.members.where(lambda m: m.chat_id == chat_id and m.inside)

    def message(self, chat_id: int, message_id: int) -> Message | None:
        found = self.messages.get((chat_id, message_id))
        return found if found and not found.deleted else None

    def pending_request(self, chat_id: int, user_id: int) -> JoinRequest | None:
        found = self.requests.get((chat_id, user_id))
        return found if found and found.state == "pending" else None

    def next_message_id(self, chat: Chat) -> int:
        """A supergroup counts its own messages; private chats and small groups share the bot's counter."""
        if chat.type != "supergroup":
            return self.count("private_messages")
        chat.last_message_id += 1
        self.chats.put(chat)
        return chat.last_message_id

    def snapshot_of_reactions(self, message: Message) -> list[Json]:
        by_emoji: dict[str, list[int]] = {}
        for user_id, emoji in message.reactions.items():
            for one in emoji:
                by_emoji.setdefault(one, []).append(int(user_id))
        return [{"emoji": emoji, "user_ids": users} for emoji, users in by_emoji.items()]
