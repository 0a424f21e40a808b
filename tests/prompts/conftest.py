"""A meeting whose prompts come up as the clock moves."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox import Message
from db.models import Meeting, Organisation
from tests.support.said import named
from tests.support.world import World

LINK = "https://zoom.us/j/12345678901"
LONDON = ZoneInfo("Europe/London")
PLAN, SEND, READY = "M-1: while you plan", "M-1: before you send the link", "M-1: get ready"
BEGIN, HERE = "M-1: as you start", "M-1: once everybody is here"
CLOSE, OVER = "M-1: before you close", "M-1: when it is over"
TITLES = (PLAN, SEND, READY, BEGIN, HERE, CLOSE, OVER)


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


def cards(world: World, channel: str | None = None) -> list[str]:
    """The titles of the cards that Farah received, or that are in a channel, oldest first."""
    return [_title(message) for message in _messages(world, channel) if _title(message) in TITLES]


def card(world: World, title: str, channel: str | None = None) -> Message:
    """The newest card of that title."""
    return [message for message in _messages(world, channel) if _title(message) == title][-1]


def _messages(world: World, channel: str | None) -> list[Message]:
    return world.sandbox.messages(channel) if channel else world.sandbox.dm("U0FAC")


def _title(message: Message) -> str:
    return message.words.splitlines()[0].strip("*") if message.words else ""


def facts(world: World) -> list[tuple[str, bool, str]]:
    """Every tick and untick in order: (key, ticked, by)."""
    return named(world)


def in_minutes(world: World, minutes: int) -> datetime:
    """A moment of the bot's clock, on the full minute."""
    soon = datetime.fromtimestamp(world.now(), UTC) + timedelta(minutes=minutes)
    return soon.replace(second=0, microsecond=0)
