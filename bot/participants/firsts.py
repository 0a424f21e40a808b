"""When each participant was there for the first time: kept as registers are taken, so that no report looks for it
among the registers of many years. Of somebody with two records it is kept with the one that stands for both."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Update, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models import AttendanceMark, Meeting, MeetingState, Participant, Registration
from db.scope import ORGANISATION


def came(session: Session, meeting: Meeting, participants: Collection[UUID]) -> None:
    """These were there: it is their first time unless they had come before."""
    if participants:
        asked = {"organisation": meeting.organisation_id, "records": list(participants), "at": meeting.starts_at}
        session.execute(_came(), asked)


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
    asked: dict[str, Any] = {"organisation": meeting.organisation_id, "at": first_at}
    if participants is None:
        session.execute(_look(_of_register, first_at is not None), {**asked, "meeting": meeting.id})
    else:
        session.execute(_look(_of_records, first_at is not None), {**asked, "records": list(participants)})


def of_people(session: Session, organisation_id: UUID, participants: Collection[UUID]) -> None:
    """Look for the first time of these anew: what is one person was made so, or taken apart."""
    session.flush()
    session.execute(_look(_of_people, False), {"organisation": organisation_id, "records": list(participants)})


# To put these together costs more than what they ask for: each is made once.


def _person_of(records: Any) -> ColumnElement[bool]:
    """Those who are meant by records, of whom some may be merged."""
    record = aliased(Participant)
    person = select(func.coalesce(record.merged_into_id, record.id)).where(record.organisation_id == ORGANISATION)
    return Participant.id.in_(person.where(record.id.in_(records)))


def _records() -> BindParameter[Any]:
    return bindparam("records", expanding=True)


def _of_people() -> ColumnElement[bool]:
    return Participant.id.in_(_records())


def _of_records() -> ColumnElement[bool]:
    return _person_of(_records())


def _of_register() -> ColumnElement[bool]:
    return _person_of(
        select(Registration.participant_id)
        .join(AttendanceMark, AttendanceMark.registration_id == Registration.id)
        .where(
            Registration.organisation_id == ORGANISATION,
            Registration.meeting_id == bindparam("meeting"),
            AttendanceMark.replaced_at.is_(None),
        )
    )


def _changing(*theirs: ColumnElement[bool], first: Any) -> Update:
    statement = update(Participant).where(Participant.organisation_id == ORGANISATION, *theirs)
    return statement.values(first_there_at=first).execution_options(synchronize_session=False)


@cache
def _came() -> Update:
    at = bindparam("at", type_=Participant.first_there_at.type)
    earlier = or_(Participant.first_there_at.is_(None), Participant.first_there_at > at)
    return _changing(_of_records(), earlier, first=at)


@cache
def _look(theirs: Callable[[], ColumnElement[bool]], only_first: bool) -> Update:
    first = (Participant.first_there_at == bindparam("at"),) if only_first else ()
    return _changing(theirs(), *first, first=_first_visit())


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
