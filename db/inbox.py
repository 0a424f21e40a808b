"""Idempotency: a request that changed something is remembered, so that its repetition finds the record."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.insert import insert_unless_there
from db.models.work import InboxEntry

KEPT = timedelta(hours=24)


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


def _take(session: Session, organisation_id: uuid.UUID, key: str, at: datetime) -> bool:
    """Insert the key; False when another request has it."""
    return insert_unless_there(session, InboxEntry, organisation_id=organisation_id, key=key, at=at, record_id=None)


def _record_of(session: Session, organisation_id: uuid.UUID, key: str) -> uuid.UUID | None:
    return session.scalar(
        select(InboxEntry.record_id).where(InboxEntry.organisation_id == organisation_id, InboxEntry.key == key)
    )


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
) -> Outcome[R]:
    """Do a request's work once, inside its own unit of work.

    The same request again: `find` gives the record it made. Another content from a form that already made
    a record: `amend` changes that record. A unit that is rolled back leaves no claim.
    """
    if not _take(session, organisation_id, claim.key, at):
        made = _record_of(session, organisation_id, claim.key)
        if made is not None:
            return Outcome(find(made), again=True)
    if claim.root and amend is not None and not _take(session, organisation_id, claim.root, at):
        made = _record_of(session, organisation_id, claim.root)
        if made is not None:
            record = amend(made)
            _remember(session, organisation_id, claim.key, made)
            return Outcome(record, amended=True)
    record = make()
    session.flush()
    for key in (claim.key, claim.root):
        if key:
            _remember(session, organisation_id, key, identity(record))
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


def _remember(session: Session, organisation_id: uuid.UUID, key: str, record_id: uuid.UUID) -> None:
    entry = session.get(InboxEntry, (organisation_id, key))
    if entry is not None:
        entry.record_id = record_id


def forget_old(session: Session, now: datetime) -> int:
    """Drop entries older than a day; returns how many."""
    return len(session.execute(delete(InboxEntry).where(InboxEntry.at < now - KEPT).returning(InboxEntry.key)).all())
