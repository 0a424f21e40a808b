"""Idempotency: a request that changed something is remembered, so that its repetition finds the record."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from db.insert import insert_unless_there
from db.models.work import InboxEntry
from db.scope import ORGANISATION

KEPT = timedelta(hours=24)
_MINE = (
    update(InboxEntry)
    .where(InboxEntry.organisation_id == ORGANISATION, InboxEntry.key.in_(bindparam("keys", expanding=True)))
    .values(record_id=bindparam("record"))
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class Claim:
    """What names a request: `key` the request itself, `root` the form it was sent from (empty for none)."""

    key: str
    root: str = ""


R = TypeVar("R")


@dataclass(frozen=True)
class Outcome(Generic[R]):
    """A record, and whether this request made it, found it (`again`) or amended it."""

    record: R
    again: bool = False
    amended: bool = False


def _take(
    session: Session, organisation_id: uuid.UUID, keys: Sequence[str], at: datetime, record_id: uuid.UUID | None
) -> dict[str, uuid.UUID]:
    """Insert the keys; the records of those that another request has."""
    rows = [{"organisation_id": organisation_id, "key": key, "at": at, "record_id": record_id} for key in keys]
    new = {row.key for row in insert_unless_there(session, InboxEntry, rows)}
    there = [key for key in keys if key not in new]
    if not there:
        return {}
    query = select(InboxEntry.key, InboxEntry.record_id).where(
        InboxEntry.organisation_id == organisation_id, InboxEntry.key.in_(there), InboxEntry.record_id.is_not(None)
    )
    return {key: record_id for key, record_id in session.execute(query) if record_id is not None}


def once(
    session: Session,
    organisation_id: uuid.UUID,
    claim: Claim,
    at: datetime,
    *,
    make: Callable[[], R],
    find: Callable[[uuid.UUID], R],
    amend: Callable[[uuid.UUID], R] | None = None,
    identity: Callable[[R], uuid.UUID] = lambda record: record.id,  # type: ignore[attr-defined]
    record_id: uuid.UUID | None = None,
) -> Outcome[R]:
    """Do a request's work once, inside its own unit of work.

    The same request again: `find` gives the record it made. Another content from a form that already made
    a record: `amend` changes that record. A unit that is rolled back leaves no claim. `record_id` is the record that
    the request is about, where it is there already.
    """
    keys = [claim.key, *([claim.root] if claim.root and amend is not None else [])]
    made = _take(session, organisation_id, keys, at, record_id)
    if claim.key in made:
        return Outcome(find(made[claim.key]), again=True)
    if amend is not None and claim.root in made:
        record = amend(made[claim.root])
        if record_id is None:
            _remember(session, organisation_id, [claim.key], made[claim.root])
        return Outcome(record, amended=True)
    record = make()
    session.flush()
    if record_id is None:
        _remember(session, organisation_id, keys, identity(record))
    return Outcome(record)


def once_by_id(
    session: Session,
    organisation_id: uuid.UUID,
    claim: Claim,
    at: datetime,
    *,
    make: Callable[[], uuid.UUID],
    amend: Callable[[uuid.UUID], uuid.UUID] | None = None,
) -> Outcome[uuid.UUID]:
    """`once` for work that gives the id of what it made, and nothing more."""

    def same(made: uuid.UUID) -> uuid.UUID:
        return made

    return once(session, organisation_id, claim, at, make=make, find=same, amend=amend, identity=same)


def _remember(session: Session, organisation_id: uuid.UUID, keys: Sequence[str], record_id: uuid.UUID) -> None:
    session.execute(_MINE, {"organisation": organisation_id, "keys": keys, "record": record_id})


def forget_old(session: Session, now: datetime) -> int:
    """Drop entries older than a day; returns how many."""
    return len(session.execute(delete(InboxEntry).where(InboxEntry.at < now - KEPT).returning(InboxEntry.key)).all())
