"""Meetings whose checklists can be tried."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.sandbox import Message
from db.models import Meeting
from tests.support.said import named
from tests.support.world import World

LINK = "https://zoom.us/j/12345678901"


@pytest.fixture
def scheduled(world: World) -> World:
    """A world in which M-1 of Farah and Col has its link."""
    schedule(world)
    return world


def schedule(world: World) -> None:
    """Schedule a meeting of Farah and Col, and paste its link."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new “Cooking with Rhys” on Thursday at 16:00 with @Col.Co-worker", channel="C0GENERAL")
    world.settle()
    assert "Changed" in farah.command("/meeting", f"edit M-1 link {LINK}", channel="C0GENERAL").text
    world.settle()


def shown(world: World, channel: str = "C0YOUTH") -> Message:
    """The newest message in a channel, once everything due was delivered."""
    world.settle()
    return world.sandbox.messages(channel)[-1]


def posted(world: World, channel: str = "C0YOUTH") -> Message:
    """The checklist of M-1, posted by Farah."""
    world.person("U0FAC").command("/checklist", "M-1", channel=channel)
    return shown(world, channel)


def facts(world: World) -> list[tuple[str, bool, str]]:
    """Every tick and untick in order: (measure, ticked, by)."""
    return named(world, measures=True)


def meeting(world: World) -> Meeting:
    """The one meeting."""
    return world.read(lambda session: session.scalars(select(Meeting)).one())


def change_meeting(world: World, change: Callable[[Meeting], None]) -> None:
    """Prepare the meeting as a provider would have left it."""
    world.write(lambda session: change(session.scalars(select(Meeting)).one()))
