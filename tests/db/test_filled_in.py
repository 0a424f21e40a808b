"""What a migration works out from the records that are there already: the same as is written with new ones."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import marks, migrate
from db.models import Concern, Meeting, MeetingStaff, Participant
from db.session import Database
from tests.reports.history import History, monday
from tests.support.ageing import age
from tests.support.raising import raise_one
from tests.support.world import World

pytestmark = pytest.mark.both


def _again(world: World, to: str, look: Callable[[Session], Any]) -> tuple[Any, Any]:
    """What is seen before the migrations after `to` are taken back, and after they have run anew."""
    world.settle()
    before = world.read(look)
    world.stop_bot()
    database = Database(world.database_url)
    age(database, to)
    migrate.upgrade(database.engine)
    database.close()
    world.start_bot()
    world.sandbox.wait_for(lambda: world.read(marks.is_marked), 20)
    return before, world.read(look)


def test_whose_meetings_and_concerns_are_whose(world: World) -> None:
    world.person("U0FAC").command("/meeting", "new Cooking club on Thursday at 16:00 with <@U0COW>")
    raise_one(world, who="U0COW")

    def look(session: Session) -> list[Any]:
        staff = session.execute(select(MeetingStaff.slack_id, MeetingStaff.ends_at).order_by(MeetingStaff.slack_id))
        return [*map(tuple, staff), *session.scalars(select(Concern.raiser_index))]

    before, after = _again(world, "9d41c7e05a62", look)
    assert len(before) == 3
    assert after == before


def test_who_came_first_and_what_is_a_series(world: World) -> None:
    def write(session: Session) -> None:
        history = History(session)
        history.meeting(monday(world, 2), "Cooking", came=["Ada"], absent=["Ben"])
        history.meeting(monday(world, 1), "Cooking", came=["Ada", "Ben"], unmarked=["Cai"])

    world.write(write)

    def look(session: Session) -> list[Any]:
        people = session.execute(
            select(Participant.name_index, Participant.first_there_at).order_by(Participant.name_index)
        )
        return [*map(tuple, people), *session.scalars(select(Meeting.series).order_by(Meeting.number))]

    before, after = _again(world, "3f81c6a2e94d", look)
    assert before[-1] == before[-2]
    assert after == before
