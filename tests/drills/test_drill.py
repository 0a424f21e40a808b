"""A drill goes through every way to everybody whom a concern can reach, says that it is one, and lists what came."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox import sample
from bot.sandbox.mailbox import Mailbox
from db.models import Concern, DrillAlert
from tests.concerns.pressing import press
from tests.support.webhook import Webhook
from tests.support.world import World, open_world


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    opened = Webhook()
    yield opened
    opened.stop()


@pytest.fixture
def ready(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, webhook: Webhook
) -> Iterator[tuple[World, Mailbox]]:
    """A world with a mail server, in which the deputy has a further way."""
    monkeypatch.chdir(tmp_path)
    people = sample.organisation()["people"]
    people = [one | ({"notify": [webhook.address()]} if one["slack"] == "U0DEP" else {}) for one in people]
    mailbox = Mailbox()
    mailbox.start()
    with open_world(database_url, tmp_path, people=people) as world:
        world.stop_bot()
        secret = type(world.settings.facilitator_keys)(mailbox.smtp_url)
        world.settings = world.settings.model_copy(update={"smtp_url": secret, "mail_from": "bot@example.org"})
        world.start_bot()
        yield world, mailbox
        assert world.sandbox.violations == []
    mailbox.stop()


def test_every_way_to_everybody_marked_as_a_drill(ready: tuple[World, Mailbox], webhook: Webhook) -> None:
    world, mailbox = ready
    admin = world.person("U0ADM")
    admin.command("/facilitator", "drill")
    assert "3 people get a test alert" in admin.seen()
    world.settle(20)
    for who in ("U0LEAD", "U0DEP", "U0HEAD"):
        (said,) = world.sandbox.dm(who)
        assert said.words.startswith("*DRILL*") or "DRILL" in said.words
    assert {str(one["To"]) for one in mailbox.messages} == {"lena@example.org", "dev@example.org", "hana@example.org"}
    assert all("DRILL" in one["Subject"] and "DRILL" in one.get_content() for one in mailbox.messages)
    assert [text.startswith("DRILL") for text in webhook.texts()] == [True]
    assert world.count(Concern) == 0
    assert not world.sandbox.messages("G0CONCERN")


def test_the_answer_is_one_message_drawn_anew_as_things_come_in(ready: tuple[World, Mailbox], webhook: Webhook) -> None:
    world, _ = ready
    webhook.status = 503
    world.person("U0ADM").command("/facilitator", "drill")
    world.sandbox.wait_for(
        lambda: "not accepted" in "".join(one.words for one in world.sandbox.dm("U0ADM")) or None, 20
    )
    deputy = world.person("U0DEP")
    deputy.click("drill.got_it", message=world.sandbox.dm("U0DEP")[0])
    webhook.status = 200
    world.clock_forward(5)
    world.settle(20)
    (said,) = world.sandbox.dm("U0ADM")
    line = next(one for one in said.words.splitlines() if "U0DEP" in one)
    assert "json (notify 1)" in line
    assert "not accepted" not in line
    assert "tapped after" in line
    assert "mail" in line
    assert said.words.count("not tapped yet") == 2
    assert "drill.got_it" not in str(world.sandbox.dm("U0DEP")[0].blocks)


def test_nobody_taps_for_another_and_not_everybody_starts_one(world: World) -> None:
    for who in ("U0FAC", "U0DEP", "U0MAN"):
        world.person(who).command("/facilitator", "drill")
    assert world.count(DrillAlert) == 0
    world.person("U0LEAD").command("/facilitator", "drill")
    world.settle()
    world.person("U0LEAD").command("/facilitator", "drill")
    assert "within this minute" in world.person("U0LEAD").seen()
    theirs = select(DrillAlert.id).where(DrillAlert.slack_id == "U0HEAD")
    alert = world.read(lambda session: session.scalars(theirs).one())
    assert "no such drill" in press(world, "U0LEAD", "drill.got_it", str(alert))
    tapped = select(DrillAlert.acknowledged_at).where(DrillAlert.acknowledged_at.is_not(None))
    assert world.read(lambda session: session.scalars(tapped).all()) == []


def test_a_month_without_one_is_reminded_of_once(world: World) -> None:
    def reminders(who: str) -> int:
        return len([one for one in world.sandbox.dm(who) if "No drill was held" in one.words])

    for _ in range(3):
        world.clock_forward(16 * 86400)
        world.settle(20)
    assert [reminders(who) for who in ("U0ADM", "U0LEAD", "U0DEP")] == [1, 1, 0]
    world.person("U0LEAD").command("/facilitator", "drill")
    world.settle()
    world.clock_forward(20 * 86400)
    world.settle(20)
    assert reminders("U0ADM") == 1
