"""No open concern is ever without a clock, and nobody is left untold for longer than the longest of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.concerns.alerting import clocks, ladder
from bot.concerns.alerting.ladder import Nudge
from bot.concerns.routing import moment_after, working_moment_after
from bot.concerns.states import OPEN
from db.models import Concern, Delivery
from db.models.concern import ConcernState
from tests.concerns.clockwork import move_to, said, the_concern, utc
from tests.concerns.leading import in_days, taken_up, triage
from tests.concerns.test_states import Life
from tests.support.raising import raise_one
from tests.support.world import World, open_world

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
Timer = Callable[[Session, Delivery, datetime], None]
TIMERS: dict[str, Timer] = {
    "concern.remind": lambda s, one, now: ladder.remind(s, _id(one), one.target, now),
    "concern.missed": lambda s, one, now: ladder.missed(s, _id(one), one.target, now),
    "concern.escalate": lambda s, one, now: ladder.ask_next(s, _id(one), one.step, one.target, now),
    "concern.untouched": lambda s, one, now: clocks.look(s, _id(one), one.step, one.target, now),
    "concern.due": lambda s, one, now: clocks.overdue(
        s, _id(one), Nudge(one.step), one.target, one.organisation_id, now
    ),
}
TELLS = ("concern.announce", "concern.dm", "concern.round", "concern.nudge")


def _id(one: Delivery) -> UUID:
    assert one.record_id is not None
    return one.record_id


class Clocks(Life):
    """One concern worked on in any order, with time that passes between: every timer does what it is for, and every
    message goes out at once."""

    # Slow enough that a month is some thirty timers.
    settings: ClassVar[dict[str, Any]] = {
        "repeat_every": {"today": "30h"},
        "level_within": {"immediate": "26h", "high": "1d"},
    }
    longest: ClassVar[timedelta] = timedelta(0)
    states: ClassVar[set[ConcernState]] = set()

    @rule(hours=st.sampled_from([1, 8, 30, 150]))
    def time_passes(self, hours: int) -> None:
        end = self.now + hours * HOUR
        while (one := self._due(end)) is not None:
            self.now = max(self.now, one.due_at)
            with Session(self.engine) as session:
                TIMERS[one.kind](session, one, self.now)
                session.execute(update(Delivery).where(Delivery.id == one.id).values(done_at=self.now))
                session.commit()
            self._goes_out()
        self.now = end
        with Session(self.engine) as session:
            self.state = session.get_one(Concern, self.concern_id).state

    def _due(self, end: datetime) -> Delivery | None:
        """The next timer, after a look at how long nobody was told before it."""
        self._goes_out()
        query = select(Delivery).where(Delivery.kind.in_(TIMERS), Delivery.done_at.is_(None), Delivery.due_at <= end)
        with Session(self.engine) as session:
            found = session.scalar(query.order_by(Delivery.due_at, Delivery.created_at).limit(1))
            self._somebody_was_told(session, max(self.now, found.due_at) if found else end)
            return found

    def _goes_out(self) -> None:
        sent = update(Delivery).where(Delivery.kind.not_in(TIMERS), Delivery.done_at.is_(None))
        with Session(self.engine) as session:
            session.execute(sent.values(done_at=self.now))
            session.commit()

    def _somebody_was_told(self, session: Session, until: datetime) -> None:
        concern = session.get_one(Concern, self.concern_id)
        watched = concern.state is ConcernState.MONITORING and concern.review_at is not None
        if concern.state not in OPEN or (watched and concern.review_at and concern.review_at > self.now):
            return
        told = session.scalars(select(Delivery.created_at).where(Delivery.kind.in_(TELLS))).all()
        last = max([one for one in (*told, concern.touched_at, concern.review_at if watched else None) if one])
        assert until <= moment_after(last, "5wd", "Europe/London", "england"), (concern.state, last, until)
        type(self).longest = max(self.longest, until - last)

    @invariant()
    def every_open_state_has_a_clock(self) -> None:
        if not hasattr(self, "concern_id"):
            return
        with Session(self.engine) as session:
            concern = session.get_one(Concern, self.concern_id)
            self.states.add(concern.state)
            assert clocks.has_clock(session, concern) is (concern.state in OPEN)


class ClocksWithSignOff(Clocks):
    """The same where a second person signs off."""

    second_sign_off = True


@pytest.mark.parametrize("machine", [Clocks, ClocksWithSignOff])
def test_no_open_state_without_a_clock_and_nobody_left_untold(machine: type[Clocks]) -> None:
    quick = settings(
        max_examples=8,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    machine.states, machine.longest = set(), timedelta(0)
    # So few walks need not come to every state: first the way that most concerns take.
    straight = machine()
    straight.begin()
    for step in ("time", "acknowledge", "time", "triage", "time"):
        straight.every_open_state_has_a_clock()
        if step == "time":
            straight.time_passes(8)
        elif step == "acknowledge":
            straight.acknowledge("U0LEAD")
        else:
            straight.triage("U0LEAD", "high")
    straight.every_open_state_has_a_clock()
    straight.teardown()
    run_state_machine_as_test(machine, settings=quick)
    wanted = {ConcernState.RAISED, ConcernState.ACKNOWLEDGED, ConcernState.TRIAGED}
    assert machine.states >= wanted
    assert machine.longest > HOUR


@pytest.mark.parametrize(
    ("start", "wait", "end"),
    [
        ("2026-11-23 10:00", "4h", "2026-11-23 14:00"),
        ("2026-11-23 15:00", "4h", "2026-11-24 11:00"),
        ("2026-11-27 16:30", "4h", "2026-11-30 12:30"),
        ("2026-11-28 11:00", "4h", "2026-11-30 13:00"),
        ("2026-12-24 16:00", "4h", "2026-12-29 12:00"),
        ("2026-11-23 06:00", "10h", "2026-11-24 11:00"),
        ("2026-11-23 10:00", "8h", "2026-11-24 10:00"),
    ],
)
def test_working_hours(start: str, wait: str, end: str) -> None:
    assert working_moment_after(utc(start), wait, "Europe/London", "england") == utc(end)


def test_immediate_and_left_is_told_to_the_keeper_then_to_everybody_again_and_again(world: World) -> None:
    concern = taken_up(world)
    triage(world.person("U0LEAD"), "immediate")
    world.settle()
    touched = the_concern(world).touched_at
    assert touched is not None
    before = len(said(world))
    move_to(world, touched + HOUR - MINUTE)
    assert said(world)[before:] == []
    for hours, told in ((1, ["U0LEAD"]), (2, ["U0DEP", "U0LEAD"]), (3, ["U0DEP", "U0LEAD"])):
        move_to(world, touched + hours * HOUR + hours * MINUTE)
        assert sorted(said(world)[before:]) == [(who, "untouched") for who in told]
        before = len(said(world))
    assert the_concern(world).state is ConcernState.TRIAGED
    assert concern.reference in world.sandbox.dm("U0DEP")[-1].words


def test_each_level_has_its_time(world: World) -> None:
    """Thursday at two: an hour, four working hours, two working days, a week of them."""
    move_to(world, utc("2027-01-14 14:00"))
    taken_up(world)
    look = select(Delivery.due_at).where(Delivery.kind == "concern.untouched", Delivery.done_at.is_(None))
    for level, due in (
        ("immediate", "2027-01-14 15:00"),
        ("high", "2027-01-15 10:00"),
        ("medium", "2027-01-18 14:00"),
        ("low", "2027-01-21 14:00"),
    ):
        triage(world.person("U0LEAD"), level)
        world.settle()
        times = world.read(lambda session: session.scalars(look).all())
        assert min(abs((one - utc(due)).total_seconds()) for one in times) < 120, (level, times)


def test_what_is_recorded_sets_the_clock_anew(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, level_within={"high": "30s"}) as world:
        taken_up(world)
        lead = world.person("U0LEAD")
        triage(lead, "high")
        for _ in range(3):
            world.clock_forward(20)
            lead.click("concern.person_add")
            lead.submit(person_name="Ash", person_part="subject")
            world.settle()
        assert "untouched" not in [kind for _, kind in said(world)]
        world.clock_forward(31)
        world.settle()
        assert said(world)[-1] == ("U0LEAD", "untouched")


def test_a_day_to_come_stands_in_for_the_level_and_then_the_level_counts_again(world: World) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead, "immediate")
    lead.click("concern.action_add")
    tomorrow = in_days(world, 1)
    lead.submit(action_what="Ring", action_due=tomorrow, action_owner="U0LEAD")
    world.settle()
    before = len(said(world))
    world.clock_forward(3 * 3600)
    world.settle()
    assert said(world)[before:] == []
    move_to(world, utc(f"{tomorrow} 17:01"))
    assert ("U0LEAD", "overdue") in said(world)[before:]
    for told in ({"U0LEAD"}, {"U0LEAD", "U0DEP"}):
        before = len(said(world))
        world.clock_forward(3600 + 120)
        world.settle()
        assert set(said(world)[before:]) == {(who, "untouched") for who in told}


def clockless(world: World) -> None:
    """A database of an older version: the ladder has come to its end, and nothing is owed any more."""

    def work(session: Session) -> None:
        session.execute(delete(Delivery).where(Delivery.kind.in_([*TIMERS, "concern.wind"])))

    world.write(work)


def test_an_open_concern_without_a_clock_gets_one_at_the_start(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    world.clock_forward(3 * 3600)
    clockless(world)
    before = len(said(world))
    world.stop_bot()
    world.start_bot()
    world.settle()
    assert ("U0DEP", "asked") in said(world)[before:]
    concern = the_concern(world)
    assert world.read(lambda session: clocks.has_clock(session, concern))


def test_one_that_loses_its_clock_is_found_within_the_hour(world: World) -> None:
    taken_up(world)
    triage(world.person("U0LEAD"), "high")
    world.settle()

    def work(session: Session) -> None:
        session.execute(delete(Delivery).where(Delivery.kind.in_(TIMERS)))

    world.write(work)
    concern = the_concern(world)
    assert not world.read(lambda session: clocks.has_clock(session, concern))
    world.clock_forward(3600 + 61)
    world.settle()
    assert world.read(lambda session: clocks.has_clock(session, concern))
