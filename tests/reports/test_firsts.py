"""Who was there for the first time is kept as registers are taken, and stays what a search would find."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AttendanceMark, Meeting, MeetingState, Participant, Registration
from tests.reports.history import History, monday
from tests.support.world import World

pytestmark = pytest.mark.both


def _kept(session: Session) -> dict[str, datetime | None]:
    return {one.name: one.first_there_at for one in session.scalars(select(Participant))}


def _searched(session: Session) -> dict[str, datetime | None]:
    """The first start of a meeting that took place at which each was marked as present."""
    found: dict[str, datetime | None] = {one.name: None for one in session.scalars(select(Participant))}
    query = (
        select(Registration, AttendanceMark, Meeting)
        .join(AttendanceMark, AttendanceMark.registration_id == Registration.id)
        .join(Meeting, Meeting.id == Registration.meeting_id)
        .order_by(Meeting.starts_at.desc())
    )
    for registration, mark, meeting in session.execute(query):
        counts = mark.present and mark.replaced_at is None and registration.removed_at is None
        if counts and meeting.state is not MeetingState.CANCELLED:
            found[registration.participant.name] = meeting.starts_at
    return found


def test_corrections_removals_and_cancelled_meetings(world: World) -> None:
    def write(session: Session) -> None:
        history = History(session)
        for weeks in (3, 2, 1):
            history.meeting(monday(world, weeks), None, came=["Ada", "Ben"], absent=["Cai"])
        history.meeting(monday(world) - timedelta(days=1), None, unmarked=["Ada", "Dot"])

    world.write(write)
    farah = world.person("U0FAC")
    for typed in (
        ("/attendance", "M-4 all"),
        ("/attendance", "M-1 all except Ada"),
        ("/attendance", "M-2 only Cai"),
        ("/attendance", "M-1 all"),
        ("/attendance", "M-4 none"),
    ):
        farah.command(*typed)
        assert world.read(_kept) == world.read(_searched), typed
    farah.command("/participant", "remove Ben from M-1")
    farah.click("participant.remove")
    assert world.read(_kept) == world.read(_searched)
    farah.command("/participant", "add Ben to M-1")
    assert world.read(_kept) == world.read(_searched)
    first = world.read(_kept)
    assert first["Dot"] is None
    assert first["Ben"] == first["Ada"] == first["Cai"] == monday(world, 3)


def test_a_meeting_with_a_register_that_is_moved_or_cancelled(world: World) -> None:
    def write(session: Session) -> None:
        soon = datetime.fromtimestamp(world.now(), monday(world).tzinfo) + timedelta(minutes=20)
        History(session).meeting(soon, None, came=["Ada"], state=MeetingState.SCHEDULED)

    world.write(write)
    farah = world.person("U0FAC")
    before = world.read(_kept)["Ada"]
    assert before is not None
    farah.command("/meeting", "edit M-1 to tomorrow at 17:00")
    after = world.read(_kept)["Ada"]
    assert after is not None
    assert after > before
    farah.command("/meeting", "cancel M-1")
    farah.click("meeting.cancel")
    assert world.read(_kept) == {"Ada": None}
