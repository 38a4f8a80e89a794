"""What an error of Telegram means for a message or a call: the same words, read in one place."""

from enum import Enum

from plumbot.kit.telegram.client import ApiError


class Outcome(Enum):
    """What to do after an error."""

    DONE = "done"
    GONE = "gone"  # there is no message any more: send it anew
    FROZEN = "frozen"  # there is one, but it can be edited no longer, or is of another kind: replace it
    UNREACHABLE = "unreachable"
    WAIT = "wait"
    MIGRATED = "migrated"
    UNAUTHORIZED = "unauthorized"
    REFUSED = "refused"


NOT_TAKEN = (Outcome.WAIT, Outcome.MIGRATED, Outcome.UNAUTHORIZED)  # Telegram did nothing, and would do it later

BENIGN = {
    "approveChatJoinRequest": ("USER_ALREADY_PARTICIPANT",),
    "declineChatJoinRequest": ("HIDE_REQUESTER_MISSING", "USER_ALREADY_PARTICIPANT"),
    "deleteMessage": ("message to delete not found",),
    "editMessageReplyMarkup": ("message is not modified", "message to edit not found"),
    "revokeChatInviteLink": ("INVITE_HASH_EXPIRED", "INVITE_REVOKED_MISSING"),
}
NOTHING_THERE = ("message to edit not found", "message_id_invalid")
CANNOT_BE_EDITED = ("message can't be edited", "there is no text in the message", "there is no caption in the message")
NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


def of_message(error: ApiError) -> Outcome:
    """For sendMessage and its kin, and for edits."""
    if error.says("message is not modified"):
        return Outcome.DONE
    if any(error.says(words) for words in NOTHING_THERE):
        return Outcome.GONE
    if any(error.says(words) for words in CANNOT_BE_EDITED):
        return Outcome.FROZEN
    if error.code == 403 or any(error.says(words) for words in NOBODY_THERE):
        return Outcome.UNREACHABLE
    if error.code == 404:  # sendMessage exists at every server: it is the token that is not known
        return Outcome.UNAUTHORIZED
    return _general(error)


def of_call(method: str, error: ApiError) -> Outcome:
    """For every other method: a refusal is an answer, which its caller gets."""
    if any(error.says(words) for words in BENIGN.get(method, ())):
        return Outcome.DONE
    return _general(error)


def _general(error: ApiError) -> Outcome:
    if error.migrate_to is not None:
        return Outcome.MIGRATED
    if error.code == 429:
        return Outcome.WAIT
    if error.code == 401:
        return Outcome.UNAUTHORIZED
    return Outcome.REFUSED
