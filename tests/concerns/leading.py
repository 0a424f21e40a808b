"""What the tests of the lead's work share: a concern raised and taken up, and the forms filled in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from bot.concerns import entries
from bot.concerns.entries import Entry
from bot.sandbox.answers import Answer
from bot.sandbox.person import Person
from db.models import Concern, EntryKind
from tests.support.raising import raise_one
from tests.support.world import World


def taken_up(world: World, who: str = "U0LEAD", **fields: object) -> Concern:
    """A concern that was raised, and acknowledged by `who`, on whose screen the record is."""
    raise_one(world, **fields)  # type: ignore[arg-type]
    world.settle()
    concern = only(world)
    opened(world, who, concern)
    world.person(who).click("concern.acknowledge")
    return only(world)


def only(world: World) -> Concern:
    """The one concern, as it stands."""
    return world.read(lambda session: session.scalars(select(Concern)).one())


def opened(world: World, who: str, concern: Concern) -> Person:
    """The record on the screen of `who`, through the button in their own list."""
    person = world.person(who)
    while person.view:
        person.close()
    person.command("/concern", "list")
    person.click("concern.read", value=str(concern.id))
    return person


def triage(person: Person, level: str = "high", reason: str = "Because of what was said", **more: object) -> Answer:
    """Triage, from the record on the screen."""
    person.click("concern.triage")
    return person.submit(level=level, level_reason=reason, **more)


def decide(person: Person, decision: str = "support", reason: str = "It helps", **more: object) -> Answer:
    """Decide, from the record on the screen."""
    person.click("concern.decide")
    return person.submit(decision=decision, decision_reason=reason, **more)


def informed(person: Person) -> Answer:
    """Note that nobody was informed, and why."""
    person.click("concern.informed_add")
    return person.submit(who="parent", told="no", why_not="It could make things worse")


def close(person: Person, world: World, **more: object) -> Answer:
    """Close, from the record on the screen."""
    person.click("concern.close")
    return person.submit(
        outcome="support",
        closing_reason="Support works",
        regulator="not_needed",
        regulator_reason="No serious incident",
        keep_until=in_days(world, 365),
        **more,
    )


def in_days(world: World, days: int) -> str:
    """A day from the bot's now on, as a form gives it."""
    return (datetime.fromtimestamp(world.now(), UTC) + timedelta(days=days)).date().isoformat()


def current(world: World, concern_id: UUID, *kinds: EntryKind) -> list[Entry]:
    """The newest version of each entry, as the database holds it."""
    return world.read(lambda session: entries.current(session, session.get_one(Concern, concern_id), *kinds))


def versions(world: World, concern_id: UUID, *kinds: EntryKind) -> list[Entry]:
    """Every version of every entry, as the database holds it."""
    return world.read(lambda session: entries.versions(session, session.get_one(Concern, concern_id), *kinds))
