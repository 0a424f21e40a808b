"""What a message about a concern says, to whom, and when its buttons go: no more than a time and a reference."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from db.models import ConcernPost
from tests.concerns.clockwork import move_to, said, the_concern, thread
from tests.concerns.leading import close, decide, in_days, informed, opened, taken_up, triage
from tests.support.raising import raise_one
from tests.support.world import World


def texts(world: World, since: int = 0) -> list[str]:
    """The notification texts of every message about a concern that was posted or redrawn."""
    sent = [one.args for one in world.sandbox.calls[since:] if one.method in ("chat.postMessage", "chat.update")]
    return [str(args["text"]) for args in sent]


def buttons(message) -> list[str]:  # type: ignore[no-untyped-def]
    """The action ids of a message's buttons."""
    return re.findall(r"'action_id': '([^']+)'", str(message.blocks))


def test_a_telephone_shows_what_it_is_by_when_and_the_reference_and_no_more(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    concern = the_concern(world)
    by = concern.answer_by.astimezone(ZoneInfo("Europe/London"))
    expected = f"Safeguarding concern · answer by {by:%H:%M} · {concern.reference}"
    assert set(texts(world)) == {expected}
    root = world.sandbox.messages("G0CONCERN")[0]
    for word in ("child", "Now", "urgent", "Farah"):
        assert word not in root.words
    assert concern.reference in root.words
    assert "raised" in root.words


def test_a_deadline_that_is_not_today_has_its_day(world: World) -> None:
    raise_one(world, urgency="week")
    world.settle()
    by = the_concern(world).answer_by.astimezone(ZoneInfo("Europe/London"))
    assert f"answer by {by:%H:%M} on {by:%A} {by.day} {by:%B}" in texts(world)[0]


def test_every_message_of_a_life_keeps_its_reference_and_its_deadline(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    move_to(world, the_concern(world).answer_by + timedelta(seconds=1))
    lead = opened(world, "U0LEAD", the_concern(world))
    lead.click("concern.acknowledge")
    world.settle()
    reference = the_concern(world).reference
    assert all(reference in one for one in texts(world))
    assert any(one.startswith("Safeguarding concern · was to be answered by ") for one in texts(world))
    assert texts(world)[-1] != ""
    assert "to be answered by" in str(lead.view)


def test_old_reminders_lose_their_buttons_when_somebody_answers(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    concern = the_concern(world)
    move_to(world, concern.answer_by - timedelta(minutes=5))
    first, reminder = world.sandbox.dm("U0LEAD")
    assert "concern.acknowledge" in buttons(reminder)
    world.person("U0DEP").click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[0])
    world.settle()
    assert buttons(reminder) == []
    assert concern.reference in reminder.words
    assert buttons(first) == ["concern.read"]
    kept = world.read(lambda session: list(session.scalars(select(ConcernPost.target))))
    assert sorted(kept) == ["U0LEAD:0", "channel"]


def test_whoever_is_given_an_action_is_told_at_once_and_nobody_of_their_own_work(world: World) -> None:
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    triage(lead)
    world.settle()
    before = len(world.sandbox.calls)
    lead.click("concern.action_add")
    lead.submit(action_what="Ring the school", action_due=in_days(world, 5), action_owner="U0LEAD")
    lead.click("concern.action_add")
    lead.submit(action_what="Ring the police", action_due=in_days(world, 5), action_owner="U0DEP")
    world.settle()
    (told,) = [one for one in world.sandbox.dm("U0DEP") if "for you to do" in one.words]
    assert concern.reference in told.words
    assert "police" not in str(texts(world, before))
    world.person("U0DEP").click("concern.read", message=told)
    assert "Ring the police" in str(world.person("U0DEP").view)
    assert thread(world, world.sandbox.dm("U0LEAD")[0]) == []
    assert thread(world, world.sandbox.messages("G0CONCERN")[0]) != []


def test_the_raiser_is_told_of_the_closing_once_and_not_by_whom(world: World) -> None:
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    triage(lead)
    decide(lead)
    informed(lead)
    close(lead, world)
    world.settle()
    (told,) = [one for one in world.sandbox.dm("U0FAC") if "closed" in one.words]
    assert concern.reference in told.words
    assert "U0LEAD" not in told.words
    assert ("U0FAC", "seen") in said(world)


def test_a_lead_who_looks_after_their_own_concern_is_not_told_of_it(world: World) -> None:
    raise_one(world, who="U0LEAD")
    world.settle()
    lead = opened(world, "U0LEAD", the_concern(world))
    lead.click("concern.acknowledge")
    world.settle()
    assert ("U0LEAD", "seen") not in said(world)


def test_the_receipt_says_how_many_can_read_it(world: World) -> None:
    raise_one(world)
    assert "2 people can read it, and nobody else." in str(world.person("U0FAC").view)


def test_the_answer_button_goes_once_it_is_answered(world: World) -> None:
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    lead.click("concern.question_add")
    lead.submit(question="Where was it?")
    world.settle()
    raiser = world.person("U0FAC")
    asked = world.sandbox.dm("U0FAC")[-1]
    assert buttons(asked) == ["concern.answer"]
    raiser.click("concern.answer", message=asked)
    raiser.submit(answer="In the hall")
    world.settle()
    assert buttons(asked) == []
    assert concern.reference in asked.words


def test_the_form_for_closing_has_no_two_buttons_of_one_name(world: World) -> None:
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    triage(lead)
    decide(lead)
    informed(lead)
    lead.click("concern.close")
    assert lead.view is not None
    assert (lead.view["submit"]["text"], lead.view["close"]["text"]) == ("Close the concern", "Cancel")
