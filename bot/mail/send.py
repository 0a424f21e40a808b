"""Build one message for one address, and hand it to the mail server."""

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from bot.errors import Problem

SEND_SECONDS = 8.0

StartTls = Literal["auto", "yes", "no"]


class MailError(Problem):
    """A mail was not handed over. `code` is a short stable word for logs, `words` is for staff; `permanent`
    means that sending it again changes nothing. Holds no address and no content."""

    def __init__(self, code: str, words: str, *, permanent: bool = False) -> None:
        super().__init__(words)
        self.code = code
        self.permanent = permanent

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where and how mail is handed over, and `sender`: an address, with or without a name before it.

    `tls` encrypts from the start; `start_tls` does so later: if the server offers it, always, or never.
    """

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    start_tls: StartTls = "auto"

    @classmethod
    def from_url(cls, url: str, sender: str) -> "MailServer":
        """Read `smtp://user:password@host:port?starttls=yes` or `smtps://…`. Raises ValueError.

        A password is never sent unencrypted to another machine, so it makes `starttls=yes` the default there.
        """
        try:
            parts = urlsplit(url)
            port, asked = parts.port, parse_qs(parts.query, keep_blank_values=True).get("starttls", [""])[-1]
        except ValueError:
            raise ValueError("SMTP_URL is not an address such as smtp://user:password@host:587") from None
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL must start with smtp:// or smtps:// and name a host")
        tls, local = parts.scheme == "smtps", _is_local(parts.hostname)
        start_tls = _start_tls(asked) if asked else "yes" if parts.password and not local else "auto"
        if parts.password and not tls and not local and start_tls != "yes":
            raise ValueError("SMTP_URL would send the password unencrypted: use smtps:// or starttls=yes")
        _sender(sender)
        return cls(
            host=parts.hostname,
            port=port or (465 if tls else 587 if parts.username else 25),
            sender=sender,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
            start_tls=start_tls,
        )


def build(to: str, subject: str, text: str, *, sender: str, message_id: str | None = None) -> EmailMessage:
    """A plain text message to one address. Raises ValueError if an address or the subject is unusable.

    The same `message_id` (without angle brackets) on a repeated sending lets the receiving side drop the copy.
    """
    if not subject.isprintable():
        raise ValueError("a subject is one line of printable characters")
    message = EmailMessage(policy=SMTP)
    message["From"] = from_whom = _sender(sender)
    message["To"] = _address(to)
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    own_id = f"<{_plain_id(message_id)}>" if message_id else make_msgid(domain=from_whom.domain)
    message["Message-ID"] = own_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


async def send(message: EmailMessage, server: MailServer) -> None:
    """Hand the message over within 8 seconds; the server has taken it when this returns. Raises MailError."""
    start_tls = None if server.start_tls == "auto" else server.start_tls == "yes"
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await aiosmtplib.send(
                message,
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.tls,
                start_tls=start_tls and not server.tls,
            )
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _meaning(error) from None


_NOT_SUPPORTED = "The mail server cannot do what SMTP_URL asks for, such as encryption or a login."
_BUSY = "The mail server is not available just now. The bot keeps trying."


def _meaning(error: Exception) -> MailError:
    """The cause is dropped by whoever raises this: the library's errors hold addresses."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    match error:
        case aiosmtplib.SMTPAuthenticationError() | aiosmtplib.SMTPResponseException(code=530):
            words = "The mail server refuses the bot’s login. An administrator can correct SMTP_URL."
            return MailError("mail_login", words)
        case aiosmtplib.SMTPRecipientRefused(code=code) if code >= 500:
            words = "The mail server says that this address does not exist. Please ask for another one."
            return MailError("mail_no_such_address", words, permanent=True)
        case aiosmtplib.SMTPResponseException(code=code) if code >= 500:
            words = "The mail server refuses this mail. An administrator can look at MAIL_FROM and SMTP_URL."
            return MailError("mail_refused", words, permanent=True)
        case aiosmtplib.SMTPResponseException():
            return MailError("mail_later", _BUSY)
        case aiosmtplib.SMTPNotSupported():
            return MailError("mail_not_supported", _NOT_SUPPORTED)
        case _ if type(error) is aiosmtplib.SMTPException:
            # The library has no better name for a server without STARTTLS.
            return MailError("mail_not_supported", _NOT_SUPPORTED)
        case _ if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            words = "The mail server’s certificate is not trusted. An administrator can correct it or SMTP_URL."
            return MailError("mail_certificate", words)
        case _:
            return MailError("mail_unreachable", _BUSY)


def _sender(text: str) -> Address:
    """`noreply@example.org` or `Youth club <noreply@example.org>`."""
    name, _, address = text.rpartition("<")
    bare = _address(address.removesuffix(">") if name else text)
    return Address(name.strip(' "'), bare.username, bare.domain)


def _address(text: str) -> Address:
    """One bare address. Control characters never get as far as a header."""
    if not text.isprintable():
        raise ValueError("an e-mail address is printable")
    try:
        address = Address(addr_spec=text.strip())
    except (HeaderParseError, IndexError, ValueError):
        raise ValueError("that is not one e-mail address") from None
    if not address.username or "." not in address.domain.strip("."):
        raise ValueError("that is not one e-mail address")
    return address


def _plain_id(text: str) -> str:
    if not text.isprintable() or not text.isascii() or set(text) & set("<> "):
        raise ValueError("a message id is plain text without spaces and angle brackets")
    return text


def _start_tls(asked: str) -> StartTls:
    match asked.casefold():
        case "yes" | "true" | "1" | "required":
            return "yes"
        case "no" | "false" | "0" | "never":
            return "no"
        case "auto":
            return "auto"
    raise ValueError("SMTP_URL: starttls is one of auto, yes and no")


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
