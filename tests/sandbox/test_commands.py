"""Slash commands, their answers, and what Slack makes of the typed text."""

import asyncio
import time
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox import NotPossibleError, Sandbox
from bot.sandbox.person import Person
from tests.sandbox.bolt_bot import BoltBot, modal, section


def echo(bolt: BoltBot) -> None:
    @bolt.app.command("/echo")
    async def answer(ack: Any, body: dict[str, str]) -> None:
        await ack(text=body["text"] or "nothing")


def test_the_body_has_every_field_of_slacks(bolt: BoltBot, ada: Person) -> None:
    echo(bolt)
    answer = ada.command("/echo", "hello", channel="C0GENERAL")
    body = bolt.bodies[-1]
    assert answer.status == 200
    assert answer.elapsed < 3
    assert (body["command"], body["text"], body["user_id"], body["user_name"]) == (
        "/echo",
        "hello",
        "U0ADA",
        "ada.example",
    )
    assert (body["channel_id"], body["channel_name"], body["team_id"]) == ("C0GENERAL", "general", "T0123456")
    assert set(body) >= {"token", "team_domain", "api_app_id", "response_url", "trigger_id"}
    assert body["is_enterprise_install"] == "false"


def test_an_answer_is_shown_to_the_person_alone(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    echo(bolt)
    answer = ada.command("/echo", "only for me", channel="C0GENERAL")
    assert answer.text == "only for me"
    assert [message.text for message in ada.private] == ["only for me"]
    assert "only for me" in ada.seen()
    assert "only for me" not in sandbox.person("U0BOB").seen()
    assert sandbox.messages("C0GENERAL") == []


def test_an_answer_in_the_channel_is_for_everybody(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    @bolt.app.command("/shout")
    async def shout(ack: Any) -> None:
        await ack(text="all of you", blocks=[section("*all* of you")], response_type="in_channel")

    answer = ada.command("/shout", channel="C0GENERAL")
    assert answer.blocks[0]["text"]["text"] == "*all* of you"
    assert [message.text for message in sandbox.messages("C0GENERAL")] == ["all of you"]
    assert "all of you" in sandbox.person("U0BOB").seen()


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("with @Ada Example", "with <@U0ADA|ada.example>"),
        ("with @ada.example, please", "with <@U0ADA|ada.example>, please"),
        ("with @Bob Sample-Jones", "with <@U0BOB|bob.sample-jones>"),
        ("with @Nobody", "with @Nobody"),
        ("in #general", "in <#C0GENERAL|general>"),
        ("see https://example.org/a?b=1&c=2.", "see <https://example.org/a?b=1&amp;c=2>."),
        ("to kim@example.org", "to <mailto:kim@example.org|kim@example.org>"),
        ("<!channel> & <b>", "&lt;!channel&gt; &amp; &lt;b&gt;"),
        ("<@U0BOB>", "<@U0BOB>"),
        ("  spaced  ", "spaced"),
        ("Llŷr 🎉", "Llŷr 🎉"),
    ],
)
def test_typed_text_is_escaped(bolt: BoltBot, ada: Person, typed: str, sent: str) -> None:
    echo(bolt)
    ada.command("/echo", typed)
    assert bolt.bodies[-1]["text"] == sent


def test_a_late_answer_is_none(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    sandbox.settings.ack_seconds = 0.2

    @bolt.app.command("/slow")
    async def slow(ack: Any) -> None:
        await asyncio.sleep(1.2)
        await ack("too late")

    started = time.monotonic()
    answer = ada.command("/slow")
    assert time.monotonic() - started < 1.1
    assert answer.text == '/slow failed with the error "operation_timeout"'
    assert ada.private == []
    assert sandbox.violations == ["/slow: not acknowledged within 0.2 s"]
    sandbox.violations.clear()


def test_a_status_other_than_200_is_a_violation(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    answer = ada.command("/unheard-of")
    assert answer.status == 404
    assert "dispatch_failed" in answer.text
    assert sandbox.violations == ["/unheard-of: answered with status 404"]
    sandbox.violations.clear()


def test_a_bot_that_is_not_there_is_no_violation(sandbox: Sandbox, ada: Person) -> None:
    sandbox.bot_url = "http://127.0.0.1:9"
    assert ada.command("/echo").problem.startswith("dispatch_failed")


def test_blocks_without_text_are_a_violation(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    @bolt.app.command("/bare")
    async def bare(ack: Any) -> None:
        await ack(blocks=[section("words")])

    assert ada.command("/bare").text == "words"
    assert "top-level text is missing" in sandbox.violations[0]
    sandbox.violations.clear()


def test_blocks_that_slack_refuses_are_not_shown(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    @bolt.app.command("/bad")
    async def bad(ack: Any) -> None:
        await ack(text="x", blocks=[section("x" * 3001)])

    assert ada.command("/bad").text == ""
    assert "invalid_blocks" in sandbox.violations[0]
    assert "/blocks/0/text/text" in sandbox.violations[0]
    sandbox.violations.clear()


def test_who_cannot_act_cannot(sandbox: Sandbox, ada: Person) -> None:
    with pytest.raises(NotPossibleError):
        sandbox.person("U0GONE").command("/echo")
    with pytest.raises(NotPossibleError):
        ada.command("/echo", channel="G0SECRET")
    with pytest.raises(NotPossibleError):
        sandbox.person("U0NOBODY")


def test_only_registered_commands_reach_the_bot(ada: Person, sandbox: Sandbox) -> None:
    sandbox.settings.commands = ["/echo"]
    assert ada.command("/other").text == "/other is not a valid command."
    assert sandbox.sent == []


def test_a_stranger_keeps_their_own_workspace(bolt: BoltBot, sandbox: Sandbox) -> None:
    echo(bolt)
    sandbox.person("U0EXT").command("/echo", "hello", channel="C0GENERAL")
    assert bolt.bodies[-1]["team_id"] == "T0OTHER"


def test_repeating_sends_the_same_bytes(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    echo(bolt)
    ada.command("/echo", "once")
    sandbox.repeat()
    first, second = bolt.bodies[-2:]
    assert first == second
    assert bolt.headers[-2]["x-slack-signature"] == bolt.headers[-1]["x-slack-signature"]


def test_a_repeated_request_may_not_open_a_second_modal(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    refusals: list[str] = []

    @bolt.app.command("/open")
    async def command(ack: Any, body: dict[str, str], client: Any) -> None:
        try:
            await client.views_open(trigger_id=body["trigger_id"], view=modal(section("x")))
        except SlackApiError as error:
            refusals.append(error.response["error"])
        await ack()

    ada.command("/open")
    sandbox.repeat()
    assert refusals == ["exchanged_trigger_id"]
    assert len(ada.views) == 1


def test_a_forged_command_is_answered_to_the_forger(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    echo(bolt)
    ada.command("/echo", "hello", channel="C0GENERAL")
    assert sandbox.forge("U0EXT").text == "hello"
    assert (bolt.bodies[-1]["user_id"], bolt.bodies[-1]["team_id"]) == ("U0EXT", "T0OTHER")
    assert len(ada.private) == 1


def test_raw_requests_are_signed_by_the_test(bolt: BoltBot, sandbox: Sandbox) -> None:
    echo(bolt)
    body = "command=%2Fecho&text=raw&team_id=T0123456&user_id=U0ADA"
    assert sandbox.raw(body).status == 401
    assert sandbox.raw(body, sandbox.sign(body, at=time.time() - 600)).status == 401
    assert sandbox.raw(body, {**sandbox.sign(body), "X-Slack-Signature": "v0=0"}).status == 401
    assert sandbox.raw(body, sandbox.sign(body)).raw == "raw"
