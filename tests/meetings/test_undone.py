"""What was done by mistake: a start asks when it is early, and start, end and cancellation can be taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox.zoom import ZoomStandIn
from db.models import (
    AttendanceMark,
    AuditEvent,
    Delivery,
    Meeting,
    MeetingState,
    Participant,
    Registration,
)
from tests.meetings.test_provider import new
from tests.support.clearing import clear, make_urgent
from tests.support.meetings import begin, only, say, schedule
from tests.support.said import newest
from tests.support.world import World, open_world


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
    farah.click("Cancel it")
    world.clock_forward(601)
    farah.click("Not cancelled after all")
    assert "too long ago" in farah.seen()


def test_the_link_of_a_cancelled_meeting_stands_while_it_can_come_back(shared: tuple[World, ZoomStandIn]) -> None:
    world, zoom = shared
    new(world)
    before = only(world).join_url
    farah = world.person("U0FAC")
    for _ in range(2):
        say(world, "cancel M-1")
        farah.click("Cancel it")
        world.settle()
        world.clock_forward(9 * 60)
        world.settle()
        farah.click("Not cancelled after all")
        assert only(world).join_url == before
        world.clock_forward(11 * 60)
        world.settle()
        assert [str(one) for one in zoom.world.meetings] == [only(world).provider_ref]
    say(world, "cancel M-1")
    farah.click("Cancel it")
    farah.click("Cancel it")
    world.clock_forward(601)
    world.settle()
    assert not zoom.world.meetings


def test_a_meeting_deleted_at_zoom_comes_back_with_a_new_link(shared: tuple[World, ZoomStandIn]) -> None:
    world, zoom = shared
    new(world)
    before = only(world).join_url
    to_start(world, minutes=9)
    farah = world.person("U0FAC")
    say(world, "cancel M-1")
    farah.click("Cancel it")
    world.settle()
    assert not zoom.world.meetings, "somebody may come before the ten minutes are over"
    farah.click("Not cancelled after all")
    assert "new one is being made" in farah.seen()
    assert only(world).join_url is None
    world.settle()
    assert only(world).state is MeetingState.SCHEDULED
    assert only(world).join_url not in (None, before)
    told = str([one.words for one in world.sandbox.dm("U0FAC")])
    assert "It had been deleted there" in told
    assert "Somebody had" not in told, "it was deleted because they cancelled it"
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


def first_times(world: World) -> dict[str, bool]:
    """By name, whether somebody is known to have been there before."""
    query = select(Participant)
    return world.read(lambda session: {one.name: one.first_there_at is not None for one in session.scalars(query)})


def test_a_start_taken_back_twice_leaves_nothing_of_the_first(unasked: World) -> None:
    world = unasked
    schedule(world)
    farah = world.person("U0FAC")
    farah.command("/participant", "add Ceri to M-1", channel="C0YOUTH")
    make_urgent(farah, "M-1 because somebody is at risk")
    to_start(world, minutes=20)
    farah.command("/participant", "remove Ceri from M-1", channel="C0YOUTH")
    farah.click("Remove")
    for typed in ("all plus Ceri", "Aled"):
        assert "Started." in say(world, "start M-1")
        assert "saved" in str(farah.command("/attendance", f"M-1 {typed}", channel="C0YOUTH").blocks)
        say(world, "show M-1")
        farah.click("Not started after all")
        assert register(world) == {"Aled": None, "Bronwen": None}
        assert first_times(world) == {"Aled": False, "Bronwen": False, "Ceri": False}
    assert world.sandbox.violations == []


def test_what_was_ticked_after_a_start_by_mistake_is_gone(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "start")
    to_start(world, minutes=25)
    say(world, "start M-1")
    assert "Ticked for M-1" in say(world, "tick M-1 real-names")
    say(world, "show M-1")
    world.person("U0FAC").click("Not started after all")
    assert not [one for one in standing(world) if one.startswith("prompt:")]
    assert "Start" in say(world, "show M-1")


def standing(world: World) -> dict[str, object]:
    """What stands as ticked."""
    return {key: one for key, one in newest(world).items() if one.yes}


def while_zoom_thinks(world: World, zoom: ZoomStandIn, method: str, press: str) -> None:
    """Press a button while Zoom has a request in hand that it then fails."""
    tried = select(Delivery.id).where(Delivery.error_code == "zoom_down")
    world.sandbox.wait_for(lambda: bool(zoom.sent(method)), 10)
    world.person("U0FAC").click(press)
    world.sandbox.wait_for(lambda: bool(world.read(lambda session: session.scalars(tried).all())), 10)
    zoom.faults.hold_seconds, zoom.faults.down = 0.0, False
    for _ in range(3):
        world.clock_forward(10)
        world.settle()


def test_a_deletion_that_failed_does_not_reach_the_meeting_that_came_back(shared: tuple[World, ZoomStandIn]) -> None:
    world, zoom = shared
    new(world)
    to_start(world, minutes=9)
    say(world, "cancel M-1")
    zoom.faults.hold_seconds, zoom.faults.down = 1.0, True
    world.person("U0FAC").click("Cancel it")
    while_zoom_thinks(world, zoom, "DELETE", "Not cancelled after all")
    again = only(world)
    assert [str(one) for one in zoom.world.meetings] == [again.provider_ref]
    assert (again.state, again.provider_error) == (MeetingState.SCHEDULED, None)


def test_an_end_that_failed_does_not_end_the_call_that_goes_on(shared: tuple[World, ZoomStandIn]) -> None:
    world, zoom = shared
    new(world)
    clear(world.person("U0FAC"), "M-1", "start")
    begin(world)
    zoom.faults.hold_seconds, zoom.faults.down = 1.0, True
    say(world, "end M-1")
    while_zoom_thinks(world, zoom, "PUT", "Not over after all")
    assert only(world).state is MeetingState.STARTED
    assert only(world).provider_error is None
    assert len(zoom.sent("PUT")) == 1


def test_a_change_that_a_start_by_mistake_let_go_reaches_zoom(shared: tuple[World, ZoomStandIn]) -> None:
    world, zoom = shared
    new(world)
    clear(world.person("U0FAC"), "M-1", "start")
    zoom.faults.down = True
    say(world, "edit M-1 for 30 min")
    begin(world)
    zoom.faults.down = False
    world.clock_forward(600)
    world.settle()
    say(world, "show M-1")
    world.person("U0FAC").click("Not started after all")
    world.settle()
    assert [one["duration"] for one in zoom.world.meetings.values()] == [30]
    assert only(world).provider_since is None
    looks = select(Delivery).where(Delivery.kind == "meeting.look", Delivery.done_at.is_(None))
    assert len(world.read(lambda session: session.scalars(looks).all())) == 1
