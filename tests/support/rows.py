"""More rows like one that there is."""

from typing import Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from bot.concerns.alerting import telling
from bot.concerns.rights import asked_in_order
from db.base import new_id
from db.models import Concern
from db.sealed import Sealed

T = TypeVar("T")


def another(row: T, **changes: Any) -> T:
    """A new row like this one, with an id of its own and these changes. Sealed values are sealed anew: they belong to
    their row."""
    kind = type(row)
    texts = {name: one for name, one in vars(kind).items() if isinstance(one, Sealed)}
    hidden = {one.attribute for one in texts.values()} | {one.index for one in texts.values()}
    columns = {one.key: getattr(row, one.key) for one in inspect(kind).column_attrs if one.key not in hidden}
    made = kind(**{**columns, "id": new_id(), **changes})
    for name in texts:
        setattr(made, name, getattr(row, name))
    return made


def more_concerns(session: Session, many: int, start: int = 0) -> None:
    """So many more concerns like the first there is, by the same person, owed like that one."""
    first = session.scalars(select(Concern).order_by(Concern.raised_at, Concern.id).limit(1)).one()
    to = asked_in_order(session, first)
    for number in range(start, start + many):
        concern = another(first, reference=f"C-2025-{10000 + number}")
        session.add_all([concern, *(another(one, concern_id=concern.id) for one in to)])
        telling.owe_telling(session, concern, [one.slack_id for one in to], first.raised_at)
