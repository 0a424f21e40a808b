"""Meetings on Microsoft Teams, from planning to the end, by what staff type and see."""

from pathlib import Path

import pytest

from bot.sandbox.graph import GraphStandIn, GraphUser
from db.models import MeetingState
from tests.meetings.test_provider import FARAH, new, pass_by, told, until_start
from tests.support.clearing import clear
from tests.support.meetings import LINK, begin, only, say, schedule
from tests.support.teams import HOST, teams_world
from tests.support.world import World


def test_it_is_made_kept_changed_and_deleted(database_url: str, tmp_path: Path) -> None:
    with teams_world(database_url, tmp_path, teams_host=HOST) as (world, graph):
        _invited(world)
        meeting = only(world)
        assert (meeting.join_url, meeting.passcode) == (graph.one()["joinWebUrl"], "")
        _without_a_passcode(world)
        _seen_when_it_drifts(world, graph)
        _a_new_link(world, graph)
        say(world, "edit M-1 for 45 min")
        world.settle()
        assert graph.one()["endDateTime"].startswith(f"{only(world).ends_at:%Y-%m-%dT%H:%M:00}")
        assert "has no passcode" in say(world, "edit M-1 passcode kt7rw2qx9v")
        assert only(world).passcode == ""
        assert "its link stays" in say(world, f"edit M-1 link {only(world).join_url}")
        say(world, "cancel M-1")
        world.person("U0FAC").click("Cancel it")
        pass_by(world, 601, 1)
        assert graph.meetings == {}
        assert only(world).state is MeetingState.CANCELLED


def _invited(world: World) -> None:
    """M-1; Aled's invitation was shown with its link."""
    schedule(world, "Aled, Bronwen", link=False)
    clear(world.person("U0FAC"), "M-1", "invite")
    text = world.person("U0FAC").command("/invitation", "M-1 for Aled", channel="C0YOUTH").text
    assert str(only(world).join_url) in text
    assert "asscode" not in text
    assert "keep the link to yourself" in text


def _without_a_passcode(world: World) -> None:
    """The policy wants one, Teams has none: that is never met by itself, and whoever ticks it says why."""
    card = say(world, "show M-1")
    (checked,) = [line for line in card.splitlines() if line.startswith("✅ Checked at Microsoft Teams")]
    assert "14 settings" in checked
    assert "passcode" not in checked
    gates = say(world, "gates M-1")
    assert "comes to its lobby without a passcode. Say what you do in its place" in gates
    assert only(world).settings_read["passcode"]["state"] == "impossible"


def _seen_when_it_drifts(world: World, graph: GraphStandIn) -> None:
    graph.one()["lobbyBypassSettings"]["scope"] = "everyone"
    world.clock_forward(until_start(world) - 86_000)
    world.settle()
    assert only(world).settings_read["waiting_room"]["state"] == "not_applied"
    assert "Not so yet: everybody waits in the waiting room" in say(world, "show M-1")


def _a_new_link(world: World, graph: GraphStandIn) -> None:
    before = only(world)
    say(world, "link new M-1")
    world.person("U0FAC").click("Make a new link")
    world.settle()
    after = only(world)
    assert after.join_url == graph.one()["joinWebUrl"] != before.join_url
    assert after.passcode == ""
    assert graph.one()["lobbyBypassSettings"]["scope"] == "organizer"
    assert any("The old link of M-1 is dead" in one for one in told(world))


def test_what_only_people_can_mend_is_said_and_tried_again(database_url: str, tmp_path: Path) -> None:
    with teams_world(database_url, tmp_path) as (world, graph):
        graph.users.append(GraphUser("col@example.org", granted=False))
        new(world)
        assert "Microsoft 365 does not know the host’s e-mail address" in told(world)[-1]
        assert "not at Microsoft Teams yet" in say(world, "list")
        graph.users.append(GraphUser(FARAH, granted=False))
        world.person("U0FAC").click("Try again", world.sandbox.dm("U0FAC")[-1])
        assert "application access policy" in told(world)[-1]
        graph.users[-1].granted = True
        graph.faults.rate_limited = ["200"]
        world.person("U0FAC").click("Try again", world.sandbox.dm("U0FAC")[-1])
        world.settle()
        assert graph.meetings == {}
        pass_by(world, 300, 1)
        made = graph.one()
        assert made["participants"]["organizer"]["upn"] == FARAH
        assert only(world).state is MeetingState.SCHEDULED
        # Another host: it cannot be handed over, so another is made.
        graph.users[1].granted = True
        say(world, "edit M-1 with @Col.Co-worker")
        say(world, "edit M-1")
        world.person("U0FAC").submit(host="U0COW", co_workers=["U0FAC"])
        world.settle()
        assert graph.one()["participants"]["organizer"]["upn"] == "col@example.org"
        assert only(world).join_url == graph.one()["joinWebUrl"] != made["joinWebUrl"]


def test_it_moves_to_another_provider_and_back_and_its_end_is_its_hosts(database_url: str, tmp_path: Path) -> None:
    with teams_world(database_url, tmp_path, teams_host=HOST, providers=["teams", "manual"]) as (world, graph):
        farah = world.person("U0FAC")
        new(world)
        for wanted in ("manual", "teams", "manual"):
            say(world, "edit M-1")
            farah.submit({"provider": wanted})
            world.settle()
            assert len(graph.meetings) == (wanted == "teams")
            assert only(world).passcode == ""
            farah.close(all_views=True)
        say(world, "edit M-1")
        farah.submit({"provider": "teams"})
        world.settle()
        clear(farah, "M-1", "start")
        begin(world, "M-1")
        assert "Teams lets no program end a call" in say(world, "end M-1")
        world.settle()
        assert len(graph.meetings) == 1


@pytest.mark.parametrize("lost", [{"POST"}, {"PATCH"}])
def test_a_stop_between_making_and_noting_it_leaves_one_meeting(
    database_url: str, tmp_path: Path, lost: set[str]
) -> None:
    with teams_world(database_url, tmp_path, teams_host=HOST) as (world, graph):
        graph.faults.lose_answers_to = lost
        new(world)
        assert len(graph.meetings) == 1
        graph.faults.lose_answers_to = set()
        pass_by(world, 301, 1)
        assert only(world).join_url == graph.one()["joinWebUrl"]
        say(world, f"edit M-1 link {LINK}")
        world.person("U0FAC").submit({})
        world.settle()
        assert graph.meetings == {}


def test_another_link_for_the_same_meeting_counts_as_new_and_one_that_leads_elsewhere_as_none(
    database_url: str, tmp_path: Path
) -> None:
    with teams_world(database_url, tmp_path, teams_host=HOST) as (world, graph):
        _invited(world)
        before = only(world)
        graph.one()["joinWebUrl"] = "https://teams.microsoft.com@evil.example/l/x"
        say(world, "edit M-1 for 45 min")
        assert only(world).join_url == before.join_url
        graph.one()["joinWebUrl"] = "https://teams.microsoft.com/l/meetup-join/another"
        pass_by(world, 61, 3)
        after = only(world)
        assert after.join_url == "https://teams.microsoft.com/l/meetup-join/another"
        assert after.link_since != before.link_since
