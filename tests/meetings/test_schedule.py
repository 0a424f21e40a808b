"""Scheduling a meeting, typed and by form."""

from sqlalchemy import select

from db.models import Meeting, MeetingState
from tests.support.world import World


def test_typed(world: World) -> None:
    answer = world.person("U0FAC").command(
        "/meeting", "new Cooking club on Thursday at 16:00 for 45 min with @Col.Co-worker", channel="C0GENERAL"
    )
    assert "M-1" in answer.text, answer
    meeting = world.read(lambda session: session.scalars(select(Meeting)).one())
    assert (meeting.title, meeting.state, meeting.host) == ("Cooking club", MeetingState.DRAFT, "U0FAC")
