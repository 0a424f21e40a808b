"""Ticking: each tick a stored fact with name and time, the card drawn anew, nobody's tick undone by somebody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.facts import points, recording, standing
from bot.gates import gating
from bot.prompts import service
from bot.prompts.forms import Filled
from db.inbox import Claim
from db.models import AuditEvent, Fact, Meeting, Role
from tests.prompts.conftest import facts, go_to, meeting, reminders, say, schedule, use_policy
from tests.support.asked import choices
from tests.support.clearing import clear
from tests.support.world import World

HOUR = timedelta(hours=1)


@pytest.fixture
def near(world: World) -> World:
    """It is an hour before James's M-1."""
    starts = schedule(world, "james").starts_at
    go_to(world, starts - HOUR)
    return world


def test_a_tick_is_a_fact_with_name_and_time_and_the_form_shows_it(near: World) -> None:
    farah = reminders(near)
    farah.submit({"hour_before.1": ["prompt:hour_before:roles", "prompt:hour_before:space"]})
    assert "Saved for M-1: 2 ticked." in farah.seen()
    assert facts(near) == [
        ("prompt:hour_before:roles", True, "U0FAC"),
        ("prompt:hour_before:space", True, "U0FAC"),
    ]
    row = near.read(lambda session: list(session.scalars(select(Fact))))[0]
    assert abs(row.at.timestamp() - near.now()) < 30
    farah.close(all_views=True)
    shown = str(reminders(near, "U0COW").view)
    assert "1 <@U0FAC>, <!date^" in shown
    assert "3 <@" not in shown


def test_two_people_ticking_at_once_do_not_undo_each_other(near: World) -> None:
    farah, col = reminders(near), near.person("U0COW")
    farah.submit({"hour_before.1": ["prompt:hour_before:dress"]})
    farah.close(all_views=True)
    reminders(near)
    reminders(near, "U0COW")
    farah.fill({"hour_before.1": ["prompt:hour_before:roles"]})
    col.fill({"hour_before.1": ["prompt:hour_before:dress", "prompt:hour_before:space"]})
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda person: person.submit(), (farah, col)))
    assert [answer.errors for answer in answers] == [{}, {}]
    assert sorted(facts(near)[1:]) == [
        ("prompt:hour_before:dress", False, "U0FAC"),
        ("prompt:hour_before:roles", True, "U0FAC"),
        ("prompt:hour_before:space", True, "U0COW"),
    ]


def test_one_box_ticks_all_that_are_left_of_a_group(near: World) -> None:
    farah = reminders(near)
    assert farah.view is not None
    (boxes,) = [one["element"]["options"] for one in farah.view["blocks"] if one["block_id"] == "hour_before.1"]
    farah.submit({"hour_before.all": ["all"]})
    assert {name for name, _, _ in facts(near)} == {one["value"] for one in boxes}
    farah.close(all_views=True)
    assert "hour_before.all" not in str(reminders(near).view)


def test_the_same_form_sent_twice_counts_once(near: World) -> None:
    farah = reminders(near)
    farah.submit({"hour_before.1": ["prompt:hour_before:roles"]})
    assert "This was saved already." in str(near.sandbox.repeat().body)
    assert len(facts(near)) == 1


def test_a_form_sent_again_with_other_boxes_amends_the_first(world: World) -> None:
    schedule(world, "james")
    found, farah = meeting(world), _caller(world)
    shown = frozenset(["prompt:planning:risk", "prompt:planning:safety"])

    def send(key: str, *ticked: str) -> service.Saved:
        form, claim = Filled(found.id, 0, shown, frozenset(ticked)), Claim(key, "form:root")
        return world.write(lambda session: service.save(session, farah, form, claim, datetime.now(UTC)))

    assert send("form:1", "prompt:planning:risk").ticked == 1
    amended = send("form:2", "prompt:planning:safety")
    assert (amended.ticked, amended.unticked) == (1, 1)
    assert sorted(facts(world)[1:]) == [
        ("prompt:planning:risk", False, "U0FAC"),
        ("prompt:planning:safety", True, "U0FAC"),
    ]


def _caller(world: World, *roles: Role) -> Caller:
    return Caller(world.organisation(), "U0FAC", "Farah", frozenset([Role.FACILITATOR, *roles]))


def test_only_those_who_may_run_the_meeting_tick(near: World) -> None:
    (card,) = near.sandbox.dm("U0FAC")[:1]
    near.write(lambda session: setattr(session.scalars(select(Meeting)).one(), "co_workers", []))
    assert "can't find M-1" in say(near, "tick M-1 roles", who="U0COW")
    assert "nothing to tick" in say(near, "tick M-1 roles", who="U0MAN")
    assert reminders(near, "U0LEAD").view
    assert "hosts it now" not in card.words
    assert facts(near) == []


def test_typed_by_id_by_words_and_twice(world: World) -> None:
    schedule(world, "james")
    assert "Wear a JAMES hoodie" in say(world, "tick M-1 hoodie")
    assert "Hold a staff meeting" in say(world, "tick staff meeting M–1")
    assert "Do a risk assessment" in say(world, "tick M-1 risk because the new kitchen is safer")
    assert "Ticked already for M-1, by <@U0FAC>" in say(world, "tick M-1 hoodie")
    assert [key for key, _, _ in facts(world)] == [
        "prompt:hour_before:hoodie",
        "prompt:planning:staff-meeting",
        "prompt:planning:risk",
    ]
    actions = world.read(lambda session: [one.detail for one in session.scalars(select(AuditEvent))])
    assert "prompt:planning:risk" in actions
    assert "kitchen" not in str(actions)


def test_what_is_not_clear_is_asked(world: World) -> None:
    schedule(world, "james")
    said = say(world, "tick M-1 zebra crossing")
    assert "Your policy asks for nothing that is called “zebra crossing”. Your policy asks for `" in said
    # Nowhere does a thing to tick become a meeting's title.
    for command, typed in (
        ("/meeting", "tick M-1 lock"),
        ("/meeting", "door M-1"),
        ("/meeting", "locked"),
        ("/checklist", "tick M-1 lock"),
    ):
        asked = world.person("U0FAC").command(command, typed, channel="C0YOUTH")
        assert "Nothing was" in asked.text
        assert not any(one.startswith("meeting new") for one in choices(asked)), typed
    assert choices(asked) == ["checklist tick M-1", "meeting tick M-1 lock"]
    world.person("U0FAC").click("Look for it among the others")
    assert "asks for nothing that is called “lock”. It may be on the risk checklist" in world.person("U0FAC").seen()
    assert "more. Nothing was ticked for M-1." in said
    said = say(world, "tick M-1 group rules gone through w carers")
    assert "Nearest of what your policy asks for: `ground-rules` (Go over the ground rules again)" in said
    assert "Tick “" not in said
    said = say(world, "tick staff meetng M-1")
    assert "Do you mean this? Nothing was ticked for M-1." in said
    world.person("U0FAC").click("Tick “staff meeting”")
    assert [key for key, _, _ in facts(world)] == ["prompt:planning:staff-meeting"]
    assert "Not ticked any more for M-1" in say(world, "untick M-1 staff-meeting")
    assert "this was not ticked for M-1" in say(world, "untick M-1 staff-meeting")
    for typed in ("assessment", "assesment"):
        assert "Tick “risk”" in say(world, f"tick M-1 {typed}")
    said = say(world, "tick M-1 register")
    assert "Not due yet: `register` belongs to “when it is over”, and M-1 begins on " in said
    assert "Nothing was ticked." in said
    assert "Not due yet: `real-names` belongs to “as you start”" in say(world, "tick M-1 real names")
    said = say(world, "tick M-1 because it is done")
    assert "Say what you tick" in said
    assert [on for _, on, _ in facts(world)] == [True, False]


@pytest.mark.parametrize(
    "typed", ["not hoodie", "hoodie?", "haven't got the hoodie", "hoodie still to do", "no hoodie"]
)
def test_what_says_that_it_is_not_done_ticks_nothing(world: World, typed: str) -> None:
    schedule(world, "james")
    said = say(world, f"tick M-1 {typed}")
    assert "I tick nothing from" in said
    assert "Open the form" in said
    assert "Tick “" not in said
    assert facts(world) == []
    say(world, "tick M-1 hoodie")
    assert "is ticked: shall it not be?" in say(world, f"tick M-1 {typed}")
    world.person("U0FAC").click("Take the tick of “hoodie” away")
    assert [on for _, on, _ in facts(world)] == [True, False]


def test_no_button_ticks_for_whom_the_text_leaves_out(world: World) -> None:
    schedule(world, "james")
    world.person("U0FAC").command("/participant", "add Aled, Bronwen to M-1", channel="C0YOUTH")
    for typed in (
        "consent done for all but Aled",
        "consent Aled no, rest yes",
        "consent for Bronwen",
        "consent Bronwen",
    ):
        said = say(world, f"tick M-1 {typed}")
        assert "Open the form" in said
        assert "Tick “" not in said
    said = say(world, "tick M-1 guardian allowed it for Aled")
    assert "Nearest of what your policy asks for: `" in said
    assert "`consent` (Consent was explained and agreed)" in said
    assert "Tick “consent”" in say(world, "tick M-1 consnt")
    assert "Take the tick of “consent” away" in say(world, "untick M-1 consnt")
    assert facts(world) == []
    use_policy(world, "sendiass")
    assert "The form asks of each person: “carer consent”" in say(world, "tick M-1 the parent or carer consents")


def test_a_reason_is_kept_sealed_and_shown_only_in_the_form(world: World) -> None:
    schedule(world, "james")
    say(world, "tick M-1 risk because Rhys knows the kitchen")
    assert not [message for message in world.sandbox.dm("U0FAC") if "kitchen" in message.words]
    stored = world.read(lambda session: session.execute(text("SELECT reason FROM facts")).scalar_one())
    assert b"kitchen" not in bytes(stored)
    assert "Rhys knows the kitchen" in reminders(world).seen()


def test_without_a_word_the_form_of_the_gates_leads_to_all_reminders_that_can_be_ticked_now(world: World) -> None:
    starts = schedule(world, "james").starts_at
    farah = world.person("U0FAC")
    assert farah.command("/meeting", "tick M-1", channel="C0GENERAL").opened
    assert farah.view is not None
    assert farah.view["callback_id"] == "gates.save"
    farah.click("Tick reminders")
    assert _groups(farah.view) == ["While you plan", "In the hour before"]
    farah.submit({"planning.1": ["prompt:planning:risk"], "reason": "A known room"})
    farah.close(all_views=True)
    reason = world.read(lambda session: session.scalars(select(Fact)).one().reason)
    assert reason == "A known room"
    go_to(world, starts)
    farah.command("/meeting", "tick M-1", channel="C0GENERAL")
    farah.click("Tick reminders")
    groups = ["While you plan", "In the hour before", "As you start", "While it runs", "Before you close"]
    assert _groups(farah.view) == [*groups, "When it is over", "Say it to everybody"]


def test_without_a_word_and_without_an_open_gate_the_form_of_the_reminders_opens(world: World) -> None:
    schedule(world, "james")
    farah = world.person("U0FAC")
    for moment in ("ready", "invite", "start", "entry"):
        clear(farah, "M-1", moment)
    farah.command("/meeting", "tick M-1", channel="C0GENERAL")
    assert _groups(farah.view) == ["While you plan", "In the hour before"]


def _groups(view: dict[str, object] | None) -> list[str]:
    assert view is not None
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    boxes = [one for one in blocks if one.get("element", {}).get("type") == "checkboxes"]
    return [one["label"]["text"] for one in boxes if not one["block_id"].endswith(".all")]


def test_a_cancelled_meeting_takes_no_ticks(world: World) -> None:
    schedule(world, "james")
    say(world, "cancel M-1")
    farah = world.person("U0FAC")
    farah.click("meeting.cancel", message=farah.private[-1])
    assert "nothing can be ticked" in say(world, "tick M-1 roles")
    assert facts(world) == []


# Gates


def test_a_gate_is_ticked_by_its_id_together_with_the_prompt_of_that_id(world: World) -> None:
    schedule(world, "james")
    said = say(world, "tick M-1 roles because Farah leads and Col supports")
    assert "Who leads and who supports?" in said
    assert sorted(key for key, _, _ in facts(world)) == ["gate:roles", "prompt:hour_before:roles"]
    said = say(world, "tick M-1 waiting room")
    assert "`waiting-room`" in said
    assert facts(world)[-1] == ("gate:waiting-room", True, "U0FAC")
    found = meeting(world)
    gates = world.read(lambda session: gating.of_meeting(session, found, datetime.now(UTC)))
    assert [gate.open for gate in gates if gate.id in ("roles", "waiting-room")] == [False, False]


def test_a_gate_that_needs_a_reason_says_so_and_takes_it(world: World) -> None:
    schedule(world, "voluntary_sector")
    assert "`/meeting tick M-1 group-size-considered because …`" in say(world, "tick M-1 group-size-considered")
    assert facts(world) == []
    assert "Ticked" in say(world, "tick M-1 group-size-considered because they all know each other")
    found = meeting(world)
    stands = world.read(lambda session: standing.current(session, found))
    assert stands[points.gate("group-size-considered")].reason == "they all know each other"


def test_a_gate_that_needs_a_manager_waits_for_one(world: World) -> None:
    schedule(world, "voluntary_sector")
    assert "counts only when a manager ticks it" in say(world, "tick M-1 purpose-approved")
    farah, max_ = world.person("U0FAC"), world.person("U0MAN")
    farah.command("/meeting", "tick M-1", channel="C0GENERAL")
    assert "purpose-approved" not in _values(farah.view)
    assert "passcode" in _values(farah.view)
    max_.command("/meeting", "tick M-1", channel="C0GENERAL")
    assert _values(max_.view) == ["purpose-approved"], "a manager who does not run it ticks nothing else"
    assert facts(world) == []
    max_.submit({"box.hard.1": ["purpose-approved"]})
    found = meeting(world)
    stands = world.read(lambda session: standing.current(session, found))
    assert stands[points.gate("purpose-approved")].by == "U0MAN"
    assert stands[points.gate("purpose-approved")].manager


def _values(view: dict[str, Any] | None) -> list[str]:
    """What the boxes of a form are stored under."""
    assert view is not None
    boxes = [block for block in view["blocks"] if block["block_id"].startswith("box.") and block["type"] == "input"]
    options = [option for block in boxes for option in block["element"]["options"]]
    return [option["value"] for option in options]


def test_a_tick_that_adds_nothing_is_no_new_fact_and_an_untick_takes_it_back(world: World) -> None:
    schedule(world, "james")
    farah = _caller(world)
    max_ = Caller(world.organisation(), "U0MAN", "Max", frozenset([Role.MANAGER]))

    def give(caller: Caller, ticked: bool, reason: str | None = None) -> bool:
        now = datetime.now(UTC)

        def work(session: Session) -> bool:
            found = session.scalars(select(Meeting)).one()
            if ticked:
                return bool(recording.record(session, caller, found, {points.gate("x"): reason}, now))
            return bool(recording.take_back(session, caller, found, [points.gate("x")], now))

        return world.write(work)

    stored = [
        give(farah, True),
        give(farah, True),
        give(farah, True, "why"),
        give(max_, True),
        give(max_, True),
        give(farah, False),
        give(farah, False),
    ]
    assert stored == [True, False, True, True, False, True, False]
    found = meeting(world)
    assert world.read(lambda session: standing.current(session, found)) == {}
    rows = world.read(lambda session: [one.sequence for one in standing.history(session, found)])
    assert rows == [1, 2, 3, 4]
