"""Who wrote which message: three old tables become one.

Down: every row goes back to the table it was found in, those learnt since to `message_authors`; rows that were
forgotten meanwhile (90 days) stay forgotten.
"""

from alembic import op
from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, and_, select

from plumbot.kit.tables import NAMES, UtcDateTime
from plumbot.migrations.carrying import carry_down, carry_up
from plumbot.migrations.moving import BATCH, Batch, Row, now, remove, untyped
from plumbot.migrations.old_schema import MESSAGE_AUTHORS, MESSAGES_INDEX, MSG_AUTHORS
from plumbot.migrations.shelf import Notes, Shelf, unplain
from plumbot.migrations.values import whole

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
KEY = ("chat_id", "msg_id")

AUTHORS = Table(
    "message_authors",
    NEW,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("author_id", BigInteger, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Index("ix_message_authors_sent_at", "sent_at"),
)


def upgrade() -> None:
    bind = op.get_bind()
    carry_up(bind, MESSAGE_AUTHORS, AUTHORS, author, old_author)
    fold(bind, MSG_AUTHORS, "msg_id")
    fold(bind, MESSAGES_INDEX, "message_id")


def author(row: Row) -> tuple[Row | None, str | None]:
    """When the message was sent is not known: it is remembered from now on."""
    return made(row["chat_id"], row["msg_id"], row["author_id"])


def made(chat_id: object, message_id: object, author_id: object) -> tuple[Row | None, str | None]:
    ids = (whole(chat_id), whole(message_id), whole(author_id))
    if None in ids:
        return None, "an id is not a number"
    return dict(zip(("chat_id", "message_id", "author_id"), ids, strict=True)) | {"sent_at": now()}, None


def fold(bind: Connection, old: Table, message: str) -> None:
    """Add what another of the three tables knows; where it stood is noted for the way back."""
    same_message = and_(AUTHORS.c.chat_id == old.c.chat_id, AUTHORS.c.message_id == old.c[message])
    query = select(old, AUTHORS.c.author_id.label("known")).outerjoin(AUTHORS, same_message)
    shelf, written = Shelf(bind), Batch(bind, AUTHORS)
    for found in bind.execute(query, execution_options={"yield_per": BATCH}).mappings():
        row = dict(found)
        known = row.pop("known")
        new, reason = made(row["chat_id"], row[message], row["user_id"])
        if new is None:
            shelf.put(old.name, row, str(reason))
        elif known is not None:
            same = known == row["user_id"]
            shelf.put(old.name, row, "said already" if same else "another author of this message is known")
        else:
            written.add(new)
            shelf.put(old.name, row, "moved to message_authors", old_author(new))
    written.flush()
    shelf.close()
    remove(bind, old.name)


def old_author(row: Row) -> Row:
    return {"chat_id": row["chat_id"], "msg_id": row["message_id"], "author_id": row["author_id"]}


def downgrade() -> None:
    bind = op.get_bind()
    for old in (MSG_AUTHORS, MESSAGES_INDEX):
        old.create(bind)
    homes = [(Notes(bind, old, KEY), Batch(bind, untyped(old))) for old in (MSG_AUTHORS, MESSAGES_INDEX)]

    def back(row: Row) -> Row | None:
        author = old_author(row)
        for notes, home in homes:
            if (found := notes.moved(author)) is not None:
                home.add(found)
                return None
        return author

    carry_down(bind, AUTHORS, MESSAGE_AUTHORS, back, key=KEY)
    for notes, home in homes:
        returned = [kept.pop("leftover") for kept in notes.set_aside]
        for kept in notes.set_aside:
            home.add(unplain(kept))
        home.flush()
        notes.close(returned)
