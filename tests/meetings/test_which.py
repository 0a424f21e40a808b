"""However a meeting is named, every command means the same one; what names none changes nothing."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.person import Person
from db.models import Fact, Incident, Meeting, MeetingState
from tests.prompts.conftest import use_policy
from tests.support.asked import choices
from tests.support.clubs import clubs
from tests.support.world import World

TITLES = ("Youth club", "the youth club", "YOUTH CLUB", "the one on Thursday")


@pytest.fixture
def farah(world: World) -> Person:
    """M-1 Cooking club on Wednesday, M-2 Youth club on Thursday."""
    return clubs(world, "Cooking club on Wednesday at 16:00", "Youth club on Thursday at 18:00")


def meetings(world: World) -> dict[str, tuple[str, str, MeetingState]]:
    """Title, start and state of each."""
    return world.read(
        lambda session: {
            one.reference: (one.title, f"{one.starts_at:%a %H:%M}", one.state)
            for one in session.scalars(select(Meeting))
        }
    )


def ticked(world: World) -> list[str]:
    """The numbers of the meetings on which something was ticked, with what was."""
    query = select(Meeting.number, Fact.requirement).join(Meeting, Meeting.id == Fact.scope_id)
    return world.read(
        lambda session: [f"M-{number} {key.rpartition(':')[2]}" for number, key in session.execute(query)]
    )


@pytest.mark.parametrize("which", ["M-2", "m2", "#2", "2", "meeting 2", *TITLES])
def test_edit_takes_every_name_of_a_meeting(world: World, farah: Person, which: str) -> None:
    farah.command("/meeting", f"edit {which} title Youth evening")
    assert {name: title for name, (title, _, _) in meetings(world).items()} == {
        "M-1": "Cooking club",
        "M-2": "Youth evening",
    }


@pytest.mark.parametrize("typed", ["youth to Friday at 17:00", "yuoth club to Friday at 17:00", "to Friday at 17:00"])
def test_edit_asks_for_the_meeting_and_a_press_goes_on(world: World, farah: Person, typed: str) -> None:
    before = meetings(world)
    answer = farah.command("/meeting", f"edit {typed}")
    assert meetings(world) == before
    # The card of a meeting may come between, with buttons of the same kind.
    farah.click(f"command.again.{choices(answer).index('meeting edit M-2 to Friday at 17:00')}", answer.private)
    assert meetings(world)["M-2"][1] == "Fri 17:00"
    assert meetings(world)["M-1"] == before["M-1"]


NOT_MINE = (
    "edit chess to Friday at 17:00",
    "edit chess club title Chess",
    "edit 2 to Friday at 17:00",
    "edit M-2 title Go",
    "edit the one on Friday to 17:00",
    "tick chess lock",
    "tick chess club lock",
    "tick lock for chess",
    "tick 2 lock",
    "tick lock for 2",
    "untick chess lock",
    "start chess",
    "end 2",
    "cancel the one on Friday",
)


def test_the_only_meeting_is_not_changed_under_another_name(world: World, alone: Person) -> None:
    before = meetings(world)
    for typed in NOT_MINE:
        answer = alone.command("/meeting", typed)
        assert answer.opened is None, typed
        assert f"/meeting {typed}" in answer.text
    assert meetings(world) == before
    assert ticked(world) == []


@pytest.mark.parametrize("which", ["M-2", "Youth club"])
def test_a_tick_takes_every_name_of_a_meeting(world: World, farah: Person, which: str) -> None:
    begin(world)
    for way in ("{} lock", "lock {}", "lock for {}", "{}: lock", "lock for {} please"):
        assert "Ticked for M-2" in farah.command("/meeting", f"tick {way.format(which)}").text
        assert "Not ticked any more for M-2" in farah.command("/meeting", f"untick {way.format(which)}").text
    assert set(ticked(world)) == {"M-2 lock"}


def test_a_tick_asks_for_the_meeting_and_keeps_its_reason(world: World, farah: Person) -> None:
    begin(world)
    answer = farah.command("/meeting", "tick lock because everybody is in")
    assert choices(answer) == [f"meeting tick M-{number} lock because everybody is in" for number in (1, 2)]
    assert ticked(world) == []
    farah.click("command.again.1")
    assert ticked(world) == ["M-2 lock"]


@pytest.mark.parametrize("word", ["show", "start", "end", "cancel"])
def test_what_looks_and_what_acts_mean_the_same_meeting(world: World, farah: Person, word: str) -> None:
    for which in ("M-2", "2", *TITLES):
        answer = farah.command("/meeting", f"{word} {which}")
        assert "M-2" in answer.text
        assert "M-1" not in answer.text


def test_an_invitation_is_that_of_the_meeting_that_was_named(world: World, farah: Person) -> None:
    farah.command("/participant", "add Robin, Tia to M-2")
    everybody = ["M-2", "2", *TITLES]
    robins = [f"for Robin {one}" for one in ("M-2", "for 2", *TITLES)]
    for typed in (*everybody, *robins, "Robin, youth club", "youth club: Robin", "for Robin to youth club"):
        answer = farah.command("/invitation", typed)
        assert "M-2" in answer.text, typed
        assert "M-1" not in answer.text
        assert typed in everybody or "Robin" in answer.text


def test_an_invitation_of_another_meeting_is_not_that_of_the_only_one(world: World, alone: Person) -> None:
    alone.command("/participant", "add Robin to M-1")
    for typed in ("chess club", "for Robin chess", "for Robin to chess", "2", "M-9", "for Robin 2"):
        answer = alone.command("/invitation", typed)
        assert "Cooking club" not in answer.text.replace("M-1 Cooking club", "")
        assert f"/invitation {typed}" in answer.text


def test_an_incident_is_that_of_the_meeting_that_was_named(world: World, farah: Person) -> None:
    typed = [
        ("M-2 Robin swore; done: spoke to him", "Robin swore"),
        ("2: Robin swore; done: spoke to him", "Robin swore"),
        ("youth club: Robin swore; done: spoke to him", "Robin swore"),
        ("Youth club – Robin swore; done: spoke to him", "Robin swore"),
        ("youth club got noisy; done: spoke to them", "youth club got noisy"),
    ]
    for number, (text, what) in enumerate(typed, 1):
        answer = farah.command("/incident", text)
        assert f"Saved as I-{number}" in answer.text
        assert "M-2" in answer.text
        assert what in farah.command("/incident", f"show I-{number}").text


def test_an_incident_of_a_meeting_in_doubt_opens_the_form(world: World, farah: Person) -> None:
    begin(world, 1)
    for typed in (
        "pottery club: Robin swore; done: spoke to him",
        "pottery: Robin swore; done: spoke to him",
        "youth: Robin swore; done: spoke to him",
        "yuoth club: Robin swore; done: spoke to him",
        "2 boys swore; done: spoke to them",
    ):
        form = farah.command("/incident", typed).opened or {}
        assert "swore" in json.dumps(form)
        meeting = next(one for one in form["blocks"] if one.get("block_id") == "meeting")
        assert "initial_option" not in meeting["element"]
    assert world.count(Incident) == 0


def test_the_number_of_no_meeting_is_refused_with_the_incident(world: World, farah: Person) -> None:
    answer = farah.command("/incident", "9: Robin swore; done: spoke to him")
    assert "I can't find M-9" in answer.text
    assert "/incident 9: Robin swore; done: spoke to him" in answer.text
    assert world.count(Incident) == 0


def test_a_cancelled_meeting_is_said_to_be_cancelled(world: World, farah: Person) -> None:
    def cancel(session: Session) -> None:
        session.scalars(select(Meeting).where(Meeting.number == 2)).one().state = MeetingState.CANCELLED

    world.write(cancel)
    before = meetings(world)
    for word in ("start {}", "end {}", "edit {} to Friday at 17:00", "tick {} lock", "cancel {}"):
        for which in ("M-2", "youth club"):
            answer = farah.command("/meeting", word.format(which))
            assert "cancelled" in answer.text, word
            assert "M-2" in answer.text
            assert f"/meeting {word.format(which)}" in answer.text
    assert meetings(world) == before
    assert ticked(world) == []


def test_the_meeting_of_somebody_else_is_not_found(world: World, farah: Person) -> None:
    world.person("U0COW").command("/meeting", "new Chess on Thursday at 20:00")
    before = meetings(world)
    for word in ("show {}", "start {}", "edit {} to Friday at 17:00", "tick {} lock", "cancel {}"):
        for which in ("M-3", "3", "Chess"):
            assert "M-3 Chess" not in farah.command("/meeting", word.format(which)).text
    assert meetings(world) == before
    assert ticked(world) == []


def begin(world: World, *numbers: int) -> None:
    """The meetings of these numbers, or both, have been started, under a policy with `lock` among its reminders."""
    use_policy(world, "working4u")

    def work(session: Session) -> None:
        for one in session.scalars(select(Meeting).where(Meeting.number.in_(numbers or (1, 2)))):
            one.starts_at = one.started_at = datetime.fromtimestamp(world.now(), UTC)
            one.state = MeetingState.STARTED

    world.write(work)


def test_urgent_takes_every_name_of_a_meeting_and_the_reason_behind_it(world: World, farah: Person) -> None:
    for which in ("youth club", "2", "the youth club:", "youth club because"):
        form = json.dumps(farah.command("/meeting", f"urgent {which} mum rang, he ran off").opened)
        assert "M-2" in form
        assert "mum rang, he ran off" in form
        assert f"{which} mum" not in form
    asked = farah.command("/meeting", "urgent yuoth club mum rang")
    assert choices(asked) == ["meeting urgent M-2 mum rang"]
    assert "M-1" not in asked.text


def test_an_incident_that_tells_of_another_meeting_opens_the_form(world: World, farah: Person) -> None:
    begin(world, 1)
    for typed in ("Robin swore at the youth club; done: spoke to him", "in youth club Robin swore; done: spoke to him"):
        assert farah.command("/incident", typed).opened is not None
    assert world.count(Incident) == 0
    assert "Saved as I-1" in farah.command("/incident", "Robin swore in cooking club; done: spoke to him").text


def test_without_a_name_what_starts_is_none_that_runs_and_what_ends_is_the_one_that_does(
    world: World, farah: Person
) -> None:
    def running(session: Session) -> None:
        for one in session.scalars(select(Meeting)):
            one.state = MeetingState.STARTED if one.number == 1 else MeetingState.SCHEDULED

    world.write(running)
    assert "M-1" not in farah.command("/meeting", "start").text
    assert "M-1 had been started already" in farah.command("/meeting", "start cooking club").text
    assert "*Cooking club*" in farah.command("/meeting", "end").text
    assert {name: state for name, (_, _, state) in meetings(world).items()} == {
        "M-1": MeetingState.ENDED,
        "M-2": MeetingState.SCHEDULED,
    }
