"""Forgetting and exporting ask both databases in the same words."""

from collections.abc import Sequence

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps.personal_providers import PERSONAL
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.places import Places
from plumbot.features.privacy.service import PrivacyService
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.tables import Table
from plumbot.migrations.addresses import sync_address
from tests.features.conftest import FixedClock
from tests.features.privacy.canaries import PERSON, fill


class NothingOpen:
    """Nobody here has an open application."""

    def stays(self, session: Session, user_id: int) -> Sequence[str]:
        return ()

    def let_go(self, session: Session, user_id: int) -> None:
        assert user_id == PERSON


def test_no_column_holds_the_id_of_a_forgotten_person(database_url: str) -> None:
    migrations.upgrade(database_url)
    clock, places = FixedClock(), Places(personal=[*PERSONAL])
    privacy = PrivacyService(clock, Outbox(clock), Permissions(None), Languages("ru"), places, NothingOpen())
    engine = create_engine(sync_address(database_url))
    with Session(engine) as session:
        fill(session)
        assert str(PERSON) in privacy.document(session, user_id=PERSON).decode()
        privacy.forget(session, PERSON, seq=3, keep=None)
        left = [
            column.name
            for table in Table.metadata.sorted_tables
            for row in session.execute(select(table))
            for column, value in zip(table.columns, row, strict=True)
            if str(PERSON) in str(value)
        ]
    engine.dispose()
    assert left == []
