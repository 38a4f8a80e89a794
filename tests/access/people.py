"""Nine kinds of people, and what each of them may do."""

from dataclasses import dataclass
from typing import Any

from plumbot.club.permissions import Permission

Json = dict[str, Any]

BOT_ID = 4242
OWNER, ADMIN, NAMELESS, DEMOTED = 1, 10, 11, 20
GUEST, APPLICANT, MEMBER, FORMER, BLACKLISTED = 100, 101, 102, 103, 104
CORRECTING, DISPUTED, ARRIVED, DECIDED = 105, 106, 107, 108
CLUB, REVIEW = -1001, -1002
GROUP_ANONYMOUS_BOT = 1087968824


@dataclass(frozen=True)
class Kind:
    """A kind of person. Who writes anonymously does so under another id than their presses carry."""

    name: str
    user_id: int
    may: frozenset[Permission]
    writes_as: int = 0

    def id_in(self, update_kind: str) -> int:
        return self.writes_as if self.writes_as and update_kind == "message" else self.user_id

    def has(self, permission: Permission, update_kind: str) -> bool:
        if self.writes_as and update_kind == "message":
            return permission is Permission.EVERYBODY
        return permission in self.may

    def user(self, update_kind: str) -> Json:
        name = "GroupAnonymousBot" if self.id_in(update_kind) == GROUP_ANONYMOUS_BOT else self.name.replace(" ", "_")
        return {"id": self.id_in(update_kind), "is_bot": name == "GroupAnonymousBot", "first_name": self.name,
                "username": name, "language_code": "en"}  # fmt: skip


ANYBODY = frozenset({Permission.EVERYBODY})
MEMBERS = ANYBODY | {Permission.MEMBER}
ADMINS = MEMBERS | {Permission.ADMIN}
KINDS = (
    Kind("guest", GUEST, ANYBODY),
    Kind("applicant", APPLICANT, ANYBODY),
    Kind("member", MEMBER, MEMBERS),
    Kind("former member", FORMER, ANYBODY),
    Kind("blacklisted", BLACKLISTED, ANYBODY),
    Kind("admin", ADMIN, ADMINS),
    Kind("demoted admin", DEMOTED, ANYBODY),
    Kind("owner", OWNER, frozenset(Permission)),
    Kind("anonymous admin", NAMELESS, ADMINS, writes_as=GROUP_ANONYMOUS_BOT),
)
