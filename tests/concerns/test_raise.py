"""Raising a concern: the gate, the form, the receipt, the telling, the deadline."""

import pytest
from sqlalchemy import select

from db.models import AuditEvent, Concern, ConcernText, InboxEntry
from db.models.concern import ConcernState
from tests.support.raising import SECRET, raise_one
from tests.support.world import World

pytestmark = pytest.mark.both


def screen(world: World, who: str) -> str:
    """What the person's top view says."""
    return world.person(who).seen()


def test_gate_comes_first(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/concern", "", channel="C0GENERAL")
    assert "999" in person.seen()
    assert "020 7946 0001" in person.seen()
    assert world.count(Concern) == 0


def test_receipt_and_channel_post(world: World) -> None:
    raise_one(world)
    concern = world.read(lambda session: session.scalars(select(Concern)).one())
    said = screen(world, "U0FAC")
    assert concern.reference in said
    assert "020 7946 0001" in said
    world.settle()
    posts = world.sandbox.messages("G0CONCERN")
    assert [concern.reference in post.words for post in posts] == [True]
    assert concern.reference in world.sandbox.dm("U0LEAD")[-1].words
    assert not world.sandbox.dm("U0DEP")
    everything = "".join(str(call.args) for call in world.sandbox.calls if not call.method.startswith("views."))
    assert SECRET not in everything


def test_acknowledge_tells_everybody_and_stops_the_clock(world: World) -> None:
    raise_one(world)
    world.settle()
    lead = world.person("U0LEAD")
    lead.click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    assert SECRET in lead.seen()
    world.settle()
    assert "acknowledged" in world.sandbox.messages("G0CONCERN")[-1].words
    assert "acknowledged" in world.sandbox.dm("U0LEAD")[-1].words
    assert "has been seen" in world.sandbox.dm("U0FAC")[-1].words
    world.clock_forward(3 * 3600)
    world.settle()
    assert not world.sandbox.dm("U0DEP")
    assert world.read(lambda session: session.scalars(select(Concern.escalation_step)).one()) == 0


def test_deputy_then_head_then_the_raiser_is_told_to_phone(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    world.clock_forward(15 * 60 + 1)
    world.settle()
    assert "Nobody has answered yet" in world.sandbox.dm("U0DEP")[-1].words
    assert not world.sandbox.dm("U0HEAD")
    world.clock_forward(15 * 60 + 1)
    world.settle()
    assert "Nobody has answered yet" in world.sandbox.dm("U0HEAD")[-1].words
    world.clock_forward(15 * 60 + 1)
    world.settle()
    said = world.sandbox.dm("U0FAC")[-1].words
    assert "telephone now" in said
    assert "020 7946 0001" in said
    world.person("U0HEAD").click("concern.acknowledge", message=world.sandbox.dm("U0HEAD")[-1])
    world.settle()
    assert world.read(lambda session: session.scalars(select(Concern.state)).one()) is ConcernState.ACKNOWLEDGED


def test_about_staff_goes_to_the_head_alone(world: World) -> None:
    raise_one(world, about="staff", subject_staff="U0LEAD")
    world.settle()
    assert not world.sandbox.messages("G0CONCERN")
    assert not world.sandbox.dm("U0LEAD")
    assert not world.sandbox.dm("U0DEP")
    assert "C-" in world.sandbox.dm("U0HEAD")[-1].words
    assert "Lena" not in screen(world, "U0FAC")


def test_about_the_head_is_sealed_and_shows_the_outside_contact(world: World) -> None:
    raise_one(world, about="staff", subject_staff="U0HEAD")
    world.settle()
    assert "020 7946 0009" in screen(world, "U0FAC")
    for one in ("U0LEAD", "U0DEP", "U0HEAD"):
        assert not world.sandbox.dm(one)
    assert world.count(Concern) == 1


def test_a_stranger_in_the_channel_means_direct_messages(world: World) -> None:
    world.sandbox.membership.add_member("G0CONCERN", "U0FAC")
    raise_one(world)
    world.settle()
    assert not world.sandbox.messages("G0CONCERN")
    assert world.sandbox.dm("U0LEAD")
    assert world.sandbox.dm("U0DEP")


@pytest.mark.parametrize("who", ["U0FAC", "U0MAN", "U0ADM", "U0HEAD"])
def test_nobody_else_opens_it(world: World, who: str) -> None:
    raise_one(world)
    world.settle()
    message = world.sandbox.messages("G0CONCERN")[-1]
    world.sandbox.membership.add_member("G0CONCERN", who)
    world.person(who).click("concern.read", message=message)
    seen = world.person(who).seen()
    assert SECRET not in seen
    assert "no such record" in seen
    actions = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
    assert "refused concern.read" in actions


def test_typed_text_waits_in_the_form(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/concern", f"I saw {SECRET} & <@U0LEAD>", channel="C0GENERAL")
    person.submit()
    assert SECRET in str(person.view)
    person.choose("about", "child")
    person.submit(urgency="week")
    assert world.count(Concern) == 1
    assert SECRET not in "".join(str(call.args) for call in world.sandbox.calls if call.method == "chat.postMessage")


def test_same_form_twice_is_one_record(world: World) -> None:
    raise_one(world)
    again = world.sandbox.repeat()
    assert again.status == 200
    assert world.count(Concern) == 1
    fields = world.read(lambda session: sorted(session.scalars(select(ConcernText.field))))
    assert fields == ["facts"]
    assert world.count(InboxEntry) == 2


def test_missing_facts_are_asked_for_at_their_field(world: World) -> None:
    answer = raise_one(world, facts="   ")
    assert "facts" in answer.errors
    assert world.count(Concern) == 0
    world.person("U0FAC").submit(facts="Now with words")
    assert world.count(Concern) == 1
