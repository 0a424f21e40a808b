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

from db.models.audit import AuditEvent, AuditHead

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
    code, never content. Part of the caller's unit of work; adding holds the chain's head until its end."""
    session.flush()
    head = session.scalar(select(AuditHead).where(AuditHead.organisation_id == organisation_id).with_for_update())
    if head is None:
        head = AuditHead(organisation_id=organisation_id, sequence=0, hash=_START)
        session.add(head)
    event = AuditEvent(
        organisation_id=organisation_id,
        sequence=head.sequence + 1,
        at=at,
        actor=actor,
        action=action,
        record_kind=record_kind,
        record_id=record_id.hex if isinstance(record_id, uuid.UUID) else record_id,
        detail=detail,
        previous=head.hash,
    )
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
