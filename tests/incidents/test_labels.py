"""The parts of an incident as they are typed without their signs, or behind others."""

import pytest

from bot.sandbox.answers import Answer
from db.models import Incident
from tests.support.world import World


def _meeting(world: World) -> str:
    world.person("U0FAC").command("/meeting", "new Cooking club tomorrow at 16:00")
    return "M-1"


def _typed(world: World, text: str) -> Answer:
    return world.person("U0FAC").command("/incident", text)


def test_a_follow_up_without_its_sign_is_asked_about_and_not_lost_in_what_was_done(world: World) -> None:
    meeting = _meeting(world)
    _typed(world, f"{meeting} swore at Hari; done: told off; follow up call")
    assert world.count(Incident) == 0
    seen = world.person("U0FAC").seen()
    assert "By when is the follow-up to be done?" in seen
    farah = world.person("U0FAC")
    assert "Saved as I-1" in farah.submit(due="2099-03-03", kind="Something else").text
    shown = farah.command("/incident", "show I-1").text
    assert "told off; follow up" not in shown
    assert "call" in shown


@pytest.mark.parametrize("between", [". done: ", ", DONE - ", "\ndone: "])
def test_what_was_done_is_known_behind_a_full_stop_or_a_comma_too(world: World, between: str) -> None:
    meeting = _meeting(world)
    answer = _typed(
        world, f"{meeting} two of them argued over the mic{between}muted both, well done to Aled - he waited"
    )
    assert "Saved as I-1" in answer.text
    shown = world.person("U0FAC").command("/incident", "show I-1").text
    assert "two of them argued over the mic" in shown
    assert "muted both, well done to Aled - he waited" in shown
