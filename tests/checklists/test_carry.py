"""Carrying over from the last meeting of a series: proposals that somebody confirms, and what changed since."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.checklists import carry
from bot.errors import NotFound, Refused
from bot.facts.standing import history, point_of
from bot.sandbox import Message
from db.models import AuditEvent, Checklist, Meeting, MeetingState, Organisation, Role
from tests.checklists.conftest import LINK, shown
from tests.support.clearing import sign_off
from tests.support.world import World

WEEK = 7 * 24 * 3600
ANSWERS = {"row.jam-09.1": ["jam-09-a", "jam-09-c"], "row.jam-08.1": ["jam-08-b"]}


def type_in(world: World, words: str, who: str = "U0FAC") -> str:
    """Type `/meeting …` and wait for all that is due."""
    answer = world.person(who).command("/meeting", words, channel="C0GENERAL")
    world.settle()
    return answer.text


def tick(world: World, number: int, values: dict[str, Any], who: str = "U0FAC") -> str:
    """Open the checklist of a meeting, submit these boxes, and return what the person then sees."""
    person = world.person(who)
    person.command("/checklist", f"tick M-{number}", channel="C0GENERAL")
    person.submit(values)
    seen = person.seen()
    person.close()
    world.settle()
    return seen


def next_week(world: World, words: str = "“cooking,  with RHYS”", co_workers: str = "with @Col.Co-worker") -> None:
    """A week passes, and Farah schedules a meeting of that title with its link."""
    world.clock_forward(WEEK)
    type_in(world, f"new {words} on Thursday at 16:00 {co_workers}")
    type_in(world, f"edit M-2 link {LINK}")


@pytest.fixture
def held(scheduled: World) -> World:
    """A world in which M-1 has three answers: two of Farah's and one of Col's, and the host's word for a setting."""
    tick(scheduled, 1, {"row.jam-09.1": ANSWERS["row.jam-09.1"], "row.settings.1": ["setting:waiting_room"]})
    tick(scheduled, 1, {"row.jam-08.1": ANSWERS["row.jam-08.1"]}, "U0COW")
    return scheduled


def opened(world: World, number: int = 2, who: str = "U0FAC") -> dict[str, Any]:
    """The form of a checklist."""
    world.person(who).command("/checklist", f"tick M-{number}", channel="C0GENERAL")
    view = world.sandbox.state.modals.top(who)
    assert view is not None
    return view.content


def carried(world: World) -> dict[str, Any]:
    """The form of M-2 after Farah carried M-1 over."""
    opened(world)
    world.person("U0FAC").click(label(opened(world)))
    world.settle()
    view = world.sandbox.state.modals.top("U0FAC")
    assert view is not None
    return view.content


def label(view: dict[str, Any]) -> str:
    """What the button that carries over says."""
    (block,) = [one for one in view["blocks"] if one["block_id"] == "offer"]
    return str(block["accessory"]["text"]["text"])


def words(view: dict[str, Any], block_id: str) -> str:
    """The text of one block of a form."""
    block = next(one for one in view["blocks"] if one["block_id"] == block_id)
    return str(block.get("text") or block.get("elements"))


def boxes(view: dict[str, Any], block_id: str) -> dict[str, bool]:
    """The boxes of a group by their value, and whether they come ticked."""
    element = next(one["element"] for one in view["blocks"] if one["block_id"] == block_id)
    on = {one["value"] for one in element.get("initial_options", [])}
    return {one["value"]: one["value"] in on for one in element["options"]}


def looked(view: dict[str, Any]) -> dict[str, str]:
    """What changed, by title: the box that says that somebody looked."""
    element = next(one["element"] for one in view["blocks"] if one["block_id"] == "row.changed.1")
    return {one["text"]["text"]: one["value"] for one in element["options"]}


def answers(world: World, number: int = 2) -> list[tuple[str, bool, str, str | None]]:
    """Every answer on a meeting's checklist in order: (measure, ticked, by, first ticked by)."""

    def work(session: Session) -> list[tuple[str, bool, str, str | None]]:
        found = session.scalars(select(Meeting).where(Meeting.number == number)).one()
        measures = [(point_of(one).measure, one) for one in history(session, found)]
        return [(measure, one.yes, one.by, one.first_by) for measure, one in measures if measure]

    return world.read(work)


def state(world: World, number: int = 2) -> tuple[MeetingState, str | None]:
    """A meeting's state, and who signed its checklist off."""

    def work(session: Session) -> tuple[MeetingState, str | None]:
        meeting = session.scalars(select(Meeting).where(Meeting.number == number)).one()
        checklist = session.scalars(select(Checklist).where(Checklist.meeting_id == meeting.id)).one()
        return meeting.state, checklist.signed_off_by

    return world.read(work)


def in_channel(world: World) -> Message:
    """The checklist of M-2 in its channel."""
    world.person("U0FAC").command("/checklist", "M-2", channel="C0YOUTH")
    return shown(world)


def change_words(world: World, change: dict[str, list[str] | None]) -> None:
    """Let M-1's checklist have been answered to other words, as under an earlier release of the policy's pack."""

    def work(session: Session) -> None:
        checklist = session.scalars(select(Checklist)).one()
        kept = {**checklist.wordings, **change}
        checklist.wordings = {fact: said for fact, said in kept.items() if said is not None}

    world.write(work)


def test_the_answer_to_posting_offers_it_and_carrying_makes_proposals_not_ticks(held: World) -> None:
    next_week(held)
    farah = held.person("U0FAC")
    answer = farah.command("/checklist", "M-2", channel="C0YOUTH")
    (button,) = [
        one for one in answer.blocks[-1]["elements"] if one["text"]["text"].startswith("Carry over from M-1 (")
    ]
    farah.click(button["text"]["text"])
    held.settle()
    assert answers(held) == [
        ("jam-09-a", True, "U0FAC", "U0FAC"),
        ("jam-09-c", True, "U0FAC", "U0FAC"),
        ("jam-08-b", True, "U0FAC", "U0COW"),
    ]
    view = held.sandbox.state.modals.top("U0FAC")
    assert view is not None
    assert boxes(view.content, "row.jam-09.1.carried") == {
        "jam-09-a": True,
        "jam-09-b": False,
        "jam-09-c": True,
        "jam-09-d": False,
    }
    assert "Untick what does not hold this time" in words(view.content, "carried")
    assert "ticked there by <@U0COW> (1). Not confirmed yet." in words(view.content, "row.jam-08.note")
    posted = shown(held).words
    assert "9. Phones and what is shown  *0 of 4* · 2 carried over" in posted
    assert "*Met 0 of 47 before the session, 0 of 11 during it, 0 of 4 afterwards.*" in posted
    assert "3 carried over from M-1, not confirmed yet." in posted
    assert "changed since" not in posted


def test_what_stays_ticked_is_confirmed_and_what_is_unticked_is_taken_back(held: World) -> None:
    next_week(held)
    carried(held)
    farah = held.person("U0FAC")
    farah.submit({"row.jam-09.1.carried": ["jam-09-a", "jam-09-b"]})
    assert "Saved: 3 ticked, 1 unticked." in farah.seen()
    assert sorted(answers(held)[3:]) == [
        ("jam-08-b", True, "U0FAC", None),
        ("jam-09-a", True, "U0FAC", None),
        ("jam-09-b", True, "U0FAC", None),
        ("jam-09-c", False, "U0FAC", None),
    ]
    posted = in_channel(held).words
    assert "*Met 3 of 47 before the session" in posted
    assert "carried over" not in posted


def test_the_sign_off_confirms_what_did_not_change(held: World) -> None:
    next_week(held)
    carried(held)
    message = in_channel(held)
    sign_off(held.person("U0COW"), message)
    assert state(held)[1] == "U0COW"
    assert answers(held)[3:] == [(fact, True, "U0COW", None) for fact in ("jam-08-b", "jam-09-a", "jam-09-c")]
    after = shown(held).words
    assert "*Met 3 of 47 before the session" in after
    assert "✅ Signed off by <@U0COW>" in after
    assert "Changed after the sign-off" not in after


def test_another_co_worker_is_highlighted_and_must_be_looked_at_before_the_sign_off(held: World) -> None:
    next_week(held, co_workers="with @Dev.Deputy")
    view = carried(held)
    assert words(view, "row.changed.1.how").find("It was Farah Facilitator and Col") > -1
    message = in_channel(held)
    assert "⚠️ 1 thing changed since M-1: look before you sign off." in message.words
    refused = held.person("U0FAC").click("Sign off", message)
    assert "nobody has looked at them yet: “Who runs it”" in refused.text
    assert state(held)[1] is None
    held.person("U0FAC").submit({"row.changed.1": [looked(view)["Who runs it"]]})
    held.settle()
    sign_off(held.person("U0FAC"), shown(held))
    assert state(held)[1] == "U0FAC"
    # Another change under the same title asks to be looked at anew.
    type_in(held, "edit M-2 with @Ada.Admin")
    assert looked(opened(held))["Who runs it"] != looked(view)["Who runs it"]


def test_a_row_with_other_words_comes_unticked_and_says_what_changed(held: World) -> None:
    change_words(
        held,
        {
            "jam-09-a": ["jam-09", "The purpose", "another fingerprint"],
            "jam-09-b": None,
            "jam-09-z": ["jam-09", "Biscuits were bought.", "some fingerprint"],
        },
    )
    next_week(held)
    view = carried(held)
    told = words(view, "row.changed.1.how")
    assert list(looked(view)) == ["Phones and what is shown"]
    for said in ("Worded anew: ", "New: ", "Gone: Biscuits were bought."):
        assert said in told
    assert set(boxes(view, "row.jam-09.1").values()) == {False}
    assert boxes(view, "row.jam-08.1.carried")["jam-08-b"] is True
    assert "The row changed: tick anew what holds." in words(view, "row.jam-09.note")
    held.person("U0FAC").submit({"row.changed.1": list(looked(view).values()), "row.jam-09.1": ["jam-09-a"]})
    held.settle()
    sign_off(held.person("U0FAC"), in_channel(held))
    # What was looked at and not ticked again stays unconfirmed.
    assert ("jam-09-c", True, "U0FAC", None) not in answers(held)
    assert ("jam-09-a", True, "U0FAC", None) in answers(held)
    assert "1 carried over from M-1, not confirmed yet" in shown(held).words


def test_settings_are_never_carried_and_their_differences_are_shown(held: World) -> None:
    next_week(held)

    def confirmed(session: Session) -> None:
        meeting = session.scalars(select(Meeting).where(Meeting.number == 2)).one()
        applied = {"state": "applied", "evidence": "read back"}
        meeting.settings_read = {**meeting.settings_read, "waiting_room": applied}

    held.write(confirmed)
    view = carried(held)
    assert [fact for fact, *_ in answers(held)] == ["jam-09-a", "jam-09-c", "jam-08-b"]
    assert "Everybody waits in the waiting room" in words(view, "row.changed.1.how")
    assert "yours to set then, set now." in words(view, "row.changed.1.how")
    assert list(looked(view)) == ["Where it runs, and its settings"]


def test_who_takes_part_and_what_happened_are_counted_and_named_nowhere(held: World) -> None:
    farah = held.person("U0FAC")
    farah.command("/participant", "add Rhys Roberts, Mia Moss to M-1", channel="C0GENERAL")
    farah.command("/incident", "M-1 removed for swearing; done: spoke to the carer", channel="C0GENERAL")
    next_week(held)
    farah.command("/participant", "add Rhys Roberts to M-2", channel="C0GENERAL")
    farah.command("/participant", "add adults Zed Zimmer, Yan Young to M-2", channel="C0GENERAL")
    view = carried(held)
    told = words(view, "row.changed.1.how")
    assert "2 are new. 1 is not on it this time. There are adults on it, for the first time." in told
    assert "1 incident was recorded." in told
    message = in_channel(held)
    assert "⚠️ 2 things changed since M-1" in message.words
    for name in ("Zed", "Mia", "swearing", "incident"):
        assert name not in message.words


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("Cooking with Rhys and Mia", "U0FAC"),
        ("Cooking with Rhys in Drama", "U0FAC"),
    ],
)
def test_another_series_is_not_offered(held: World, typed: str, who: str) -> None:
    next_week(held, typed)
    assert [one for one in opened(held, who=who)["blocks"] if one["block_id"] == "offer"] == []


def test_somebody_elses_meeting_is_not_offered_and_a_leads_is(held: World) -> None:
    held.clock_forward(WEEK)
    type_in(held, "new “Cooking with Rhys” on Thursday at 16:00", "U0MAN")
    assert [one for one in opened(held, who="U0MAN")["blocks"] if one["block_id"] == "offer"] == []
    assert label(opened(held, who="U0LEAD")).startswith("Carry over from M-1 (")


def test_a_cancelled_meeting_is_passed_over_and_one_without_answers_too(held: World) -> None:
    next_week(held)
    held.clock_forward(WEEK)
    type_in(held, "new “Cooking with Rhys” on Thursday at 16:00 with @Col.Co-worker")
    assert label(opened(held, 3)).startswith("Carry over from M-1 (")

    def cancel(session: Session) -> None:
        session.scalars(select(Meeting).where(Meeting.number == 1)).one().state = MeetingState.CANCELLED

    held.write(cancel)
    assert [one for one in opened(held, 3)["blocks"] if one["block_id"] == "offer"] == []


def test_a_second_click_and_own_answers_change_nothing(held: World) -> None:
    next_week(held)
    tick(held, 2, {"row.jam-08.1": ["jam-08-b"]})
    carried(held)
    held.sandbox.repeat()
    facts = [("jam-08-b", True, "U0FAC", None), *((fact, True, "U0FAC", "U0FAC") for fact in ANSWERS["row.jam-09.1"])]
    assert answers(held) == facts
    query = select(AuditEvent.detail).where(AuditEvent.action == "checklist.carried")
    assert held.read(lambda session: list(session.scalars(query))) == ["2 answers of M-1"]


def test_a_form_from_before_the_carrying_takes_nothing_back(held: World) -> None:
    next_week(held)
    opened(held, who="U0COW")
    carried(held)
    held.person("U0COW").submit({"row.jam-03.1": ["jam-03-a"]})
    assert answers(held)[3:] == [("jam-03-a", True, "U0COW", None)]
    assert "9. Phones and what is shown  *0 of 4* · 2 carried over" in in_channel(held).words


def test_only_who_may_run_both_carries_over(held: World) -> None:
    next_week(held)
    in_channel(held)

    def ids(session: Session) -> tuple[UUID, UUID]:
        first, second = session.scalars(select(Meeting).order_by(Meeting.number))
        return session.scalars(select(Checklist.id).where(Checklist.meeting_id == second.id)).one(), first.id

    checklist_id, earlier_id = held.read(ids)

    def as_(slack_id: str) -> None:
        caller = Caller(held.organisation(), slack_id, slack_id, frozenset([Role.FACILITATOR]))
        held.write(lambda session: carry.carry_over(session, caller, checklist_id, earlier_id, datetime.now(UTC)))

    with pytest.raises(Refused):
        as_("U0MAN")

    def hand_over(session: Session) -> None:
        session.scalars(select(Meeting).where(Meeting.number == 2)).one().co_workers = ["U0MAN"]

    held.write(hand_over)
    with pytest.raises(NotFound):
        as_("U0MAN")
    assert answers(held) == []


def test_the_policy_that_was_left_has_nothing_to_carry(held: World) -> None:
    def other(session: Session) -> None:
        session.scalars(select(Organisation)).one().policy = "sendiass"

    held.write(other)
    next_week(held)
    assert [one for one in opened(held)["blocks"] if one["block_id"] == "offer"] == []
