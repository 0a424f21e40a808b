"""What the policy still asks for, as the facilitator sees it."""

import pytest
from sqlalchemy import select

from db.models import Meeting
from tests.support.meetings import LINK, say
from tests.support.world import World


@pytest.mark.clause("JAM-064")
@pytest.mark.clause("JAM-052")
@pytest.mark.clause("JAM-078")
def test_every_open_gate_with_its_clause_and_command(world: World) -> None:
    say(world, "new Art on Thursday at 16:00 with @Col.Co-worker")
    say(world, f"edit M-1 link {LINK}")
    world.person("U0FAC").command("/participant", "add Aled, Bronwen to M-1", channel="C0YOUTH")
    said = say(world, "gates M-1")
    assert "Every group session has a purpose" in said
    assert "(JAM-064)" in said
    assert "/meeting tick M-1 purpose because" in said
    assert (
        "Child protection processes and procedures were explained. Not recorded yet. Open for Aled and Bronwen." in said
    )
    assert "(JAM-052)" in said
    assert "Helped to set up the ground rules" in said
    assert "our own suggestion" in said


def test_the_card_counts_all_and_names_the_next(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    say(world, f"edit M-1 link {LINK}")
    said = say(world, "show M-1")
    assert "Nobody is registered yet" in said, "one thing is next"
    world.person("U0FAC").command("/participant", "add Bo to M-1")
    said = say(world, "show M-1")
    assert "*Next:* Every group session has a purpose" in said
    assert "more before it is ready" in said
    assert said.count("🔴") == 2, "one thing is next, in the text and in its block"
    every = world.person("U0FAC").click("All that your policy asks for").text
    assert "*M-1: what your policy asks for*" in every
    assert every.count("🔴 _must_") > 1


def test_a_setting_that_the_host_ticked_is_met(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    say(world, f"edit M-1 link {LINK}")
    world.settle()
    assert "Use the waiting room to manage who comes in. I can’t look this up" in say(world, "gates M-1")
    person = world.person("U0FAC")
    person.command("/checklist", "tick M-1", channel="C0YOUTH")
    view = person.view
    assert view is not None
    for block in view["blocks"]:
        element = block.get("element", {})
        ids = [option["value"] for option in element.get("options", [])]
        if any("waiting_room" in one for one in ids):
            person.submit(**{block["block_id"]: [one for one in ids if "waiting_room" in one]})
            break
    assert "Use the waiting room to manage who comes in. I can’t look this up" not in say(world, "gates M-1")


def test_other_people_do_not_see_names(world: World) -> None:
    world.person("U0COW").command("/meeting", "new Art on Thursday at 16:00", channel="C0YOUTH")
    assert world.read(lambda s: s.scalars(select(Meeting.number)).one()) == 1
    assert "I can't find M-1" in say(world, "gates M-1")
