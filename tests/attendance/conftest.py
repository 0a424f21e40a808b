"""A meeting that is about to begin, with three children registered."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from db.models import AttendanceMark, Meeting, Registration
from tests.support.world import World


@pytest.fixture
def meeting(world: World) -> str:
    """M-1 of Farah and Col begins in 20 minutes; Aled Jones, Mair and Bo are registered."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 with @col.co-worker in Cooking")
    farah.command("/participant", "add Aled Jones, Mair, Bo to M-1")
    starts = world.read(lambda session: session.scalars(select(Meeting.starts_at)).one())
    world.clock_forward((starts - datetime.fromtimestamp(world.now(), UTC)).total_seconds() - 20 * 60)
    return "M-1"


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
