"""The leads' channel and the threads: who is in it counts, and every root's thread carries the life, in order."""

import json

from sqlalchemy import select

from db.models import Delivery
from db.models.concern import ConcernState
from tests.concerns.clockwork import said, the_concern, thread
from tests.support.raising import SECRET, raise_one
from tests.support.world import World


def strangers_told(world: World) -> list[str]:
    """Which of the leads were told that somebody is in the channel who may not know."""
    return sorted(
        one
        for one in ("U0LEAD", "U0DEP", "U0HEAD")
        for m in world.sandbox.dm(one)
        if "neither lead nor deputy" in m.words
    )


def test_whoever_joins_is_told_to_the_leads(world: World) -> None:
    world.sandbox.membership.add_member("G0CONCERN", "U0FAC")
    world.settle()
    assert strangers_told(world) == ["U0DEP", "U0LEAD"]
    assert "<@U0FAC>" in world.sandbox.dm("U0LEAD")[-1].words
    assert not world.sandbox.dm("U0FAC")


def test_a_lead_who_joins_is_no_news(world: World) -> None:
    world.sandbox.state.channels["G0CONCERN"].members.remove("U0DEP")
    world.sandbox.membership.add_member("G0CONCERN", "U0DEP")
    world.sandbox.membership.add_member("C0YOUTH", "U0GUEST")
    world.settle()
    assert strangers_told(world) == []


def test_found_at_posting_it_is_told_too_and_nothing_is_posted(world: World) -> None:
    world.sandbox.state.channels["G0CONCERN"].members.append("U0FAC")
    raise_one(world)
    world.settle()
    assert not world.sandbox.messages("G0CONCERN")
    assert strangers_told(world) == ["U0DEP", "U0LEAD"]
    assert ("U0LEAD", "new") in said(world)
    assert ("U0DEP", "new") in said(world)


def test_the_life_goes_on_in_direct_messages_when_somebody_comes_in(world: World) -> None:
    raise_one(world)
    world.settle()
    root = world.sandbox.messages("G0CONCERN")[0]
    world.sandbox.state.channels["G0CONCERN"].members.append("U0FAC")
    world.person("U0LEAD").click("concern.acknowledge", message=root)
    world.settle()
    assert len(world.sandbox.messages("G0CONCERN")) == 1
    assert "goes on in direct messages" in root.words
    assert "acknowledged" not in root.words
    reference = the_concern(world).reference
    direct = next(one for one in world.sandbox.dm("U0DEP") if reference in one.words)
    assert "acknowledged" in direct.words
    assert strangers_told(world) == ["U0DEP", "U0LEAD"]


def test_every_root_has_the_life_in_its_thread(world: World) -> None:
    raise_one(world)
    world.settle()
    root = world.sandbox.messages("G0CONCERN")[0]
    world.person("U0DEP").click("concern.acknowledge", message=root)
    world.settle()
    own = world.sandbox.dm("U0LEAD")[0]
    for one in (root, own):
        (line,) = thread(world, one)
        assert the_concern(world).reference in line
        assert "acknowledged by <@U0DEP>" in line or "acknowledged by Dev" in line
        assert SECRET not in line
    assert "acknowledged" in root.words


def test_a_thread_keeps_its_order_when_slack_stumbles(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    world.sandbox.faults.server_error("chat.postMessage", times=1)
    world.clock_forward(15 * 60 + 2)
    world.sandbox.wait_for(lambda: the_concern(world).escalation_step == 1 or None)
    root = world.sandbox.messages("G0CONCERN")[0]
    world.person("U0LEAD").click("concern.acknowledge", message=root)
    for _ in range(6):
        world.clock_forward(5)
        world.settle(20)
    lines = thread(world, root)
    assert ["next person is asked" in lines[0], "acknowledged by" in lines[1], len(lines)] == [True, True, 2]
    kinds = world.read(lambda s: list(s.scalars(select(Delivery.only_once).where(Delivery.kind == "concern.note"))))
    assert len(kinds) == len(set(kinds))


def test_a_deleted_root_is_made_good(world: World) -> None:
    raise_one(world)
    world.settle()
    root = world.sandbox.messages("G0CONCERN")[0]
    root.deleted = True
    world.sandbox.faults.error("chat.postMessage", "thread_not_found", times=1)
    world.person("U0LEAD").click("concern.acknowledge", message=world.sandbox.dm("U0LEAD")[0])
    world.settle()
    assert the_concern(world).state is ConcernState.ACKNOWLEDGED
    assert any(the_concern(world).reference in one.words for one in world.sandbox.dm("U0DEP"))


def test_threads_carry_no_content_and_no_raiser(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    world.clock_forward(15 * 60 + 2)
    world.settle()
    world.person("U0DEP").click("concern.acknowledge", message=world.sandbox.dm("U0DEP")[0])
    world.settle()
    sent = json.dumps([call.args for call in world.sandbox.calls if call.method in ("chat.postMessage", "chat.update")])
    assert "next person is asked" in sent
    for hidden in (SECRET, "U0FAC", "Farah", "child"):
        assert hidden not in sent
