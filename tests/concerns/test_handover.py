"""Handing over: offered, accepted or declined; until then whoever looks after it keeps it."""

from sqlalchemy import select

from bot.concerns.rights import GONE
from bot.sandbox.model import Message
from db.models import AuditEvent, ConcernView, EntryKind
from tests.concerns.leading import current, only, opened, taken_up, triage, versions
from tests.concerns.pressing import press, submit
from tests.support.raising import SECRET
from tests.support.world import World

NOTE = "NOTE-knot-31"


def offer(world: World, note: str = NOTE) -> str:
    """The lead offers it to the deputy; the value of the deputy's buttons."""
    lead = world.person("U0LEAD")
    lead.click("concern.offer")
    lead.submit(to="U0DEP", note=note)
    world.settle()
    concern = only(world)
    (entry,) = [one for one in current(world, concern.id, EntryKind.HANDOVER) if "outcome" not in one.fields]
    return f"{concern.id}:{entry.id}:{entry.version}"


def asked(world: World) -> Message:
    """The newest message that asks the deputy."""
    reference = only(world).reference
    words = f"<@U0LEAD> asks you to look after *{reference}*"
    return [one for one in world.sandbox.dm("U0DEP") if words in one.words][-1]


def said_to(world: World, who: str) -> str:
    return "\n".join(one.words for one in world.sandbox.dm(who))


def test_accepted_the_other_looks_after_it(world: World) -> None:
    taken_up(world)
    offer(world)
    assert only(world).lead == "U0LEAD"
    assert NOTE not in said_to(world, "U0DEP")
    deputy = world.person("U0DEP")
    deputy.click("concern.offer_accept", message=asked(world))
    assert only(world).lead == "U0DEP"
    assert SECRET in deputy.seen()
    assert NOTE in deputy.seen()
    world.settle()
    assert "<@U0DEP> looks after it now" in said_to(world, "U0LEAD")
    assert "looked after by <@U0DEP>" in str([one.words for one in world.sandbox.messages("G0CONCERN")])


def test_what_the_one_before_had_open_is_closed(world: World) -> None:
    taken_up(world)
    offer(world)
    lead = world.person("U0LEAD")
    assert SECRET in str(lead.view)
    world.person("U0DEP").click("concern.offer_accept", message=asked(world))
    world.settle()
    assert SECRET not in str(lead.view)
    ended = world.read(lambda s: list(s.scalars(select(ConcernView).where(ConcernView.slack_id == "U0LEAD"))))
    assert ended
    assert all(one.ended_at is not None for one in ended)
    assert SECRET in str(world.person("U0DEP").view)


def test_declined_with_a_sealed_reason(world: World) -> None:
    concern = taken_up(world)
    offer(world)
    deputy = world.person("U0DEP")
    deputy.click("concern.offer_decline", message=asked(world))
    deputy.submit(reason="REASON-dunlin-4")
    world.settle()
    assert only(world).lead == "U0LEAD"
    (entry,) = current(world, concern.id, EntryKind.HANDOVER)
    assert (entry.fields["outcome"], entry.fields["reason"]) == ("declined", "REASON-dunlin-4")
    assert "can't take it over" in said_to(world, "U0LEAD")
    assert "REASON-dunlin-4" not in str([one.words for one in world.sandbox.dm("U0LEAD")])
    assert "REASON-dunlin-4" in opened(world, "U0LEAD", concern).seen()
    offer(world)
    assert len(current(world, concern.id, EntryKind.HANDOVER)) == 2


def test_declined_without_a_reason(world: World) -> None:
    concern = taken_up(world)
    offer(world)
    deputy = world.person("U0DEP")
    deputy.click("concern.offer_decline", message=asked(world))
    deputy.submit()
    assert current(world, concern.id, EntryKind.HANDOVER)[0].fields["outcome"] == "declined"


def test_withdrawn_it_cannot_be_accepted_any_more(world: World) -> None:
    concern = taken_up(world)
    offer(world)
    lead = opened(world, "U0LEAD", concern)
    lead.click("concern.offer_withdraw")
    deputy = world.person("U0DEP")
    deputy.click("concern.offer_accept", message=asked(world))
    assert "withdrawn already" in deputy.seen()
    assert only(world).lead == "U0LEAD"
    assert [one.version for one in versions(world, concern.id, EntryKind.HANDOVER)] == [1, 2]


def test_a_second_tap_changes_nothing(world: World) -> None:
    concern = taken_up(world)
    offer(world)
    deputy, message = world.person("U0DEP"), asked(world)
    deputy.click("concern.offer_accept", message=message)
    deputy.close()
    deputy.click("concern.offer_accept", message=message)
    assert SECRET in deputy.seen()
    deputy.close()
    late = deputy.click("concern.offer_decline", message=message)
    assert "accepted already" in late.text
    assert deputy.view is None
    assert len(versions(world, concern.id, EntryKind.HANDOVER)) == 2


def test_only_whom_it_was_offered_to_accepts(world: World) -> None:
    concern = taken_up(world)
    value = offer(world)
    for who in ("U0FAC", "U0HEAD", "U0MAN"):
        assert GONE in press(world, who, "concern.offer_accept", value)
        assert GONE in press(world, who, "concern.offer_decline", value)
    assert "offered to somebody else" in press(world, "U0LEAD", "concern.offer_accept", value)
    assert only(world).lead == "U0LEAD"
    assert len(versions(world, concern.id)) == 1


def test_only_to_somebody_who_may_know_and_only_by_who_looks_after_it(world: World) -> None:
    concern = taken_up(world)
    state = {"to": {"v": {"type": "static_select", "selected_option": {"value": "U0HEAD"}}}}
    submit(world, "U0LEAD", "concern.offer_form", f"{concern.id}:9", state)
    state["to"]["v"]["selected_option"] = {"value": "U0LEAD"}
    submit(world, "U0DEP", "concern.offer_form", f"{concern.id}:9", state)
    assert versions(world, concern.id) == []
    assert "Hand over" not in opened(world, "U0DEP", concern).seen()
    world.settle()
    assert not world.sandbox.dm("U0HEAD")


def test_one_offer_at_a_time(world: World) -> None:
    concern = taken_up(world)
    offer(world)
    assert "concern.offer'" not in str(opened(world, "U0LEAD", concern).view)
    state = {"to": {"v": {"type": "static_select", "selected_option": {"value": "U0DEP"}}}}
    submit(world, "U0LEAD", "concern.offer_form", f"{concern.id}:9", state)
    assert len(versions(world, concern.id)) == 1


def test_who_accepted_is_reminded_afterwards(world: World) -> None:
    concern = taken_up(world)
    triage(world.person("U0LEAD"))
    offer(world)
    deputy = world.person("U0DEP")
    deputy.click("concern.offer_accept", message=asked(world))
    world.settle()
    before = len(world.sandbox.dm("U0LEAD"))
    world.clock_forward(14 * 24 * 3600)
    world.settle()
    reminded = [one.words for one in world.sandbox.dm("U0DEP")]
    assert any("nothing has been done for a while" in one and concern.reference in one for one in reminded)
    said = [one.words for one in world.sandbox.dm("U0LEAD")[before:]]
    assert not any("nothing has been done" in one for one in said)
    done = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
    assert "concern.accepted" in done
