"""A meeting whose prompts come up as the clock moves."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.person import Person
from db.models import Meeting, Organisation
from tests.support.said import named
from tests.support.world import World

LINK = "https://zoom.us/j/12345678901"
LONDON = ZoneInfo("Europe/London")


def use_policy(world: World, policy: str) -> None:
    """Put the organisation under another policy."""

    def work(session: Session) -> None:
        session.scalars(select(Organisation)).one().policy = policy

    world.write(work)


def typed_time(moment: datetime) -> str:
    """A moment as one types it."""
    return f"{moment.astimezone(LONDON):%d %B %Y at %-I.%M%p}"


def schedule(world: World, policy: str, *, starts: datetime | None = None, link: bool = False) -> Meeting:
    """Schedule M-1 of Farah and Col for an hour, in three days at 16:00 unless said otherwise."""
    use_policy(world, policy)
    in_three_days = datetime.fromtimestamp(world.now(), LONDON) + timedelta(days=3)
    starts = starts or in_three_days.replace(hour=16, minute=0)
    words = f"new “Cooking with Rhys” on {typed_time(starts)} for 60 min with @Col.Co-worker"
    say(world, words)
    if link:
        assert "Changed" in say(world, f"edit M-1 link {LINK}")
    return meeting(world)


def say(world: World, words: str, who: str = "U0FAC") -> str:
    """Type `/meeting …` and wait for all that is due."""
    answer = world.person(who).command("/meeting", words, channel="C0GENERAL")
    world.settle()
    return f"{answer.text} {answer.blocks}"


def meeting(world: World) -> Meeting:
    """The one meeting."""
    return world.read(lambda session: session.scalars(select(Meeting)).one())


def go_to(world: World, moment: datetime) -> None:
    """Move the clock to just after a moment and wait for all that is due."""
    world.clock_forward(moment.timestamp() - world.now() + 1)
    world.settle()


def reminders(world: World, who: str = "U0FAC") -> Person:
    """Somebody with the form of M-1's reminders open, behind that of what the policy asks for."""
    person = world.person(who)
    person.command("/meeting", "tick M-1", channel="C0GENERAL")
    person.click("Tick reminders")
    return person


def facts(world: World) -> list[tuple[str, bool, str]]:
    """Every tick and untick in order: (key, ticked, by)."""
    return named(world)
