"""Concerns while Slack is out of reach, double clicks, and forms that come again."""

import copy
import json
import re
import threading
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import select

from bot.deliveries import lanes, worker
from bot.mail import smtp
from bot.sandbox.mailbox import Mailbox
from db import owed
from db.models import AuditEvent, Concern, ConcernText, Delivery
from tests.support.raising import SECRET, raise_one
from tests.support.rows import more_concerns
from tests.support.world import World


def test_mailed_after_a_minute_without_slack(world: World) -> None:
    mailbox = Mailbox()
    mailbox.start()
    try:
        world.stop_bot()
        world.settings = world.settings.model_copy(
            update={"smtp_url": type(world.settings.facilitator_keys)(mailbox.smtp_url), "mail_from": "bot@example.org"}
        )
        world.start_bot()
        world.sandbox.faults.error("chat.postMessage", "internal_error", times=1000)
        raise_one(world)
        assert not mailbox.messages
        world.clock_forward(61)
        world.sandbox.wait_for(lambda: len(mailbox.messages) == 2 or None, 15)
        texts = [f"{message['Subject']} {message.get_content()}" for message in mailbox.messages]
        assert {str(message["To"]) for message in mailbox.messages} == {"lena@example.org", "dev@example.org"}
        assert all(re.search(r"C-\d{4}-\d{5}", text) for text in texts)
        assert SECRET not in "".join(texts)
        world.sandbox.faults.clear()
        for _ in range(20):
            world.clock_forward(11)
            world.settle(20)
            if world.sandbox.messages("G0CONCERN"):
                break
        assert world.sandbox.messages("G0CONCERN")
        assert len(mailbox.messages) == 2
    finally:
        mailbox.stop()


def test_a_mail_server_that_takes_its_time_gets_each_mail_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than any other call may take, and longer than a lease lasts; the mails of others do not wait for it."""
    monkeypatch.setattr(worker, "_PLACE_SECONDS", 0.3)
    monkeypatch.setattr(smtp, "SEND_SECONDS", 0.5)
    monkeypatch.setattr(worker, "STEP_SECONDS", 0.5)
    monkeypatch.setattr(owed, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(worker, "_KEEP_EVERY", 0.3)
    mailbox = Mailbox()
    mailbox.answer_after = threading.Event()
    mailbox.start()
    try:
        world.stop_bot()
        world.settings = world.settings.model_copy(
            update={"smtp_url": type(world.settings.facilitator_keys)(mailbox.smtp_url), "mail_from": "bot@example.org"}
        )
        world.start_bot()
        world.sandbox.faults.error("chat.postMessage", "internal_error", times=1000)
        for _ in range(3):
            raise_one(world)
        world.clock_forward(61)
        world.sandbox.wait_for(lambda: len(mailbox.messages) == 6 or None, 15)
        time.sleep(2)
        mailbox.answer_after.set()
        wanted = select(Delivery.attempt).where(Delivery.kind == "concern.mail_one", Delivery.done_at.is_not(None))
        world.sandbox.wait_for(lambda: world.read(lambda s: list(s.scalars(wanted))) == [1] * 6 or None, 5)
        assert len(mailbox.messages) == 6
        assert len({str(message["Message-ID"]) for message in mailbox.messages}) == 6
    finally:
        mailbox.answer_after.set()
        mailbox.stop()


def test_one_bad_address_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    mailbox.start()
    taken = mailbox.handle_RCPT

    async def refuse_the_lead(server: object, session: object, envelope: object, address: str, more: object) -> str:
        if address.startswith("lena@"):
            return "550 5.1.1 No such mailbox here"
        return await taken(server, session, envelope, address, more)  # type: ignore[arg-type]

    monkeypatch.setattr(mailbox, "handle_RCPT", refuse_the_lead)
    try:
        world.stop_bot()
        world.settings = world.settings.model_copy(
            update={"smtp_url": type(world.settings.facilitator_keys)(mailbox.smtp_url), "mail_from": "bot@example.org"}
        )
        world.start_bot()
        world.sandbox.faults.error("chat.postMessage", "internal_error", times=1000)
        raise_one(world)
        world.clock_forward(61)
        world.sandbox.wait_for(lambda: mailbox.messages or None, 15)
        for _ in range(4):
            world.clock_forward(61)
            time.sleep(0.3)
        assert [str(message["To"]) for message in mailbox.messages] == ["dev@example.org"]
    finally:
        mailbox.stop()


def test_where_the_channel_takes_no_more_each_is_told_alone(world: World) -> None:
    world.sandbox.faults.error("chat.postMessage", "is_archived", times=1, channel="G0CONCERN")
    raise_one(world)
    world.settle()
    for one in ("U0LEAD", "U0DEP"):
        assert world.sandbox.dm(one)


def test_a_channel_that_slack_limits_is_waited_for_and_holds_up_no_direct_message(world: World) -> None:
    """Of a flood no more is tried than is in hand, and of the others' what there is goes with the first then."""
    sandbox = world.sandbox
    sandbox.faults.rate_limit("chat.postMessage", seconds=30, times=1000, channel="G0CONCERN")
    raise_one(world)
    world.write(lambda session: more_concerns(session, 30))
    sandbox.wait_for(lambda: len(sandbox.dm("U0LEAD")) == 31 or None)
    raise_one(world, who="U0COW")
    sandbox.wait_for(lambda: len(sandbox.dm("U0LEAD")) == 32 or None)
    references = world.read(lambda session: list(session.scalars(select(Concern.reference).order_by(Concern.id))))
    own = world.read(lambda s: next(one.reference for one in s.scalars(select(Concern)) if one.raised_by == "U0COW"))
    refused = [call for call in sandbox.calls if call.method == "chat.postMessage" and call.status == 429]
    assert len(refused) <= 2 * lanes.CONCERNS.places
    assert not sandbox.messages("G0CONCERN")
    sandbox.faults.clear()
    world.clock_forward(31)
    world.settle()
    posted = [message.words for message in sandbox.messages("G0CONCERN")]
    assert sum(own in words for words in posted[: lanes.CONCERNS.places]) == 1
    assert sorted(references) == sorted(next(one for one in references if one in words) for words in posted)
    assert len(sandbox.dm("U0LEAD")) == 32


def test_double_click_acknowledges_once(world: World) -> None:
    raise_one(world)
    world.settle()
    world.person("U0LEAD").click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    world.sandbox.repeat()
    world.settle()
    actions = world.read(lambda s: list(s.scalars(select(AuditEvent.action))))
    assert actions.count("concern.acknowledged") == 1
    assert len([m for m in world.sandbox.dm("U0FAC") if "has been seen" in m.words]) == 1


def test_second_lead_sees_how_it_stands(world: World) -> None:
    raise_one(world)
    world.settle()
    message = copy.deepcopy(world.sandbox.messages("G0CONCERN")[-1])
    world.person("U0LEAD").click("concern.acknowledge", message=message)
    world.person("U0DEP").click("concern.acknowledge", message=message)
    world.settle()
    assert world.read(lambda s: s.scalars(select(Concern.acknowledged_by)).one()) == "U0LEAD"
    assert "Lena" in world.person("U0DEP").seen() or "U0LEAD" in world.person("U0DEP").seen()


def test_same_form_with_other_words_is_an_amendment(world: World) -> None:
    bodies: list[bytes] = []
    taken = world.sandbox.sender.post

    async def keep(content: bytes, *arguments: object, **more: object) -> object:
        bodies.append(content)
        return await taken(content, *arguments, **more)  # type: ignore[arg-type]

    world.sandbox.sender.post = keep  # type: ignore[method-assign,assignment]
    raise_one(world)
    payload = next(
        one
        for body in bodies
        if b"payload=" in body
        for one in [parse_qs(body.decode())["payload"][0]]
        if json.loads(one)["type"] == "view_submission"
    )
    changed = urlencode({"payload": payload.replace(SECRET, "other words")}).encode()
    answer = world.sandbox.raw(changed, world.sandbox.sign(changed))
    assert "Added to what you had saved" in json.dumps(answer.body)
    assert world.count(Concern) == 1
    versions = world.read(lambda s: sorted(s.scalars(select(ConcernText.version).where(ConcernText.field == "facts"))))
    assert versions == [1, 2]
    world.settle()
    world.person("U0LEAD").click("concern.read", message=world.sandbox.messages("G0CONCERN")[-1])
    assert "other words" in world.person("U0LEAD").seen()


def test_deliveries_carry_no_content(world: World) -> None:
    raise_one(world)
    rows = world.read(lambda s: [str(vars(one)) for one in s.scalars(select(Delivery))])
    assert rows
    assert SECRET not in "".join(rows)
