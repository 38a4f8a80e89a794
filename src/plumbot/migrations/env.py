"""Alembic's door: one step on a connection whose transaction belongs to `plumbot.migrations.stepping`."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
