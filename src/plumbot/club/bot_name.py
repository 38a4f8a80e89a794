"""The bot's @username as Telegram last said it: the t.me links that lead into the private chat need it."""

from sqlalchemy.orm import Session

from plumbot.kit.switches import Switch

BOT_USERNAME = "bot.username"


def bot_username(session: Session) -> str:
    """Without the @; empty while the bot has not yet asked for its own name."""
    switch = session.get(Switch, BOT_USERNAME)
    return str(switch.value) if switch else ""


def private_link(session: Session, payload: str) -> str | None:
    """The address that opens the private chat and sends `/start payload`; None while the name is not known."""
    name = bot_username(session)
    return f"https://t.me/{name}?start={payload}" if name else None
