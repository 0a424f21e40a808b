"""What a unit of work has read, kept until it could be otherwise, so that one request asks the same thing once."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

T = TypeVar("T")
_KEY = "read"
CHANGES_NOTHING = "changes_nothing_read"
"""The execution option of a lock that guards nothing of what a unit remembers, such as that of the audit chain's head.
"""


class Unit(Session):
    """The session of a unit of work that may write and lock. What only reads does without: to look at every statement
    for what it locks or changes costs a fifth of it."""


def remembered(session: Session, key: Hashable, tables: tuple[type[Any], ...], load: Callable[[], T]) -> T:
    """What `load` gives; the same again while this session has neither written to `tables` nor taken a lock, after
    which others' rows may be newer than what was read before it."""
    session.flush()
    kept: dict[Hashable, tuple[frozenset[str], Any]] = session.info.setdefault(_KEY, {})
    if key not in kept:
        found = load()
        kept[key] = (frozenset(one.__tablename__ for one in tables), found)
    value: T = kept[key][1]
    return value


def _forget(session: Session, tables: set[str]) -> None:
    kept: dict[Hashable, tuple[frozenset[str], Any]] = session.info.get(_KEY, {})
    for key in [key for key, (read, _) in kept.items() if read & tables]:
        del kept[key]


@event.listens_for(Session, "after_flush")
def _written(session: Session, _context: UOWTransaction) -> None:
    if session.info.get(_KEY):
        changed = (*session.new, *session.dirty, *session.deleted)
        _forget(session, {type(one).__tablename__ for one in changed})


@event.listens_for(Unit, "do_orm_execute")
def _locked_or_changed(state: ORMExecuteState) -> None:
    if state.is_select and getattr(state.statement, "_for_update_arg", None) is not None:
        # What is read with a lock is read anew: somebody may have changed it before the lock was ours.
        state.update_execution_options(populate_existing=True)
        if not state.execution_options.get(CHANGES_NOTHING):
            state.session.info.pop(_KEY, None)
    elif not state.is_select:
        _forget(state.session, {getattr(getattr(state.statement, "table", None), "name", "")})
