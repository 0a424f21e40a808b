"""Nobody answers for two days while Slack, mail and a webhook fail in turns: somebody is reached by something in every
round of the ladder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.sandbox import sample
from bot.sandbox.mailbox import Mailbox
from db.models import Delivery
from tests.concerns.clockwork import said
from tests.support.raising import SECRET, raise_one
from tests.support.webhook import Webhook
from tests.support.world import World, open_world

EVERY = 20 * 60
"""Seconds between two rounds here, so that two days are 144 of them."""


@pytest.fixture
def reachable(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, Mailbox, Webhook]]:
    """A world in which the lead has mail and a webhook beside Slack."""
    monkeypatch.chdir(tmp_path)
    hook, mailbox = Webhook(), Mailbox()
    mailbox.start()
    people = sample.organisation()["people"]
    people = [one | ({"notify": [hook.address()]} if one["slack"] == "U0LEAD" else {}) for one in people]
    with open_world(database_url, tmp_path, people=people, repeat_every={"now": f"{EVERY}s"}) as world:
        world.stop_bot()
        secret = type(world.settings.facilitator_keys)(mailbox.smtp_url)
        world.settings = world.settings.model_copy(update={"smtp_url": secret, "mail_from": "bot@example.org"})
        world.start_bot()
        yield world, mailbox, hook
    mailbox.stop()
    hook.stop()


def under_way(world: World) -> int:
    """How many deliveries are being made at this moment."""
    leased = select(func.count(Delivery.id)).where(Delivery.done_at.is_(None), Delivery.lease_token.is_not(None))
    return world.read(lambda session: session.scalar(leased)) or 0


@pytest.mark.faults
@pytest.mark.both
@pytest.mark.timeout(600)
def test_somebody_is_reached_in_every_round(reachable: tuple[World, Mailbox, Webhook]) -> None:
    world, mailbox, hook = reachable
    raise_one(world, urgency="now")
    world.settle()
    refuse = {"on": False}
    taken = mailbox.handle_RCPT

    async def rcpt(server: object, session: object, envelope: object, address: str, more: object) -> str:
        if refuse["on"]:
            return "451 4.3.0 Try again later"
        return await taken(server, session, envelope, address, more)  # type: ignore[arg-type]

    mailbox.handle_RCPT = rcpt  # type: ignore[method-assign,assignment]

    def reached() -> int:
        return len(said(world)) + len(mailbox.messages) + len(hook.taken)

    for number in range(2 * 24 * 3600 // EVERY):
        # Two of the three fail in each hour, and each of them stands alone in turn.
        alone = ("slack", "mail", "hook")[number // 3 % 3]
        world.sandbox.faults.clear()
        if alone != "slack":
            world.sandbox.faults.down = "503"
        refuse["on"], hook.status = alone != "mail", 200 if alone == "hook" else 503
        # What is under way from the round before is none of this one's.
        world.sandbox.wait_for(lambda: not under_way(world) or None, 20)
        before = reached()
        world.clock_forward(EVERY)
        world.sandbox.wait_for(lambda before=before: reached() > before or None, 20)  # type: ignore[misc]
    assert SECRET not in str(hook.texts()) + "".join(one.get_content() for one in mailbox.messages)
