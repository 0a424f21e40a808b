"""Whoever writes to the bot as a message is told at once that nothing is read there; their words go nowhere."""

from typing import Any

import pytest
from sqlalchemy import inspect, text

from bot.slack.payloads import drop_message
from db.models import Delivery
from tests.support.world import World

WORDS = "Robin told me that her uncle hits her"


def answers(world: World, person: str) -> list[str]:
    """What the bot said in the direct messages, so far."""
    world.settle()
    return [one.words for one in world.sandbox.dm(person) if one.user == world.sandbox.settings.bot_user_id]


def everything_stored(world: World) -> str:
    """Every value of every row."""

    def read(session: Any) -> str:
        tables = inspect(session.connection()).get_table_names()
        return str([session.execute(text(f'SELECT * FROM "{one}"')).all() for one in tables])  # noqa: S608

    return world.read(read)


@pytest.mark.both
@pytest.mark.parametrize("who", ["U0FAC", "U0LEAD", "U0GUEST"])
def test_a_message_is_answered_with_999_and_the_way_to_raise_a_concern(
    world: World, who: str, capfd: pytest.CaptureFixture[str]
) -> None:
    person = world.person(who)
    person.say(WORDS)
    (said,) = answers(world, who)
    assert "Nothing is read here" in said
    assert "999" in said
    assert "020 7946 0001" in said
    assert "Robin" not in said
    assert "Robin" not in everything_stored(world)
    assert "Robin" not in "".join(capfd.readouterr())
    assert "does not answer again" in said
    if who == "U0GUEST":
        assert "Raise a concern" not in said
        return
    assert "`/facilitator` for all" in said
    person.click("concern.open")
    assert "Call 999" in person.seen()


def test_one_answer_in_ten_minutes(world: World) -> None:
    person, other = world.person("U0FAC"), world.person("U0COW")
    for _ in range(3):
        person.say(WORDS)
    assert len(answers(world, "U0FAC")) == 1
    other.say("hello?")
    assert len(answers(world, "U0COW")) == 1
    world.clock_forward(9 * 60)
    person.say(WORDS)
    assert len(answers(world, "U0FAC")) == 1
    world.clock_forward(2 * 60)
    person.say(WORDS)
    assert len(answers(world, "U0FAC")) == 2


@pytest.mark.parametrize(
    "event",
    [
        {"user": "U0BOT", "bot_id": "B0SANDBOX"},
        {"user": "U0OTHERBOT", "bot_id": "B0OTHER"},
        {"user": "USLACKBOT"},
        {"subtype": "message_changed", "message": {"user": "U0FAC", "text": WORDS}, "hidden": True},
        {"subtype": "message_deleted", "previous_message": {"user": "U0FAC", "text": WORDS}},
        {"subtype": "bot_message", "bot_id": "B0OTHER", "username": "other"},
        {"user": "U0FAC", "subtype": "channel_join"},
        {},
    ],
)
def test_what_nobody_wrote_is_not_answered(world: World, event: dict[str, Any]) -> None:
    channel = world.sandbox.state.open_dm("U0FAC").id
    before = world.count(Delivery)
    sent = world.sandbox.event("message", {"channel": channel, "channel_type": "im", "text": WORDS, **event})
    assert sent.status == 200
    assert world.count(Delivery) == before


def test_a_picture_is_answered_too(world: World) -> None:
    channel = world.sandbox.state.open_dm("U0FAC").id
    event = {
        "channel": channel,
        "channel_type": "im",
        "user": "U0FAC",
        "subtype": "file_share",
        "files": [{"id": "F0"}],
    }
    world.sandbox.event("message", event)
    assert len(answers(world, "U0FAC")) == 1


def test_only_who_where_and_when_of_a_message_is_left() -> None:
    event: dict[str, Any] = {"type": "message", "user": "U0FAC", "channel": "D0", "channel_type": "im", "ts": "1.2"}
    whole = {**event, "text": WORDS, "blocks": [WORDS], "files": [WORDS], "attachments": [WORDS], "metadata": WORDS}
    body = {"type": "event_callback", "team_id": "T0", "event": {**whole, "message": whole, "previous_message": whole}}
    drop_message(body)
    assert body["event"] == event
    other: dict[str, Any] = {"event": {"type": "user_change", "user": {"id": "U0FAC"}}}
    drop_message(other)
    assert other["event"]["user"] == {"id": "U0FAC"}
