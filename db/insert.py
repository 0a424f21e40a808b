"""Inserting a row that another transaction may be inserting at the same moment."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def insert_unless_there(session: Session, model: type[Any], **values: Any) -> bool:
    """Insert a row; False when one with its key is there. On PostgreSQL this waits for the end of the other
    transaction that is inserting it, and then sees what that has written."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    columns = model.__table__.primary_key.columns
    statement = insert(model).values(values).on_conflict_do_nothing().returning(*columns)
    return session.execute(statement).first() is not None
