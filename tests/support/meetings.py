"""`/meeting` as staff type it, and a meeting that is there."""

from sqlalchemy import select

from db.models import Meeting
from tests.support.world import World

LINK = "https://us02web.zoom.us/j/81234567890?pwd=abc"


def only(world: World) -> Meeting:
    """The one meeting there is."""
    return world.read(lambda session: session.scalars(select(Meeting)).one())


def say(world: World, text: str, who: str = "U0FAC") -> str:
    """Type `/meeting …`; everything the answer says."""
    answer = world.person(who).command("/meeting", text, channel="C0GENERAL")
    return f"{answer.text} {answer.blocks}"


def begin(world: World, reference: str = "M-1", who: str = "U0FAC") -> str:
    """Start a meeting, also long before its time; everything the answer says."""
    said = say(world, f"start {reference}", who)
    if "Start it now?" not in said:
        return said
    answer = world.person(who).click("Start it now")
    return f"{answer.text} {answer.blocks}"


def schedule(world: World, names: str = "Aled, Bronwen", *, link: bool = True) -> None:
    """M-1 of Farah and Col in three days, with its link and two children."""
    assert "Scheduled." in say(world, "new Art on Thursday at 16:00 with @Col.Co-worker")
    if link:
        assert "Changed." in say(world, f"edit M-1 link {LINK}")
    if names:
        added = world.person("U0FAC").command("/participant", f"add {names} to M-1", channel="C0YOUTH")
        assert "Registered for M-1" in added.text
    world.settle()
