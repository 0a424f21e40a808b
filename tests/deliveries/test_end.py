"""A bot that is stopped in an orderly way finishes the delivery that it has in hand."""

import threading
import time

import pytest
from sqlalchemy import select

from db.models import Delivery
from tests.support.raising import raise_one
from tests.support.world import World

pytestmark = pytest.mark.both


def test_the_delivery_in_hand_is_made_once(world: World) -> None:
    hold = world.sandbox.faults.hold("chat.postMessage")
    raise_one(world)
    hold.wait()
    stopping = threading.Thread(target=world.stop_bot)
    stopping.start()
    time.sleep(1)
    hold.release()
    stopping.join()
    world.start_bot()
    wanted = select(Delivery.attempt, Delivery.done_at).where(Delivery.kind == "concern.announce")
    rows = world.read(lambda session: [tuple(row) for row in session.execute(wanted)])
    assert [(attempt, done is not None) for attempt, done in rows] == [(1, True)]
    assert len(world.sandbox.messages("G0CONCERN")) == 1


def test_a_bot_that_is_stopped_right_after_its_start_ends_at_once(world: World) -> None:
    """Whatever its libraries are still opening by then: of eight one hung for as long as it was waited for."""
    for _ in range(16):
        bot = world.bot
        assert bot is not None
        thread = bot.server._thread
        world.stop_bot()
        assert thread is not None
        assert not thread.is_alive()
        world.start_bot()
