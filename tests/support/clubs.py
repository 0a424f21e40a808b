"""The meetings with which tests of names begin."""

import pytest

from bot.sandbox.person import Person
from tests.support.world import World


def clubs(world: World, *planned: str) -> Person:
    """Farah, with the meetings that are planned."""
    farah = world.person("U0FAC")
    for one in planned:
        farah.command("/meeting", f"new {one}")
    # Their cards stand before anything is asked: a press is looked for in the newest message.
    world.settle()
    return farah


@pytest.fixture
def alone(world: World) -> Person:
    """M-1 Cooking club is the only meeting."""
    return clubs(world, "Cooking club tomorrow at 16:00")
