"""What handlers share: the permission that each declares (the dispatcher and the house tests know the flag's name)."""

from typing import Any

PERMISSION = "permission"


def needs(permission: Any) -> dict[str, Any]:
    """Flags for a handler: `@router.message(Command("help"), flags=needs(Permission.EVERYBODY))`."""
    return {PERMISSION: permission}


def answered(message: Any) -> int | None:
    """The person whose message is answered; in a forum every message seems to answer the topic's creation."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created or replied.sender_chat or not replied.from_user:
        return None
    return None if replied.from_user.is_bot else int(replied.from_user.id)
