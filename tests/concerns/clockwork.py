"""What the tests of the clock share: moving it to a moment, and what was said to whom, in order."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from db.models import Concern
from tests.support.world import World

SAID = {
    "still not answered": "reminder",
    "so you are asked now": "asked",
    "Everybody is asked again": "round",
    "Please telephone now": "telephone",
    "has been seen": "seen",
    "nothing has been done for a while": "untouched",
    "is new again: nobody looks": "open again",
    "is overdue": "overdue",
    "day to look at it again": "review",
    "answer by": "new",
}


def move_to(world: World, moment: datetime, *, settle: float = 20) -> None:
    """Let it be that moment by the bot's clock, and wait until all that is due is done."""
    world.clock_forward(moment.timestamp() - world.now())
    world.settle(settle)


def utc(text: str) -> datetime:
    """`2027-03-25 16:00` as aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def the_concern(world: World) -> Concern:
    """The one concern."""
    return world.read(lambda session: session.scalars(select(Concern)).one())


def said(world: World) -> list[tuple[str, str]]:
    """Whom the bot wrote to of its own, thread replies left out, and which kind of message it was; in order."""
    found = []
    for call in world.sandbox.calls:
        if call.method != "chat.postMessage" or call.status != 200 or call.args.get("thread_ts"):
            continue
        text = str(call.args.get("blocks") or call.args.get("text"))
        kind = next((kind for words, kind in SAID.items() if words in text), None)
        if kind is not None:
            found.append((_who(world, str(call.args["channel"])), kind))
    return found


def thread(world: World, root: Any) -> list[str]:
    """The words of the replies under a message, in order."""
    return [one.words for one in world.sandbox.thread(root.channel, root.ts)[1:]]


def _who(world: World, channel: str) -> str:
    person = world.sandbox.state.channels[channel].user
    return person or channel
