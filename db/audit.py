"""Writing and checking the audit chain."""

import contextlib
import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import new_id
from db.models.audit import AuditEvent, AuditHead
from db.pending import later

_START = "0" * 64


@dataclass(frozen=True)
class BrokenLink:
    """The first link of a chain that does not fit."""

    sequence: int
    why: str


def _digest(event: AuditEvent) -> str:
    at = event.at.isoformat(timespec="microseconds")
    parts = [event.organisation_id.hex, event.sequence, at, event.actor, event.action]
    parts += [event.record_kind, event.record_id, event.detail, event.previous]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class _Link:
    """What one link will say, before it has its place in the chain."""

    organisation_id: uuid.UUID
    at: datetime
    actor: str
    action: str
    record_kind: str
    record_id: str
    detail: str


def record(
    session: Session,
    organisation_id: uuid.UUID,
    at: datetime,
    actor: str,
    action: str,
    record_kind: str = "",
    record_id: uuid.UUID | str = "",
    detail: str = "",
) -> None:
    """Add a link: who (`actor`, a Slack id or `system`) did what to which record. `detail` is a word or a
    code, never content. Part of the caller's unit of work, at whose end its links are written in one go."""
    named = record_id.hex if isinstance(record_id, uuid.UUID) else record_id
    link = _Link(organisation_id, at, actor, action, record_kind, named, detail)
    later(session, AuditEvent.__tablename__, link, _write)


def _write(session: Session, links: list[_Link]) -> None:
    """Put links at the end of their organisations' chains; the heads are held until the end of the unit of work."""
    for organisation_id in dict.fromkeys(link.organisation_id for link in links):
        _append(session, organisation_id, [link for link in links if link.organisation_id == organisation_id])


def _append(session: Session, organisation_id: uuid.UUID, links: list[_Link]) -> None:
    head = session.scalar(select(AuditHead).where(AuditHead.organisation_id == organisation_id).with_for_update())
    if head is None:
        head = AuditHead(organisation_id=organisation_id, sequence=0, hash=_START)
        session.add(head)
    for link in links:
        event = AuditEvent(id=new_id(), sequence=head.sequence + 1, previous=head.hash, **vars(link))
        event.hash = _digest(event)
        head.sequence, head.hash = event.sequence, event.hash
        session.add(event)
    session.flush()


def verify(session: Session, organisation_id: uuid.UUID) -> BrokenLink | None:
    """Walk an organisation's chain from its start; the first link that does not fit, or None."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.organisation_id == organisation_id)
        .order_by(AuditEvent.sequence)
        .execution_options(yield_per=500)
    )
    with contextlib.closing(session.scalars(query)) as rows:
        previous, sequence, broken = _walk(rows)
    if broken is not None:
        return broken
    head = session.get(AuditHead, organisation_id)
    if head is not None and (head.sequence, head.hash) != (sequence, previous):
        return BrokenLink(sequence + 1, "the newest links are missing")
    return None


def _walk(events: Iterable[AuditEvent]) -> tuple[str, int, BrokenLink | None]:
    """The hash and number of the last good link, and the first that does not fit."""
    previous, sequence = _START, 0
    for event in events:
        sequence += 1
        if event.sequence != sequence:
            return previous, sequence, BrokenLink(sequence, "a link is missing")
        if event.previous != previous:
            return previous, sequence, BrokenLink(sequence, "it does not follow the link before it")
        if event.hash != _digest(event):
            return previous, sequence, BrokenLink(sequence, "its content was altered")
        previous = event.hash
    return previous, sequence, None
