"""What the sandbox remembers, as plain records that survive a trip through JSON."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PRIVATE = "private"
INSIDE = frozenset({"creator", "administrator", "member"})
ADMINS = frozenset({"creator", "administrator"})


@dataclass
class Person:
    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    role_hint: str = ""
    is_bot: bool = False
    started: bool = False
    blocked_bot: bool = False


@dataclass
class Chat:
    id: int
    type: str
    title: str = ""
    username: str = ""
    description: str = ""
    is_forum: bool = False
    last_message_id: int = 0
    pinned: list[int] = field(default_factory=list)
    migrated_to: int = 0

    @property
    def private(self) -> bool:
        return self.type == PRIVATE


@dataclass
class Member:
    """One person's standing in one chat. `rights` are the admin's rights, or what a restricted person may."""

    chat_id: int
    user_id: int
    status: str
    rights: dict[str, bool] = field(default_factory=dict)
    until_date: int = 0
    is_member: bool = True
    link_hash: str = ""
    was_removed: bool = False
    custom_title: str = ""

    @property
    def inside(self) -> bool:
        return self.status in INSIDE or (self.status == "restricted" and self.is_member)

    @property
    def admin(self) -> bool:
        return self.status in ADMINS

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and self.rights.get(right, False))


@dataclass
class Message:
    chat_id: int
    message_id: int
    from_id: int
    date: int
    edit_date: int = 0
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    caption: str = ""
    caption_entities: list[Json] = field(default_factory=list)
    media: Json | None = None  # {"kind": "photo", and what the Bot API says of such a file}
    reply_to: int = 0
    thread_id: int = 0
    service: Json | None = None  # the Bot API fields of a service message
    markup: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)  # person's id -> emoji
    forward_origin: Json | None = None
    sender_chat_id: int = 0  # the group itself, when an admin writes anonymously
    media_group_id: str = ""
    deleted: bool = False
    call_id: int = 0


@dataclass
class Link:
    hash: str
    chat_id: int
    creator_id: int
    created_at: int
    name: str = ""
    expire_date: int = 0
    member_limit: int = 0
    creates_join_request: bool = False
    is_primary: bool = False
    is_revoked: bool = False
    sent_to: int = 0  # the first person who got it in a private message: its owner
    followers: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://t.me/+{self.hash}"


@dataclass
class JoinRequest:
    chat_id: int
    user_id: int
    at: int
    link_hash: str = ""
    state: str = "pending"  # then approved, declined, or void: in or banned by another way


@dataclass
class Press:
    id: str
    user_id: int
    chat_id: int
    message_id: int
    at: float
    answered: bool = False


@dataclass
class StoredFile:
    file_id: str
    unique_id: str
    kind: str
    size: int
    mime_type: str
    name: str
    path: str  # as getFile names it
    info: Json = field(default_factory=dict)  # duration, width, height


@dataclass
class Update:
    update_id: int
    kind: str
    body: Json
    at: float
    press_id: str = ""


@dataclass
class Call:
    id: int
    at: float
    method: str
    params: Json
    ok: bool = True
    error_code: int = 0
    description: str = ""
    ms: int = 0
    chat_id: int = 0
    message_id: int = 0
    user_id: int = 0


@dataclass
class Setting:
    name: str
    value: Any
