"""kill -9, Slack away and Slack slow over the life of a concern: nothing told "saved" is lost, no deadline is lost,
and nothing acknowledged escalates."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import Stage
from tests.faults.life import AN_HOUR, POINTS, Life
from tests.support.process import BotProcess

pytestmark = pytest.mark.both

LATE = 20
ON_TIME = 2
"""Seconds by which a step of the ladder may be late: where a process died, and where none did."""


@pytest.fixture
def life(database_url: str, tmp_path: Path) -> Iterator[Life]:
    """A bot process at a sandbox; on PostgreSQL a second one makes deliveries beside it."""
    opened = Life(Stage(tmp_path, database_url))
    opened.stage.start()
    if not database_url.startswith("sqlite"):
        settings = {**opened.stage.settings, "FAULT_FILE": str(tmp_path / "never")}
        opened.second = BotProcess(tmp_path, settings, program="tests.faults.process", verb="worker").wait_ready(90)
    yield opened
    opened.close()


@pytest.mark.faults
@pytest.mark.timeout(300)
@pytest.mark.parametrize("moment", ["acknowledge", "escalate"])
def test_at_every_point(life: Life, moment: str) -> None:
    for point in POINTS:
        life.submit()
        life.stage.all_posted()
        reference = life.stage.told[-1]
        if moment == "acknowledge":
            life.killed_while(lambda reference=reference: life.acknowledge(reference), point)  # type: ignore[misc]
            if life.state()[reference][0] == "raised":
                life.acknowledge(reference)
                life.wait_whole(20)
            assert life.state()[reference][0] == "acknowledged"
        else:
            life.killed_while(lambda: life.stage.clock_forward(AN_HOUR), point)
            assert life.state()[reference][1] >= 1
    assert life.kills == len(POINTS)
    assert life.latest <= LATE
    assert life.escalated_after_acknowledged() == []


@pytest.mark.faults
@pytest.mark.timeout(500)
def test_twenty_five_at_random(life: Life) -> None:
    life.at_random(25, seed=4)
    life.wait_whole(30)
    assert life.kills == 25
    assert len(life.stage.told) >= 5
    assert life.latest <= LATE
    assert life.escalated_after_acknowledged() == []


@pytest.mark.faults
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["drop", "503"])
def test_slack_away_for_ten_minutes(life: Life, how: str) -> None:
    life.submit()
    life.stage.all_posted()
    known = life.stage.told[0]
    form = life.stage.ready_to_submit()
    life.stage.sandbox.faults.down = how
    assert life.stage.submit(form) is not None
    for _ in range(10):
        life.stage.clock_forward(60)
        time.sleep(0.3)
    assert len(life.stage.posted()) == 1
    life.stage.clock_forward(AN_HOUR - 600 + 1)
    time.sleep(0.5)
    life.stage.sandbox.faults.clear()
    begun = time.monotonic()
    while life.lacking() and time.monotonic() - begun <= LATE:
        life.stage.clock_forward(1)
    assert life.lacking() == []
    assert life.sent()("U0DEP", known)
    assert set(life.stage.told) <= life.stage.posted()


@pytest.mark.faults
@pytest.mark.timeout(120)
def test_every_step_is_taken_in_time_where_nothing_goes_wrong(life: Life) -> None:
    life.submit()
    life.stage.all_posted()
    life.wait_whole(20)
    (reference,) = life.stage.told
    for step in (1, 2, 3):
        begun = time.monotonic()
        life.stage.clock_forward(AN_HOUR)
        life.stage.sandbox.wait_for(lambda step=step: life.state()[reference][1] == step and life.whole())  # type: ignore[misc]
        assert time.monotonic() - begun <= ON_TIME


@pytest.mark.faults
@pytest.mark.timeout(120)
def test_a_slow_channel_holds_up_no_deadline(life: Life) -> None:
    life.submit()
    life.stage.all_posted()
    life.wait_whole(20)
    life.stage.sandbox.faults.rate_limit("chat.postMessage", seconds=3, times=2)
    life.stage.clock_forward(AN_HOUR)
    begun = time.monotonic()
    life.wait_whole(20)
    late = time.monotonic() - begun
    refused = [one for one in life.stage.sandbox.calls if one.method == "chat.postMessage" and one.status == 429]
    assert len(refused) == 2
    assert late <= 3 + 3 + 2
    assert life.state()[life.stage.told[0]] == ("raised", 1)
