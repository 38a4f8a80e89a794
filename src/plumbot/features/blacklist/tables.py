"""People who may not join."""

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, Table


class Blacklisted(Table):
    """One person, with the reason and who added them."""

    __tablename__ = "blacklist"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[str | None] = mapped_column(Text)
    added_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Moment]
