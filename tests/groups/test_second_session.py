"""A group's first and second session under each policy, typed and ticked: what is asked again of what was known."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.gates import gating
from bot.policy.gates import Gate, Moment
from db.models import Meeting, MeetingState, SubjectKind
from tests.prompts.conftest import use_policy
from tests.support.clearing import clear
from tests.support.groups import say
from tests.support.said import facts
from tests.support.world import World

POLICIES = ("working4u", "sendiass", "voluntary_sector", "james", "st_josephs")
FAMILIES = ("Ashworth", "Birchall", "Coleman", "Dalton", "Ellwood")
ZOOM = "https://zoom.us/j/12345678901"
OF_EACH_VISIT = {"link-day", "agreement-asked", "recognised", "supervision"}
"""What the documents ask of each visit, whatever is known: the day of the link, agreement aloud and recognition at the
door, and the supervision that was arranged for this meeting (SEN-020)."""
MOMENTS: tuple[Moment, ...] = ("ready", "invite", "start", "entry")


def session(world: World, club: str, number: int) -> Mapping[Moment, list[Gate]]:
    """The group's next session, with its link; what is asked before each moment of it."""
    farah = world.person("U0FAC")
    assert "2 members come with it" in say(world, f"next {club}")
    farah.command("/meeting", f"edit M-{number} link {ZOOM}", channel="C0YOUTH")
    world.settle()
    return asked(world, number)


def asked(world: World, number: int) -> Mapping[Moment, list[Gate]]:
    """What staff are still asked to say before each moment of a meeting."""

    def look(rows: object) -> Mapping[Moment, list[Gate]]:
        meeting = rows.scalars(select(Meeting).where(Meeting.number == number)).one()  # type: ignore[attr-defined]
        gates = gating.of_meeting(rows, meeting, datetime.fromtimestamp(world.now(), UTC))  # type: ignore[arg-type]
        open_ = [one for one in gates if one.open and one.can_tick]
        return {moment: [one for one in open_ if one.moment == moment] for moment in MOMENTS}

    return world.read(look)


def running(world: World, number: int) -> None:
    """A meeting runs, so that what belongs to the session can be ticked."""

    def work(rows: object) -> None:
        meeting = rows.scalars(select(Meeting).where(Meeting.number == number)).one()  # type: ignore[attr-defined]
        meeting.state = MeetingState.STARTED

    world.write(work)


def of_people(before: Mapping[Moment, list[Gate]]) -> set[str]:
    """What is asked about single people, but for what belongs to each visit."""
    return {one.id for gates in before.values() for one in gates if one.people} - OF_EACH_VISIT


@pytest.mark.timeout(180)
@pytest.mark.clause("W4U-148", "W4U-175", "W4U-184", "JAM-078", "SEN-044")
def test_the_second_session_of_a_group_asks_no_question_about_anybody(world: World) -> None:
    farah, max_ = world.person("U0FAC"), world.person("U0MAN")
    for at, policy in enumerate(POLICIES):
        use_policy(world, policy)
        club, number = f"Club {policy}", 2 * at + 1
        say(world, f"new {club} on Thursdays at 16:00 for 60 min with @Col.Co-worker in Cooking, about cooking")
        children = f"Amy {FAMILIES[at]} amy{at}@example.org, Ben {FAMILIES[at]} ben{at}@example.org"
        farah.command("/group", f"add {children} to {club}", "C0YOUTH")
        farah.submit(whose="carer")
        farah.close(all_views=True)
        first = session(world, club, number)
        for moment in MOMENTS:
            clear(farah, f"M-{number}", moment, manager=max_ if moment == "ready" else None)
        world.settle()
        second = session(world, club, number + 1)
        assert of_people(second) == set(), policy
        assert sum(len(gates) for gates in second.values()) <= sum(len(gates) for gates in first.values()), policy
        assert len(second["invite"]) <= 1, policy
        assert second["entry"] == [], policy
        group = {one.requirement for one in facts(world) if one.subject_kind is SubjectKind.GROUP}
        again = {f"gate:{one.id}" for gates in second.values() for one in gates}
        assert not group & again, policy


@pytest.mark.both
@pytest.mark.clause("W4U-135", "W4U-148", "W4U-184")
def test_what_a_group_did_together_holds_for_all_its_meetings(world: World) -> None:
    farah, col = world.person("U0FAC"), world.person("U0COW")
    use_policy(world, "working4u")
    say(world, "new Choir on Thursdays at 16:00 for 60 min with @Col.Co-worker in Cooking")
    say(world, "add Amy Ashworth, Ben Birchall to Choir")
    for number in (1, 2):
        session(world, "Choir", number)
    of_the_group = {"group-contract", "voices"}
    at_the_door = {one.id: one for one in asked(world, 1)["entry"]}
    assert of_the_group <= set(at_the_door)
    assert not any(at_the_door[one].people or at_the_door[one].refuses for one in of_the_group)
    assert not of_the_group & {one.id for one in asked(world, 1)["invite"]}
    farah.command("/meeting", "tick M-1 group-contract", channel="C0YOUTH")
    for number in (1, 2):
        assert "group-contract" not in {one.id for one in asked(world, number)["entry"]}
    col.command("/meeting", "untick M-2 group-contract", channel="C0YOUTH")
    for number in (1, 2):
        assert "group-contract" in {one.id for one in asked(world, number)["entry"]}
    # A meeting of the same people without the group asks each of them, as before.
    farah.command("/meeting", "new Rehearsal on 3 June 2027 at 16:00", channel="C0YOUTH")
    farah.command("/participant", "add Amy Ashworth to M-3", channel="C0YOUTH")
    assert of_the_group <= {one.id for one in asked(world, 3)["invite"] if one.people}
    # The same on the checklist: ticked at one it stands at all, and a form drawn before somebody's tick leaves it.
    for number in (1, 2):
        farah.command("/checklist", f"M-{number}", channel="C0YOUTH")
        running(world, number)
    col.command("/checklist", "tick M-2", channel="C0YOUTH")
    farah.command("/checklist", "tick M-1", channel="C0YOUTH")
    farah.submit(**{"row.w4u-04.1": ["w4u-04-a"]})
    col.submit(**{"row.w4u-16.1": ["w4u-16-a"]})
    measures = {one.requirement: one.subject_kind for one in facts(world, measures=True)}
    assert measures["checklist:w4u-04-a"] is SubjectKind.GROUP
    assert measures["checklist:w4u-16-a"] is SubjectKind.MEETING
    farah.close(all_views=True)
    farah.command("/checklist", "tick M-2", channel="C0YOUTH")
    ticked = [one["value"] for block in (farah.view or {})["blocks"] for one in _on(block)]
    assert {"w4u-04-a", "w4u-16-a"} <= set(ticked)
    farah.submit(**{"row.w4u-04.1": []})
    assert [one.yes for one in facts(world, measures=True) if one.requirement == "checklist:w4u-04-a"] == [True, False]
    assert world.sandbox.violations == []


def _on(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The boxes of a block that are ticked."""
    found: list[dict[str, Any]] = block.get("element", {}).get("initial_options") or []
    return found
