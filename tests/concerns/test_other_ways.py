"""Ways beside Slack: for what cannot wait at once, for the rest at the first missed deadline; content-free, and what
was tried and accepted stands in the record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox import sample
from bot.sandbox.mailbox import Mailbox
from db.models import AuditEvent, Delivery, Staff
from tests.concerns.clockwork import the_concern
from tests.concerns.leading import opened
from tests.organisation.test_check import _bad, _run
from tests.support.raising import SECRET, raise_one
from tests.support.webhook import Webhook
from tests.support.world import World, open_world


@pytest.fixture
def hooks() -> Iterator[dict[str, Webhook]]:
    """A service for the lead and one for the deputy."""
    found = {"U0LEAD": Webhook(), "U0DEP": Webhook()}
    yield found
    for one in found.values():
        one.stop()


def people(hooks: dict[str, Webhook]) -> list[dict[str, Any]]:
    """The sample's people, with their services."""
    every = sample.organisation()["people"]
    return [one | ({"notify": [hooks[one["slack"]].address()]} if one["slack"] in hooks else {}) for one in every]


@pytest.fixture
def reachable(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hooks: dict[str, Webhook]
) -> Iterator[World]:
    monkeypatch.chdir(tmp_path)
    with open_world(database_url, tmp_path, people=people(hooks)) as world:
        yield world


def with_mail(world: World, mailbox: Mailbox) -> None:
    """Start the bot anew with a mail server."""
    world.stop_bot()
    secret = type(world.settings.facilitator_keys)(mailbox.smtp_url)
    world.settings = world.settings.model_copy(update={"smtp_url": secret, "mail_from": "bot@example.org"})
    world.start_bot()


def test_what_cannot_wait_goes_out_at_once_without_content(reachable: World, hooks: dict[str, Webhook]) -> None:
    """Beside Slack and not after it: here Slack takes no message at all."""
    reachable.sandbox.faults.error("chat.postMessage", "internal_error", times=10_000)
    raise_one(reachable, urgency="now")
    reachable.sandbox.wait_for(lambda: all(hook.taken for hook in hooks.values()) or None, 10)
    assert reachable.sandbox.messages("G0CONCERN") == []
    for hook in hooks.values():
        (said,) = hook.texts()
        assert said.startswith("Safeguarding concern Harbour Youth · Safeguarding concern · answer by ")
        assert the_concern(reachable).reference in said
        assert SECRET not in said
        assert "Farah" not in said


def test_the_rest_goes_out_at_the_first_missed_deadline_and_by_mail_too(
    reachable: World, hooks: dict[str, Webhook]
) -> None:
    mailbox = Mailbox()
    mailbox.start()
    try:
        with_mail(reachable, mailbox)
        raise_one(reachable, urgency="today")
        reachable.settle()
        reachable.clock_forward(3590)
        reachable.settle()
        assert [hook.texts() for hook in hooks.values()] == [[], []]
        assert mailbox.messages == []
        reachable.clock_forward(11)
        reachable.settle()
        assert [len(hook.texts()) for hook in hooks.values()] == [1, 1]
        assert {str(one["To"]) for one in mailbox.messages} == {"lena@example.org", "dev@example.org"}
        for one in mailbox.messages:
            assert "Harbour Youth" in one.get_content()
            assert "C-20" in one["Subject"]
            assert SECRET not in str(one)
    finally:
        mailbox.stop()


def test_who_acknowledged_gets_no_more(reachable: World, hooks: dict[str, Webhook]) -> None:
    raise_one(reachable, urgency="now")
    reachable.settle()
    reachable.person("U0LEAD").click("concern.acknowledge", message=reachable.sandbox.messages("G0CONCERN")[0])
    reachable.clock_forward(16 * 60)
    reachable.settle()
    assert [len(hook.texts()) for hook in hooks.values()] == [1, 1]


def test_what_was_tried_and_accepted_stands_in_the_record(reachable: World, hooks: dict[str, Webhook]) -> None:
    hooks["U0LEAD"].status = 503
    raise_one(reachable, urgency="now")
    reachable.sandbox.wait_for(lambda: (hooks["U0DEP"].taken and hooks["U0LEAD"].tries) or None)
    tried = select(AuditEvent.detail).where(AuditEvent.action.in_(["concern.told", "concern.not_told"]))

    def details() -> set[str | None]:
        return reachable.read(lambda session: set(session.scalars(tried)))

    # Only once the refusal is on record is it known when the next try is due.
    reachable.sandbox.wait_for(lambda: "U0LEAD notify.1 alert_not_accepted" in details() or None)
    hooks["U0LEAD"].status = 200
    reachable.clock_forward(61)
    reachable.settle()
    assert details() == {
        "channel slack accepted",
        "U0LEAD slack accepted",
        "U0LEAD notify.1 alert_not_accepted",
        "U0LEAD notify.1 accepted",
        "U0DEP notify.1 accepted",
    }
    lead = reachable.person("U0LEAD")
    lead.click("concern.read", message=reachable.sandbox.messages("G0CONCERN")[0])
    lead.click("concern.history")
    seen = lead.seen()
    assert "json (notify 1): not accepted (alert_not_accepted)" in seen
    assert "Slack: accepted" in seen


def test_a_way_that_refuses_is_told_to_an_administrator(reachable: World, hooks: dict[str, Webhook]) -> None:
    hooks["U0LEAD"].status = 410
    raise_one(reachable, urgency="now")
    reachable.sandbox.wait_for(lambda: hooks["U0LEAD"].tries or None)
    refusing = select(Staff.refusing).where(Staff.slack_id == "U0LEAD")
    reachable.sandbox.wait_for(lambda: reachable.read(lambda session: session.scalar(refusing)) or None)
    admin = reachable.person("U0ADM")
    admin.command("/facilitator", "status")
    assert "Lena Lead, json (notify 1) (alert_not_accepted)" in admin.seen()
    tries = [hook.tries for hook in hooks.values()]
    found = _run(reachable)
    assert "was not accepted" in _bad(found)["json (notify 1) of U0LEAD"]
    assert found["json (notify 1) of U0DEP"].ok
    assert [hook.tries for hook in hooks.values()] == tries, "check sends nothing"
    hooks["U0LEAD"].status = 200
    reachable.clock_forward(61)
    reachable.settle()
    assert reachable.read(lambda session: session.scalar(refusing)) == {}


def test_an_address_stands_in_no_delivery_no_link_and_no_clear_column(
    reachable: World, hooks: dict[str, Webhook]
) -> None:
    raise_one(reachable, urgency="now")
    reachable.settle()
    rows = reachable.read(
        lambda session: [
            str({**vars(one)}) for model in (Delivery, AuditEvent) for one in session.scalars(select(model))
        ]
    )
    stored = reachable.read(lambda session: session.connection().exec_driver_sql("SELECT notify FROM staff").all())
    assert "secret-topic" not in "".join(rows)
    assert any(row[0] for row in stored)
    assert all(b"secret-topic" not in bytes(row[0]) for row in stored if row[0])
    assert "secret-topic" not in opened(reachable, "U0LEAD", the_concern(reachable)).seen()
