"""A mailbox behind a real SMTP server, which keeps what it receives and can be told to misbehave."""

import asyncio
import base64
import email.policy
import ssl
import threading
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any, cast
from weakref import WeakKeyDictionary, WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Mailbox:
    """Receives mail for everybody. `refuse` and `temporary` say no to the recipient, for good or for now.

    `answers` gives MAIL, RCPT or DATA (the whole message) another answer; `answer_after` lets the one to the whole
    message, which is kept at once, wait until it is set; `deaf_to_quit` leaves QUIT unanswered. On one connection it
    takes `most_each` mails; `connections` counts those that there were.
    """

    def __init__(
        self,
        *,
        login: tuple[str, str] | None = None,
        token: tuple[str, str] | None = None,
        start_tls: ssl.SSLContext | None = None,
    ) -> None:
        """With `login` (name and password) or `token` (name and access token, over XOAUTH2), mail is taken only from
        who gives them; with `start_tls`, encryption is offered."""
        self.messages: list[EmailMessage] = []
        self.refuse = False
        self.temporary = False
        self.answers: dict[str, str] = {}
        self.answer_after: threading.Event | None = None
        self.deaf_to_quit = False
        self.most_each: int | None = None
        self.connections = 0
        self._begun: WeakKeyDictionary[Session, int] = WeakKeyDictionary()
        self._login = login
        self._token = token
        self._start_tls = start_tls
        self._port = 0
        self._controller: _AnyPort | None = None

    @property
    def port(self) -> int:
        """The port it listens on; the same one again after `down` and `up`."""
        return self._port

    @property
    def smtp_url(self) -> str:
        """What SMTP_URL is to be, without a login."""
        return f"smtp://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen on this machine, in a thread."""
        self._controller = _AnyPort(
            self,
            hostname="127.0.0.1",
            port=self._port,
            tls_context=self._start_tls,
            auth_require_tls=False,
            auth_exclude_mechanism=["LOGIN", "PLAIN"] if self._token else ["XOAUTH2"],
            authenticator=self._authenticate if self._login else None,
        )
        self._controller.start()
        self._port = self._controller.port

    def stop(self) -> None:
        """Stop listening: from now on connections are refused. `start` listens on the same port again."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    down = stop
    up = start

    def to(self, address: str) -> list[EmailMessage]:
        """The messages to one address, oldest first."""
        return [message for message in self.messages if message["X-Envelope-To"].casefold() == address.casefold()]

    async def handle_MAIL(  # noqa: N802 - the library looks for this name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to one sender."""
        if (self._login or self._token) and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        begun = self._begun[session] = self._begun.get(session, 0) + 1
        if self.most_each is not None and begun > self.most_each:
            return "421 4.7.0 Too many messages on this connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer to one recipient."""
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        if self.refuse:
            return "550 5.1.1 No such mailbox here"
        if self.temporary:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library looks for this name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one message, once for each recipient."""
        if "DATA" in self.answers:
            return self.answers["DATA"]
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            message = message_from_bytes(content, policy=email.policy.default)
            message["X-Envelope-To"] = address
            message["X-Encrypted"] = "yes" if session.ssl else "no"
            self.messages.append(message)
        if self.answer_after is not None:
            await asyncio.to_thread(self.answer_after.wait)
        return "250 OK"

    async def handle_QUIT(  # noqa: N802 - the library looks for this name
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        """Say goodbye, or nothing at all."""
        if self.deaf_to_quit:
            await asyncio.Event().wait()
        return "221 Bye"

    async def auth_XOAUTH2(  # noqa: N802 - the library looks for this name
        self, _server: SMTP, args: list[str]
    ) -> AuthResult:
        """Sign in with a token, as Microsoft and Google have it."""
        given = base64.b64decode(args[1]).decode()
        right = self._token is not None and given == f"user={self._token[0]}\x01auth=Bearer {self._token[1]}\x01\x01"
        return AuthResult(success=right, handled=False)

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
    ) -> AuthResult:
        pair = (given.login.decode(), given.password.decode())
        return AuthResult(success=pair == self._login, handled=False)


class _AnyPort(Controller):
    """A controller that knows which port it was given when it asked for any, and leaves no connection open."""

    def __init__(self, handler: "Mailbox", **options: Any) -> None:
        super().__init__(handler, **options)
        self._mailbox = handler
        self._connections: WeakSet[SMTP] = WeakSet()

    def factory(self) -> SMTP:
        """The server's side of one new connection."""
        connection: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self._connections.add(connection)
        self._mailbox.connections += 1
        return connection

    def stop(self, no_assert: bool = False) -> None:
        """Drop the connections, which the library leaves as they are, and then stop."""
        self.loop.call_soon_threadsafe(self._drop)
        super().stop(no_assert)

    def _drop(self) -> None:
        for connection in self._connections:
            if connection.transport is not None:
                cast(asyncio.WriteTransport, connection.transport).abort()

    def _trigger_server(self) -> None:
        self.port = cast(asyncio.Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
