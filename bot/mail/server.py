"""Which mail server is used, and how one signs in to it."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.errors import Problem
from bot.mail.message import sender_address

StartTls = Literal["auto", "yes", "no"]

_ENCODE = "In its user name and password, write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, [ as %5B and % as %25"
_MICROSOFT = ("office365.com", "outlook.com", "office365.us")


class MailError(Problem):
    """A mail was not handed over. `code` is a short stable word for logs, `words` is for staff; `permanent`
    means that sending it again changes nothing; `retry_after` counts seconds. `every`: any other mail would meet the
    same just now. Holds no address and no content."""

    def __init__(
        self, code: str, words: str, *, permanent: bool = False, retry_after: float | None = None, every: bool = False
    ) -> None:
        super().__init__(words)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.every = every

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, kw_only=True)
class OAuth:
    """An app of Microsoft's identity platform that may send from the mailbox (client credentials)."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    authority: str = "https://login.microsoftonline.com"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where and how mail is handed over, and `sender`: an address, with or without a name before it.

    `tls` encrypts from the start; `start_tls` does so later: if the server offers it, always, or never. One signs
    in with a password, or with a token of `oauth`.
    """

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    start_tls: StartTls = "auto"
    oauth: OAuth | None = None

    @classmethod
    def from_url(cls, url: str, sender: str, oauth: OAuth | None = None) -> "MailServer":
        """Read `smtp://user:password@host:port?starttls=yes` or `smtps://…`. Raises ValueError.

        A password or token is never sent unencrypted to another machine, so either makes `starttls=yes` the
        default there. With `oauth` the user is the mailbox, by default the sender's.
        """
        parts, port = _split(url)
        asked = parse_qs(parts.query, keep_blank_values=True).get("starttls", [""])[-1]
        own = sender_address(sender)
        if oauth and parts.password:
            raise ValueError("SMTP_URL has a password although SMTP_OAUTH_… is set: take one of them away")
        username = unquote(parts.username) if parts.username else own.addr_spec if oauth else None
        tls, local, secret = parts.scheme == "smtps", _is_local(parts.hostname or ""), bool(parts.password or oauth)
        start_tls = _start_tls(asked) if asked else "yes" if secret and not local else "auto"
        if secret and not tls and not local and start_tls != "yes":
            raise ValueError("SMTP_URL would send the password unencrypted: use smtps:// or starttls=yes")
        return cls(
            host=parts.hostname or "",
            port=port or (465 if tls else 587 if username else 25),
            sender=sender,
            username=username,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
            start_tls=start_tls,
            oauth=oauth,
        )

    @property
    def password_at_microsoft(self) -> bool:
        """Whether it signs in to Microsoft's mail with a password, which Microsoft is switching off."""
        ours = any(self.host == known or self.host.endswith(f".{known}") for known in _MICROSOFT)
        return ours and self.password is not None


def _split(url: str) -> tuple[SplitResult, int | None]:
    """The parts of an address and its port. A sign that has a meaning in addresses cuts a password in two."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"SMTP_URL is not an address such as smtp://user:password@host:587. {_ENCODE}") from None
    if "@" in parts.path + parts.query + parts.fragment:
        raise ValueError(f"SMTP_URL cannot be read: its user name or password holds a sign of addresses. {_ENCODE}")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("SMTP_URL must start with smtp:// or smtps:// and name a host")
    return parts, port


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
