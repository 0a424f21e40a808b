"""Who is asking is remembered, and looked at again with the first statement of each request."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns.ids import Ids
from db.models import AuditEvent, Organisation, Staff
from db.session import Database
from tests.concerns.leading import only
from tests.concerns.pressing import press
from tests.support.raising import SECRET, raise_one
from tests.support.statements import counted
from tests.support.world import World

pytestmark = pytest.mark.both


def elsewhere(world: World, change: Callable[[Session], None]) -> None:
    """Change something as another process does, of which this one hears nothing."""
    other = Database(world.database_url)
    with Session(other.engine) as session:
        change(session)
        session.commit()
    other.close()


def staff(session: Session, who: str) -> Staff:
    return session.scalars(select(Staff).where(Staff.slack_id == who)).one()


def test_a_role_taken_away_by_another_process_is_gone_at_the_next_click(world: World) -> None:
    raise_one(world)
    world.settle()
    concern = only(world)
    assert SECRET in press(world, "U0LEAD", Ids.READ, str(concern.id))
    assert "It needs the role" not in world.person("U0MAN").command("/report", "week").text

    def demoted(session: Session) -> None:
        staff(session, "U0LEAD").roles = []
        staff(session, "U0MAN").roles = []

    elsewhere(world, demoted)
    assert SECRET not in press(world, "U0LEAD", Ids.READ, str(concern.id))
    assert "It needs the role manager" in world.person("U0MAN").command("/report", "week").text
    actions = world.read(lambda session: set(session.scalars(select(AuditEvent.action))))
    assert "refused concern.read" in actions


def test_a_role_given_by_another_process_counts_at_once(world: World) -> None:
    assert "It needs the role manager" in world.person("U0FAC").command("/report", "week").text

    def promoted(session: Session) -> None:
        staff(session, "U0FAC").roles = ["manager"]

    elsewhere(world, promoted)
    assert "It needs the role manager" not in world.person("U0FAC").command("/report", "week").text


@pytest.mark.parametrize("word", ["help", "list", "new"])
def test_whoever_was_shut_out_is_refused_whatever_they_type(world: World, word: str) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", word)
    elsewhere(world, lambda session: setattr(staff(session, "U0FAC"), "deactivated", True))
    assert "You can't use this here" in person.command("/meeting", word).text


def test_new_settings_count_at_once(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting")
    assert "Fishing" not in str(person.view)
    person.close()

    def widened(session: Session) -> None:
        session.scalars(select(Organisation)).one().programmes = ["Fishing"]

    elsewhere(world, widened)
    person.command("/meeting")
    assert "Fishing" in str(person.view)


def test_somebody_known_is_looked_at_once_a_request(world: World) -> None:
    world.stop_bot()
    world.start_bot(work=False)
    person = world.person("U0FAC")
    for word in ("help", "list", "new Art on Thursday at 16:00"):
        person.command("/meeting", word)
        with counted(world) as statements:
            person.command("/meeting", word)
        # Without a WHERE it is the keeping of the numbers, which no request waits for.
        assert sum("FROM organisations" in one and "WHERE" in one for one in statements) == 1, statements
        assert sum("FROM staff" in one for one in statements) == 0, statements
