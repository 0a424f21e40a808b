"""`/meeting list past`: one's own meetings that are over, newest first, each with how its register stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.diary.pages import PAGE
from bot.meetings import past
from db.models import Meeting, MeetingState
from tests.reports.history import History, monday
from tests.support.clearing import make_urgent
from tests.support.meetings import LINK
from tests.support.world import World

pytestmark = pytest.mark.both


def listed(world: World, who: str = "U0FAC") -> list[str]:
    """The lines of the list."""
    said = world.person(who).command("/meeting", "list past").text
    return [line for line in said.splitlines() if line.startswith("*M-") or line.startswith("M-")]


def test_nothing_yet_is_said_in_clear_words(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
    assert "Nothing yet: none of your meetings is over." in farah.command("/meeting", "list past").text


def test_each_register_as_it_stands_newest_first(world: World) -> None:
    begin = monday(world, weeks_ago=1)

    def write(session: Session) -> None:
        history, hour = History(session), timedelta(hours=1)
        history.meeting(begin, None, came=["Ada", "Ben"], absent=["Cai"], walk_ins=["Zed"])
        history.meeting(begin + hour, None, unmarked=["Ada", "Ben"])
        history.meeting(begin + 2 * hour, None, came=["Ada"], unmarked=["Ben"])
        history.meeting(begin + 3 * hour, None, absent=["Ada", "Ben"])
        history.meeting(begin + 4 * hour, None, unmarked=["Ada"], state=MeetingState.SCHEDULED)
        history.meeting(begin + 5 * hour, None, came=["Ada"], state=MeetingState.CANCELLED)
        history.meeting(begin + 6 * hour, None)
        history.meeting(begin + timedelta(weeks=3), None, state=MeetingState.SCHEDULED)
        session.scalars(select(Meeting).where(Meeting.number == 7)).one().nobody_came_at = begin

    world.write(write)
    lines = listed(world)
    assert [line.split("*")[1] for line in lines] == ["M-7", "M-5", "M-4", "M-3", "M-2", "M-1"]
    assert [line.rpartition("(")[2].rstrip(")") for line in lines] == [
        "nobody came",
        "not started, no register yet",
        "nobody came",
        "1 of 2 came, 1 not marked",
        "no register yet",
        "2 of 3 came, 1 more unannounced",
    ]
    farah = world.person("U0FAC")
    farah.command("/meeting", "list past")
    assert "It is too early" not in farah.click("Register", value="attendance M-5").text
    assert "*M-5 ·" in farah.seen(), "the form of its register"
    assert listed(world, "U0COW") == [], "nobody sees another's"


def test_what_has_ended_early_is_over_through_the_commands(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
    farah.command("/meeting", f"edit M-1 link {LINK}", channel="C0GENERAL")
    farah.command("/participant", "add Aled, Bronwen to M-1", channel="C0YOUTH")
    make_urgent(farah, "M-1 because he rang")
    farah.command("/meeting", "start M-1", channel="C0GENERAL")
    if not world.read(lambda session: session.scalars(select(Meeting)).one().started_at):
        farah.click("command.again.0")
    assert "Then take the register." in farah.command("/meeting", "end M-1", channel="C0GENERAL").text
    assert "no register yet" in listed(world)[0]
    farah.command("/attendance", "M-1 all except Aled", channel="C0YOUTH")
    assert "1 of 2 came" in listed(world)[0]


def test_it_has_pages(world: World) -> None:
    def write(session: Session) -> None:
        history = History(session)
        for number in range(PAGE + 5):
            history.meeting(monday(world, weeks_ago=5) + timedelta(days=number), None)

    world.write(write)
    farah = world.person("U0FAC")
    assert len(listed(world)) == PAGE
    assert f"1 to {PAGE}, and there are more" in farah.seen()
    farah.click("Next page")
    assert f"{PAGE + 1} to {PAGE + 5}." in farah.seen()
    assert "M-1*" in farah.seen()


@pytest.mark.parametrize(
    ("text", "asked"),
    [("past", True), ("Past meetings", True), ("my old ones", True), ("", False), ("meetings", False), ("art", False)],
)
def test_what_asks_for_them(text: str, asked: bool) -> None:
    assert past.is_asked_for(text) is asked
