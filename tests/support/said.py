"""What was said and is kept as facts, as the tests of the rooms look at it."""

from sqlalchemy import select

from bot.facts.standing import point_of
from db.models import Fact
from tests.support.world import World


def facts(world: World, measures: bool = False) -> list[Fact]:
    """Every fact in order: those that the risk checklist ticks (`measures`), or all others."""
    rows = world.read(lambda session: list(session.scalars(select(Fact).order_by(Fact.scope_id, Fact.sequence))))
    return [one for one in rows if bool(point_of(one).measure) is measures]


def named(world: World, measures: bool = False) -> list[tuple[str, bool, str]]:
    """The same: what each is about, whether it says yes, and by whom."""
    return [(point_of(one).measure or str(point_of(one)), one.yes, one.by) for one in facts(world, measures)]


def newest(world: World) -> dict[str, Fact]:
    """The last that was said on each point, except by the risk checklist."""
    return {str(point_of(one)): one for one in facts(world)}
