"""What `/concern list` shows those whom concerns reach: what is open, late, theirs or closed; no content."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.rights import reaching, reaching_in_turn
from bot.concerns.states import OPEN, Clock, runs
from db import audit
from db.models import Concern, ConcernEntry, Role
from db.models.concern import ConcernState
from db.scope import of

READERS = (Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR)
"""The roles that a concern can reach."""
PAGE = 40
"""How many concerns a page of the list has."""


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


@dataclass(frozen=True)
class Listed:
    """One page of the list. `counts`: how many there are of each kind of what is open; what is closed is not counted,
    for it grows by the years. `more`: there is a page after this one."""

    rows: Sequence[Row]
    counts: Mapping[Which, int]
    page: int
    more: bool


def listed(session: Session, caller: Caller, which: Which, now: datetime, page: int = 0) -> Listed:
    """A page of the concerns of one kind that the caller may read: what is open by what is due first, what is closed
    newest first. What was entered in error or stands double is in none. The look is audited."""
    audit.record(session, caller.organisation_id, now, caller.slack_id, "concern.listed", detail=which.value)
    rows = in_hand(session, caller, now)
    kinds = {one: [row for row in rows if _is(row, one)] for one in (Which.OPEN, Which.LATE, Which.MINE)}
    counts: dict[Which, int] = {one: len(found) for one, found in kinds.items()}
    if which is Which.CLOSED:
        found, page = _closed(session, caller, now, page)
    else:
        page = max(0, min(page, (len(kinds[which]) - 1) // PAGE))
        found = kinds[which][page * PAGE :]
    return Listed(found[:PAGE], counts, page, more=len(found) > PAGE)


def in_hand(session: Session, caller: Caller, now: datetime) -> list[Row]:
    """Every open concern that the caller may read, those due first: as many as there is work, however many years
    there have been."""
    concerns = reaching(session, caller.organisation_id, caller.slack_id, Concern.state.in_(OPEN))
    dues = _dues(session, caller, [one.id for one in concerns])
    rows = [_row(one, dues.get(one.id, ()), caller, now) for one in concerns]
    return sorted(rows, key=lambda row: (row.deadline is None, row.deadline or now, row.reference))


def _closed(session: Session, caller: Caller, now: datetime, page: int) -> tuple[list[Row], int]:
    """What is closed from this page on, one row beyond it; no more is read than stands up to there."""
    start = max(0, page) * PAGE
    rows = reaching_in_turn(session, caller.organisation_id, caller.slack_id, Concern.state == ConcernState.CLOSED)
    with contextlib.closing(rows):
        return [_row(one, (), caller, now) for one in islice(rows, start, start + PAGE + 1)], max(0, page)


def _dues(session: Session, caller: Caller, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ConcernEntry]]:
    """The newest version of every entry that has a due date, by concern."""
    newest: dict[UUID, ConcernEntry] = {}
    for start in range(0, len(ids), 500):
        theirs = ConcernEntry.concern_id.in_(ids[start : start + 500])
        with_day = select(ConcernEntry.entry).where(
            ConcernEntry.organisation_id == caller.organisation_id, theirs, ConcernEntry.due_at.is_not(None)
        )
        query = of(caller.organisation_id, ConcernEntry).where(theirs, ConcernEntry.entry.in_(with_day))
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
    return which is Which.OPEN or (which is Which.LATE and row.late) or (which is Which.MINE and row.mine)
