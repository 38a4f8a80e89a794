"""What the operator or the house decides about admission."""

from dataclasses import dataclass

from plumbot.features.admission.rules import REQUEST


@dataclass(frozen=True)
class AdmissionOptions:
    """`timezone` is that of the club."""

    club: str
    rules_url: str | None = None
    mode: str = REQUEST
    timezone: str = "Europe/Moscow"
    review_chat_id: int | None = None
    link_hours: int = 24
    settle_a_minute: int = 20
