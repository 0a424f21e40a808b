"""When each participant was there for the first time: kept as registers are taken, so that no report looks for it
among the registers of many years."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, func, or_, select, update
from sqlalchemy.orm import Session

from db.models import AttendanceMark, Meeting, MeetingState, Participant, Registration


def came(session: Session, meeting: Meeting, participants: Collection[UUID]) -> None:
    """These were there: it is their first time unless they had come before."""
    if participants:
        earlier = or_(Participant.first_there_at.is_(None), Participant.first_there_at > meeting.starts_at)
        chosen = and_(Participant.organisation_id == meeting.organisation_id, Participant.id.in_(participants))
        statement = update(Participant).where(chosen, earlier).values(first_there_at=meeting.starts_at)
        session.execute(statement, execution_options={"synchronize_session": False})


def look_again(
    session: Session,
    meeting: Meeting,
    participants: Collection[UUID] | None = None,
    *,
    first_at: datetime | None = None,
) -> None:
    """What is known of these (None: of everybody on the meeting's register) may hold no more: look for their first
    time anew. With `first_at`, only of those for whom it was that moment."""
    session.flush()
    if participants is None:
        theirs = Participant.id.in_(
            select(Registration.participant_id)
            .join(AttendanceMark, AttendanceMark.registration_id == Registration.id)
            .where(Registration.meeting_id == meeting.id, AttendanceMark.replaced_at.is_(None))
        )
    else:
        theirs = Participant.id.in_(participants)
    statement = update(Participant).where(Participant.organisation_id == meeting.organisation_id, theirs)
    if first_at is not None:
        statement = statement.where(Participant.first_there_at == first_at)
    session.execute(statement.values(first_there_at=_first_visit()), execution_options={"synchronize_session": False})


def _first_visit() -> ScalarSelect[datetime]:
    """The start of the first meeting that the participant of a row was at."""
    return (
        select(func.min(Meeting.starts_at))
        .select_from(Registration)
        .join(
            AttendanceMark,
            and_(
                AttendanceMark.registration_id == Registration.id,
                AttendanceMark.replaced_at.is_(None),
                AttendanceMark.present.is_(True),
            ),
        )
        .join(Meeting, Meeting.id == AttendanceMark.meeting_id)
        .where(
            Registration.organisation_id == Participant.organisation_id,
            Registration.participant_id == Participant.id,
            Registration.removed_at.is_(None),
            Meeting.state != MeetingState.CANCELLED,
        )
        .scalar_subquery()
    )
