"""Hand one message to the mail server, and say what became of it."""

import asyncio
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum

import aiosmtplib

from bot.mail import tokens
from bot.mail.server import MailError, MailServer

SEND_SECONDS = 8.0
"""How long signing in may take, and then everything up to the message itself."""
ANSWER_SECONDS = 600.0
"""How long the server may take to answer for the whole message: it may be looking through it, or queueing. RFC 5321
allows it ten minutes, and whoever gives up sooner sends the same mail again."""
MOST_SECONDS = 3 * SEND_SECONDS + ANSWER_SECONDS + 5
"""What one message can take at most."""
_MEND_SECONDS = 300.0
_UNKNOWN_SECONDS = 900.0
_CLOSING = 421
"""The server closes the connection: it is too busy, or about to stop."""

# X.1.x is about addresses; of these, 7 and 8 are about the sender's.
_NO_SUCH_ADDRESS = re.compile(r"^5\.1\.(?!7\b|8\b)\d+\b")
_LINE_WITH_DOT = re.compile(rb"(?m)^\.")


class _Stage(StrEnum):
    """How far a sending has come."""

    SIGN_IN = "sign_in"
    ENVELOPE = "envelope"
    ANSWER = "answer"


async def send(message: EmailMessage, server: MailServer) -> None:
    """Hand the message over; the server has taken it when this returns. Raises MailError.

    Until the message itself is on its way nothing takes longer than 8 seconds; then the answer is waited for up to
    ten minutes. Without one, nobody knows whether the mail was taken, and the error says so (`mail_unknown`).
    """
    async with Sender(server) as sender:
        await sender.send(message)


class Sender:
    """Hands over one message after the other, on one connection as long as all goes well on it."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> "Sender":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leave()

    async def send(self, message: EmailMessage) -> None:
        """Hand it over, as `send` does. Raises MailError, and the next message has a new connection then."""
        sender, recipient = (parseaddr(str(message[name]))[1] for name in ("From", "To"))
        content = _LINE_WITH_DOT.sub(b"..", message.as_bytes())
        try:
            client = await self._begun(sender)
            with _meant(_Stage.ENVELOPE):
                async with asyncio.timeout(SEND_SECONDS):
                    await client.rcpt(recipient)
                    begun = await client.execute_command(b"DATA")
                if begun.code != aiosmtplib.SMTPStatus.start_input or client.protocol is None:
                    raise aiosmtplib.SMTPDataError(begun.code, begun.message)
            with _meant(_Stage.ANSWER):
                client.protocol.write(content + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n")
                answer = await client.protocol.read_response(timeout=ANSWER_SECONDS)
                if answer.code != aiosmtplib.SMTPStatus.completed:
                    raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        except BaseException:
            self._leave()
            raise

    async def _begun(self, sender: str) -> aiosmtplib.SMTP:
        """A connection on which a mail is begun. One that the server has closed since, or wants no more mails on, is
        left for a new one, and what it says on that counts."""
        if self._client is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                async with asyncio.timeout(SEND_SECONDS):
                    await self._client.mail(sender)
                return self._client
            self._leave()
        self._client = client = await _signed_in(self._server)
        with _meant(_Stage.ENVELOPE):
            async with asyncio.timeout(SEND_SECONDS):
                await client.mail(sender)
        return client

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _leave(client)


async def probe(server: MailServer) -> None:
    """Connect, greet and sign in; no mail is sent. Raises MailError."""
    _leave(await _signed_in(server))


async def _signed_in(server: MailServer) -> aiosmtplib.SMTP:
    """A connection on which mail can be sent."""
    with _meant(_Stage.SIGN_IN):
        token = ""
        if server.oauth:
            async with asyncio.timeout(SEND_SECONDS):
                token = await tokens.token(server.oauth)
        client = _client(server)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await client.connect()
                await client.ehlo()
                if server.oauth:
                    await _xoauth2(client, server, token)
        except BaseException:
            client.close()
            raise
    return client


def _leave(client: aiosmtplib.SMTP) -> None:
    """End a connection. That is told and not waited for: no answer to it matters."""
    if client.protocol is not None:
        with suppress(aiosmtplib.SMTPException, OSError):
            client.protocol.write(b"QUIT\r\n")
    client.close()


def _client(server: MailServer) -> aiosmtplib.SMTP:
    start_tls = None if server.start_tls == "auto" else server.start_tls == "yes"
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=None if server.oauth else server.username,
        password=server.password,
        use_tls=server.tls,
        start_tls=start_tls and not server.tls,
        timeout=SEND_SECONDS,
    )


async def _xoauth2(client: aiosmtplib.SMTP, server: MailServer, token: str) -> None:
    if "xoauth2" not in client.server_auth_methods:
        raise aiosmtplib.SMTPNotSupported("XOAUTH2")
    try:
        await client.auth_xoauth2(server.username or "", token)
    except aiosmtplib.SMTPAuthenticationError:
        tokens.forget()
        raise


@contextmanager
def _meant(stage: _Stage) -> Iterator[None]:
    """What goes wrong inside is a MailError; the cause is dropped, because the library's errors hold addresses."""
    try:
        yield
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _meaning(error, stage) from None


_NOT_SUPPORTED = "The mail server cannot do what SMTP_URL asks for, such as encryption or this way of signing in."
_PLAIN = (
    "The mail server does not encrypt from the start at this port. An administrator can write smtp:// instead of "
    "smtps:// in SMTP_URL, or another port."
)
_BUSY = "The mail server is not available just now. The bot keeps trying."


def _meaning(error: Exception, stage: _Stage) -> MailError:
    match error:
        case aiosmtplib.SMTPResponseException():
            return _refusal(error, stage)
        case _ if stage is _Stage.ANSWER:
            words = "The mail server did not say whether it took the mail. The bot sends it again after a while."
            return MailError("mail_unknown", words, retry_after=_UNKNOWN_SECONDS)
        case aiosmtplib.SMTPNotSupported():
            return MailError("mail_not_supported", _NOT_SUPPORTED, retry_after=_MEND_SECONDS, every=True)
        case _ if type(error) is aiosmtplib.SMTPException:
            # The library has no better name for a server without STARTTLS.
            return MailError("mail_not_supported", _NOT_SUPPORTED, retry_after=_MEND_SECONDS, every=True)
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        words = "The mail server’s certificate is not trusted. An administrator can correct it or SMTP_URL."
        return MailError("mail_certificate", words, retry_after=_MEND_SECONDS, every=True)
    if isinstance(cause, ssl.SSLError):
        return MailError("mail_not_encrypted", _PLAIN, retry_after=_MEND_SECONDS, every=True)
    return MailError("mail_unreachable", _BUSY, every=True)


def _refusal(error: aiosmtplib.SMTPResponseException, stage: _Stage) -> MailError:
    """What an answer of the server means. Only that the address does not exist is final: the rest can be mended,
    at the server or in the settings, and the next try finds out."""
    # The server speaks of the sender, or of itself: of no one mail.
    every = error.code == _CLOSING or stage is _Stage.SIGN_IN or isinstance(error, aiosmtplib.SMTPSenderRefused)
    if error.code < 500:
        return MailError("mail_later", _BUSY, every=every)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) or error.code == 530:
        words = "The mail server refuses the bot’s login. An administrator can correct SMTP_URL or SMTP_OAUTH_…"
        return MailError("mail_login", words, retry_after=_MEND_SECONDS, every=True)
    if stage is not _Stage.SIGN_IN and _NO_SUCH_ADDRESS.match(error.message):
        words = "The mail server says that this address does not exist. Please ask for another one."
        return MailError("mail_no_such_address", words, permanent=True)
    words = (
        "The mail server refuses to pass this mail on. An administrator can look at MAIL_FROM, SMTP_URL and what the "
        "server allows; the bot tries again every few minutes."
    )
    return MailError("mail_refused", words, retry_after=_MEND_SECONDS, every=every)
