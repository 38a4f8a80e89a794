"""Models and migrations describe the same database."""

import importlib
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

import plumbot
from plumbot import migrations
from plumbot.kit.tables import Table
from plumbot.migrations.addresses import sync_address

SOURCE = Path(plumbot.__file__).parent


def import_all_models() -> None:
    """Whatever file of ours mentions __tablename__ holds one."""
    for file in SOURCE.rglob("*.py"):
        if "__tablename__" in file.read_text() and "migrations" not in file.parts:
            importlib.import_module(".".join(("plumbot", *file.relative_to(SOURCE).with_suffix("").parts)))


def test_models_are_what_the_migrations_make(database_url: str) -> None:
    import_all_models()
    assert Table.metadata.tables
    migrations.upgrade(database_url)
    engine = create_engine(sync_address(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Table.metadata)
    engine.dispose()
    assert differences == []
