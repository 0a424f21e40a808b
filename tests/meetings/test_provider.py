"""A meeting at its provider over its whole life: made in the end, told truly meanwhile, and found when it is gone."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.meetings import retrying
from bot.providers import ProviderError
from bot.sandbox.zoom import ZoomStandIn
from bot.sandbox.zoom_world import ZoomUser
from db.models import Delivery, MeetingState, Organisation
from db.owed import Claimed
from tests.support.clearing import clear
from tests.support.meetings import LINK, only, say, schedule
from tests.support.world import World
from tests.support.zoom import HOST, zoom_world

FARAH = "farah@example.org"


def told(world: World, who: str = "U0FAC") -> list[str]:
    """All that this person was told in direct messages."""
    world.settle()
    return [f"{message.words} {message.blocks}" for message in world.sandbox.dm(who)]


def new(world: World, more: str = "") -> str:
    """Schedule a meeting in three days; the answer."""
    said = say(world, f"new Art on Thursday at 16:00 {more}".strip())
    world.settle()
    return said


def pass_by(world: World, seconds: float, times: int) -> None:
    """Let time pass, and everything that is due then be tried."""
    for _ in range(times):
        world.clock_forward(seconds)
        world.settle()


def until_start(world: World) -> float:
    return only(world).starts_at.timestamp() - world.now()


def given_up(world: World) -> list[str]:
    """The kinds of deliveries that were given up."""
    query = select(Delivery.kind).where(Delivery.given_up_at.is_not(None), Delivery.kind.like("meeting.%"))
    return world.read(lambda session: list(session.scalars(query)))


class TestTryingAgain:
    def test_what_a_stop_cuts_off_is_made_after_the_next_start(
        self, shared: tuple[World, ZoomStandIn], capfd: pytest.CaptureFixture[str]
    ) -> None:
        world, zoom = shared
        zoom.faults.hold_seconds = 60
        say(world, "new Art on Thursday at 16:00")
        owed = select(Delivery).where(Delivery.kind == "meeting.create")

        def row() -> Delivery:
            return world.read(lambda session: session.scalars(owed).one())

        world.sandbox.wait_for(lambda: row().attempt == 1, 10)
        world.stop_bot()
        said = "".join(capfd.readouterr())
        assert "delivery failed" not in said, "what it works with was closed under it"
        zoom.faults.hold_seconds = 0
        world.start_bot()
        assert row().error_code is None
        world.clock_forward(60)
        world.settle()
        assert only(world).state is MeetingState.SCHEDULED

    def test_it_is_tried_until_zoom_is_back_and_the_card_says_so(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        zoom.faults.down = True
        assert "being set up at Zoom" in new(world)
        pass_by(world, 301, 14)
        assert given_up(world) == []
        card = say(world, "show M-1")
        for part in (
            "is not made at Zoom yet",
            "Zoom is not available just now",
            "Tried since",
            "next try",
            "link https",
        ):
            assert part in card
        assert "Checked at" not in card
        troubles = [one for one in told(world) if "is not made at Zoom yet" in one and "Show it" in one]
        assert len(troubles) == 1
        zoom.faults.down = False
        pass_by(world, 301, 1)
        assert only(world).state is MeetingState.SCHEDULED
        assert len(zoom.world.meetings) == 1
        assert "M-1 is set up at Zoom" in told(world)[-1]
        assert "next try" not in say(world, "show M-1")

    def test_it_ends_with_the_meetings_time_and_says_so(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        zoom.faults.down = True
        new(world)
        world.clock_forward(until_start(world) - 30)
        world.settle()
        world.clock_forward(60)
        world.settle()
        assert given_up(world) == ["meeting.create"]
        asked = len(zoom.requests)
        pass_by(world, 3600, 2)
        assert len(zoom.requests) == asked
        card = say(world, "show M-1")
        assert "next try" not in card
        zoom.faults.down = False
        world.person("U0FAC").click("Try again")
        world.settle()
        assert only(world).join_url

    def test_a_day_that_is_used_up_is_waited_for(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        zoom.faults.day_used = True
        new(world)
        meeting = only(world)
        assert meeting.provider_next is not None
        midnight = datetime.fromtimestamp(world.now(), UTC).replace(hour=0, minute=0, second=0) + timedelta(days=1)
        assert abs((meeting.provider_next - midnight).total_seconds()) < 180
        assert "used up until midnight UTC" in told(world)[-1]
        asked = len(zoom.requests)
        world.clock_forward(60)
        world.settle()
        assert len(zoom.requests) == asked

    @pytest.mark.parametrize("way", ["edit", "button", "alone"])
    def test_what_somebody_mended_is_tried_at_once(self, own: tuple[World, ZoomStandIn], way: str) -> None:
        world, zoom = own
        new(world)
        said = told(world)[-1]
        assert "Zoom does not know the host’s e-mail address" in said
        assert "zoom_host" in said
        assert zoom.sent("POST") == []
        assert "not at Zoom yet" in say(world, "list")
        zoom.world.users.append(ZoomUser(email=FARAH))
        match way:
            case "edit":
                say(world, "edit M-1 for 45 min")
            case "button":
                world.person("U0FAC").click("Try again", world.sandbox.dm("U0FAC")[-1])
            case _:
                world.clock_forward(3601)
        world.settle()
        (made,) = zoom.world.meetings.values()
        assert made["host_email"] == FARAH
        assert only(world).state is MeetingState.SCHEDULED
        waiting = select(Delivery.kind).where(Delivery.kind == "meeting.create", Delivery.done_at.is_(None))
        assert world.read(lambda session: list(session.scalars(waiting))) == []

    def test_a_change_that_has_not_got_there_takes_its_confirmation_back(
        self, shared: tuple[World, ZoomStandIn]
    ) -> None:
        world, zoom = shared
        new(world)
        assert "Checked at Zoom" in say(world, "show M-1")
        zoom.faults.down = True
        say(world, "edit M-1 to Friday at 17:00")
        world.sandbox.wait_for(lambda: only(world).provider_error, 5)
        card = say(world, "show M-1")
        assert "Your change has not reached Zoom" in card
        assert "Checked at Zoom" not in card
        zoom.faults.down = False
        pass_by(world, 301, 1)
        assert "Checked at Zoom" in say(world, "show M-1")

    def test_mended_by_pasting_a_link(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        zoom.faults.down = True
        new(world)
        said = say(world, f"edit M-1 link {LINK}")
        assert "Changed." in said
        assert "It takes the place of mine at Zoom: what I had made there is deleted." in said
        meeting = only(world)
        assert (meeting.state, meeting.join_url, meeting.provider_error) == (MeetingState.SCHEDULED, LINK, None)
        world.settle()
        card = say(world, "show M-1")
        assert "Yours to set, as host" in card
        zoom.faults.down = False
        pass_by(world, 301, 2)
        assert zoom.world.meetings == {}
        assert only(world).join_url == LINK

    def test_a_link_in_place_of_the_bots_own_meeting_deletes_that(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        new(world)
        assert len(zoom.world.meetings) == 1
        say(world, f"edit M-1 link {LINK}")
        farah = world.person("U0FAC")
        assert farah.view is not None
        assert "made at Zoom is deleted then" in json.dumps(farah.view["blocks"])
        world.settle()
        assert len(zoom.world.meetings) == 1
        farah.submit({})
        world.settle()
        assert zoom.world.meetings == {}
        assert only(world).join_url == LINK

    def test_the_bots_own_meeting_pasted_is_the_same_meeting(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        new(world)
        link = only(world).join_url or ""
        other = re.sub(r"//[^/]*zoom[^/]*/", "//us02web.zoom.us/", link)
        assert "its link stays" in say(world, f"edit M-1 link {other}?from=addon")
        world.settle()
        assert len(zoom.world.meetings) == 1
        assert only(world).join_url == link

    def test_a_meeting_made_while_the_link_was_pasted_is_deleted(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        zoom.faults.hold_seconds = 0.3
        say(world, "new Art on Thursday at 16:00")
        world.sandbox.wait_for(lambda: zoom.requests, 5)
        say(world, f"edit M-1 link {LINK}")
        zoom.faults.hold_seconds = 0
        world.settle()
        assert zoom.world.meetings == {}
        assert only(world).join_url == LINK


class TestDeletedAtZoom:
    def _invited(self, world: World) -> None:
        schedule(world, "Aled, Bronwen", link=False)
        clear(world.person("U0FAC"), "M-1", "invite")
        world.person("U0FAC").command("/invitation", "M-1 for Aled", channel="C0YOUTH")

    @pytest.mark.parametrize("way", ["edit", "look"])
    def test_it_is_made_anew_and_who_has_the_old_link_is_named(
        self, shared: tuple[World, ZoomStandIn], way: str
    ) -> None:
        world, zoom = shared
        self._invited(world)
        before = only(world)
        zoom.world.meetings.clear()
        if way == "edit":
            say(world, "edit M-1 for 45 min")
        else:
            world.clock_forward(until_start(world) - 86_000)
        world.settle()
        after = only(world)
        assert after.join_url not in (None, before.join_url)
        assert str(zoom.world.meetings[int(after.provider_ref or 0)]["join_url"]) == after.join_url
        said = next(one for one in told(world) if "made anew at Zoom" in one)
        assert "1 of those invited has the old one" in said
        assert "Aled" not in said
        card = say(world, "show M-1")
        assert "Aled has the old one" in card
        assert "Bronwen" not in card
        again = world.person("U0FAC").command("/invitation", "M-1 for Aled", channel="C0YOUTH").text
        assert "leads nowhere: Aled" in again
        assert "has the old one" not in say(world, "show M-1")

    def test_while_it_cannot_be_made_anew_its_dead_link_is_not_offered(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        self._invited(world)
        zoom.world.meetings.clear()
        zoom.world.users[0].may_host = False
        say(world, "edit M-1 for 45 min")
        world.settle()
        assert only(world).join_url is None
        assert "may not host meetings" in say(world, "start M-1")
        assert "no link yet" in world.person("U0FAC").command("/invitation", "M-1", channel="C0YOUTH").text

    def test_drift_is_found_before_the_start(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        new(world)
        room = zoom.world.meetings[int(only(world).provider_ref or 0)]
        room["settings"]["waiting_room"] = False
        world.clock_forward(until_start(world) - 3500)
        world.settle()
        assert only(world).settings_read["waiting_room"]["state"] == "not_applied"
        card = say(world, "show M-1")
        (confirmed,) = [line for line in card.splitlines() if line.startswith("✅ Checked at Zoom")]
        assert "Not so yet: everybody waits in the waiting room" in card
        assert "aiting room" not in confirmed


def _change(session: Session, **values: object) -> None:
    organisation = session.scalars(select(Organisation)).one()
    for name, value in values.items():
        setattr(organisation, name, value)


def test_breakout_rooms_that_are_planned_reach_zoom(database_url: str, tmp_path: Path) -> None:
    with zoom_world(database_url, tmp_path, zoom_host=HOST, policy="working4u") as (world, zoom):
        zoom.world.users[0].settings["in_meeting"]["breakout_room"] = True
        farah = world.person("U0FAC")
        farah.command("/meeting", "", channel="C0GENERAL")
        fields = {"title": "Art", "date": "2031-03-04", "time": "10:00", "minutes": "60"}
        farah.submit({**fields, "options": ["breakout_rooms"]})
        world.settle()
        (made,) = zoom.world.meetings.values()
        assert made["settings"]["breakout_room"]["enable"] is True
        assert only(world).settings_read["breakout_rooms"]["state"] == "applied"
        assert "Breakout rooms are switched off" not in say(world, "show M-1")


def test_a_provider_without_its_settings_is_named_in_a_sentence(world: World) -> None:
    world.write(lambda session: _change(session, provider="zoom"))
    lacking = "the bot’s settings lack ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET"
    assert lacking in say(world, "new Art on Thursday at 16:00")
    world.settle()
    assert lacking in say(world, "edit M-1 for 45 min")
    world.settle()
    assert lacking in say(world, "show M-1")
    say(world, "cancel M-1")
    world.person("U0FAC").click("Cancel it")
    world.clock_forward(601)
    world.settle()
    failed = select(Delivery.error_code).where(Delivery.error_code.is_not(None), Delivery.kind.like("meeting.%"))
    assert set(world.read(lambda session: list(session.scalars(failed)))) <= {"provider_unset", "superseded"}
    assert only(world).state is MeetingState.CANCELLED
    assert only(world).provider_error is None


NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)


def _try(attempt: int, hours: float, **refused: object) -> float | None:
    zero = UUID(int=0)
    claimed = Claimed(zero, zero, "meeting.create", "", None, 0, "", attempt, NOW, zero)
    error = ProviderError("code", "words", **refused)  # type: ignore[arg-type]
    due = retrying.next_try(error, claimed, NOW, NOW + timedelta(hours=hours))
    return None if due is None else (due - NOW).total_seconds()


@pytest.mark.parametrize(
    ("due", "hours", "attempt", "refused"),
    [
        (2, 48, 1, {}),
        (64, 48, 6, {}),
        (300, 48, 500, {}),
        (60, 1, 500, {}),
        (1.5, 48, 9, {"retry_after": 1.5}),
        (20_000, 48, 1, {"retry_after": 20_000}),
        (4 * 3600 - 60, 4, 1, {"retry_after": 20_000}),
        (86_400, 96, 1, {"permanent": True}),
        (3600, 96, 1, {"permanent": True, "retry_after": 3600}),
        (20 * 3600, 24, 1, {"permanent": True}),
        (1800, 1, 1, {"permanent": True}),
        (None, 0.01, 500, {}),
        (None, 0.03, 1, {"permanent": True}),
        (None, -1, 1, {}),
    ],
)
def test_when_it_is_tried_again(due: float | None, hours: float, attempt: int, refused: dict[str, object]) -> None:
    assert _try(attempt, hours, **refused) == due
