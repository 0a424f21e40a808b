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
