"""Inserting rows that another transaction may be inserting at the same moment."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def insert_unless_there(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> Sequence[Row[Any]]:
    """Insert rows with one statement; the primary keys of those whose keys were not there. On PostgreSQL this waits
    for the end of another transaction that is inserting one of them, and then sees what that has written."""
    # With what is empty left out, rows that lack different things would need a statement each.
    statement = _statement(model, session.get_bind().dialect.name)
    return session.execute(statement, rows, execution_options={"render_nulls": True}).all()


_made: dict[tuple[Any, str], Any] = {}


def _statement(model: type[Any], dialect: str) -> Any:
    """The statement for a model, put together once."""
    if (model, dialect) not in _made:
        insert = sqlite_insert if dialect == "sqlite" else postgres_insert
        columns = model.__table__.primary_key.columns
        _made[model, dialect] = insert(model).on_conflict_do_nothing().returning(*columns)
    return _made[model, dialect]
