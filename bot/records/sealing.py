"""Sealing everything anew, a slice at a time, while others read and write: after an update, and at a new key."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.logs import log
from db import marks, resealing
from db.crypto import accept_unbound, keyring
from db.models import AuditEvent, Mark
from db.session import Database

_BETWEEN = 0.01
"""Seconds between two slices, in which another process that waits for SQLite's lock gets it."""
Tell = Callable[[str, int], None]
"""Told a table's name and how many of its rows were looked at in this round."""


def _quiet(_table: str, _rows: int) -> None:
    pass


async def bind(database: Database, now: datetime, tell: Tell = _quiet) -> None:
    """Bind every value of an earlier version to its row. Meanwhile both ways are accepted, afterwards only this one."""
    accept_unbound(True)
    for model in resealing.models():
        await _through(database, model, tell)
    await database.write(lambda session: marks.end_binding(session, now), job=True)
    accept_unbound(False)


async def rotate(database: Database, tell: Tell = _quiet) -> int:
    """Seal everything under the newest key, round after round until nothing is left; how many values cannot be opened
    with any key and stay as they are."""
    damaged: set[UUID] = set()
    while True:
        sealed = 0
        for model in resealing.models():
            done, unreadable = await _through(database, model, tell)
            sealed += done
            damaged |= unreadable
        await database.write(marks.note_bound, job=True)
        if not sealed and await database.read(lambda s: _left(s, keyring().newest), seconds=600) <= len(damaged):
            return len(damaged)


async def _through(database: Database, model: type[Any], tell: Tell) -> tuple[int, set[UUID]]:
    sealed, rows, unreadable, after = 0, 0, set[UUID](), None
    while True:
        found = await database.write(lambda s, last=after: resealing.slice_of(s, model, last), job=True)  # type: ignore[misc]
        sealed, rows, after = sealed + found.sealed, rows + found.rows, found.last
        unreadable |= set(found.unreadable)
        if found.rows:
            tell(str(model.__tablename__), rows)
        if after is None:
            break
        await asyncio.sleep(_BETWEEN)
    if unreadable:
        log.error("values cannot be opened", record=str(model.__tablename__), count=len(unreadable))
    return sealed, unreadable


def _left(session: Session, newest: int) -> int:
    """How many rows have something under another key than the newest."""
    return sum(
        session.scalar(select(func.count()).select_from(one).where(resealing.not_under(one, newest))) or 0
        for one in resealing.models()
    )


def needing(session: Session, key_id: int) -> dict[str, int]:
    """What needs a key: rows by table. Empty when it can be dropped."""
    found = {
        str(one.__tablename__): session.scalar(
            select(func.count()).select_from(one).where(resealing.under(one, key_id))
        )
        or 0
        for one in resealing.models()
    }
    found[Mark.__tablename__] = sum(one.sealed[0] == key_id for one in session.scalars(select(Mark)))
    kept = session.scalar(select(Mark.name).where(Mark.name == f"audit key {key_id}"))
    if kept is None:
        under = func.substr(AuditEvent.seal, 1, 1) == bytes([key_id])
        found[AuditEvent.__tablename__] = session.scalar(select(func.count()).select_from(AuditEvent).where(under)) or 0
    return {table: count for table, count in found.items() if count}
