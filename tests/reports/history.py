"""Building weeks that have happened, straight in the database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.participants import firsts
from db.base import new_id
from db.crypto import keyring
from db.models import (
    AttendanceMark,
    Meeting,
    MeetingState,
    Organisation,
    Participant,
    ParticipantKind,
    Registration,
)
from tests.support.world import World


def at(local: str) -> datetime:
    """A moment of UTC, such as `2026-03-29 23:30`."""
    return datetime.fromisoformat(local).replace(tzinfo=UTC)


class History:
    """Writes meetings with their registers; people are told apart by name."""

    def __init__(self, session: Session, organisation: Organisation | None = None) -> None:
        self._session = session
        self._organisation = organisation or session.scalars(select(Organisation)).one()
        self._people: dict[str, Participant] = {}

    def meeting(
        self,
        starts_at: datetime,
        programme: str | None,
        *,
        came: Sequence[str] = (),
        absent: Sequence[str] = (),
        walk_ins: Sequence[str] = (),
        unmarked: Sequence[str] = (),
        state: MeetingState = MeetingState.ENDED,
    ) -> Meeting:
        """One meeting, hosted by Farah, and who was there."""
        self._organisation.last_meeting += 1
        meeting = Meeting(
            id=new_id(),
            organisation_id=self._organisation.id,
            number=self._organisation.last_meeting,
            title="Secret title",
            programme=programme,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            state=state,
            host="U0FAC",
            created_by="U0FAC",
            created_at=starts_at,
            provider="manual",
            passcode="135790",
        )
        self._session.add(meeting)
        self._session.flush()
        for names, present, walk_in in (
            (came, True, False),
            (absent, False, False),
            (walk_ins, True, True),
            (unmarked, None, False),
        ):
            for name in names:
                self._register(meeting, self._person(name, starts_at), present, walk_in=walk_in)
        firsts.look_again(self._session, meeting)
        return meeting

    def _person(self, name: str, now: datetime) -> Participant:
        if name not in self._people:
            self._people[name] = Participant(
                id=new_id(),
                organisation_id=self._organisation.id,
                name=name,
                name_index=keyring().blind_index(name),
                kind=ParticipantKind.CHILD,
                added_by="U0FAC",
                added_at=now,
            )
            self._session.add(self._people[name])
            self._session.flush()
        return self._people[name]

    def _register(self, meeting: Meeting, person: Participant, present: bool | None, *, walk_in: bool) -> None:
        registration = Registration(
            id=new_id(),
            organisation_id=meeting.organisation_id,
            meeting_id=meeting.id,
            participant_id=person.id,
            walk_in=walk_in,
            added_by="U0FAC",
            added_at=meeting.starts_at,
        )
        self._session.add(registration)
        self._session.flush()
        if present is not None:
            replaced = self._mark(registration, not present, meeting.starts_at)
            replaced.replaced_at = meeting.starts_at + timedelta(minutes=1)
            self._mark(registration, present, meeting.starts_at + timedelta(minutes=1))

    def _mark(self, registration: Registration, present: bool, now: datetime) -> AttendanceMark:
        mark = AttendanceMark(
            id=new_id(),
            organisation_id=registration.organisation_id,
            meeting_id=registration.meeting_id,
            registration_id=registration.id,
            present=present,
            by="U0FAC",
            at=now,
        )
        self._session.add(mark)
        return mark


def monday(world: World, weeks_ago: int = 0) -> datetime:
    """Monday at 12:00 UTC of this week or an earlier one, by the bot's clock."""
    now = datetime.fromtimestamp(world.now(), UTC)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - timedelta(days=now.weekday()) - timedelta(weeks=weeks_ago)
