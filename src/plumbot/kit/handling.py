"""What a handler declares: its permission. The name of the flag is known to the dispatcher and to the house tests."""

from typing import Any

PERMISSION = "permission"


def needs(permission: Any) -> dict[str, Any]:
    """Flags for a handler: `@router.message(Command("help"), flags=needs(Permission.EVERYBODY))`."""
    return {PERMISSION: permission}
