"""Nobody learns from a figure that a concern exists: not from /metrics, not from /facilitator status."""

import httpx

from tests.support.raising import raise_one
from tests.support.world import World


def test_the_figures_name_no_concern(world: World) -> None:
    raise_one(world, about="staff", subject_staff="U0ADM")
    world.settle()
    assert world.bot is not None
    told = httpx.get(f"{world.bot.url}/metrics").text
    assert 'kind="message"' in told
    assert 'kind="concern' not in told


def test_status_counts_no_concern(world: World) -> None:
    world.sandbox.faults.error("chat.postMessage", "internal_error", times=1000)
    raise_one(world, about="staff", subject_staff="U0ADM")
    world.clock_forward(200)
    world.sandbox.wait_for(lambda: len([c for c in world.sandbox.calls if c.method == "chat.postMessage"]) > 2, 15)
    admin = world.person("U0ADM")
    admin.command("/facilitator", "status", channel="C0GENERAL")
    said = admin.seen()
    assert "Waiting:* 0" in said or "Waiting: 0" in said
    assert "late" not in said
    assert "concern" not in said
