"""Alembic's entry: run the migrations on the connection that ``db.migrate`` holds."""

from alembic import context

from lazward_server.db.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
