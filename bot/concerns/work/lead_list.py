"""What `/concern list` shows those whom concerns reach: what is open, late, theirs or closed; no content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.rights import reaching
from bot.concerns.states import OPEN, Clock, runs
from db import audit
from db.models import Concern, ConcernEntry, Role
from db.models.concern import ConcernState
from db.scope import of

READERS = (Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR)
"""The roles that a concern can reach."""


class Which(StrEnum):
    """What is listed."""

    OPEN = "open"
    LATE = "late"
    MINE = "mine"
    CLOSED = "closed"


@dataclass(frozen=True)
class Row:
    """One concern in the list. `deadline` is the next thing due (aware UTC), None where nothing is."""

    id: UUID
    reference: str
    state: ConcernState
    deadline: datetime | None
    late: bool
    mine: bool


def listed(session: Session, caller: Caller, which: Which, now: datetime) -> tuple[list[Row], dict[Which, int]]:
    """The concerns of one kind that the caller may read, those due first, and how many there are of each kind.
    What was entered in error or stands double is in none. The look is audited."""
    audit.record(session, caller.organisation_id, now, caller.slack_id, "concern.listed", detail=which.value)
    concerns = reaching(session, caller.organisation_id, caller.slack_id)
    dues = _dues(session, caller, [one.id for one in concerns])
    rows = [_row(one, dues.get(one.id, ()), caller, now) for one in concerns]
    rows.sort(key=lambda row: (row.deadline is None, row.deadline or now, row.reference))
    kinds = {one: [row for row in rows if _is(row, one)] for one in Which}
    return kinds[which], {one: len(found) for one, found in kinds.items()}


def _dues(session: Session, caller: Caller, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ConcernEntry]]:
    """The newest version of every entry that has a due date, by concern."""
    newest: dict[UUID, ConcernEntry] = {}
    for start in range(0, len(ids), 500):
        query = of(caller.organisation_id, ConcernEntry).where(
            ConcernEntry.concern_id.in_(ids[start : start + 500]),
            ConcernEntry.entry.in_(
                select(ConcernEntry.entry).where(
                    ConcernEntry.organisation_id == caller.organisation_id, ConcernEntry.due_at.is_not(None)
                )
            ),
        )
        for one in session.scalars(query.order_by(ConcernEntry.version)):
            newest[one.entry] = one
    found: dict[UUID, list[ConcernEntry]] = {}
    for one in newest.values():
        found.setdefault(one.concern_id, []).append(one)
    return found


def _row(concern: Concern, dues: Sequence[ConcernEntry], caller: Caller, now: datetime) -> Row:
    waiting = [one for one in dues if one.done_at is None and one.due_at is not None]
    moments = [one.due_at for one in waiting if one.due_at is not None and runs(concern.state, Clock.DUE)]
    if runs(concern.state, Clock.ANSWER):
        moments.append(concern.answer_by)
    if runs(concern.state, Clock.REVIEW) and concern.review_at is not None:
        moments.append(concern.review_at)
    deadline = min(moments, default=None)
    mine = concern.lead == caller.slack_id or any(one.owner == caller.slack_id for one in waiting)
    late = deadline is not None and deadline < now
    return Row(concern.id, concern.reference, concern.state, deadline, late=late, mine=mine)


def _is(row: Row, which: Which) -> bool:
    if which is Which.CLOSED:
        return row.state is ConcernState.CLOSED
    is_open = row.state in OPEN
    return is_open and (which is Which.OPEN or (which is Which.LATE and row.late) or (which is Which.MINE and row.mine))
