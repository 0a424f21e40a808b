"""The meetings of a group: made at its times, with its people, workers and purpose."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from db.models import Meeting
from tests.support.asked import choices
from tests.support.groups import MADE, on, say
from tests.support.world import World

LONDON = ZoneInfo("Europe/London")


def meetings(world: World) -> list[Meeting]:
    return world.read(lambda session: list(session.scalars(select(Meeting).order_by(Meeting.number))))


def plan(world: World, text: str) -> str:
    """Type `/meeting …`; what it answers."""
    person = world.person("U0FAC")
    answer = person.command("/meeting", text, channel="C0YOUTH")
    if person.view:
        person.close(all_views=True)
    return f"{answer.text} {answer.blocks}"


@pytest.fixture
def club(world: World) -> World:
    """Cooking club, Thursdays at four, with two children."""
    say(world, f"{MADE}, about healthy food")
    say(world, "add Aled Jones, Bo Smith to Cooking club")
    return world


def test_the_next_session_takes_the_group_over(club: World) -> None:
    farah = club.person("U0FAC")
    said = say(club, "next Cooking club")
    assert "*Scheduled.* 2 members come with it." in said
    assert on(club) == {"M-1": ["Aled Jones", "Bo Smith"]}
    (first,) = meetings(club)
    now = datetime.fromtimestamp(club.now(), UTC)
    local = first.starts_at.astimezone(LONDON)
    assert f"{local:%A %H:%M}" == "Thursday 16:00"
    assert timedelta(0) < first.starts_at - now <= timedelta(days=7)
    assert (first.host, first.co_workers, first.purpose) == ("U0FAC", ["U0COW"], "healthy food")
    assert (first.title, first.programme, first.ends_at - first.starts_at) == (
        "Cooking club",
        "Cooking",
        timedelta(hours=1),
    )
    farah.command("/group", "show Cooking club", channel="C0YOUTH")
    farah.click("Next session")
    # The title alone is the next one; with a day it is that day's; both keep the length and the workers.
    plan(club, "new Cooking club")
    plan(club, "new cooking club on 3 June 2027 at 10:00")
    second, third, fourth = meetings(club)[1:]
    assert third.starts_at - second.starts_at == second.starts_at - first.starts_at == timedelta(days=7)
    assert f"{fourth.starts_at.astimezone(LONDON):%d %B %H:%M}" == "03 June 10:00"
    assert {one.group_id for one in meetings(club)} == {first.group_id}
    assert set(map(tuple, on(club).values())) == {("Aled Jones", "Bo Smith")}
    # Whoever joins comes to those to come, and whoever leaves is off them.
    assert "M-1, M-2, M-3, M-4" in say(club, "add Cai Rees to Cooking club")


def test_a_meeting_of_a_groups_title_can_be_none_of_it_and_a_near_title_is_asked_about(club: World) -> None:
    farah = club.person("U0FAC")
    said = farah.command("/meeting", "new Cooking club on 3 June 2027 at 10:00 with @Lena.Lead", channel="C0YOUTH")
    assert "It is a meeting of the group" in f"{said.blocks}"
    assert meetings(club)[0].co_workers == ["U0LEAD"]
    done = farah.click("Without the group")
    assert "M-1* belongs to no group now. 2 who had come with it are off the list." in done.text
    assert (meetings(club)[0].group_id, on(club)["M-1"]) == (None, [])
    assert "Nothing was changed" in farah.click("Without the group", said.private).text
    asked = farah.command("/meeting", "new Coking club on 3 June 2027 at 10:00", channel="C0YOUTH")
    assert "Is “Coking club” a meeting of the group Cooking club?" in asked.text
    assert choices(asked) == [
        "meeting new of G-1, Coking club on 3 June 2027 at 10:00",
        "meeting new no group, Coking club on 3 June 2027 at 10:00",
    ]
    farah.click("Without a group")
    farah.click("Of the group Cooking club", asked.private)
    assert [(one.title, one.group_id is None) for one in meetings(club)[1:]] == [
        ("Coking club", True),
        ("Cooking club", False),
    ]
    assert "of the group" not in plan(club, "new Chess on 3 June 2027 at 12:00")
    farah.command("/meeting", "", channel="C0YOUTH")
    day = datetime.fromtimestamp(club.now(), UTC).date() + timedelta(days=20)
    farah.submit(title="Cooking club", date=f"{day}", time="16:00", minutes="30")
    assert "It is a meeting of the group" in farah.seen()
    last = meetings(club)[-1]
    assert (last.ends_at - last.starts_at, last.programme) == (timedelta(minutes=30), "Cooking")


def test_a_session_that_was_moved_or_cancelled_is_not_made_again(club: World) -> None:
    say(club, "next Cooking club")
    farah = club.person("U0FAC")
    farah.command("/meeting", "edit M-1 a day later", channel="C0YOUTH")
    say(club, "next Cooking club")
    moved, second = meetings(club)
    assert second.starts_at - moved.starts_at == timedelta(days=6)
    farah.command("/meeting", "cancel M-2", channel="C0YOUTH")
    farah.click("Cancel it")
    said = say(club, "next Cooking club")
    assert meetings(club)[-1].starts_at - second.starts_at == timedelta(days=7)
    # Which days it comes after, and which one it leaves out and why, is said.
    local = second.starts_at.astimezone(LONDON)
    left_out = f"{local:%A} {local.day} {local:%B} is left out: M-2 on that day was cancelled"
    assert left_out in said
    assert "It comes after M-1 on" in said
    again = say(club, "next Cooking club")
    assert left_out in again
    assert "M-3 on Thursday" in again
    assert "which are there already" in again


def test_what_cannot_be_said_of_the_next_session_is_told(world: World) -> None:
    say(world, "new Art")
    assert "Art has no set times. Say when" in say(world, "next Art")
    plan(world, "new Art")
    assert meetings(world) == []
    farah = world.person("U0FAC")
    card = farah.command("/group", "edit Art to Mondays at 10:00", channel="C0YOUTH")
    farah.command("/group", "close Art", channel="C0YOUTH")
    farah.click("Close it")
    assert "can't find a group called" in say(world, "next Art")
    assert "Art is closed" in farah.click("Next session", card.private).text


def test_meetings_of_a_repeat_are_a_groups(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art every Thursday at 16:00 from 3 June 2027 for 3 weeks", channel="C0YOUTH")
    farah.submit()
    assert "They are the meetings of the group Art, which is new" in farah.seen().replace("*", "")
    farah.close(all_views=True)
    assert "Thursdays at 16:00, 60 minutes" in say(world, "show Art")
    assert "M-1, M-2, M-3" in say(world, "add Aled Jones to Art")
    # The next ones join it, with its people; a change of one and the later ones goes on as before.
    farah.command("/meeting", "new Art every Thursday at 16:00 from 1 July 2027 for 2 weeks", channel="C0YOUTH")
    farah.submit()
    assert "They are meetings of the group Art. 1 member comes to the first." in farah.seen().replace("*", "")
    farah.close(all_views=True)
    assert len({one.group_id for one in meetings(world)}) == 1
    assert list(on(world).values()) == [["Aled Jones"]] * 5
    farah.command("/meeting", "edit M-4 and later to 17:00", channel="C0YOUTH")
    farah.submit()
    farah.close(all_views=True)
    hours = [f"{one.starts_at.astimezone(LONDON):%H}" for one in meetings(world)]
    assert hours == ["16", "16", "16", "17", "17"]
    farah.command("/meeting", "new Chess every Monday at 10:00 from 7 June 2027 for 2 weeks", channel="C0YOUTH")
    farah.submit()
    assert "M-6, M-7* belong to no group now." in farah.click("Without the group").text
    assert [one.group_id for one in meetings(world)[5:]] == [None, None]
    farah.close(all_views=True)
    assert "Chess" not in say(world, "list")
