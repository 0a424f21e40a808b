"""Holding a meeting, so that what changes it goes one after the other."""

from uuid import UUID

from sqlalchemy.orm import Session

from db.models import Meeting


def hold(session: Session, meeting: Meeting) -> None:
    """Keep a meeting from being changed by others until the end of the unit of work; it is read anew, once."""
    if not is_held(session, meeting.id):
        session.refresh(meeting, with_for_update={"key_share": True})
        note(session, meeting)


def note(session: Session, meeting: Meeting) -> None:
    """Say that this unit of work has read the meeting with a lock."""
    session.info.setdefault("held", {})[meeting.id] = meeting


def is_held(session: Session, meeting_id: UUID) -> bool:
    """Whether this unit of work holds the meeting already."""
    return meeting_id in session.info.get("held", {})
