"""Models and migrations describe the same database."""

import importlib
from importlib.resources import files
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

import plumbot
from plumbot import migrations
from plumbot.kit.tables import Table
from plumbot.migrations.addresses import sync_address
from plumbot.migrations.versions.r0015_queue import LAST_STEP

SOURCE = Path(plumbot.__file__).parent


def import_all_models() -> None:
    """Whatever file of ours mentions __tablename__ holds one."""
    for file in SOURCE.rglob("*.py"):
        if "__tablename__" in file.read_text() and "migrations" not in file.parts:
            importlib.import_module(".".join(("plumbot", *file.relative_to(SOURCE).with_suffix("").parts)))


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The queue's tables belong to a library."""
    return not (kind == "table" and str(name).startswith("procrastinate"))


def test_models_are_what_the_migrations_make(database_url: str) -> None:
    import_all_models()
    assert Table.metadata.tables
    migrations.upgrade(database_url)
    engine = create_engine(sync_address(database_url))
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Table.metadata)
    engine.dispose()
    assert differences == []


def test_the_queues_schema_is_the_one_that_our_revision_knows() -> None:
    """A newer library with further steps needs a revision of ours that takes them."""
    steps = [one.name for one in files("procrastinate").joinpath("sql", "migrations").iterdir()]
    assert max(name for name in steps if name.endswith(".sql")) == LAST_STEP
