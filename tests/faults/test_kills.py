"""kill -9 on the way of a concern: nothing that was told "saved" is lost; a duplicate is allowed."""

import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import LEASE_SECONDS, Stage
from tests.support.process import BotProcess

POINTS = ("before_commit", "after_commit", "after_claim", "during_call", "after_reply", "during_record", "in_sweep")


@pytest.fixture
def stage(database_url: str, tmp_path: Path) -> Iterator[Stage]:
    """A bot process at a sandbox."""
    opened = Stage(tmp_path, database_url)
    opened.start()
    yield opened
    opened.close()


def kill_at(stage: Stage, point: str) -> None:
    """Raise a concern while the process dies at the point, then start it again and let it catch up."""
    process = stage.process
    assert process is not None
    person = stage.ready_to_submit()
    if point == "during_call":
        with stage.sandbox.faults.hold("chat.postMessage", after=True) as held:
            stage.submit(person)
            held.wait(1, 10)
            process.kill()
    else:
        stage.arm(point)
        stage.submit(person)
        process.wait_dead(20)
    stage.kills += 1
    stage.start()
    stage.clock_forward(LEASE_SECONDS)
    stage.all_posted()


@pytest.mark.faults
@pytest.mark.timeout(240)
@pytest.mark.parametrize("point", POINTS)
def test_twice_at(stage: Stage, point: str) -> None:
    for _ in range(2):
        kill_at(stage, point)
    person = stage.ready_to_submit()
    assert stage.submit(person) is not None
    stage.all_posted()
    assert set(stage.told) <= stage.posted()
    assert stage.kills == 2


@pytest.mark.timeout(120)
@pytest.mark.parametrize("point", ["after_commit"])
def test_once_at(stage: Stage, point: str) -> None:
    kill_at(stage, point)
    assert set(stage.told) <= stage.posted()


@pytest.mark.faults
@pytest.mark.timeout(400)
def test_ten_at_random(stage: Stage) -> None:
    generator = random.Random(2026)
    for _ in range(10):
        process = stage.process
        assert process is not None
        for _ in range(generator.randint(1, 3)):
            stage.submit(stage.ready_to_submit())
        time.sleep(generator.uniform(0, 0.15))
        process.kill()
        stage.kills += 1
        stage.start()
        stage.clock_forward(LEASE_SECONDS)
    stage.all_posted()
    assert len(stage.told) >= 10
    assert set(stage.told) <= stage.posted()


@pytest.mark.faults
@pytest.mark.timeout(240)
@pytest.mark.parametrize("point", ["after_claim", "after_reply", "during_record"])
def test_second_process_takes_over(postgres_url: str, tmp_path: Path, point: str) -> None:
    """[postgres] The first process never returns; the second makes its deliveries, late by at most 20 s."""
    stage = Stage(tmp_path, postgres_url)
    first = stage.start()
    settings = {**stage.settings, "FAULT_FILE": str(tmp_path / "never")}
    second = BotProcess(tmp_path, settings, program="tests.faults.process", verb="worker")
    try:
        second.wait_ready()
        person = stage.ready_to_submit()
        second.pause()
        stage.arm(point)
        reference = stage.submit(person)
        first.wait_dead(20)
        second.resume()
        assert reference is not None
        if point == "after_claim":
            assert reference not in stage.posted()
        late = stage.all_posted(timeout=25)
        assert late <= 20
        stage.sandbox.wait_for(lambda: stage.sandbox.dm("U0LEAD") or None, 25)
    finally:
        second.stop()
        stage.close()


def test_no_write_is_lost_to_a_lock(tmp_path: Path) -> None:
    """[sqlite] A lock held by somebody else for less than the deadline only delays."""
    from tests.support.world import migrated

    path = tmp_path / "data" / "facilitator.db"
    path.parent.mkdir()
    migrated(f"sqlite:///{path}")
    stage = Stage(tmp_path, f"sqlite:///{path}")
    stage.start()
    try:
        person = stage.ready_to_submit()
        with sqlite3.connect(path, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("SELECT 1")
            time.sleep(0.2)
            other.execute("ROLLBACK")
        assert stage.submit(person) is not None
        stage.all_posted()
    finally:
        stage.close()
