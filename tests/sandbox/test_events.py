"""Events, their retries, and people who come, go and change."""

from typing import Any

import pytest

from bot.sandbox import NotPossibleError, Sandbox, User
from bot.sandbox.person import Person
from tests.sandbox.api import call
from tests.sandbox.bolt_bot import BoltBot, Json


def listening(bolt: BoltBot, kind: str) -> list[Json]:
    """The events of one kind as they arrive."""
    heard: list[Json] = []

    @bolt.app.event(kind)
    async def event(event: Json) -> None:
        heard.append(event)

    return heard


def test_the_callback_has_slacks_shape(bolt: BoltBot, sandbox: Sandbox) -> None:
    heard = listening(bolt, "user_change")
    assert sandbox.event("user_change", {"user": {"id": "U0ADA"}}, event_id="Ev1").status == 200
    body = bolt.bodies[-1]
    assert (body["type"], body["event_id"], body["team_id"]) == ("event_callback", "Ev1", "T0123456")
    assert body["authorizations"][0]["user_id"] == "U0BOT"
    assert heard[0]["user"] == {"id": "U0ADA"}
    assert "x-slack-retry-num" not in bolt.headers[-1]
    sandbox.event("user_change", {"user": {"id": "U0ADA"}}, event_id="Ev1")
    assert [sent["event_id"] for sent in bolt.bodies] == ["Ev1", "Ev1"]


def test_an_event_comes_again_until_it_is_acknowledged(bolt: BoltBot, sandbox: Sandbox) -> None:
    from slack_bolt import BoltResponse

    sandbox.settings.event_retry_delays = [0, 0, 0]
    statuses = [500, 500, 200]

    @bolt.app.event("user_change")
    async def changed() -> Any:
        return BoltResponse(status=statuses.pop(0), body="")

    assert sandbox.event("user_change").status == 200
    assert [sent["event_id"] for sent in bolt.bodies] == [bolt.bodies[0]["event_id"]] * 3
    retries = [(head.get("x-slack-retry-num"), head.get("x-slack-retry-reason")) for head in bolt.headers]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_an_event_nobody_takes_is_on_record(bolt: BoltBot, sandbox: Sandbox) -> None:
    sandbox.settings.event_retry_delays = [0, 0, 0]
    assert sandbox.event("user_change").status == 404
    assert len(bolt.headers) == 4
    assert sandbox.violations == ["event user_change: answered with status 404 to the last"]
    sandbox.violations.clear()


def test_without_a_bot_nothing_is_sent(sandbox: Sandbox) -> None:
    assert sandbox.event("user_change").status == 0


def test_changes_of_people_are_told(bolt: BoltBot, sandbox: Sandbox) -> None:
    changed, joined = listening(bolt, "user_change"), listening(bolt, "team_join")
    sandbox.membership.change_user("U0ADA", deleted=True)
    assert changed[0]["user"]["deleted"] is True
    assert call(sandbox, "users.info", user="U0ADA")["user"]["deleted"] is True
    with pytest.raises(NotPossibleError):
        sandbox.person("U0ADA").say("hello", channel="C0GENERAL")
    sandbox.membership.join_team(User(id="U0NEW", name="New Example"))
    assert joined[0]["user"]["id"] == "U0NEW"
    assert sandbox.person("U0NEW").user.team_id == "T0123456"


def test_changes_of_members_are_told_where_the_bot_is(bolt: BoltBot, sandbox: Sandbox) -> None:
    came, left = listening(bolt, "member_joined_channel"), listening(bolt, "member_left_channel")
    sandbox.membership.add_member("G0LEADS", "U0ADA")
    assert (came[0]["user"], came[0]["channel"], came[0]["channel_type"]) == ("U0ADA", "G0LEADS", "G")
    assert call(sandbox, "conversations.members", channel="G0LEADS")["members"] == ["U0BOB", "U0BOT", "U0ADA"]
    sandbox.membership.remove_member("G0LEADS", "U0ADA")
    assert left[0]["user"] == "U0ADA"
    assert sandbox.membership.add_member("G0SECRET", "U0ADA") is None
    sandbox.settings.events.remove("member_joined_channel")
    assert sandbox.membership.add_member("G0LEADS", "U0ADA") is None


def test_what_people_write(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    direct, mention = listening(bolt, "message"), listening(bolt, "app_mention")
    ada.say("hello bot")
    assert (direct[0]["channel_type"], direct[0]["text"], direct[0]["user"]) == ("im", "hello bot", "U0ADA")
    ada.say("to nobody", channel="C0GENERAL")
    ada.say("hello <@U0BOT>", channel="C0GENERAL")
    assert [event["text"] for event in mention] == ["hello <@U0BOT>"]
    assert len(direct) == 1
    with pytest.raises(NotPossibleError):
        ada.say("x", channel="G0LEADS")


def test_an_unpublished_home_is_none(bolt: BoltBot, ada: Person) -> None:
    heard = listening(bolt, "app_home_opened")
    assert ada.home(timeout=0.02) is None
    assert (heard[0]["user"], heard[0]["tab"], heard[0]["channel"]) == ("U0ADA", "home", "D0ADA")
