"""More rows like one that there is."""

from typing import Any, TypeVar

from sqlalchemy import inspect

from db.base import new_id
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
