"""Signing off: where no gate is open the meeting becomes ready; a stale button changes nothing; changes are shown."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.sandbox import Message
from db.models import AuditEvent, Checklist, Fact, MeetingState
from tests.checklists.conftest import change_meeting, facts, meeting, posted, shown
from tests.support.clearing import clear, sign_off
from tests.support.world import World


def _button(message: Message, label: str) -> dict[str, Any] | None:
    elements = [one for block in message.blocks for one in block.get("elements", []) if one.get("type") == "button"]
    return next((one for one in elements if one["text"]["text"] == label), None)


def _sign_offs(world: World) -> int:
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "checklist.signed_off")
    return world.read(lambda session: session.scalar(query)) or 0


def _tick(world: World, message: Message, person: str = "U0FAC") -> None:
    acting = world.person(person)
    acting.click("Tick measures", message)
    acting.submit({"row.jam-01.1": ["jam-01-a"]})
    acting.close()


@pytest.mark.clause("JAM-064")
def test_it_says_how_many_are_not_ticked_and_what_keeps_the_meeting_from_being_ready(scheduled: World) -> None:
    message = posted(scheduled)
    _tick(scheduled, message)
    message = shown(scheduled)
    button = _button(message, "Sign off")
    assert button is not None
    col = scheduled.person("U0COW")
    col.click("Sign off", message)
    # Of 37 measures and 26 settings, of which the waiting room is both, 52 can be true before the session.
    assert "46 measures are not ticked. Say why, where you can." in col.seen()
    assert "Staff met beforehand to plan it" in col.seen()
    assert "The ground rules were gone over again." not in col.seen(), "it cannot be true before the session"
    fields = [block["block_id"] for block in col.view["blocks"] if block["type"] == "input"]  # type: ignore[index]
    (why,) = [one for one in fields if one.endswith(".jam-01-c")]
    col.submit({why: "Rhys and I talk on Monday"})
    said = col.seen()
    assert "signed off by <@U0COW>" in said
    assert "M-1 is not ready yet. Still open:" in said.replace("*", "")
    assert "Say what this meeting is for. (JAM-064)" in said
    assert meeting(scheduled).state is MeetingState.SCHEDULED
    kept = scheduled.read(lambda session: session.scalars(select(Fact).where(Fact.answer == "no")).one())
    assert (kept.requirement, kept.reason, kept.by) == ("checklist:jam-01-c", "Rhys and I talk on Monday", "U0COW")
    assert "Rhys" not in shown(scheduled).words
    col.click("What your policy asks for")
    assert "Before it is ready" in scheduled.person("U0COW").seen()
    signed = shown(scheduled)
    assert "Signed off by <@U0COW>" in signed.words
    assert "Left open: “The session is planned and has a structure.”" in signed.words
    assert _button(signed, "Sign off") is None


def test_a_button_drawn_before_somebody_ticked_signs_nothing(scheduled: World) -> None:
    message = posted(scheduled)
    hold = scheduled.sandbox.faults.hold("chat.update")
    farah = scheduled.person("U0FAC")
    farah.click("Sign off", message)
    _tick(scheduled, message, "U0COW")
    refused = farah.submit()
    hold.release()
    assert "Somebody changed the checklist meanwhile" in str(refused.errors) + farah.seen()
    farah.close(all_views=True)
    assert meeting(scheduled).state is MeetingState.SCHEDULED
    assert _sign_offs(scheduled) == 0
    clear(farah, "M-1", "ready")
    assert "M-1 is ready now." in sign_off(farah, shown(scheduled))
    assert _sign_offs(scheduled) == 1
    assert meeting(scheduled).state is MeetingState.READY


def test_a_second_click_signs_once_and_shows_how_it_stands(scheduled: World) -> None:
    message = posted(scheduled)
    farah = scheduled.person("U0FAC")
    farah.click("Sign off", message)
    farah.submit()
    version = meeting(scheduled).version
    again = scheduled.sandbox.repeat()
    assert "signed off by <@U0FAC>" in f"{again.text} {farah.seen()}"
    farah.close(all_views=True)
    assert _sign_offs(scheduled) == 1
    assert meeting(scheduled).version == version


def test_a_tick_after_the_sign_off_keeps_it_and_is_shown(scheduled: World) -> None:
    message = posted(scheduled)
    clear(scheduled.person("U0FAC"), "M-1", "ready")
    sign_off(scheduled.person("U0FAC"), message)
    _tick(scheduled, message, "U0COW")
    after = shown(scheduled)
    assert "Signed off by <@U0FAC>" in after.words
    assert "Changed after the sign-off" in after.words
    assert meeting(scheduled).state is MeetingState.READY
    sign_off(scheduled.person("U0COW"), after, "Sign off again")
    again = shown(scheduled)
    assert "Signed off by <@U0COW>" in again.words
    assert "Changed after" not in again.words


def test_nobody_else_signs_off(scheduled: World) -> None:
    answer = scheduled.person("U0MAN").click("Sign off", posted(scheduled))
    assert "Only the host and the co-workers of M-1" in answer.text
    assert _sign_offs(scheduled) == 0
    assert "signed off by <@U0DEP>" in sign_off(scheduled.person("U0DEP"), shown(scheduled))


def test_a_meeting_without_a_link_is_not_signed_off(world: World) -> None:
    world.person("U0FAC").command("/meeting", "new Cooking on Thursday at 16:00", channel="C0YOUTH")
    farah = world.person("U0FAC")
    farah.click("Sign off", posted(world))
    assert "M-1 has no link yet" in str(farah.submit().errors) + farah.seen()
    farah.close(all_views=True)
    signed = world.read(lambda session: session.scalars(select(Checklist)).one().signed_off_by)
    assert signed is None


def test_a_cancelled_meeting_keeps_its_checklist_as_it_is(scheduled: World) -> None:
    message = posted(scheduled)
    change_meeting(scheduled, lambda found: setattr(found, "state", MeetingState.CANCELLED))
    for label in ("Sign off", "Tick measures"):
        assert "M-1 is cancelled" in scheduled.person("U0FAC").click(label, message).text
    assert facts(scheduled) == []
    assert _sign_offs(scheduled) == 0
