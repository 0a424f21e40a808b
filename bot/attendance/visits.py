"""How often somebody came: the marks of one participant over several meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings
from db.models import AttendanceMark, Meeting, Registration
from db.scope import of


@dataclass(frozen=True)
class Visits:
    """Of the newest `sessions` that a register was taken of: how many were missed, how many of them in a row up to
    the last, and when they were there last (aware UTC; None: in none of these)."""

    sessions: int
    missed: int
    in_a_row: int
    last_there: datetime | None


def of_participants(session: Session, caller: Caller, ids: Sequence[UUID], limit: int = 10) -> dict[UUID, Visits]:
    """The newest `limit` sessions of each person whose records these are, by the id of the one that stands for them;
    only meetings whose participants the caller may see. Who was on no register is left out."""
    registrations = {
        one.id: one.record.person_id
        for one in session.scalars(of(caller.organisation_id, Registration).where(Registration.participant_id.in_(ids)))
    }
    marks = session.scalars(
        of(caller.organisation_id, AttendanceMark).where(
            AttendanceMark.registration_id.in_(list(registrations)), AttendanceMark.replaced_at.is_(None)
        )
    ).all()
    held = _seen(session, caller, {one.meeting_id for one in marks})
    found: dict[UUID, dict[UUID, tuple[datetime, bool]]] = {}
    for mark in marks:
        if mark.meeting_id in held:
            came = found.setdefault(registrations[mark.registration_id], {})
            # By two records on one register they were there if either was.
            other = came.get(mark.meeting_id)
            came[mark.meeting_id] = (held[mark.meeting_id], mark.present or bool(other and other[1]))
    return {key: _counted(sorted(came.values(), reverse=True)[:limit]) for key, came in found.items()}


def _seen(session: Session, caller: Caller, ids: set[UUID]) -> dict[UUID, datetime]:
    """When each of these meetings began, of those that the caller may look into."""
    rows = session.scalars(of(caller.organisation_id, Meeting).where(Meeting.id.in_(ids)))
    return {one.id: one.starts_at for one in rows if meetings.may_run(caller, one)}


def _counted(came: Sequence[tuple[datetime, bool]]) -> Visits:
    there = [at for at, present in came if present]
    in_a_row = next((number for number, (_at, present) in enumerate(came) if present), len(came))
    return Visits(len(came), len(came) - len(there), in_a_row, there[0] if there else None)
