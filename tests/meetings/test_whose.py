"""Whose Zoom account hosts a meeting, and two at one time on one of them."""

from pathlib import Path

from bot.sandbox.zoom import ZoomStandIn
from bot.sandbox.zoom_world import ZoomUser
from tests.meetings.test_provider import FARAH, _change, new, told
from tests.support.meetings import only, say
from tests.support.world import World
from tests.support.zoom import HOST, zoom_world


class TestWhoseMeeting:
    def test_the_hosts_own_account_hosts(self, own: tuple[World, ZoomStandIn]) -> None:
        world, zoom = own
        zoom.world.users.append(ZoomUser(email=FARAH))
        new(world)
        (made,) = zoom.world.meetings.values()
        assert made["host_email"] == FARAH

    def test_another_host_gets_a_meeting_of_their_own(self, own: tuple[World, ZoomStandIn]) -> None:
        world, zoom = own
        zoom.world.users += [ZoomUser(email=FARAH), ZoomUser(email="col@example.org")]
        new(world, "with @Col.Co-worker")
        before = only(world)
        farah = world.person("U0FAC")
        farah.click("Change it")
        farah.submit(host="U0COW", co_workers=["U0FAC"])
        world.settle()
        (made,) = zoom.world.meetings.values()
        assert made["host_email"] == "col@example.org"
        assert only(world).join_url == made["join_url"] != before.join_url
        assert "belonged to another host" in told(world, "U0COW")[-1]
        assert only(world).settings_read["host"]["state"] == "applied"

    def test_the_account_that_the_file_names_hosts(self, database_url: str, tmp_path: Path) -> None:
        with zoom_world(database_url, tmp_path) as (world, zoom):
            world.write(lambda session: _change(session, options={"zoom_users": {"U0FAC": HOST}}))
            new(world)
            (made,) = zoom.world.meetings.values()
            assert made["host_email"] == HOST

    def test_a_handler_waits_for_no_look_up(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        zoom.faults.hold_seconds = 1.5
        assert "Scheduled." in say(world, "new Art on Thursday at 16:00")
        assert only(world).join_url is None
        zoom.faults.hold_seconds = 0

    def test_two_meetings_of_one_account_at_one_time_warn(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, _zoom = shared
        assert "Two meetings at one time" not in say(world, "new Art on Thursday at 16:00 for 60 min")
        said = say(world, "new Cooking on Thursday at 16:30 for 60 min", who="U0COW")
        assert "Two meetings at one time" in said
        assert "M-1" in said
        assert "Two meetings at one time" in say(world, "show M-1")
        assert "Two meetings at one time" in told(world, "U0COW")[-1]
        assert "Two meetings at one time" not in say(world, "edit M-2 to Thursday at 17:00", who="U0COW")

    def test_two_hosts_of_their_own_do_not(self, own: tuple[World, ZoomStandIn]) -> None:
        world, _zoom = own
        say(world, "new Art on Thursday at 16:00")
        assert "Two meetings" not in say(world, "new Cooking on Thursday at 16:00", who="U0COW")
