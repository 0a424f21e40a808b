"""Who is expected at a meeting."""

from sqlalchemy.orm import Session

from db.models import Meeting, Participant, Registration
from db.remember import remembered
from db.scope import of


def registered(session: Session, meeting: Meeting) -> list[Registration]:
    """Those expected at a meeting, by name."""
    query = of(meeting.organisation_id, Registration).where(
        Registration.meeting_id == meeting.id, Registration.removed_at.is_(None)
    )

    def load() -> list[Registration]:
        return sorted(session.scalars(query), key=lambda one: one.participant.name.casefold())

    return list(remembered(session, ("registered", meeting.id), (Registration, Participant), load))
