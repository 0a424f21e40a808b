"""What was done by mistake: a start asks when it is early, and start, end and cancellation can be taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox.zoom import ZoomStandIn
from db.models import AttendanceMark, AuditEvent, Meeting, MeetingState, Participant, Registration
from tests.meetings.test_clearing import schedule
from tests.meetings.test_provider import new
from tests.meetings.test_schedule import begin, only, say
from tests.support.clearing import clear
from tests.support.world import World, open_world
from tests.support.zoom import HOST, zoom_world


@pytest.fixture
def shared(database_url: str, tmp_path: Path) -> Iterator[tuple[World, ZoomStandIn]]:
    """An organisation with one Zoom user for all its meetings."""
    with zoom_world(database_url, tmp_path, zoom_host=HOST) as opened:
        yield opened


@pytest.fixture
def unasked(database_url: str, tmp_path: Path) -> Iterator[World]:
    """An organisation whose policy asks nothing at the door of those who are registered."""
    with open_world(database_url, tmp_path, policy="voluntary_sector") as opened:
        yield opened


def audited(world: World, *more: str) -> list[str]:
    """The steps that were written down, in their order."""
    names = ("started", "ended", "cancelled")
    actions = [f"meeting.{how}{name}" for name in names for how in ("", "not_")]
    query = select(AuditEvent).where(AuditEvent.action.in_([*actions, *more])).order_by(AuditEvent.sequence)
    return world.read(lambda session: [one.action for one in session.scalars(query)])


def register(world: World) -> dict[str, bool | None]:
    """Who is on the register now, and the mark that counts."""
    marks = select(AttendanceMark).where(AttendanceMark.replaced_at.is_(None))
    places = select(Registration, Participant).join(Participant).where(Registration.removed_at.is_(None))

    def work(session: object) -> dict[str, bool | None]:
        found = {one.registration_id: one.present for one in session.scalars(marks)}  # type: ignore[attr-defined]
        return {who.name: found.get(one.id) for one, who in session.execute(places)}  # type: ignore[attr-defined]

    return world.read(work)


def to_start(world: World, minutes: int) -> None:
    """It is so many minutes before the first meeting's time."""
    world.clock_forward(only(world).starts_at.timestamp() - world.now() - minutes * 60)


def test_a_start_days_ahead_asks_and_does_nothing(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "start")
    said = say(world, "start M-1")
    assert "begins" in said
    assert "Start it now?" in said
    assert only(world).state is MeetingState.READY
    assert audited(world) == []
    to_start(world, minutes=29)
    assert "Started." in say(world, "start M-1")


def test_a_start_by_mistake_takes_its_register_back(unasked: World) -> None:
    world = unasked
    schedule(world)
    farah = world.person("U0FAC")
    for moment in ("ready", "start"):
        clear(farah, "M-1", moment, manager=world.person("U0MAN"))
    to_start(world, minutes=20)
    before = only(world).state
    farah.command("/attendance", "M-1 none", channel="C0YOUTH")
    assert register(world) == {"Aled": False, "Bronwen": False}
    assert "Started." in say(world, "start M-1")
    farah.command("/attendance", "M-1 all", channel="C0YOUTH")
    assert register(world) == {"Aled": True, "Bronwen": True}
    say(world, "show M-1")
    farah.click("Not started after all")
    assert "not started after all" in farah.seen()
    assert "2 marks of the register" in farah.seen()
    assert register(world) == {"Aled": False, "Bronwen": False}
    assert only(world).state is before
    assert only(world).started_at is None
    assert audited(world, "attendance.taken", "attendance.amended") == [
        "attendance.taken",
        "meeting.started",
        "attendance.amended",
        "meeting.not_started",
    ]
    assert world.sandbox.violations == []


def test_a_start_is_not_taken_back_after_an_hour_nor_twice(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "start")
    to_start(world, minutes=5)
    say(world, "start M-1")
    farah = world.person("U0FAC")
    world.clock_forward(3601)
    farah.click("Not started after all")
    assert "too long ago" in farah.seen()
    assert only(world).state is MeetingState.STARTED
    assert "Not started after all" not in say(world, "show M-1")


def test_an_end_is_taken_back_for_ten_minutes(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "start")
    begin(world)
    assert "Ended" in say(world, "end M-1")
    farah = world.person("U0FAC")
    farah.click("Not over after all")
    assert only(world).state is MeetingState.STARTED
    assert only(world).ended_at is None
    assert audited(world) == ["meeting.started", "meeting.ended", "meeting.not_ended"]
    say(world, "end M-1")
    world.clock_forward(601)
    farah.click("Not over after all")
    assert "too long ago" in farah.seen()
    assert only(world).state is MeetingState.ENDED


def test_a_cancelled_meeting_comes_back_as_it_was(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    say(world, "cancel M-1")
    farah.click("Cancel it")
    assert only(world).state is MeetingState.CANCELLED
    farah.click("Not cancelled after all")
    again = only(world)
    assert again.state is MeetingState.SCHEDULED
    assert again.join_url is not None
    assert audited(world) == ["meeting.cancelled", "meeting.not_cancelled"]
    farah.click("Cancel it")
    world.clock_forward(601)
    farah.click("Not cancelled after all")
    assert "too long ago" in farah.seen()


def test_a_meeting_deleted_at_zoom_comes_back_with_a_new_link(shared: tuple[World, ZoomStandIn]) -> None:
    world, zoom = shared
    new(world)
    before = only(world).join_url
    farah = world.person("U0FAC")
    say(world, "cancel M-1")
    farah.click("Cancel it")
    world.settle()
    assert not zoom.world.meetings
    farah.click("Not cancelled after all")
    assert "new one is being made" in farah.seen()
    assert only(world).join_url is None
    world.settle()
    assert only(world).state is MeetingState.SCHEDULED
    assert only(world).join_url not in (None, before)
    assert len(zoom.world.meetings) == 1


def test_later_meetings_of_a_series_are_cancelled_together_and_come_back_together(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art every Thursday at 16:00 for 4 weeks", channel="C0GENERAL")
    farah.submit()
    farah.close(all_views=True)
    said = say(world, "cancel M-2 and later")
    assert "Cancel these?" in said
    assert "M-1" not in said
    assert set(states(world)) == {MeetingState.DRAFT}
    assert "M-2, M-3 and M-4 will be cancelled." in said
    farah.click("Cancel these 3")
    assert states(world) == [MeetingState.DRAFT, *[MeetingState.CANCELLED] * 3]
    farah.click("Not cancelled after all")
    assert "Nor are M-3 and M-4, which were cancelled with it." in farah.seen()
    assert states(world) == [MeetingState.DRAFT] * 4


def test_where_nothing_comes_later_nothing_is_cancelled(world: World) -> None:
    schedule(world)
    said = say(world, "cancel M-1 and later")
    assert "No later meeting belongs to M-1" in said
    assert only(world).state is not MeetingState.CANCELLED


def states(world: World) -> list[MeetingState]:
    """How the meetings stand, by number."""
    query = select(Meeting).order_by(Meeting.number)
    return world.read(lambda session: [one.state for one in session.scalars(query)])
