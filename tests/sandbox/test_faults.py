"""The faults that a test can switch on, as the bot's client meets them."""

import threading
import time

import httpx
import pytest

from bot.sandbox import ApiCall, Sandbox
from tests.sandbox.api import call

POST = "chat.postMessage"


def post(sandbox: Sandbox, words: str = "x") -> httpx.Response:
    form = {"token": sandbox.settings.bot_token, "channel": "C0GENERAL", "text": words}
    return httpx.post(f"{sandbox.api_url}{POST}", data=form, timeout=5)


def test_down_with_503_and_with_a_closed_connection(sandbox: Sandbox) -> None:
    sandbox.faults.down = True
    assert post(sandbox).status_code == 503
    sandbox.faults.down = "drop"
    with pytest.raises(httpx.RemoteProtocolError):
        post(sandbox)
    assert [received.status for received in sandbox.calls] == [503, 0]
    sandbox.faults.down = False
    assert post(sandbox).json()["ok"]
    assert len(sandbox.messages("C0GENERAL")) == 1


def test_rate_limited_with_retry_after(sandbox: Sandbox) -> None:
    sandbox.faults.rate_limit(POST, seconds=7, times=2)
    for _ in range(2):
        answer = post(sandbox)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
        assert answer.json() == {"ok": False, "error": "ratelimited"}
    assert post(sandbox).json()["ok"]
    assert sandbox.calls[0].response == {"ok": False, "error": "ratelimited"}


def test_errors_of_one_method_or_of_all(sandbox: Sandbox) -> None:
    sandbox.faults.error(POST, "fatal_error")
    assert call(sandbox, "auth.test")["ok"]
    assert post(sandbox).json()["error"] == "fatal_error"
    sandbox.faults.error("*", "internal_error", times=2)
    assert call(sandbox, "auth.test")["error"] == "internal_error"
    assert post(sandbox).json()["error"] == "internal_error"
    sandbox.faults.server_error(POST, 500)
    assert post(sandbox).status_code == 500
    assert post(sandbox).json()["ok"]
    assert len(sandbox.messages("C0GENERAL")) == 1


def test_delays(sandbox: Sandbox) -> None:
    sandbox.faults.delay(POST, 0.5, times=1)
    started = time.monotonic()
    post(sandbox)
    assert time.monotonic() - started >= 0.5
    started = time.monotonic()
    post(sandbox)
    assert time.monotonic() - started < 0.5


def test_a_lost_reply_is_a_message_posted_all_the_same(sandbox: Sandbox) -> None:
    sandbox.faults.lose_reply(POST)
    with pytest.raises(httpx.RemoteProtocolError):
        post(sandbox, "posted")
    assert [message.text for message in sandbox.messages("C0GENERAL")] == ["posted"]


@pytest.mark.parametrize("after", [False, True])
def test_a_held_call_waits_before_or_after_it_is_carried_out(sandbox: Sandbox, after: bool) -> None:
    answers: list[httpx.Response] = []
    with sandbox.faults.hold(POST, after=after) as hold:
        thread = threading.Thread(target=lambda: answers.append(post(sandbox)))
        thread.start()
        hold.wait()
        assert hold.held == 1
        assert len(sandbox.messages("C0GENERAL")) == (1 if after else 0)
        assert answers == []
        assert call(sandbox, "auth.test")["ok"]
    thread.join()
    assert answers[0].json()["ok"]
    assert len(sandbox.messages("C0GENERAL")) == 1
    assert post(sandbox).json()["ok"]


def test_a_hold_that_nobody_meets_says_so(sandbox: Sandbox) -> None:
    hold = sandbox.faults.hold(POST)
    with pytest.raises(AssertionError, match=r"0 of 1 calls of chat\.postMessage"):
        hold.wait(timeout=0.02)


def test_callbacks_see_every_call_as_it_arrives(sandbox: Sandbox) -> None:
    seen: list[ApiCall] = []
    stop = sandbox.faults.on_call(seen.append)
    post(sandbox, "first")
    stop()
    post(sandbox, "second")
    assert [(received.method, received.args["text"]) for received in seen] == [(POST, "first")]


def test_clearing_ends_everything(sandbox: Sandbox) -> None:
    sandbox.faults.down = True
    sandbox.faults.error(POST, "fatal_error")
    sandbox.faults.hold(POST)
    sandbox.faults.clear()
    assert post(sandbox).json()["ok"]
