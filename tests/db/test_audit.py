"""The audit chain: whole as written, broken by any change."""

import uuid
from functools import partial

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db import audit
from db.models import AuditEvent
from tests.support.world import World

pytestmark = pytest.mark.both


def grow(world: World, links: int = 5) -> None:
    """Add links to the chain."""
    organisation = world.organisation()
    now = world.bot.app.deps.clock.now()  # type: ignore[union-attr]
    for number in range(links):
        world.write(
            partial(audit.record, organisation_id=organisation.id, at=now, actor="U0FAC", action=f"test {number}")
        )


def test_whole(world: World) -> None:
    grow(world)
    assert world.read(lambda session: audit.verify(session, world_id(session))) is None


def world_id(session: Session) -> uuid.UUID:
    """The one organisation's id."""
    return session.scalars(select(AuditEvent.organisation_id).limit(1)).one()


@pytest.mark.parametrize("harm", ["alter", "remove", "cut the end", "swap"])
def test_any_change_is_found(world: World, harm: str) -> None:
    grow(world)
    newest = world.read(lambda s: max(s.scalars(select(AuditEvent.sequence))))

    def damage(session: Session) -> None:
        if harm == "alter":
            session.execute(update(AuditEvent).where(AuditEvent.sequence == 3).values(actor="U0LEAD"))
        elif harm == "remove":
            session.execute(delete(AuditEvent).where(AuditEvent.sequence == 3))
        elif harm == "cut the end":
            session.execute(delete(AuditEvent).where(AuditEvent.sequence == newest))
        else:
            session.execute(update(AuditEvent).where(AuditEvent.sequence == 3).values(sequence=9000))
            session.execute(update(AuditEvent).where(AuditEvent.sequence == 4).values(sequence=3))
            session.execute(update(AuditEvent).where(AuditEvent.sequence == 9000).values(sequence=4))

    world.write(damage)
    broken = world.read(lambda session: audit.verify(session, world_id(session)))
    assert broken is not None
    assert broken.sequence == (newest if harm == "cut the end" else 3)
