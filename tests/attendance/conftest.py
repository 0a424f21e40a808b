"""A meeting that has just ended, with three children registered."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AttendanceMark, Meeting, MeetingState, Registration
from tests.support.world import World


@pytest.fixture
def meeting(world: World) -> str:
    """M-1 of Farah and Col ended five minutes ago; Aled Jones, Mair and Bo are registered."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 with @col.co-worker in Cooking")
    farah.command("/participant", "add Aled Jones, Mair, Bo to M-1")
    go_to(world, minutes=65)
    world.write(end_it)
    return "M-1"


def go_to(world: World, minutes: float) -> None:
    """Move the clock to so many minutes after the start of M-1."""
    starts = world.read(lambda session: session.scalars(select(Meeting.starts_at).where(Meeting.number == 1)).one())
    world.clock_forward((starts - datetime.fromtimestamp(world.now(), UTC)).total_seconds() + minutes * 60)


def book_club(world: World) -> None:
    """M-2 of Farah, which comes after M-1, is over too; nobody is registered."""
    world.person("U0FAC").command("/meeting", "new Book club today at 17:10 for 15 min")
    world.clock_forward(30 * 60)


def end_it(session: Session) -> None:
    """M-1 was started at its time and ended at its end."""
    found = session.scalars(select(Meeting).where(Meeting.number == 1)).one()
    found.state, found.started_at, found.ended_at = MeetingState.ENDED, found.starts_at, found.ends_at


def marks(world: World) -> dict[str, bool]:
    """Who is marked how, by name, as it counts now."""
    query = (
        select(Registration, AttendanceMark)
        .join(AttendanceMark, AttendanceMark.registration_id == Registration.id)
        .where(AttendanceMark.replaced_at.is_(None))
    )
    return world.read(lambda session: {one.participant.name: mark.present for one, mark in session.execute(query)})


def history(world: World) -> list[tuple[bool, str, bool]]:
    """Every mark ever made, oldest first: present, by whom, and whether it was replaced."""
    query = select(AttendanceMark).order_by(AttendanceMark.at)
    return world.read(
        lambda session: [(one.present, one.by, one.replaced_at is not None) for one in session.scalars(query)]
    )


def walk_ins(world: World) -> list[str]:
    """The names of those registered as walk-ins."""
    query = select(Registration).where(Registration.walk_in.is_(True))
    return world.read(lambda session: [one.participant.name for one in session.scalars(query)])
