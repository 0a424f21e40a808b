"""The one way to ask for an organisation's rows, so that no query reaches into another's."""

import uuid
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

M = TypeVar("M", bound=Any)
ORGANISATION: BindParameter[uuid.UUID] = bindparam("organisation")
"""Stands for an organisation's id in a query that is put together once: that costs more than to ask the database."""


def of(organisation_id: uuid.UUID | BindParameter[uuid.UUID], model: type[M]) -> Select[M]:
    """Select the rows of one organisation."""
    return select(model).where(model.organisation_id == organisation_id)


def next_number(session: Session, organisation_id: uuid.UUID, counter: InstrumentedAttribute[int]) -> int:
    """Count an organisation's counter up by one. Nobody else counts until the end of the unit of work."""
    model: Any = counter.class_
    statement = update(model).where(model.id == organisation_id).values({counter: counter + 1}).returning(counter)
    return session.execute(statement.execution_options(synchronize_session=False)).scalar_one()
