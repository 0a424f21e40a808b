"""Rows that a unit of work writes together, at its end, instead of with one statement for each.

Links of the audit chain and deliveries come up all over a unit's work. They wait in the session and are written
before the commit, or as soon as something reads or changes their table.
"""

from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, Column, Executable, Table, TextClause, event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors

Writer = Callable[[Session, list[Any]], None]
_KEY = "pending"


def later(session: Session, table: str, row: Any, write: Writer) -> None:
    """Keep `row` until the end of the unit of work, when `write` is given all of this table's in their order."""
    _, rows = session.info.setdefault(_KEY, {}).setdefault(table, (write, []))
    rows.append(row)


def waiting_for(session: Session, table: str) -> list[Any]:
    """What waits for this table, in its order."""
    _, rows = session.info.get(_KEY, {}).get(table, (None, []))
    return list(rows)


def write_all(session: Session) -> None:
    """Write what the session holds, and then what waits, and what comes of that."""
    session.flush()
    while waiting := session.info.pop(_KEY, {}):
        # Every unit in the same order, so that no two wait for each other; the chain's head, which all want, last.
        for table in sorted(waiting, reverse=True):
            write, rows = waiting[table]
            write(session, rows)


@event.listens_for(Session, "do_orm_execute")
def _before_it_is_looked_at(state: ORMExecuteState) -> None:
    waiting = state.session.info.get(_KEY)
    if waiting and _mentions(state.statement, waiting):
        write_all(state.session)


@event.listens_for(Session, "before_commit")
def _at_the_end(session: Session) -> None:
    write_all(session)


def _mentions(statement: Executable, tables: dict[str, Any]) -> bool:
    if isinstance(statement, TextClause) or not isinstance(statement, ClauseElement):
        return True
    named = _named.get(statement)
    if named is None:
        named = _named[statement] = frozenset(_tables(statement))
    return not named.isdisjoint(tables)


def _tables(statement: ClauseElement) -> Iterator[str]:
    for part in visitors.iterate(statement):
        table = part.table if isinstance(part, Column) else part
        if isinstance(table, Table):
            yield table.name


_named: WeakKeyDictionary[Executable, frozenset[str]] = WeakKeyDictionary()
"""The tables that a statement names; of one that is put together once this is looked up once."""
