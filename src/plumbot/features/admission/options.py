"""What the operator or the house decides about admission."""

from dataclasses import dataclass

from plumbot.features.admission.rules import REQUEST


@dataclass(frozen=True)
class AdmissionOptions:
    """`menu` is the callback data of a button that opens the menu; `timezone` that of the club."""

    club: str
    rules_url: str | None = None
    mode: str = REQUEST
    timezone: str = "Europe/Moscow"
    review_chat_id: int | None = None
    menu: str = "menu:home"
    link_hours: int = 24
    settle_a_minute: int = 20
