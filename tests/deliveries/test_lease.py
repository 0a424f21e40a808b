"""A delivery that takes longer than its lease is made once, and a stopped process holds nobody up."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.deliveries import worker
from db import owed
from db.models import Concern, ConcernPost, Delivery
from db.session import Database
from tests.support.raising import raise_one
from tests.support.world import World, migrated, open_world

pytestmark = pytest.mark.both


def attempts(world: World) -> list[int]:
    """How often the one concern was tried to be announced."""
    wanted = select(Delivery.attempt).where(Delivery.kind == "concern.announce")
    return world.read(lambda session: list(session.scalars(wanted)))


def test_a_slow_step_keeps_its_lease(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(worker, "_KEEP_EVERY", 0.3)
    world.sandbox.faults.delay("conversations.members", 1.5, times=1)
    world.sandbox.faults.delay("chat.postMessage", 1.5, times=1, channel="G0CONCERN")
    raise_one(world)
    world.sandbox.wait_for(lambda: world.sandbox.messages("G0CONCERN") or None, 10)
    world.settle()
    time.sleep(1.5)
    assert len(world.sandbox.messages("G0CONCERN")) == 1
    attempts = world.read(
        lambda s: list(s.scalars(select(Delivery.attempt).where(Delivery.kind == "concern.announce")))
    )
    assert attempts == [1]


def test_a_step_that_never_ends_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "STEP_SECONDS", 0.5)
    world.sandbox.faults.delay("chat.postMessage", 2, times=1, channel="G0CONCERN")
    raise_one(world)
    world.sandbox.wait_for(lambda: len(world.sandbox.messages("G0CONCERN")) >= 1 or None, 10)
    world.settle()
    attempts = world.read(
        lambda s: list(s.scalars(select(Delivery.attempt).where(Delivery.kind == "concern.announce")))
    )
    assert attempts == [2]


@pytest.mark.timeout(60)
def test_a_process_stopped_in_a_transaction_loses_its_locks(postgres_url: str) -> None:
    """[postgres]"""
    stopped, other = Database(postgres_url), Database(postgres_url)
    try:
        with stopped.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(71501)"))
            begun = time.monotonic()
            with other._job_engine.connect() as beside:
                beside.execute(text("SELECT pg_advisory_xact_lock(71501)"))
            assert time.monotonic() - begun < 8
            connection.invalidate()
    finally:
        stopped.close()
        other.close()


def test_changed_while_its_message_is_noted_is_drawn_anew(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[postgres] A change of the concern and the noting of its message must not each miss the other."""
    monkeypatch.chdir(tmp_path)
    migrated(postgres_url)
    with open_world(postgres_url, tmp_path) as world:
        hold = world.sandbox.faults.hold("chat.postMessage")
        raise_one(world)
        hold.wait()
        with Session(world.db.engine) as session:
            concern = session.scalars(select(Concern).with_for_update(key_share=True)).one()
            concern.version += 1
            session.flush()
            hold.release()
            time.sleep(0.7)
            assert world.count(ConcernPost) == 0
            session.commit()
        world.settle()
        kinds = world.read(lambda s: list(s.scalars(select(Delivery.kind))))
        assert "concern.redraw" in kinds
