"""Build one message for one address."""

from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from secrets import token_hex

# Seven bits pass every mail server, whatever it offers.
_POLICY = SMTP.clone(cte_type="7bit")


def build(
    to: str,
    subject: str,
    text: str,
    *,
    sender: str,
    message_id: str | None = None,
    name: str = "",
    html: str = "",
    calendar: tuple[str, bytes] | None = None,
) -> EmailMessage:
    """A message to one address: plain text, which an `html` version and a calendar entry (its method and content) may
    accompany. Raises ValueError if an address or the subject is unusable.

    The same `message_id` on a repeated sending lets the receiving side drop the copy; it is put under the
    sender's domain unless it has one. `name` stands before the sender's address in place of the one there.
    """
    if not subject.isprintable():
        raise ValueError("a subject is one line of printable characters")
    message = EmailMessage(policy=_POLICY)
    from_whom = sender_address(sender)
    message["From"] = Address(name or from_whom.display_name, from_whom.username, from_whom.domain)
    message["To"] = _address(to)
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = (
        f"<{_plain_id(message_id, from_whom.domain)}>" if message_id else make_msgid(domain=from_whom.domain)
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if calendar:
        method, content = calendar
        message.add_alternative(content.decode(), subtype="calendar", params={"method": method})
    if message.is_multipart():
        # The library would look for one that no part holds; nobody guesses this one.
        message.set_boundary(token_hex(16))
    return message


def sender_address(text: str) -> Address:
    """`noreply@example.org` or `Youth club <noreply@example.org>`. Raises ValueError."""
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
    try:
        # As mail servers know it: `bücher.example` is `xn--bcher-kva.example` to them.
        domain = address.domain if address.domain.isascii() else address.domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("that is not one e-mail address") from None
    if not address.username or "." not in domain.strip("."):
        raise ValueError("that is not one e-mail address")
    return Address(address.display_name, address.username, domain)


def _plain_id(text: str, domain: str) -> str:
    if not text.isprintable() or not text.isascii() or set(text) & set("<> "):
        raise ValueError("a message id is plain text without spaces and angle brackets")
    return text if "@" in text else f"{text}@{domain}"
