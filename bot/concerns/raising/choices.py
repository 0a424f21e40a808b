"""What the raising form offers to choose from, and the words that a choice becomes in the record."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, or_
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.raising.forms import ConcernForm
from bot.concerns.rights import LEFT_OUT
from bot.concerns.texts import PARTICIPANTS
from bot.diary import meetings
from bot.errors import NotFound
from bot.incidents import service as incidents
from db.models import Meeting, Participant, Registration, Staff
from db.scope import of

_RECENT = meetings.Wanted(meetings.TO_REGISTER.states, since=timedelta(days=30), until=timedelta(minutes=30))
_LONGER = meetings.Wanted(meetings.ANY.states, since=timedelta(days=180))
_MOST = 100
_MOST_MEETINGS = 20

Choice = tuple[str, str]


@dataclass(frozen=True)
class Offered:
    """What one raiser can choose from, as (id, label): their own recent sessions and the people of these only."""

    meetings: tuple[Choice, ...] = ()
    participants: tuple[Choice, ...] = ()


NOTHING = Offered()


def offered(session: Session, caller: Caller, now: datetime) -> Offered:
    """The sessions that the caller has run of late, newest first, and whoever is registered on one of theirs
    within half a year, by name; a hundred at most, those of the newest sessions."""
    recent = meetings.newest(session, caller, now, _RECENT, _MOST_MEETINGS)
    theirs = {one.id: one for one in session.scalars(of(caller.organisation_id, Meeting).where(Meeting.id.in_(recent)))}
    zone = ZoneInfo(caller.zone)
    labels = tuple(
        (str(one.id), f"{one.reference} {one.starts_at.astimezone(zone):%a %d %b %H:%M} {one.title}")
        for one in (theirs[key] for key in recent)
    )
    return Offered(labels, tuple(_people(session, caller, meetings.newest(session, caller, now, _LONGER, _MOST))))


def _people(session: Session, caller: Caller, mine: Mapping[UUID, int]) -> list[Choice]:
    if not mine:
        return []
    order = {key: place for place, key in enumerate(mine)}
    # Somebody with two records is one choice; a record of another team is none.
    own = or_(Participant.merged_into_id.is_(None), Participant.apart)
    person = case((own, Participant.id), else_=Participant.merged_into_id).label("person")
    columns = (
        of(caller.organisation_id, Registration)
        .join(Participant, Participant.id == Registration.participant_id)
        .with_only_columns(person, Registration.meeting_id)
    )
    rows = session.execute(columns.where(Registration.meeting_id.in_(list(mine)), Registration.removed_at.is_(None)))
    newest: dict[UUID, UUID] = {}
    for person_id, meeting in sorted(rows, key=lambda row: (order[row.meeting_id], row.person)):
        if len(newest) < _MOST:
            newest.setdefault(person_id, meeting)
    people = session.scalars(of(caller.organisation_id, Participant).where(Participant.id.in_(list(newest))))
    found = [(str(one.id), f"{one.name} · M-{mine[newest[one.id]]}") for one in people]
    return sorted(found, key=lambda choice: choice[1].casefold())


def as_texts(session: Session, caller: Caller, form: ConcernForm) -> dict[str, str]:
    """The form's choices as texts to seal; what is not there any more, or not the caller's, is left out, for
    nothing optional ever holds a concern up."""
    found: dict[str, str] = {}
    if form.participants:
        rows = session.scalars(of(caller.organisation_id, Participant).where(Participant.id.in_(form.participants)))
        people = sorted(rows, key=lambda one: one.name.casefold())
        found["people"] = "\n".join(one.name for one in people)
        found[PARTICIPANTS] = " ".join(str(one.id) for one in people)
    if form.left_out:
        staff = session.scalars(of(caller.organisation_id, Staff).where(Staff.slack_id.in_(form.left_out)))
        called = {one.slack_id: one.called for one in staff}
        found["not_told"] = "\n".join(sorted(called.get(one, one) for one in form.left_out))
        found[LEFT_OUT] = " ".join(sorted(form.left_out))
    if form.meeting is not None:
        meeting = session.scalar(of(caller.organisation_id, Meeting).where(Meeting.id == form.meeting))
        if meeting is not None and meetings.may_run(caller, meeting):
            begins = meeting.starts_at.astimezone(ZoneInfo(caller.zone))
            found["meeting"] = f"{meeting.reference} {meeting.title}, {begins:%A} {begins.day} {begins:%B %Y at %H:%M}"
    if form.incident is not None:
        with contextlib.suppress(NotFound):
            found["incident"] = incidents.get(session, caller, form.incident).reference
    return {name: text for name, text in found.items() if text}
