"""The bot's @username as Telegram last said it: the t.me links that lead into the private chat need it."""

from sqlalchemy.orm import Session

from plumbot.kit.clock import Clock
from plumbot.kit.switches import Switch

USERNAME = "bot.username"


def bot_username(session: Session) -> str:
    """Without the @; empty while the bot has not yet asked for its own name."""
    switch = session.get(Switch, USERNAME)
    return str(switch.value) if switch else ""


def remember_bot_username(session: Session, clock: Clock, username: str) -> None:
    """To be called with the answer of getMe."""
    name = username.removeprefix("@")
    if bot_username(session) != name:
        session.merge(Switch(name=USERNAME, value=name, updated_at=clock.now()))
        session.flush()


def private_link(session: Session, payload: str) -> str | None:
    """The address that opens the private chat and sends `/start payload`; None while the name is not known."""
    name = bot_username(session)
    return f"https://t.me/{name}?start={payload}" if name else None
