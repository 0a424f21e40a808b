"""Bringing the database to the newest shape."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from db import statistics

_SCRIPTS = Path(__file__).parent.parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


@cache
def newest() -> str:
    """The id of the newest migration that this version of the bot has."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return head or ""


def current(connection: Connection) -> str:
    """The id of the migration that the database is at; empty for a new one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(engine: Engine) -> tuple[str, str]:
    """Run what is missing; (before, after). Several processes may call it at once: one does the work."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = '5min'"))
            connection.execute(text("SELECT pg_advisory_lock(71500)"))
        try:
            before, wanted = current(connection), newest()
            if before != wanted:
                command.upgrade(_config(connection), "head")
            if before != wanted or not statistics.told(connection):
                statistics.tell_planner(connection)
            connection.commit()
            after = current(connection)
        finally:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(71500)"))
                connection.execute(text("RESET statement_timeout"))
                connection.commit()
    return before, after


def downgrade(engine: Engine, to: str = "base") -> None:
    """Take migrations back; for tests."""
    with engine.connect() as connection:
        command.downgrade(_config(connection), to)
        connection.commit()
