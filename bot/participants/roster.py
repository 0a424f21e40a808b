"""Who is expected at a meeting."""

from sqlalchemy.orm import Session

from db.models import Meeting, Registration
from db.scope import of


def registered(session: Session, meeting: Meeting) -> list[Registration]:
    """Those expected at a meeting, by name."""
    rows = session.scalars(
        of(meeting.organisation_id, Registration).where(
            Registration.meeting_id == meeting.id, Registration.removed_at.is_(None)
        )
    )
    return sorted(rows, key=lambda one: one.participant.name.casefold())
