"""The clock with a moved clock: every step once and in order, over restarts, holidays and changes of mind."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.concerns.rights import asked_in_order
from bot.staff.people import owe_reroute
from db.models import AuditEvent, Delivery, Staff
from db.models.concern import ConcernState
from tests.concerns.clockwork import move_to, said, the_concern, thread, utc
from tests.support.raising import SECRET, raise_one
from tests.support.world import World, open_world

MINUTE = timedelta(minutes=1)
EVERYBODY = [("U0DEP", "round"), ("U0HEAD", "round"), ("U0LEAD", "round")]


def restart(world: World) -> None:
    world.stop_bot()
    world.start_bot()
    world.settle()


def acknowledge(world: World, who: str = "U0LEAD") -> None:
    world.person(who).click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[0])
    world.settle()


def next_step(world: World) -> datetime:
    """When the next step of the ladder is due."""
    kinds = ("concern.remind", "concern.escalate")
    query = select(func.min(Delivery.due_at)).where(Delivery.kind.in_(kinds), Delivery.done_at.is_(None))
    found = world.read(lambda session: session.scalar(query))
    assert found is not None
    return found


def appoint(world: World, who: str, role: str) -> None:
    """Give somebody a role, as setup does."""
    assert world.bot is not None
    now = world.bot.app.deps.clock.now()

    def work(session: Session) -> None:
        person = session.scalars(select(Staff).where(Staff.slack_id == who)).one()
        person.roles, person.in_file, person.file_order = [role], True, 9
        owe_reroute(session, person.organisation_id, now)

    world.write(work)
    world.settle()


def test_every_step_once_and_in_order_over_restarts(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    raised = the_concern(world).raised_at
    before = said(world)
    assert sorted(before) == [("G0CONCERN", "new"), ("U0LEAD", "new")]
    for minutes, told in (
        (7.5, [("U0LEAD", "reminder")]),
        (15, [("U0DEP", "asked"), ("U0FAC", "telephone")]),
        (30, [("U0HEAD", "asked")]),
        (45, EVERYBODY),
        (55, EVERYBODY),
        (65, EVERYBODY),
    ):
        due = next_step(world)
        assert abs(due - raised - minutes * MINUTE) < MINUTE
        move_to(world, due - MINUTE / 6)
        assert said(world) == before, f"too early, before minute {minutes}"
        restart(world)
        move_to(world, due + timedelta(seconds=1))
        assert said(world)[: len(before)] == before
        assert sorted(said(world)[len(before) :]) == told
        before = said(world)


def test_rounds_are_counted_and_only_the_newest_can_be_answered(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    for minutes in (15, 15, 15, 10, 10):
        world.clock_forward(minutes * 60 + 1)
        world.settle()
    *_, first, second, third = world.sandbox.dm("U0DEP")
    assert [f"round {number}" in third.words for number in (2, 3, 4)] == [False, False, True]
    assert [str(one.blocks).count("concern.acknowledge") for one in (first, second, third)] == [0, 0, 1]
    assert the_concern(world).rounds == 3
    world.person("U0DEP").click("concern.acknowledge", message=third)
    world.settle()
    assert all("concern.acknowledge" not in str(one.blocks) for one in (first, second, third))
    said_then = said(world)
    world.clock_forward(3600)
    world.settle()
    assert said(world) == said_then


def test_how_often_everybody_is_asked_is_the_organisations_choice(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, repeat_every={"now": "90s"}) as world:
        raise_one(world, urgency="now")
        world.settle()
        for seconds in (900, 900, 900, 90):
            world.clock_forward(seconds + 1)
            world.settle()
        assert said(world).count(("U0HEAD", "round")) == 2


@pytest.mark.parametrize(
    ("urgency", "raised", "rounds"),
    [
        ("today", "2027-01-14 10:00", [timedelta(hours=1)] * 3),
        # Friday afternoon, Monday afternoon, Tuesday afternoon.
        ("week", "2027-01-12 15:00", [timedelta(days=3), timedelta(days=1)]),
    ],
)
def test_what_can_wait_is_asked_about_without_end_too(
    world: World, urgency: str, raised: str, rounds: list[timedelta]
) -> None:
    """The raiser is told to telephone at the first deadline that nobody keeps, whatever the urgency."""
    move_to(world, utc(raised))
    raise_one(world, urgency=urgency)
    world.settle()
    move_to(world, the_concern(world).answer_by + timedelta(seconds=1))
    assert {("U0DEP", "asked"), ("U0FAC", "telephone")} <= set(said(world))
    while the_concern(world).rounds == 0:
        move_to(world, next_step(world) + timedelta(seconds=1))
    at = world.now()
    for number, apart in enumerate(rounds, 2):
        before = len(said(world))
        due = next_step(world)
        assert abs(due.timestamp() - at - apart.total_seconds()) < 60, due
        move_to(world, due + timedelta(seconds=1))
        assert sorted(said(world)[before:]) == EVERYBODY
        assert the_concern(world).rounds == number
        at = world.now()


def test_after_an_outage_of_slack_nobody_gets_a_heap_of_rounds(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    for _ in range(3):
        world.clock_forward(15 * 60 + 1)
        world.settle()
    before = said(world)
    world.sandbox.faults.down = "503"
    for _ in range(4):
        rounds = the_concern(world).rounds
        world.clock_forward(10 * 60 + 1)
        world.sandbox.wait_for(lambda rounds=rounds: the_concern(world).rounds > rounds, 10)  # type: ignore[misc]
    world.sandbox.faults.clear()
    world.clock_forward(11)
    world.settle()
    assert sorted(said(world)[len(before) :]) == EVERYBODY
    assert "round 6" in world.sandbox.dm("U0LEAD")[-1].words


def test_a_bot_that_was_down_over_a_deadline_asks_when_it_is_back(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    world.stop_bot()
    world.clock_forward(20 * 60)
    world.start_bot()
    world.settle()
    assert said(world).count(("U0DEP", "asked")) == 1
    assert ("U0HEAD", "asked") not in said(world)


def test_acknowledging_stops_every_timer(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    raised = the_concern(world).raised_at
    move_to(world, raised + 16 * MINUTE)
    acknowledge(world, "U0DEP")
    before = said(world)
    move_to(world, raised + 120 * MINUTE)
    assert said(world) == before
    assert before[-1] == ("U0FAC", "seen")


@pytest.mark.parametrize(
    ("nation", "raised", "asked"),
    [
        ("england", "2027-03-25 16:00", "2027-03-30 15:00"),
        ("scotland", "2027-03-25 16:00", "2027-03-29 15:00"),
        ("scotland", "2029-12-31 16:00", "2030-01-03 16:00"),
        ("england", "2029-12-31 16:00", "2030-01-02 16:00"),
    ],
)
def test_over_easter_and_the_second_of_january(
    database_url: str, tmp_path: Path, nation: str, raised: str, asked: str
) -> None:
    with open_world(database_url, tmp_path, nation=nation) as world:
        move_to(world, utc(raised))
        raise_one(world, urgency="week")
        world.settle()
        deadline = the_concern(world).answer_by
        assert abs(deadline - utc(asked)) < MINUTE
        move_to(world, deadline - 61 * MINUTE)
        assert set(said(world)) == {("G0CONCERN", "new"), ("U0LEAD", "new")}
        move_to(world, deadline - 59 * MINUTE)
        assert said(world)[-1] == ("U0LEAD", "reminder")
        restart(world)
        move_to(world, deadline + MINUTE)
        assert set(said(world)[-2:]) == {("U0DEP", "asked"), ("U0FAC", "telephone")}


def test_acknowledged_and_left_comes_open_again(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    acknowledge(world)
    touched = the_concern(world).touched_at
    assert touched is not None
    move_to(world, touched + timedelta(hours=4, minutes=1))
    assert said(world)[-1] == ("U0LEAD", "untouched")
    restart(world)
    move_to(world, touched + timedelta(hours=8, minutes=3))
    concern = the_concern(world)
    assert (concern.state, concern.lead, concern.acknowledged_by) == (ConcernState.RAISED, None, None)
    assert said(world)[-1] == ("U0LEAD", "open again")
    root = world.sandbox.messages("G0CONCERN")[0]
    assert "answer by" in root.words
    assert "acknowledged and then left" in thread(world, root)[-1]
    assert [one for one in said(world) if one[0] == "U0FAC"] == [("U0FAC", "seen")]
    move_to(world, concern.answer_by + MINUTE)
    assert set(said(world)[-2:]) == {("U0DEP", "asked"), ("U0FAC", "telephone")}
    world.person("U0DEP").click("concern.acknowledge", message=world.sandbox.dm("U0DEP")[0])
    world.settle()
    assert the_concern(world).lead == "U0DEP"
    assert [kind for who, kind in said(world) if who == "U0FAC"] == ["seen", "telephone", "seen"]


def test_the_raiser_told_to_telephone_hears_when_it_is_seen_after_all(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    for _ in range(3):
        world.clock_forward(15 * 60 + 5)
        world.settle()
    assert [kind for who, kind in said(world) if who == "U0FAC"] == ["telephone"]
    acknowledge(world)
    assert said(world)[-1] == ("U0FAC", "seen")


def test_passed_on_early_the_raiser_is_told_at_the_deadline_they_were_promised(world: World) -> None:
    """Whoever is asked is away before the deadline, so the next is asked: the promise to the raiser stands."""
    raise_one(world, urgency="now")
    world.settle()
    deadline = the_concern(world).answer_by
    world.person("U0LEAD").command("/facilitator", "away until in 100 days")
    world.settle()
    assert ("U0FAC", "telephone") not in said(world)
    move_to(world, deadline + timedelta(seconds=1))
    assert ("U0FAC", "telephone") in said(world)


def test_how_long_it_may_be_left_is_the_organisations_choice(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, untouched_after={"now": "30m"}) as world:
        raise_one(world, urgency="now")
        world.settle()
        acknowledge(world)
        world.clock_forward(31 * 60)
        world.settle()
        assert said(world)[-1] == ("U0LEAD", "untouched")


def test_whoever_acknowledged_and_lost_the_role_leaves_it_open(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    acknowledge(world)
    world.sandbox.state.channels["G0CONCERN"].members.remove("U0LEAD")
    world.sandbox.membership.change_user("U0LEAD", deleted=True)
    world.settle()
    assert the_concern(world).state is ConcernState.RAISED
    assert said(world)[-1] == ("U0DEP", "open again")
    assert "may not any more" in thread(world, world.sandbox.messages("G0CONCERN")[0])[-1]
    deadline = the_concern(world).answer_by
    move_to(world, deadline + MINUTE)
    assert ("U0LEAD", "asked") not in said(world)
    # The raiser is told to telephone in the same moment; either message may be the first.
    assert "asked" in [what for _, what in said(world)[-2:]]


def test_away_after_it_was_raised_passes_it_on_at_once(world: World) -> None:
    raise_one(world, urgency="today")
    world.settle()
    world.person("U0LEAD").command("/facilitator", "away until in 100 days")
    world.settle()
    assert said(world)[-1] == ("U0DEP", "asked")
    raise_one(world, urgency="today")
    world.settle()
    assert said(world)[-1] == ("U0DEP", "new")


def test_a_new_lead_is_told_of_what_is_open_and_can_read_what_is_closed(world: World) -> None:
    raise_one(world)
    world.settle()
    reference = the_concern(world).reference

    appoint(world, "U0COW", "deputy")
    assert reference in world.sandbox.dm("U0COW")[-1].words
    world.person("U0COW").click("concern.read", message=world.sandbox.dm("U0COW")[-1])
    assert SECRET in world.person("U0COW").seen()
    concern = the_concern(world)
    order = world.read(lambda session: [one.slack_id for one in asked_in_order(session, concern)])
    assert order == ["U0LEAD", "U0DEP", "U0COW"]


def test_sealed_until_somebody_may_be_told(world: World) -> None:
    raise_one(world, about="staff", subject_staff="U0HEAD")
    world.settle()
    assert the_concern(world).sealed_from_staff
    assert said(world) == []

    appoint(world, "U0COW", "chair")
    assert not the_concern(world).sealed_from_staff
    assert said(world) == [("U0COW", "new")]
    for told in ([("U0COW", "reminder")], [("U0COW", "round"), ("U0FAC", "telephone")]):
        before = len(said(world))
        move_to(world, next_step(world) + timedelta(seconds=1))
        assert sorted(said(world)[before:]) == told
    actions = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
    assert actions.count("concern.rerouted") == 1
