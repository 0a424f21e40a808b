"""Runs migrations on a connection handed in by the program, one process at a time."""

from typing import Literal

from alembic import context
from sqlalchemy import text

import db.models  # noqa: F401  (makes every table known)
from db.base import Base, UtcDateTime
from db.session import Database


def _plain_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations name plain types, so that they keep working when the program's own types change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: object) -> None:
    """Migrate over an open connection."""
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_plain_type,
        include_object=lambda _object, name, kind, _reflected, _to: (
            not (kind == "table" and str(name).startswith("procrastinate_"))
        ),
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(context.config.get_main_option("sqlalchemy.url") or "sqlite:///./build/scratch.db")
    with database.engine.connect() as own:
        if own.dialect.name == "postgresql":
            own.execute(text("SET lock_timeout = '5s'"))
        run(own)
        own.commit()
    database.close()
