"""What a mail server can say or leave unsaid, stage by stage, and what the bot makes of it."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from bot.mail import MailError, MailServer, build, send
from bot.mail import smtp as sending
from bot.sandbox.mailbox import Mailbox
from tests.mail.conftest import CARER, SENDER

pytestmark = pytest.mark.anyio


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wait is short; the one for the answer to the whole message is longer than the others."""
    monkeypatch.setattr(sending, "SEND_SECONDS", 0.5)
    monkeypatch.setattr(sending, "ANSWER_SECONDS", 5.0)


async def fails(server: MailServer) -> MailError:
    with pytest.raises(MailError) as caught:
        await send(build(CARER, "Your invitation", "MARKER", sender=SENDER), server)
    assert CARER not in f"{caught.value} {caught.value!r} {caught.value.words} {caught.value.__cause__!r}"
    return caught.value


@pytest.mark.parametrize(
    ("stage", "answer", "code", "permanent"),
    [
        ("MAIL", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "mail_refused", False),
        ("MAIL", "553 5.1.8 Sender address rejected: Domain not found", "mail_refused", False),
        ("MAIL", "452 4.3.1 Insufficient system storage", "mail_later", False),
        ("RCPT", "550 5.7.1 Relaying denied", "mail_refused", False),
        ("RCPT", "554 5.7.1 <pat.brook@example.org>: Relay access denied", "mail_refused", False),
        ("RCPT", "550 5.2.1 Mailbox disabled", "mail_refused", False),
        ("RCPT", "550 No such user here", "mail_refused", False),
        ("RCPT", "550 5.1.1 No such mailbox here", "mail_no_such_address", True),
        ("RCPT", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", "mail_no_such_address", True),
        ("RCPT", "553 5.1.8 Sender address rejected", "mail_refused", False),
        ("RCPT", "450 4.1.1 Greylisted, try again later", "mail_later", False),
        ("RCPT", "530 5.7.0 Must issue a STARTTLS command first", "mail_login", False),
        ("DATA", "554 5.7.1 Message rejected as spam", "mail_refused", False),
        ("DATA", "554 5.2.252 SendAsDenied", "mail_refused", False),
        ("DATA", "550 5.1.1 Recipient address rejected", "mail_no_such_address", True),
        ("DATA", "451 4.7.1 Try again later", "mail_later", False),
    ],
)
async def test_only_that_there_is_no_such_address_is_final(
    mailbox: Mailbox, server: MailServer, stage: str, answer: str, code: str, permanent: bool
) -> None:
    mailbox.answers[stage] = answer
    error = await fails(server)
    assert (error.code, error.permanent) == (code, permanent)
    assert ("does not exist" in error.words) == permanent
    assert mailbox.messages == []
    mailbox.answers.clear()
    await send(build(CARER, "Again", "text", sender=SENDER), server)
    assert len(mailbox.messages) == 1


@pytest.mark.usefixtures("impatient")
async def test_the_answer_to_the_whole_message_is_waited_for(mailbox: Mailbox, server: MailServer) -> None:
    mailbox.answer_after = threading.Event()
    under_way = asyncio.create_task(send(build(CARER, "Slow", "text", sender=SENDER), server))
    try:
        await asyncio.sleep(1.2)
        assert not under_way.done()
    finally:
        mailbox.answer_after.set()
    await under_way
    assert len(mailbox.messages) == 1


async def test_without_an_answer_nobody_says_that_it_failed(
    mailbox: Mailbox, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ANSWER_SECONDS", 0.3)
    mailbox.answer_after = threading.Event()
    try:
        error = await fails(server)
    finally:
        mailbox.answer_after.set()
    assert (error.code, error.permanent) == ("mail_unknown", False)
    assert (error.retry_after or 0) >= 600
    assert len(mailbox.messages) == 1


async def test_a_connection_that_ends_without_an_answer_is_not_known_either(
    mailbox: Mailbox, server: MailServer
) -> None:
    mailbox.answer_after = threading.Event()
    under_way = asyncio.create_task(fails(server))
    while not mailbox.messages:
        await asyncio.sleep(0.02)
    mailbox.down()
    mailbox.answer_after.set()
    assert (await under_way).code == "mail_unknown"


async def test_goodbye_is_not_waited_for(mailbox: Mailbox, server: MailServer) -> None:
    mailbox.deaf_to_quit = True
    begun = time.monotonic()
    await send(build(CARER, "Hello", "text", sender=SENDER), server)
    assert time.monotonic() - begun < 2
    assert len(mailbox.messages) == 1


class _Hanging:
    """A server that follows a script of answers, one for each line that it is sent, and then says nothing more."""

    def __init__(self, *answers: str) -> None:
        self._answers = answers
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection:
            first, *others = self._answers
            connection.sendall(f"{first}\r\n".encode())
            for answer in others:
                connection.recv(4096)
                connection.sendall(f"{answer}\r\n".encode())
            while connection.recv(4096):
                pass

    def close(self) -> None:
        self._listening.close()
        self._thread.join(5)


@pytest.fixture(params=[1, 2, 3, 4])
def hanging(request: pytest.FixtureRequest) -> Iterator[_Hanging]:
    """Silent after its greeting, after EHLO, after MAIL and after RCPT, when DATA has come."""
    server = _Hanging(*["220 hello", "250 hello", "250 OK", "250 OK"][: request.param])
    yield server
    server.close()


@pytest.mark.usefixtures("impatient")
async def test_no_stage_before_the_message_holds_it_up(hanging: _Hanging) -> None:
    begun = time.monotonic()
    error = await fails(MailServer.from_url(f"smtp://127.0.0.1:{hanging.port}", SENDER))
    assert time.monotonic() - begun < 3
    assert error.code == "mail_unreachable"


async def test_encryption_at_a_plain_port_is_called_that(mailbox: Mailbox) -> None:
    error = await fails(MailServer.from_url(f"smtps://127.0.0.1:{mailbox.port}", SENDER))
    assert error.code == "mail_not_encrypted"
    assert "certificate" not in error.words
    assert "smtp://" in error.words
