"""Meetings on Google Meet, from planning to the end, by what staff type and see."""

from pathlib import Path

from bot.sandbox.meet import MeetStandIn
from db.models import MeetingState
from tests.meetings.test_provider import FARAH, new, pass_by, told, until_start
from tests.support.clearing import clear
from tests.support.meet import HOST, meet_world
from tests.support.meetings import begin, only, say, schedule
from tests.support.world import World


def test_it_is_made_kept_and_closed(database_url: str, tmp_path: Path) -> None:
    with meet_world(database_url, tmp_path, meet_host=HOST) as (world, meet):
        schedule(world, "Aled, Bronwen", link=False)
        clear(world.person("U0FAC"), "M-1", "invite")
        text = world.person("U0FAC").command("/invitation", "M-1 for Aled", channel="C0YOUTH").text
        (space,) = meet.spaces.values()
        assert space["meetingUri"] in text
        assert "asscode" not in text
        assert "Google Meet has no passcode: whoever has the link can knock. Say what you do" in say(world, "gates M-1")
        _drifts(world, meet)
        _a_new_link(world, meet)
        say(world, "cancel M-1")
        world.person("U0FAC").click("Cancel it")
        pass_by(world, 601, 1)
        assert meet.open_ones == []
        assert only(world).state is MeetingState.CANCELLED


def _drifts(world: World, meet: MeetStandIn) -> None:
    (space,) = meet.spaces.values()
    space["config"]["accessType"] = "OPEN"
    world.clock_forward(until_start(world) - 86_000)
    world.settle()
    assert "Not so yet: everybody waits in the waiting room" in say(world, "show M-1")


def _a_new_link(world: World, meet: MeetStandIn) -> None:
    before = only(world)
    assert "the old meeting is closed there" in say(world, "link new M-1")
    meet.faults.ignored.add("config.entryPointAccess")
    world.person("U0FAC").click("Make a new link")
    world.settle()
    assert any("The old link of M-1 still works" in one and "not closed" in one for one in told(world))
    meet.faults.ignored.clear()
    pass_by(world, 3601, 1)
    (space,) = meet.open_ones
    assert only(world).join_url == space["meetingUri"] != before.join_url
    assert any("The old link of M-1 is dead" in one and "is closed at Google Meet" in one for one in told(world))


def test_a_move_closes_what_it_leaves_and_so_does_another_host(database_url: str, tmp_path: Path) -> None:
    with meet_world(database_url, tmp_path, providers=["meet", "manual"]) as (world, meet):
        farah = world.person("U0FAC")
        new(world)
        assert "Google does not know the host’s e-mail address" in told(world)[-1]
        meet.people += [FARAH, "col@example.org"]
        farah.click("Try again", world.sandbox.dm("U0FAC")[-1])
        world.settle()
        assert set(meet.owners.values()) == {FARAH}
        say(world, "edit M-1")
        farah.submit(host="U0COW", co_workers=["U0FAC"])
        world.settle()
        (space,) = meet.open_ones
        assert meet.owners[space["name"]] == "col@example.org"
        # The host and the provider change in one: what is left belongs to the host of before.
        say(world, "edit M-1")
        farah.submit({"host": "U0FAC", "provider": "manual", "co_workers": []})
        world.settle()
        assert meet.open_ones == []
        assert only(world).join_url is None
        assert not any("The old link of M-1" in one for one in told(world)), "nothing got out"
        farah.close(all_views=True)
        say(world, "edit M-1")
        farah.submit({"provider": "meet"})
        world.settle()
        (space,) = meet.open_ones
        clear(farah, "M-1", "start")
        begin(world, "M-1")
        space["activeConference"] = {"conferenceRecord": "conferenceRecords/1"}
        assert "Be the last to leave" in say(world, "end M-1")
        world.settle()
        assert "activeConference" not in space
