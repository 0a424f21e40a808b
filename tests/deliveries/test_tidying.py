"""What was made long ago is removed in slices, except what something still reads."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.deliveries import tidying
from db.models import Delivery, Organisation
from db.owed import owe
from tests.support.world import World

pytestmark = pytest.mark.both


def test_only_what_nothing_reads_is_removed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "_SLICE", 3)

    def work(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        long_ago = organisation.updated_at - timedelta(days=31)
        for kind in ("home.draw", "concern.tell_raiser", "concern.due"):
            for _ in range(7):
                row = owe(session, organisation.id, kind, at=long_ago)
                row.done_at = long_ago
        recent = owe(session, organisation.id, "home.draw", at=long_ago, target="recent")
        recent.done_at = organisation.updated_at
        undone = owe(session, organisation.id, "home.draw", at=long_ago, target="undone")
        undone.due_at = organisation.updated_at + timedelta(days=365)
        owe(session, organisation.id, tidying.TIDY, at=organisation.updated_at)

    world.write(work)
    world.settle()

    def left(session: Session) -> dict[str, int]:
        kinds = select(Delivery.kind, func.count()).where(Delivery.kind != tidying.TIDY).group_by(Delivery.kind)
        return {kind: count for kind, count in session.execute(kinds)}

    found = world.read(left)
    assert (found["home.draw"], found["concern.tell_raiser"], found["concern.due"]) == (2, 7, 7)
    coming = select(func.count()).where(Delivery.kind == tidying.TIDY, Delivery.done_at.is_(None))
    assert world.read(lambda session: session.scalar(coming)) == 1
