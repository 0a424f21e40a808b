"""Slack's refusals: about us they are waited for, about the target they are final, about our words they have a code."""

import asyncio
import json
import socket
import threading

import pytest
from sqlalchemy import select

from bot.sandbox.journal import ApiCall
from bot.slack.client import SlackClient
from bot.slack.problems import Cause, asked_wait, cause_of
from db.models import Concern, Delivery
from tests.support.raising import SECRET, raise_one
from tests.support.world import World

_US = ("token_revoked", "invalid_auth", "account_inactive", "missing_scope", "team_access_not_granted", "accesslimited")
_PLACE = ("channel_not_found", "is_archived", "user_not_found", "restricted_action", "messages_tab_disabled")
_TARGET = (*_PLACE, "restricted_action_read_only_channel", "restricted_action_thread_locked", "message_not_found")
_WORDS = ("invalid_blocks", "msg_too_long", "invalid_arguments", "view_too_large")
_PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "a_word_of_tomorrow")


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        *[(code, Cause.US) for code in _US],
        *[(code, Cause.TARGET) for code in _TARGET],
        *[(code, Cause.WORDS) for code in _WORDS],
        *[(code, Cause.PASSING) for code in _PASSING],
    ],
)
def test_what_a_refusal_is_about(code: str, cause: Cause) -> None:
    assert cause_of(code) is cause


def test_a_wait_that_is_no_number_is_none() -> None:
    assert asked_wait("Wed, 21 Oct 2026 07:28:00 GMT") is None
    assert asked_wait("3") == 3


MEETING = "new Cooking club on Thursday at 16:00 for 60 min"
INCIDENT = "M-1 shouting; done: spoke to them; follow up: call by Friday @col.co-worker"


def _fate(world: World) -> list[tuple[str | None, bool, bool]]:
    """How the word to whoever has the follow-up stands: the last code, whether done, whether given up."""
    columns = (Delivery.error_code, Delivery.done_at, Delivery.given_up_at)
    told = select(*columns).where(Delivery.kind == "incident.follow_up").order_by(Delivery.wanted_at).limit(1)
    return world.read(lambda s: [(code, bool(done), bool(up)) for code, done, up in s.execute(told)])


def _tried_again(world: World) -> None:
    """A minute later the bot has called Slack once more."""
    before = len(world.sandbox.calls)
    world.clock_forward(61)
    world.sandbox.wait_for(lambda: len(world.sandbox.calls) > before or None, 5)


@pytest.mark.parametrize("how", ["token_revoked", "missing_scope", "a page with 200", "a page with 403"])
def test_a_refusal_of_the_bot_itself_gives_nothing_up(world: World, how: str) -> None:
    world.person("U0FAC").command("/meeting", MEETING, channel="C0GENERAL")
    world.settle()
    faults, sandbox = world.sandbox.faults, world.sandbox
    if how.startswith("a page"):
        faults.page("*", int(how[-3:]), times=10_000)
    else:
        faults.error("*", how, times=10_000)
    world.person("U0FAC").command("/incident", INCIDENT, channel="C0GENERAL")
    for _ in range(4):
        _tried_again(world)
    assert [(done, up) for _, done, up in _fate(world)] == [(False, False)]
    faults.clear()
    world.clock_forward(61)
    sandbox.wait_for(lambda: _fate(world) == [(None, True, False)] or None, 10)
    assert sandbox.dm("U0COW")


def test_only_the_target_is_given_up(world: World) -> None:
    world.person("U0FAC").command("/meeting", MEETING, channel="C0GENERAL")
    world.settle()
    world.sandbox.faults.error("conversations.open", "user_not_found", times=10_000)
    world.person("U0FAC").command("/incident", INCIDENT, channel="C0GENERAL")
    world.sandbox.wait_for(lambda: _fate(world) == [("user_not_found", True, True)] or None, 5)
    assert not world.sandbox.dm("U0COW")


def test_what_slack_finds_badly_made_is_given_up_with_a_code(world: World) -> None:
    world.person("U0FAC").command("/meeting", MEETING, channel="C0GENERAL")
    world.settle()
    world.sandbox.faults.error("chat.postMessage", "invalid_blocks", times=10_000)
    world.person("U0FAC").command("/incident", INCIDENT, channel="C0GENERAL")
    world.sandbox.wait_for(lambda: [up for _, _, up in _fate(world)] == [True] or None, 5)
    ((code, *_),) = _fate(world)
    assert code is not None
    assert code.startswith("invalid_blocks E-")


def test_a_badly_made_message_about_a_concern_goes_out_as_text(world: World) -> None:
    posted = world.sandbox.faults
    posted.error("chat.postMessage", "invalid_blocks", times=1)
    raise_one(world)
    world.settle()
    assert len(world.sandbox.messages("G0CONCERN")) == 1
    assert world.sandbox.dm("U0LEAD")


def test_a_thread_that_takes_no_lines_goes_on_in_direct_messages(world: World) -> None:
    code = "restricted_action_read_only_channel"

    def read_only(call: ApiCall) -> None:
        if call.method == "chat.postMessage" and call.args.get("thread_ts") and call.args["channel"] == "G0CONCERN":
            world.sandbox.faults.error("chat.postMessage", code, times=1)

    raise_one(world)
    world.settle()
    world.sandbox.faults.on_call(read_only)
    world.person("U0LEAD").click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    world.settle()
    assert world.sandbox.dm("U0DEP")
    given_up = select(Delivery.error_code).where(Delivery.kind == "concern.note", Delivery.given_up_at.is_not(None))
    assert world.read(lambda s: set(s.scalars(given_up))) == {code}


@pytest.mark.parametrize("code", ["expired_trigger_id", "internal_error"])
def test_where_no_form_opens_the_text_is_given_back(world: World, code: str) -> None:
    world.person("U0FAC").command("/meeting", MEETING, channel="C0GENERAL")
    world.sandbox.faults.error("views.open", code, times=1)
    answer = world.person("U0FAC").command("/incident", "M-1 shouting at Robin", channel="C0GENERAL")
    assert "shouting at Robin" in json.dumps(answer.blocks)
    assert "once more" in answer.text


def test_of_a_concern_it_is_said_that_the_words_were_not_kept(world: World) -> None:
    world.sandbox.faults.error("views.open", "expired_trigger_id", times=1)
    answer = world.person("U0FAC").command("/concern", SECRET, channel="C0GENERAL")
    said = answer.text + json.dumps(answer.blocks)
    assert "not kept" in said
    assert "999" in said
    assert SECRET not in said
    assert world.count(Concern) == 0


def test_a_shortcut_whose_form_does_not_open_is_answered_in_direct_messages(world: World) -> None:
    """A shortcut has no response_url: without this, whoever is worried sees nothing at all."""
    world.sandbox.faults.error("views.open", "expired_trigger_id", times=1)
    world.person("U0FAC").shortcut("concern.shortcut")
    (said,) = world.sandbox.dm("U0FAC")
    assert "999" in said.words
    assert "once more" in said.words
    assert "020 7946" in said.words
    assert world.count(Concern) == 0


def test_a_form_that_slack_finds_badly_made_has_a_code(world: World) -> None:
    world.sandbox.faults.error("views.open", "view_too_large", times=1)
    answer = world.person("U0FAC").command("/concern", "", channel="C0GENERAL")
    assert "E-" in answer.text
    assert "too slow" not in answer.text
    assert "999" in json.dumps(answer.blocks)


def test_an_answer_takes_the_proxy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked: list[bytes] = []

        def proxy() -> None:
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok")

        thread = threading.Thread(target=proxy)
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.getsockname()[1]}")

        async def answer() -> None:
            client = SlackClient("xoxb-test", "http://slack.example.org/api/")
            await client.start()
            try:
                await client.respond("http://hooks.example.org/1", 5, text="hello")
            finally:
                await client.close()

        asyncio.run(answer())
        thread.join(5)
    assert asked[0].startswith(b"POST http://hooks.example.org/1 ")
