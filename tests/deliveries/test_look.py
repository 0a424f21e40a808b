"""A deadline needs no word from anybody: the worker looks at the clock by itself."""

import pytest

from tests.support.raising import raise_one
from tests.support.world import World

pytestmark = pytest.mark.both


def test_a_deadline_that_comes_while_nothing_happens_is_kept(world: World) -> None:
    raise_one(world)
    world.settle()
    told = len(world.sandbox.dm("U0DEP"))
    world.clock_forward(3601, seen=False)
    world.sandbox.wait_for(lambda: len(world.sandbox.dm("U0DEP")) > told, 5)
    (asked,) = world.sandbox.dm("U0DEP")[told:]
    assert "you are asked now" in asked.words
