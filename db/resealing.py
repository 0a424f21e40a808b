"""Sealing anew what is stored: bound to its row where an earlier version had not, and under the newest key.

It goes in slices of a hundred rows, each a transaction of its own, so that others write in between; what is done is
seen by looking, so that it can stop anywhere and go on. Rows that somebody holds just then are left for the next round.
"""

import contextlib
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, func, literal, or_, select
from sqlalchemy.orm import Session

from db.base import Base
from db.crypto import Unreadable, keyring, unbound
from db.sealed import Guarded, Sealed, sealed_of

SLICE = 100


@dataclass(frozen=True)
class Slice:
    """What a slice came to: the last row looked at (None at the end), how many rows and values, and which cannot be."""

    last: uuid.UUID | None
    rows: int
    sealed: int
    unreadable: tuple[uuid.UUID, ...]


def models() -> list[type[Any]]:
    """Every model with sealed texts or sealed rights, in the order of their tables' names."""
    found = [one.class_ for one in Base.registry.mappers if sealed_of(one.class_) or issubclass(one.class_, Guarded)]
    return sorted(found, key=lambda model: str(model.__tablename__))


def under(model: type[Any], key_id: int) -> ColumnElement[bool]:
    """The condition that a row of this model needs a key."""
    return or_(*(func.substr(one, 1, 1) == _byte(key_id) for one in _columns(model)))


def not_under(model: type[Any], key_id: int) -> ColumnElement[bool]:
    """The condition that something in a row of this model has another key."""
    return or_(*(func.substr(one, 1, 1) != _byte(key_id) for one in _columns(model)))


def slice_of(session: Session, model: type[Any], after: uuid.UUID | None) -> Slice:
    """Seal the next rows of a model anew: all that need it where nothing is bound yet, else what has another key."""
    query = select(model).order_by(model.id).limit(SLICE).with_for_update(of=model, skip_locked=not unbound())
    if after is not None:
        query = query.where(model.id > after)
    if not unbound():
        query = query.where(not_under(model, keyring().newest))
    rows = session.scalars(query).all()
    sealed, unreadable = 0, []
    for row in rows:
        try:
            sealed += _seal(row)
        except Unreadable:
            unreadable.append(row.id)
    session.flush()
    return Slice(rows[-1].id if len(rows) == SLICE else None, len(rows), sealed, tuple(unreadable))


def readable(session: Session) -> bool:
    """Whether the keys open something of what is stored, in either way of binding; an empty database counts."""
    seen = False
    for model in models():
        for one in sealed_of(model):
            column = getattr(model, one.attribute)
            for order in (model.id.asc(), model.id.desc()):
                row = session.scalar(select(model).where(column.is_not(None)).order_by(order).limit(1))
                if row is None:
                    continue
                stored = getattr(row, one.attribute)
                for way in (one.open, one.open_earlier):
                    with contextlib.suppress(Unreadable):
                        way(row, stored)
                        return True
                seen = True
    return not seen


def _seal(row: Any) -> int:
    """Seal a row's texts and rights anew where they need it; how many."""
    texts = [one for one in sealed_of(type(row)) if one.stale(row)]
    words: list[tuple[Sealed[Any], str | None]] = [(one, one.open(row, getattr(row, one.attribute))) for one in texts]
    for one, text in words:
        one.put(row, text)
    stale = isinstance(row, Guarded) and (row.seal is None or row.seal[0] != keyring().newest)
    if stale and row.genuine:
        row.vouch()
    return len(words) + int(stale)


def _columns(model: type[Any]) -> list[Any]:
    texts = sealed_of(model)
    found = [getattr(model, one.attribute) for one in texts]
    found += [getattr(model, one.index) for one in texts if one.index]
    return [*found, model.seal] if issubclass(model, Guarded) else found


def _byte(key_id: int) -> ColumnElement[bytes]:
    return literal(bytes([key_id]), LargeBinary)
