"""A group's first and second session under each policy, typed and ticked: what is asked again of what was known."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.gates import gating
from bot.policy.gates import Gate, Moment
from db.models import HowShown, Meeting, MeetingState, SubjectKind
from tests.prompts.conftest import use_policy
from tests.support.clearing import clear, sign_off
from tests.support.groups import say
from tests.support.said import facts
from tests.support.world import World

POLICIES = ("working4u", "sendiass", "voluntary_sector", "james", "st_josephs")
FAMILIES = ("Ashworth", "Birchall", "Coleman", "Dalton", "Ellwood")
ZOOM = "https://zoom.us/j/12345678901"
WEEK = 7 * 24 * 3600
OF_EACH_VISIT = {"link-day", "agreement-asked", "recognised", "supervision"}
"""What the documents ask of each visit, whatever is known: the day of the link, agreement aloud and recognition at the
door, and the supervision that was arranged for this meeting (SEN-020)."""
OF_EACH_MEETING = {"sensitive", "checklist"}
"""What is asked anew after one tap before a meeting is ready: that it is about nothing sensitive (STJ-021), and of the
checklist what belongs to each meeting (SEN-020; VOL-013; JAM-055, 064 to 066, 070 to 073). What the purpose is, who
takes part and where (STJ-025 to 027) each letter says, and stands for a series while neither changes."""
Counts = tuple[int, ...]
ASKED: dict[str, tuple[Counts, ...]] = {
    "working4u": ((13, 13, 0, 4), (13, 1, 0, 0), (0, 1, 0, 0)),
    "sendiass": ((11, 3, 0, 1), (10, 1, 0, 0), (1, 1, 0, 0)),
    "voluntary_sector": ((16, 2, 0, 0), (14, 0, 0, 0), (1, 0, 0, 0)),
    "james": ((14, 6, 1, 1), (14, 0, 1, 0), (1, 0, 1, 0)),
    "st_josephs": ((17, 1, 0, 0), (17, 0, 0, 0), (1, 0, 0, 0)),
}
"""What is asked before ready, link, start and door: at a group's first session, at its second, and at that one after
[Yes, as last time]. Sent on its day, the link asks nothing of Working 4U's either (W4U-142)."""
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


def checklist(world: World, number: int, label: str = "Sign off") -> None:
    """Tick all of a checklist that can be true before its session, and sign it off."""
    farah = world.person("U0FAC")
    farah.command("/checklist", f"M-{number}", channel="C0YOUTH")
    world.settle()
    farah.command("/checklist", f"tick M-{number}", channel="C0YOUTH")
    inputs = [one for one in (farah.view or {})["blocks"] if one["type"] == "input"]
    farah.submit({one["block_id"]: [each["value"] for each in one["element"]["options"]] for one in inputs})
    world.settle()
    farah.close(all_views=True)
    why = {"setting:passcode_apart": "Our account puts it there"}
    assert "signed off" in sign_off(farah, world.sandbox.messages("C0YOUTH")[-1], label, **why)


def running(world: World, number: int) -> None:
    """A meeting runs, so that what belongs to the session can be ticked."""

    def work(rows: object) -> None:
        meeting = rows.scalars(select(Meeting).where(Meeting.number == number)).one()  # type: ignore[attr-defined]
        meeting.state = MeetingState.STARTED

    world.write(work)


def counted(*sessions: Mapping[Moment, list[Gate]]) -> tuple[Counts, ...]:
    """How much is asked before each moment."""
    return tuple(tuple(len(one[moment]) for moment in MOMENTS) for one in sessions)


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
        checklist(world, number)
        for moment in MOMENTS:
            clear(farah, f"M-{number}", moment, manager=max_ if moment == "ready" else None)
        world.clock_forward(WEEK)
        world.settle()
        drawn = session(world, club, number + 1)
        card = farah.command("/meeting", f"show M-{number + 1}", "C0YOUTH")
        assert "Still so?" in str(card.blocks), policy
        said = farah.click("Yes, as last time")
        world.settle()
        second = asked(world, number + 1)
        assert counted(first, drawn, second) == ASKED[policy], policy
        assert {one.id for one in second["ready"]} - OF_EACH_MEETING == set(), policy
        assert 1 + len(second["ready"]) <= 3, policy
        assert ("The checklist is signed off." in said.text) is (policy in ("working4u", "st_josephs"))
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
    # A meeting of the same people without the group asks the same of all of them, at its own door, and each time.
    farah.command("/meeting", "new Rehearsal on 3 June 2027 at 16:00", channel="C0YOUTH")
    farah.command("/participant", "add Amy Ashworth to M-3", channel="C0YOUTH")
    at_the_door = {one.id: one for one in asked(world, 3)["entry"]}
    assert not any(at_the_door[one].people or at_the_door[one].refuses for one in of_the_group)
    assert not of_the_group & {one.id for one in asked(world, 3)["invite"]}
    farah.command("/meeting", "tick M-3 group-contract", channel="C0YOUTH")
    assert "group-contract" not in {one.id for one in asked(world, 3)["entry"]}
    assert "group-contract" in {one.id for one in asked(world, 1)["entry"]}, "it was said of that meeting"
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
    farah.click("Show all")
    ticked = [one["value"] for block in (farah.view or {})["blocks"] for one in _on(block)]
    assert {"w4u-04-a", "w4u-16-a"} <= set(ticked)
    farah.submit(**{"row.w4u-04.1": []})
    assert [one.yes for one in facts(world, measures=True) if one.requirement == "checklist:w4u-04-a"] == [True, False]
    assert world.sandbox.violations == []


def _on(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The boxes of a block that are ticked."""
    found: list[dict[str, Any]] = block.get("element", {}).get("initial_options") or []
    return found


def offered(world: World, number: int = 2) -> str:
    """What the card of a meeting says of what is the same as last time; empty where it offers nothing."""
    card = world.person("U0FAC").command("/meeting", f"show M-{number}", "C0YOUTH")
    found = next(one["text"]["text"] for one in card.blocks if one.get("block_id") == "next")
    return found if "Still so?" in found else ""


@pytest.mark.both
@pytest.mark.clause("W4U-145", "W4U-118")
def test_what_changed_is_asked_on_its_own_and_one_tap_confirms_the_rest_once(world: World) -> None:
    farah, col = world.person("U0FAC"), world.person("U0COW")
    use_policy(world, "working4u")
    say(world, "new Choir on Thursdays at 16:00 for 60 min with @Col.Co-worker in Cooking")
    say(world, "add Amy Ashworth, Ben Birchall to Choir")
    session(world, "Choir", 1)
    checklist(world, 1)
    clear(farah, "M-1", "ready")
    world.clock_forward(WEEK)
    session(world, "Choir", 2)
    same = offered(world)
    assert "settings and" in same
    assert "This signs the checklist off." in same
    # Another link is another room: its settings are not known. What the staff did stands.
    farah.command("/meeting", "edit M-2 link https://zoom.us/j/99999999999", channel="C0YOUTH")
    assert "setting" not in offered(world)
    farah.command("/meeting", f"edit M-2 link {ZOOM}", channel="C0YOUTH")
    assert offered(world) == same
    # Somebody new: the risks are looked at, and settings stand.
    farah.command("/participant", "add Zoe Zimmer to M-2", channel="C0YOUTH")
    new = offered(world)
    assert "1 is new." in new
    assert "settings" in new
    assert "signs the checklist off" not in new
    farah.command("/participant", "remove Zoe Zimmer from M-2", channel="C0YOUTH")
    farah.click("Remove")
    # Others run it: what is theirs is asked of them.
    farah.command("/meeting", "edit M-2 with @Dev.Deputy", channel="C0YOUTH")
    others = offered(world)
    assert "Dev" in others.partition("Changed since")[2]
    assert "signs the checklist off" not in others
    farah.command("/meeting", "edit M-2 with @Col.Co-worker", channel="C0YOUTH")
    # All that it covers can be read first; what somebody ticks meanwhile is no part of it any more.
    assert offered(world) == same
    farah.click("Look through")
    assert "The waiting room is always on" in farah.seen()
    assert "The link was sent the day before" not in farah.seen()
    col.command("/meeting", "tick M-2 waiting-room", channel="C0YOUTH")
    assert "Nothing was confirmed now" in str(farah.submit({}))
    farah.close(all_views=True)
    assert offered(world) != same
    assert "The checklist is signed off." in farah.click("Yes, as last time").text
    assert "Yours to set" not in str(farah.command("/meeting", "show M-2", "C0YOUTH").blocks)
    confirmed = [one for one in facts(world) if one.shown_by is HowShown.AS_BEFORE]
    assert {(one.by, one.first_by, one.carried) for one in confirmed} == {("U0FAC", "U0FAC", False)}
    assert "gate:waiting-room" not in {one.requirement for one in confirmed}
    assert offered(world) == ""
    assert asked(world, 2)["ready"] == []
    # One that is not so after all is taken back like any other.
    farah.command("/meeting", "untick M-2 file-transfer-off", channel="C0YOUTH")
    assert "file-transfer-off" in {one.id for one in asked(world, 2)["ready"]}
    assert world.sandbox.violations == []


OTHER = "https://zoom.us/j/55555555555"
TEAMS = "https://teams.microsoft.com/meet/123456789?p=abc"


def choir(world: World, reason: str = "") -> None:
    """A Choir of two whose first session is ready; with a `reason`, one measure was left open for it."""
    use_policy(world, "working4u")
    say(world, "new Choir on Thursdays at 16:00 for 60 min with @Col.Co-worker in Cooking")
    say(world, "add Amy Ashworth, Ben Birchall to Choir")
    session(world, "Choir", 1)
    checklist(world, 1)
    if reason:
        farah = world.person("U0FAC")
        farah.command("/checklist", "tick M-1", channel="C0YOUTH")
        farah.submit({"row.w4u-02.1": []})
        farah.close(all_views=True)
        world.settle()
        message = world.sandbox.messages("C0YOUTH")[-1]
        assert "signed off" in sign_off(farah, message, "Sign off again", w4u_02_a=reason)
    clear(world.person("U0FAC"), "M-1", "ready")
    assert unmet(world, 1) == set()


def unmet(world: World, number: int) -> set[str]:
    """What keeps a meeting from being ready, also what nobody can tick there, as the checklist's sign-off."""

    def look(rows: Any) -> set[str]:
        meeting = rows.scalars(select(Meeting).where(Meeting.number == number)).one()
        gates = gating.of_meeting(rows, meeting, datetime.fromtimestamp(world.now(), UTC))
        return {one.id for one in gates if one.open and one.moment == "ready"} - {"pack-complete"}

    return world.read(look)


def edited(world: World, words: str) -> str:
    """Type `/meeting edit …`; what it answers."""
    said = world.person("U0FAC").command("/meeting", f"edit {words}", channel="C0YOUTH")
    world.settle()
    return f"{said.text} {said.blocks}"


def test_what_was_said_for_a_room_and_for_who_comes_counts_for_them_alone(world: World) -> None:
    farah = world.person("U0FAC")
    choir(world)
    # The same room by another host's name is the same room; another number or service is not.
    assert "anew" not in edited(world, "M-1 link https://us02web.zoom.us/j/12345678901")
    assert unmet(world, 1) == set()
    assert "settings are asked anew, for it is another room" in edited(world, f"M-1 link {OTHER}")
    assert {"waiting-room", "checklist"} <= unmet(world, 1)
    assert "can't start yet" in farah.command("/meeting", "start M-1", channel="C0YOUTH").text
    checklist(world, 1, "Sign off again")
    clear(farah, "M-1", "ready")
    assert unmet(world, 1) == set()
    world.clock_forward(WEEK)
    session(world, "Choir", 2)
    assert "setting" not in offered(world), "nobody looked at that room"
    edited(world, f"M-2 link {OTHER}")
    assert "This signs the checklist off." in offered(world)
    farah.click("Yes, as last time")
    assert unmet(world, 2) == set()
    # The same tap again is told that it is confirmed, and changes nothing.
    before = len(facts(world)) + len(facts(world, measures=True))
    assert "It is confirmed already for M-2" in world.sandbox.repeat().text
    assert len(facts(world)) + len(facts(world, measures=True)) == before
    # What stood as last time stands no more once something is not as last time.
    farah.command("/participant", "add Zoe Zimmer to M-2", channel="C0YOUTH")
    assert "checklist" in unmet(world, 2)
    assert "waiting-room" not in unmet(world, 2)
    farah.command("/participant", "remove Zoe Zimmer from M-2", channel="C0YOUTH")
    farah.click("Remove")
    assert "Still so?" in offered(world)
    farah.click("Yes, as last time")
    assert unmet(world, 2) == set()
    assert "asked anew, for not all is as last time any more" in edited(world, "M-2 with @Dev.Deputy")
    assert "checklist" in unmet(world, 2)
    edited(world, "M-2 with @Col.Co-worker")
    offered(world)
    farah.click("Yes, as last time")
    assert "settings are asked anew, for it is another room" in edited(world, f"M-2 link {TEAMS}")
    assert "waiting-room" in unmet(world, 2)
    # Nothing is confirmed ahead of a meeting whose time is over.
    edited(world, f"M-2 link {OTHER}")
    assert "Still so?" in offered(world)
    world.clock_forward(WEEK)
    assert "M-2 is over" in farah.click("Yes, as last time").text
    assert offered(world) == ""
    assert world.sandbox.violations == []


def test_what_happened_since_it_was_said_is_named_and_nothing_is_signed_off_then(world: World) -> None:
    farah, lead = world.person("U0FAC"), world.person("U0LEAD")
    choir(world, "Only this Thursday: her mother sits beside her")
    # After the checklist was signed off, and before the session.
    farah.command("/participant", "show Amy Ashworth", channel="C0YOUTH")
    farah.submit(access="Somebody may listen in")
    farah.close(all_views=True)
    world.clock_forward(WEEK)
    session(world, "Choir", 2)
    drawn = offered(world)
    assert "Something was recorded since" in drawn
    assert "Left open last time: " in drawn
    assert "mother" not in drawn
    assert "signs the checklist off" not in drawn

    def by_others(rows: Any) -> None:
        meeting = rows.scalars(select(Meeting).where(Meeting.number == 2)).one()
        meeting.host, meeting.co_workers = "U0DEP", []

    world.write(by_others)
    lead.command("/incident", "M-2 uninvited guest; done: removed them", channel="C0YOUTH")
    world.clock_forward(WEEK)
    session(world, "Choir", 3)
    drawn = offered(world, 3)
    assert "1 session in between was run by others. 1 incident was recorded." in drawn
    assert "guest" not in drawn
    assert "signs the checklist off" not in drawn
    # Whoever may run it sees and confirms the same, also who was on no team.
    lead.command("/meeting", "show M-3", channel="C0YOUTH")
    assert "Confirmed for M-3" in lead.click("Yes, as last time").text
    reasons = [one for one in facts(world, measures=True) if one.reason]
    assert len(reasons) == 1
    assert "checklist" in unmet(world, 3)
    assert world.sandbox.violations == []
