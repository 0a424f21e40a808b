"""Who is expected at a meeting, to whom its link went, and all records of one person."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, or_
from sqlalchemy.orm import Session, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from db.models import Meeting, Participant, Registration
from db.remember import remembered
from db.scope import ORGANISATION, of

_OF_MEETING = (
    of(ORGANISATION, Registration)
    .where(Registration.meeting_id == bindparam("meeting"))
    .options(
        # Who is merged is asked for below: SQLAlchemy puts its own question together anew each time.
        joinedload(Registration.record).options(joinedload(Participant.links), lazyload(Participant.merged_into)),
    )
)
_REGISTERED = _OF_MEETING.where(Registration.removed_at.is_(None))
_HOW_MANY = (
    of(ORGANISATION, Registration)
    .where(Registration.meeting_id == bindparam("meeting"), Registration.removed_at.is_(None))
    .with_only_columns(func.count())
)
_PLACES = _OF_MEETING.where(Registration.id.in_(bindparam("ids", expanding=True)))
_MERGED_INTO = (
    of(ORGANISATION, Participant)
    .where(Participant.id.in_(bindparam("records", expanding=True)))
    .options(joinedload(Participant.links), lazyload(Participant.merged_into))
)


def registered(session: Session, meeting: Meeting) -> list[Registration]:
    """Those expected at a meeting, by name."""

    def load() -> list[Registration]:
        asked = {"organisation": meeting.organisation_id, "meeting": meeting.id}
        rows = session.scalars(_REGISTERED, asked).unique().all()
        _read_merged(session, meeting.organisation_id, [one.record for one in rows if one.record.merged_into_id])
        return sorted(rows, key=lambda one: one.participant.name.casefold())

    return list(remembered(session, ("registered", meeting.id), (Registration, Participant), load))


def how_many(session: Session, meeting: Meeting) -> int:
    """How many are expected at a meeting; nobody's record is opened for it."""
    asked = {"organisation": meeting.organisation_id, "meeting": meeting.id}
    return session.scalars(_HOW_MANY, asked).one()


def places(session: Session, meeting: Meeting, ids: Collection[UUID]) -> dict[UUID, Registration]:
    """Some places on a meeting by their ids, those too that people were taken off."""
    asked = {"organisation": meeting.organisation_id, "meeting": meeting.id, "ids": list(ids)}
    rows = session.scalars(_PLACES, asked).unique().all()
    _read_merged(session, meeting.organisation_id, [one.record for one in rows if one.record.merged_into_id])
    return {one.id: one for one in rows}


def _read_merged(session: Session, organisation_id: UUID, merged: Collection[Participant]) -> None:
    """Have the records that these are merged into, with one statement."""
    if merged:
        asked = {"organisation": organisation_id, "records": [one.person_id for one in merged]}
        stands = {one.id: one for one in session.scalars(_MERGED_INTO, asked).unique()}
        for one in merged:
            set_committed_value(one, "merged_into", stands.get(one.person_id))


def records(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, list[Participant]]:
    """All records of the people whose records these are, by the id of the one that stands for them, which is first."""
    found = _read(session, organisation_id, ids)
    others = {one.person_id for one in found.values()} - set(ids)
    if others:  # of somebody who is merged there are more
        found |= _read(session, organisation_id, others)
    people: dict[UUID, list[Participant]] = {}
    for one in sorted(found.values(), key=lambda one: (one.merged_into_id is not None, one.added_at, one.id)):
        people.setdefault(one.person_id, []).append(one)
    return people


def _read(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, Participant]:
    theirs = or_(Participant.id.in_(ids), Participant.merged_into_id.in_(ids))
    return {one.id: one for one in session.scalars(of(organisation_id, Participant).where(theirs))} if ids else {}


def link_went(meeting: Meeting, registration: Registration) -> datetime | None:
    """When somebody's invitation was first shown with the link that the meeting has now."""
    shown, since = registration.link_shown_at, meeting.link_since
    return None if shown is None or (since and shown < since) else shown


def with_old_link(meeting: Meeting, registrations: Iterable[Registration]) -> list[Registration]:
    """Those whose invitation was shown with a link that leads nowhere any more, and not since."""
    since = meeting.link_since
    return [one for one in registrations if since and one.link_shown_at and one.link_shown_at < since]
