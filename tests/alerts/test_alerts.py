"""Alerts through the apprise library: what is understood, what is sent, and that nothing hangs or leaks."""

import asyncio
import inspect
import logging
import sys
import time
from collections.abc import Iterator

import pytest
from apprise.manager_plugins import NotificationManager

from bot import alerts
from bot.alerts import AlertError
from bot.alerts.understood import _STAYS_HERE
from bot.organisation import check
from bot.organisation import file as organisation_file
from bot.organisation.file import FileProblem
from bot.sandbox import sample
from db.crypto import Keyring, use_keyring
from db.models import Staff
from tests.support.webhook import Webhook


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    opened = Webhook()
    yield opened
    opened.stop()


@pytest.mark.parametrize(
    "address",
    ["json://127.0.0.1:1/x", "ntfys://ntfy.example.org/topic", "tgram://123456789:abcdefg_hijklmnop/12315544/"],
)
def test_an_address_of_a_service_is_understood(address: str) -> None:
    assert alerts.wrong_with(address) == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("01632 960001", "is no address"),
        ("", "is no address"),
        ("nonsense://secret-word", "not one that"),
        ("syslog://", "stays on the server"),
        ("dbus://secret-word", "stays on the server"),
        ("file:///etc/secret-word", "not one that"),
        ("twilio://secret-word", "not one that"),
    ],
)
def test_what_is_wrong_is_said_without_the_address(
    address: str, words: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert words in alerts.wrong_with(address)
    printed = capfd.readouterr()
    assert "secret-word" not in alerts.wrong_with(address) + caplog.text + printed.out + printed.err


def test_no_kind_that_stays_on_the_server_is_let_through() -> None:
    """Whatever kind the library brings: it reaches out over the network, or it is refused."""
    manager = NotificationManager()  # type: ignore[no-untyped-call]
    manager.load_modules()  # type: ignore[no-untyped-call]
    for kind in manager.schemas():  # type: ignore[no-untyped-call]
        source = inspect.getsource(inspect.getmodule(manager[kind]))  # type: ignore[arg-type]
        local = "import dbus" in source or "subprocess" in source or "syslog.syslog" in source
        if local and kind not in ("jellyfin", "guilded"):
            assert kind in _STAYS_HERE, kind


def test_it_is_handed_over(webhook: Webhook) -> None:
    asyncio.run(alerts.send(webhook.address(), "A title", "Some words"))
    assert webhook.texts() == ["A title Some words"]


def test_a_refusal_is_an_error_without_the_address(webhook: Webhook, caplog: pytest.LogCaptureFixture) -> None:
    webhook.status = 500
    with caplog.at_level(logging.INFO), pytest.raises(AlertError) as refused:
        asyncio.run(alerts.send(webhook.address(), "A title", "Some words"))
    assert refused.value.code == "alert_not_accepted"
    assert "secret" not in caplog.text + str(refused.value) + refused.value.words


def test_a_service_that_hangs_holds_up_neither_the_loop_nor_another(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["bot.alerts.send"], "MOST_SECONDS", 0.3)
    other = Webhook()
    webhook.hang = 1.5

    async def both() -> float:
        begun, longest = time.monotonic(), 0.0
        waiting = asyncio.create_task(alerts.send(webhook.address(), "A", "B"))
        await asyncio.sleep(0)
        await alerts.send(other.address(), "A", "B")
        while not waiting.done():
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)
        with pytest.raises(AlertError):
            await waiting
        with pytest.raises(AlertError) as busy:
            await alerts.send(webhook.address(), "A", "B")
        assert busy.value.code == "alert_no_answer"
        assert time.monotonic() - begun < 1.4
        return longest

    asyncio.run(alerts.send(other.address(), "warm", "up"))
    try:
        assert asyncio.run(both()) < 0.25
        assert other.texts()[-1] == "A B"
    finally:
        other.stop()


def test_the_organisation_file_names_the_person_and_never_the_address() -> None:
    people = sample.organisation()["people"]
    people[0]["notify"] = [f"ntfys://ntfy.example.org/{'a' * 12}", "twilio://secret-word"]
    with pytest.raises(FileProblem) as refused:
        organisation_file.parse(sample.organisation(people=people))
    (sentence,) = refused.value.problems
    assert "Lena Lead: notify, the address 2 of the kind twilio" in sentence
    assert "secret-word" not in sentence


def test_check_says_which_way_is_not_understood_or_refused_and_sends_nothing(webhook: Webhook) -> None:
    use_keyring(Keyring.parse(Keyring.generate()))
    staff = Staff(slack_id="U0LEAD", refusing={"notify.1": "alert_not_accepted"})
    staff.notify = f"{webhook.address()}\nnonsense://secret-word"
    lines = [one.line() for one in check._ways(staff)]
    assert lines[0].startswith("BAD  json (notify 1) of U0LEAD: the last message was not accepted")
    assert lines[1].startswith("BAD  nonsense (notify 2) of U0LEAD: an address of the kind nonsense is not one")
    assert "secret" not in "".join(lines)
    assert webhook.tries == 0
