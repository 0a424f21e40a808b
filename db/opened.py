"""Very many sealed texts of an organisation, opened one after the other without a row of the model for each: what looks
through all names or all words must not make somebody wait. A text that does not open is left out."""

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from db.crypto import Unreadable, keyring, unbound
from db.scope import of
from db.sealed import Sealed


def opened(
    session: Session, organisation_id: uuid.UUID, model: type[Any], text: Sealed[str], *where: ColumnElement[bool]
) -> Iterator[tuple[list[Any], str]]:
    """The texts of one kind, each with the values of its `id` and of what else it is bound to."""
    names = ("id", *text.binds)
    query = of(organisation_id, model).where(*where)
    if unbound():  # an earlier version's are being sealed anew just now, and only the row knows how they were
        for one in session.scalars(query):
            yield [getattr(one, name) for name in names], getattr(one, text.name)
        return
    columns = [getattr(model, name) for name in (*names, text.attribute)]
    for key, *bound, stored in session.execute(query.with_only_columns(*columns)):
        try:
            words = keyring().open(bytes(stored), text.bound(model, [key, organisation_id, *bound]))
        except Unreadable:
            continue
        yield [key, *bound], words
