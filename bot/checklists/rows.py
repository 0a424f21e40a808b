"""The rows of a checklist, read once by a unit of work however many ask for them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from db.models import Checklist, ChecklistTick, Meeting
from db.remember import remembered
from db.scope import of


def of_meeting(session: Session, meeting: Meeting) -> Checklist | None:
    """The checklist of a meeting, where one was begun."""
    query = of(meeting.organisation_id, Checklist).where(Checklist.meeting_id == meeting.id)
    return remembered(session, ("checklist", meeting.id), (Checklist,), lambda: session.scalar(query))


def ticks(session: Session, checklist: Checklist) -> Sequence[ChecklistTick]:
    """Every tick and untick of a checklist."""
    query = of(checklist.organisation_id, ChecklistTick).where(ChecklistTick.checklist_id == checklist.id)
    key = ("checklist ticks", checklist.id)
    return remembered(session, key, (ChecklistTick,), lambda: session.scalars(query).all())
