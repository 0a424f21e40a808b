"""A diary with many meetings: the list has pages, and one's own are found among them."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.diary.pages import PAGE
from db.models import Meeting, MeetingStaff, MeetingState
from tests.reports.history import History, monday
from tests.support.world import World


def test_the_list_has_pages_and_says_how_many_there_are(world: World) -> None:
    soon = monday(world, weeks_ago=-1)

    def write(session: Session) -> None:
        history = History(session)
        for number in range(PAGE + 5):
            history.meeting(soon + timedelta(hours=number), None, state=MeetingState.SCHEDULED)
        for number in range(3):
            history.meeting(soon - timedelta(weeks=3, hours=number), None, state=MeetingState.ENDED)

    world.write(write)
    farah, col = world.person("U0FAC"), world.person("U0COW")
    listed = farah.command("/meeting", "list")
    said = listed.text
    assert f"1 to {PAGE} of {PAGE + 5}" in said
    assert f"M-{PAGE}*" in said
    assert f"*M-1* <!date^{int(soon.timestamp())}^{{date_long_pretty}} at {{time}}|Monday" in said
    assert str(listed.blocks).count("'What is open'") == 5, "no wall of buttons"
    assert "<@" not in said, "all are their own"
    assert f"M-{PAGE + 1}*" not in said
    assert "*M-2: what your policy asks for*" in farah.click("What is open", value="meeting gates M-2").text
    farah.click("Next page", listed.private)
    assert f"{PAGE + 1} to {PAGE + 5} of {PAGE + 5}" in farah.seen()
    assert f"M-{PAGE + 5}*" in farah.seen()
    assert f"M-{PAGE + 6}*" not in farah.seen()
    said = col.command("/meeting", "list").text
    assert "None to come" in said
    assert said.count("(scheduled, <@U0FAC>)") == PAGE
    assert f"1 to {PAGE} of {PAGE + 5}" in said
    col.click("Next page")
    assert f"M-{PAGE + 5}*" in col.seen()


def test_a_meeting_that_nobody_ended_is_offered_for_a_week(world: World) -> None:
    def write(session: Session) -> None:
        history, now = History(session), monday(world, weeks_ago=1) + timedelta(days=7)
        history.meeting(now - timedelta(days=3), None, state=MeetingState.STARTED)
        history.meeting(now - timedelta(days=40), None, state=MeetingState.STARTED)

    world.write(write)
    said = world.person("U0FAC").command("/meeting", "list").text
    assert "M-1*" in said
    assert "M-2*" not in said
    assert "running now" in world.person("U0FAC").command("/meeting", "show M-2").text


def test_whoever_may_run_a_meeting_finds_it(world: World) -> None:
    def write(session: Session) -> None:
        History(session).meeting(monday(world, weeks_ago=-1), None, state=MeetingState.SCHEDULED)

    def change(session: Session) -> None:
        meeting = session.scalars(select(Meeting)).one()
        meeting.host, meeting.co_workers = "U0LEAD", ["U0COW"]
        meeting.ends_at += timedelta(hours=1)

    world.write(write)
    world.write(change)
    rows = world.read(lambda session: session.execute(select(MeetingStaff.slack_id, MeetingStaff.ends_at)).all())
    assert {one.slack_id for one in rows} == {"U0LEAD", "U0COW", "U0FAC"}
    assert {one.ends_at for one in rows} == set(
        world.read(lambda session: session.scalars(select(Meeting.ends_at)).all())
    )
    assert "Your meetings*\nM-1" in world.person("U0COW").command("/meeting", "list").text.replace("*M-1", "M-1")
