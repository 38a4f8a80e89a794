"""Personal links into the club chat."""

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, RowId, Table, TelegramId


class Invite(Table):
    """A link for one person.

    `mode` is `request` or `link`; `status` is `wanted` (asked of Telegram), `waiting` (refused by Telegram, asked again
    when the bot has its rights), `open`, `used`, `revoked`, `expired`, `disputed` (used by somebody else, an admin
    decides) or `closed` (decided: no other link).
    `token` is the link's name at Telegram: how a link that comes back in an update is known for ours.
    """

    __tablename__ = "invites"
    __table_args__ = (
        Index("ix_invites_user_id", "user_id"),
        Index("uq_invites_invite_link", "invite_link", unique=True),
        Index("uq_invites_token", "token", unique=True),
    )

    id: Mapped[RowId]
    user_id: Mapped[TelegramId]
    application_id: Mapped[int | None] = mapped_column(BigInteger)
    chat_id: Mapped[TelegramId]
    invite_link: Mapped[str | None] = mapped_column(Text)
    token: Mapped[str] = mapped_column(String(32))
    mode: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(8))
    expires_at: Mapped[Moment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
