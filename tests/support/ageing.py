"""Makes a database what an earlier version left: values bound to their column only, nothing sealed to a row."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import migrate, resealing
from db.crypto import Keyring, keyring
from db.sealed import Sealed, sealed_of
from db.session import Database

BEFORE = "9d41c7e05a62"
"""The migration before rows were sealed."""


def age(database: Database, to: str = BEFORE) -> None:
    """Take the database back to a migration before its values were bound to their rows."""
    with Session(database.engine) as session:
        for model in resealing.models():
            for row in session.scalars(select(model)).all():
                values: dict[str, Any] = {}
                for one in sealed_of(model):
                    values |= _earlier(one, row)
                if values:
                    table = model.__table__
                    session.execute(update(table).where(table.c.id == row.id).values(values))
        session.commit()
    migrate.downgrade(database.engine, to)


def _earlier(one: Sealed[Any], row: Any) -> dict[str, Any]:
    """A text as an earlier version stored it."""
    text = one.__get__(row, type(row))
    if text is None:
        return {one.column: None}
    context = one.earlier(row) if one.earlier else f"{row.__tablename__}.{one.column}"
    values: dict[str, Any] = {one.column: keyring().seal(text, context)}
    if one.index:
        values[one.index] = Keyring(keyring().keys[-1:]).blind_index(text)[1:]
    return values
