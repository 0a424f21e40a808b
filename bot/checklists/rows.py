"""The row of a checklist, read once by a unit of work however many ask for it."""

from sqlalchemy.orm import Session

from db.models import Checklist, Meeting
from db.remember import remembered
from db.scope import of


def of_meeting(session: Session, meeting: Meeting) -> Checklist | None:
    """The checklist of a meeting, where one was begun."""
    query = of(meeting.organisation_id, Checklist).where(Checklist.meeting_id == meeting.id)
    return remembered(session, ("checklist", meeting.id), (Checklist,), lambda: session.scalar(query))
