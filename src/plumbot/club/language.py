"""In which language a person reads: what they chose, else what their Telegram says, else the club's."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.kit.texts import LANGUAGES

READ_RUSSIAN = ("ru", "be", "uk", "kk")


def language_for(chosen: str | None, telegram: str | None, club: str) -> str:
    """One of LANGUAGES."""
    if chosen in LANGUAGES:
        return chosen
    if not telegram:
        return club
    return "ru" if telegram.split("-")[0].lower() in READ_RUSSIAN else "en"


@dataclass(frozen=True)
class Languages:
    """Answers for a chat id: a person's private chat has the person's language, a group has the club's."""

    club: str

    def of(self, session: Session, chat_id: int) -> str:
        profile = session.get(Profile, chat_id) if chat_id > 0 else None
        if profile is None:
            return self.club
        return language_for(profile.language, profile.language_code, self.club)
