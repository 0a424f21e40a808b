"""The row of a checklist, read once by a unit of work however many ask for it."""

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from db.models import Checklist, Meeting
from db.remember import remembered
from db.scope import ORGANISATION, of

_OF_MEETING = of(ORGANISATION, Checklist).where(Checklist.meeting_id == bindparam("meeting"))


def of_meeting(session: Session, meeting: Meeting) -> Checklist | None:
    """The checklist of a meeting, where one was begun."""
    asked = {"organisation": meeting.organisation_id, "meeting": meeting.id}
    return remembered(session, ("checklist", meeting.id), (Checklist,), lambda: session.scalar(_OF_MEETING, asked))
