"""Deliveries that were made long ago are removed, a slice at a time; those that something still reads are kept."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Record
from bot.deps import Deps
from db.models import Delivery, Organisation
from db.owed import Claimed, owe

TIDY = "deliveries.tidy"
KEPT_FOR = timedelta(days=30)
_SLICE = 200
"""How many rows one unit of work removes: others write between two."""


def register(jobs: Jobs) -> None:
    """Make the recurring delivery known."""

    async def tidy(deps: Deps, claimed: Claimed) -> Record:
        kept = [name for name, kind in jobs.kinds.items() if kind.kept]
        return lambda session: remove(session, claimed.organisation_id, kept, deps.clock.now())

    jobs.on(TIDY, tidy, lane=lanes.MESSAGES)


def begin(session: Session, now: datetime) -> None:
    """Owe today's tidying for every organisation; each run owes the next."""
    for organisation_id in session.scalars(select(Organisation.id)):
        _owe(session, organisation_id, now, now)


def remove(session: Session, organisation_id: UUID, kept: Collection[str], now: datetime) -> None:
    """Remove a slice of what was made long ago, and owe the next slice, or tomorrow's tidying."""
    old = (
        select(Delivery.id)
        .where(Delivery.organisation_id == organisation_id, Delivery.done_at < now - KEPT_FOR)
        .where(Delivery.kind.not_in(kept))
        .order_by(Delivery.done_at)
        .limit(_SLICE)
    )
    found = session.scalars(old).all()
    session.execute(delete(Delivery).where(Delivery.organisation_id == organisation_id, Delivery.id.in_(found)))
    if len(found) == _SLICE:
        owe(session, organisation_id, TIDY, at=now)
    else:
        _owe(session, organisation_id, now, now + timedelta(days=1))


def _owe(session: Session, organisation_id: UUID, now: datetime, due: datetime) -> None:
    owe(session, organisation_id, TIDY, at=now, due=due, only_once=f"{TIDY}:{due:%Y-%m-%d}")
