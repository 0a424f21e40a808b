"""The hourly reading of the staff list: it never ends, never multiplies, and forgets old requests."""

import threading
import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.organisation.staff import owe_sync, upsert
from db.models import Delivery, InboxEntry
from tests.concerns.test_raise import raise_one
from tests.support.world import World

AN_HOUR = 3600


def calls(world: World) -> int:
    """How often Slack was asked for everybody."""
    return len([call for call in world.sandbox.calls if call.method == "users.list"])


def owed(world: World) -> int:
    """How many readings are still to come."""
    query = select(func.count()).select_from(Delivery).where(Delivery.kind == "staff.sync", Delivery.done_at.is_(None))
    return world.read(lambda session: session.scalar(query) or 0)


@pytest.mark.parametrize("code", ["missing_scope", "internal_error"])
def test_a_refusal_does_not_end_it(world: World, code: str) -> None:
    world.sandbox.faults.error("users.list", code, times=1)
    before = calls(world)
    world.clock_forward(AN_HOUR + 1)
    world.sandbox.wait_for(lambda: calls(world) > before or None, 10)
    assert owed(world) == 1
    world.clock_forward(AN_HOUR + 1)
    world.sandbox.wait_for(lambda: calls(world) > before + 1 or None, 10)
    world.settle()
    assert owed(world) == 1


def test_setting_up_again_makes_no_second_row(world: World) -> None:
    assert world.bot is not None
    organisation, clock = world.organisation(), world.bot.app.kit.clock
    for _ in range(4):
        world.clock_forward(61)
        now = clock.now()
        world.write(lambda session, at=now: owe_sync(session, organisation.id, at, at))  # type: ignore[misc]
        world.settle()
    # Two where the hour ended between them.
    assert owed(world) <= 2


def test_old_requests_are_forgotten(world: World) -> None:
    raise_one(world)
    assert world.count(InboxEntry) > 0
    world.clock_forward(25 * AN_HOUR)
    world.settle()
    assert world.count(InboxEntry) == 0


def test_two_who_come_upon_one_new_person_together(world: World) -> None:
    """On PostgreSQL the second waits for the first; it must not fail."""
    organisation, now = world.organisation(), world.bot.app.kit.clock.now() if world.bot else None
    assert now is not None
    user = {"id": "U0NEW", "team_id": organisation.team_id, "profile": {"real_name": "Nia New"}}
    inserted = threading.Event()

    def first(session: Session) -> None:
        upsert(session, organisation, user, now)
        inserted.set()
        time.sleep(0.5)

    thread = threading.Thread(target=lambda: world.write(first))
    thread.start()
    inserted.wait(5)
    found = world.write(lambda session: upsert(session, organisation, user, now).slack_id)
    thread.join()
    assert found == "U0NEW"
