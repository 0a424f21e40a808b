"""When each participant was there for the first time: kept as registers are taken, so that no report looks for it
among the registers of many years. Of somebody with two records it is kept with the one that stands for both."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models import AttendanceMark, Meeting, MeetingState, Participant, Registration


def came(session: Session, meeting: Meeting, participants: Collection[UUID]) -> None:
    """These were there: it is their first time unless they had come before."""
    if participants:
        earlier = or_(Participant.first_there_at.is_(None), Participant.first_there_at > meeting.starts_at)
        chosen = and_(
            Participant.organisation_id == meeting.organisation_id, _person_of(meeting.organisation_id, participants)
        )
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
        theirs = _person_of(
            meeting.organisation_id,
            select(Registration.participant_id)
            .join(AttendanceMark, AttendanceMark.registration_id == Registration.id)
            .where(Registration.meeting_id == meeting.id, AttendanceMark.replaced_at.is_(None)),
        )
    else:
        theirs = _person_of(meeting.organisation_id, participants)
    _look(session, meeting.organisation_id, theirs, first_at)


def of_people(session: Session, organisation_id: UUID, participants: Collection[UUID]) -> None:
    """Look for the first time of these anew: what is one person was made so, or taken apart."""
    session.flush()
    _look(session, organisation_id, Participant.id.in_(participants))


def _person_of(organisation_id: UUID, records: Any) -> ColumnElement[bool]:
    """Those who are meant by records, of whom some may be merged."""
    record = aliased(Participant)
    person = select(func.coalesce(record.merged_into_id, record.id)).where(record.organisation_id == organisation_id)
    return Participant.id.in_(person.where(record.id.in_(records)))


def _look(
    session: Session, organisation_id: UUID, theirs: ColumnElement[bool], first_at: datetime | None = None
) -> None:
    statement = update(Participant).where(Participant.organisation_id == organisation_id, theirs)
    if first_at is not None:
        statement = statement.where(Participant.first_there_at == first_at)
    session.execute(statement.values(first_there_at=_first_visit()), execution_options={"synchronize_session": False})


def _first_visit() -> ScalarSelect[datetime]:
    """The start of the first meeting that the participant of a row was at, by whichever of their records."""
    record = aliased(Participant)
    theirs = select(record.id).where(
        record.organisation_id == Participant.organisation_id,
        or_(record.id == Participant.id, record.merged_into_id == Participant.id),
    )
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
            Registration.participant_id.in_(theirs.correlate(Participant)),
            Registration.removed_at.is_(None),
            Meeting.state != MeetingState.CANCELLED,
        )
        .scalar_subquery()
    )
