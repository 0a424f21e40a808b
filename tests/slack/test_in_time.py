"""Whatever is slow, an answer comes within three seconds; whatever breaks, `/concern` shows whom to telephone."""

import json
import threading
import time
from typing import Any

import pytest
from sqlalchemy import text

from bot.concerns.raising import service
from bot.staff.identify import People
from tests.support.raising import raise_one
from tests.support.world import World

pytestmark = pytest.mark.both

WITHIN = 3.0
_LEADS_NUMBER = "020 7946 0001"


@pytest.fixture
def slow_lock(world: World) -> Any:
    """A lock that somebody else holds for a while on what every write needs."""

    def hold(seconds: float) -> threading.Thread:
        taken = threading.Event()

        def work() -> None:
            with world.db.engine.connect() as other:
                if not world.db.sqlite:
                    other.execute(text("LOCK TABLE audit_heads IN EXCLUSIVE MODE"))
                else:
                    other.execute(text("SELECT 1"))
                taken.set()
                time.sleep(seconds)
                other.rollback()

        thread = threading.Thread(target=work)
        thread.start()
        taken.wait(5)
        return thread

    return hold


def test_a_slow_database_and_a_slow_slack_together(world: World, slow_lock: Any) -> None:
    raise_one(world)
    world.settle()
    message = world.sandbox.messages("G0CONCERN")[-1]
    world.sandbox.faults.delay("views.open", 4)
    thread = slow_lock(1.4)
    begun = time.monotonic()
    world.person("U0LEAD").click("concern.acknowledge", message=message)
    assert time.monotonic() - begun < WITHIN
    thread.join()


def test_a_broken_bot_still_shows_the_danger_gate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(People, "identify", broken)
    world.person("U0FAC").command("/concern", "", channel="C0GENERAL")
    assert "999" in world.person("U0FAC").seen()
    assert _LEADS_NUMBER in world.person("U0FAC").seen()


def test_a_form_that_slack_does_not_open_gives_the_numbers(world: World) -> None:
    world.sandbox.faults.error("views.open", "internal_error", times=1)
    answer = world.person("U0FAC").command("/concern", "", channel="C0GENERAL")
    said = answer.text + json.dumps([reply.body for reply in world.sandbox.sent], ensure_ascii=False)
    assert "999" in said
    assert _LEADS_NUMBER in said


def test_too_long_a_text_for_concern_says_where_it_was_cut(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/concern", "a" * 2995 + "END-HERE and more", channel="C0GENERAL")
    assert "Only the first 3,000 characters fit here" in person.seen()
    assert "END-H”" in person.seen()


def test_a_concern_that_breaks_on_the_way_keeps_the_text_and_gives_the_numbers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(service, "raise_concern", broken)
    answer = raise_one(world)
    said = " ".join(answer.errors.values())
    assert "NOT SAVED" in said
    assert "still here" in said
    assert _LEADS_NUMBER in said
