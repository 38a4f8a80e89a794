"""The club's own tables: people, admins, and who did what."""

from typing import Any

from sqlalchemy import BigInteger, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Json, Moment, RowId, Table

# As SQLAlchemy words the condition on each database: an index serves only what it literally covers.
INSIDE, INSIDE_ON_SQLITE = text("in_club"), text("in_club = 1")


class Profile(Table):
    """A person whom the bot has met. `karma` is `karma_start` plus the ledger's sum; `language` is what they chose."""

    __tablename__ = "profiles"
    __table_args__ = (
        Index("ix_profiles_username_key", "username_key"),
        Index(
            "ix_profiles_ranking",
            "karma",
            "joined_at",
            "user_id",
            sqlite_where=INSIDE_ON_SQLITE,
            postgresql_where=INSIDE,
        ),
    )

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    last_name: Mapped[str | None] = mapped_column(Text)
    username: Mapped[str | None] = mapped_column(Text)
    username_key: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    language_code: Mapped[str | None] = mapped_column(String(16))
    karma_start: Mapped[int]
    karma: Mapped[int]
    in_club: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    joined_at: Mapped[Moment | None]
    left_at: Mapped[Moment | None]
    reachable: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    digest: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    transcribe: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class Admin(Table):
    """Somebody who may decide. `source` is `env` (PLUM_CLUB__ADMIN_IDS, reconciled at start) or `panel`."""

    __tablename__ = "admins"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(8))
    added_by: Mapped[int | None] = mapped_column(BigInteger)
    away: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[Moment]


class AuditEntry(Table):
    """One privileged action: who, what, on whom, when, before and after."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject_id", "subject_id"),)

    id: Mapped[RowId]
    at: Mapped[Moment]
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
