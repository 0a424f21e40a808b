"""`/meeting link new`: a link that got out is replaced, and what it led to is deleted."""

import pytest
from sqlalchemy import select

from bot.sandbox.zoom import ZoomStandIn
from db.models import AuditEvent, MeetingState, RetiredLink
from tests.support.clearing import clear
from tests.support.meetings import LINK, begin, only, say, schedule
from tests.support.world import World

OTHER = "https://us02web.zoom.us/j/89876543210"


def told(world: World, who: str = "U0FAC") -> list[str]:
    """All that this person was told in direct messages."""
    world.settle()
    return [f"{message.words} {message.blocks}" for message in world.sandbox.dm(who)]


def retired(world: World) -> list[RetiredLink]:
    return world.read(lambda session: list(session.scalars(select(RetiredLink).order_by(RetiredLink.number))))


def invited(world: World) -> None:
    """M-1 of Farah and Col at the provider; Aled's invitation was shown with its link, Bronwen's was not."""
    schedule(world, "Aled, Bronwen", link=False)
    clear(world.person("U0FAC"), "M-1", "invite")
    world.person("U0FAC").command("/invitation", "M-1 for Aled", channel="C0YOUTH")


def replace(world: World) -> str:
    """Ask for a new link and press the button; what the answer says."""
    say(world, "link new M-1")
    answer = world.person("U0FAC").click("Make a new link")
    return f"{answer.text} {answer.blocks}"


def pass_by(world: World, seconds: float, times: int = 1) -> None:
    for _ in range(times):
        world.clock_forward(seconds)
        world.settle()


class TestAtTheProvider:
    def test_the_old_one_is_deleted_a_new_one_made_and_who_had_it_named(
        self, shared: tuple[World, ZoomStandIn]
    ) -> None:
        world, zoom = shared
        invited(world)
        before = only(world)
        asked = say(world, "link new M-1")
        assert "1 of those invited has the old one and must be told" in asked
        assert "can’t be taken back" in asked
        assert len(zoom.world.meetings) == 1, "nothing before the button"
        answer = world.person("U0FAC").click("Make a new link")
        assert "The old link is taken out of use" in answer.text
        assert "Aled has the old one" in str(answer.blocks)
        world.settle()
        after = only(world)
        (made,) = zoom.world.meetings.values()
        assert str(made["id"]) == after.provider_ref != before.provider_ref
        assert after.join_url == made["join_url"] != before.join_url
        assert after.passcode == made["password"] != before.passcode
        assert after.state is not MeetingState.DRAFT
        (old,) = retired(world)
        assert (old.number, old.retired_by, old.provider_ref) == (0, "U0FAC", before.provider_ref)
        assert old.revoked_at is not None
        said = told(world)
        assert any("The old link of M-1 is dead" in one for one in said)
        assert any("M-1 is made anew at Zoom" in one and "The old one had got out" in one for one in said)
        assert not any("Aled" in one for one in said)
        card = say(world, "show M-1")
        assert "Aled has the old one" in card
        assert "still stands" not in card
        assert "Bronwen" not in card
        actions = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
        assert "meeting.relinked" in actions
        assert "meeting.link_revoked" in actions

    def test_the_incident_is_one_tap_away_and_a_second_press_changes_nothing(
        self, shared: tuple[World, ZoomStandIn]
    ) -> None:
        world, _ = shared
        invited(world)
        farah = world.person("U0FAC")
        farah.command("/meeting", "link new M-1", channel="C0GENERAL")
        first = farah.private[-1]
        farah.click("Make a new link", first)
        world.settle()
        link = only(world).join_url
        again = farah.click("Make a new link", first)
        assert "replaced already" in again.text + str(again.blocks)
        world.settle()
        assert (only(world).join_url, len(retired(world))) == (link, 1)
        farah.click("Record an incident")
        assert farah.view is not None
        assert farah.view["callback_id"] == "incident.new"

    def test_while_zoom_refuses_it_says_that_the_old_link_works_and_ends_it_later(
        self, shared: tuple[World, ZoomStandIn]
    ) -> None:
        world, zoom = shared
        invited(world)
        zoom.faults.down = True
        replace(world)
        pass_by(world, 61, 4)
        assert any("The old link of M-1 still works" in one for one in told(world))
        assert "still stands at Zoom" in say(world, "show M-1")
        assert "no link yet" in world.person("U0FAC").command("/invitation", "M-1", channel="C0YOUTH").text
        zoom.faults.down = False
        pass_by(world, 301, 2)
        (made,) = zoom.world.meetings.values()
        assert only(world).join_url == made["join_url"]
        assert sum("The old link of M-1 is dead" in one for one in told(world)) == 1

    def test_an_answer_that_is_lost_leaves_one_meeting(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        invited(world)
        zoom.faults.lose_answers_to = {"POST", "DELETE"}
        replace(world)
        world.settle()
        zoom.faults.lose_answers_to = set()
        pass_by(world, 301, 2)
        (made,) = zoom.world.meetings.values()
        assert made["agenda"].endswith("-1")
        assert only(world).join_url == made["join_url"]

    def test_what_was_being_changed_meanwhile_does_not_bring_the_old_one_back(
        self, shared: tuple[World, ZoomStandIn]
    ) -> None:
        world, zoom = shared
        invited(world)
        old = only(world).provider_ref
        seen = len(zoom.requests)
        zoom.faults.hold_seconds = 0.3
        say(world, "edit M-1 for 45 min")
        world.sandbox.wait_for(lambda: len(zoom.requests) > seen, 5)
        replace(world)
        zoom.faults.hold_seconds = 0
        world.settle()
        (made,) = zoom.world.meetings.values()
        assert str(made["id"]) != old
        assert only(world).provider_ref == str(made["id"])

    def test_a_second_leak_is_a_second_link(self, shared: tuple[World, ZoomStandIn]) -> None:
        world, zoom = shared
        invited(world)
        for number in (1, 2):
            replace(world)
            world.settle()
            (made,) = zoom.world.meetings.values()
            assert made["agenda"].endswith(f"-{number}")
        assert [one.number for one in retired(world)] == [0, 1]
        say(world, "cancel M-1")
        world.person("U0FAC").click("Cancel it")
        pass_by(world, 601)
        assert zoom.world.meetings == {}


class TestPasted:
    def test_the_form_takes_the_new_one_and_refuses_the_old(self, world: World) -> None:
        schedule(world)
        clear(world.person("U0FAC"), "M-1", "invite")
        farah = world.person("U0FAC")
        farah.command("/invitation", "M-1 for Aled", channel="C0YOUTH")
        farah.command("/meeting", "M-1 link new", channel="C0GENERAL")
        assert farah.view is not None
        assert "Delete the old meeting there yourself" in str(farah.view["blocks"])
        assert "That is the old link" in str(farah.submit({"link": LINK + "&from=addon"}).errors)
        farah.submit({"link": OTHER, "passcode": "Kestrel77"})
        assert farah.view is not None
        assert "until then its link works" in str(farah.view["blocks"])
        meeting = only(world)
        assert (meeting.join_url, meeting.passcode) == (OTHER, "Kestrel77")
        assert retired(world) == []
        assert "Aled has the old one" in say(world, "show M-1")

    def test_without_a_new_one_the_old_one_is_given_to_nobody(self, world: World) -> None:
        schedule(world)
        farah = world.person("U0FAC")
        farah.command("/meeting", "link M-1 new", channel="C0GENERAL")
        farah.submit({})
        meeting = only(world)
        assert (meeting.state, meeting.join_url, meeting.passcode) == (MeetingState.DRAFT, None, "")
        world.settle()
        assert "no link yet" in farah.command("/invitation", "M-1", channel="C0YOUTH").text
        say(world, f"edit M-1 link {OTHER}")
        assert only(world).state is not MeetingState.DRAFT


@pytest.mark.parametrize("text", ["link M-1 {}", "M-1 link {}"])
def test_a_link_alone_is_a_change_as_before(world: World, text: str) -> None:
    schedule(world)
    assert "Changed." in say(world, text.format(OTHER))
    assert only(world).join_url == OTHER


def test_what_has_no_link_or_is_running_or_is_anothers_is_refused(world: World) -> None:
    schedule(world, "", link=False)
    assert "no link that could have got out" in say(world, "link new M-1")
    say(world, f"edit M-1 link {LINK}")
    assert "Art" not in say(world, "link new M-1", "U0MAN")
    assert world.person("U0MAN").view is None
    assert "Nothing was changed" in say(world, "link new M-1 M-2")
    assert "Has the link got out?" in say(world, f"link new M-1 {OTHER}")
    clear(world.person("U0FAC"), "M-1", "start")
    begin(world)
    assert only(world).state is MeetingState.STARTED
    assert "is running" in say(world, "link new M-1")
    assert only(world).join_url == LINK
