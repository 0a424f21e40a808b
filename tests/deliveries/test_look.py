"""When the worker begins a delivery: at its time without a word from anybody, and behind those who are answered."""

import pytest

from bot.deliveries import worker
from db.session import answering
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


def test_whoever_waits_for_an_answer_goes_before_messages_and_behind_concerns(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settle()
    sandbox = world.sandbox
    before = len(sandbox.dm("U0FAC"))
    monkeypatch.setattr(worker, "_ASIDE_SECONDS", 60)
    with answering(60):
        world.person("U0FAC").command("/meeting", "new Chess on Friday at 17:00")
        raise_one(world, "U0COW")
        assert sandbox.wait_for(lambda: (sandbox.messages("G0CONCERN") and sandbox.dm("U0LEAD")) or None, 5)
        assert len(sandbox.dm("U0FAC")) == before
    assert sandbox.wait_for(lambda: len(sandbox.dm("U0FAC")) > before, 5)


def test_messages_step_aside_for_a_moment_only(world: World) -> None:
    world.settle()
    sandbox = world.sandbox
    before = len(sandbox.dm("U0FAC"))
    with answering(60):
        world.person("U0FAC").command("/meeting", "new Chess on Friday at 17:00")
        assert sandbox.wait_for(lambda: len(sandbox.dm("U0FAC")) > before, 5)
