"""Who may come in, as pure functions: what a request deserves, who is inside, what Telegram's complaints mean."""

from datetime import datetime
from enum import StrEnum

from plumbot.kit.refusals import N_, Refusal

REQUEST, LINK = "request", "link"
NAMED = "plum-"  # how the names of our links begin
ANONYMOUS_ADMIN = 1087968824  # Telegram shows it instead of an admin who acts under the group's name

WANTED, WAITING, OPEN, USED, REVOKED, EXPIRED = "wanted", "waiting", "open", "used", "revoked", "expired"
DISPUTED, CLOSED = "disputed", "closed"
UNUSED = (WANTED, WAITING, OPEN)

INVITE, BAN, DELETE = "can_invite_users", "can_restrict_members", "can_delete_messages"
RIGHTS = {INVITE: N_("Invite users via link"), BAN: N_("Ban users"), DELETE: N_("Delete messages")}


class NotApproved(Refusal):
    text = N_("You have no approved application at the moment. Press /start to see where you stand.")


class NotWelcome(Refusal):
    text = N_("You cannot join the club. If you think that this is a mistake, write to an admin.")


class NoClubChat(Refusal):
    text = N_("The club's chat is not set up yet, so there is no link. Please try again later or write to an admin.")


class CaseUndecided(Refusal):
    text = N_("Somebody else used your link. The admins are looking at it; you will hear from me.")


class CaseClosed(Refusal):
    text = N_("The admins decided not to give another link. Write to an admin if you still want to join.")


class DecidedAlready(Refusal):
    text = N_("This was decided already, or the person has left.")


class IsBlacklisted(Refusal):
    text = N_("This person is on the blacklist. Take them off it first.")


class Verdict(StrEnum):
    """What a request to join on one of our links deserves; everything but WELCOME is declined."""

    WELCOME = "welcome"
    STRANGER = "stranger"
    BLACKLISTED = "blacklisted"
    NOT_APPROVED = "not_approved"
    LATE = "late"


def judge(*, owner: bool, works: bool, approved: bool, blacklisted: bool) -> Verdict:
    """`owner`: the link was made for this person; `works`: it is unused, not revoked, not expired."""
    if blacklisted:
        return Verdict.BLACKLISTED
    if not owner:
        return Verdict.STRANGER
    if not approved:
        return Verdict.NOT_APPROVED
    return Verdict.WELCOME if works else Verdict.LATE


def works(status: str, expires_at: datetime, now: datetime) -> bool:
    """Our own expiry stands beside Telegram's. A link may be used before its answer reached us (`wanted`)."""
    return status in UNUSED and now < expires_at


def inside(status: str, is_member: bool | None) -> bool:
    """Whether a chat member's status means presence: restricted people may be inside or not."""
    return status in {"creator", "administrator", "member"} or (status == "restricted" and bool(is_member))


def is_news(last: tuple[datetime, bool] | None, at: datetime, is_inside: bool) -> bool:
    """Whether a change of presence is newer than the last one known. Updates come late, twice, and out of order."""
    if last is None or at > last[0]:
        return True
    return at == last[0] and is_inside != last[1]


def presence_unknown(error: str) -> bool:
    """Whether a failed getChatMember says nothing about the person (the chat or our rights are the trouble)."""
    said = error.casefold()
    return "user not found" not in said and "participant" not in said and "member not found" not in said


class Trouble(StrEnum):
    """Why Telegram refused a call: the bot lacks a right, or is not in the chat, or something else."""

    RIGHT = "right"
    CHAT = "chat"
    OTHER = "other"


def trouble(error: str, error_code: int | None) -> Trouble:
    said = error.casefold()
    if any(words in said for words in ("not enough rights", "admin_required", "administrator rights", "need admin")):
        return Trouble.RIGHT
    absent = ("chat not found", "was kicked", "not a member", "channel_private", "chat_invalid")
    return Trouble.CHAT if error_code == 403 or any(words in said for words in absent) else Trouble.OTHER


def request_is_gone(error: str) -> bool:
    """The applicant took the request back, or a human admin answered it."""
    return "hide_requester_missing" in error.casefold()


def missing(status: str, granted: dict[str, bool]) -> list[str]:
    """The rights that the bot needs in the club chat and does not have."""
    if status == "creator":
        return []
    return [right for right in RIGHTS if status != "administrator" or not granted.get(right)]
