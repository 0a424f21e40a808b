"""Sending one message to one person by one of their ways beside Slack: mail, or an address of the organisation file."""

from dataclasses import dataclass
from uuid import UUID

from bot import alerts
from bot.alerts import AlertError
from bot.deliveries.registry import GiveUp
from bot.deps import Deps
from bot.mail import MOST_SECONDS as MAIL_SECONDS
from bot.mail import MailError, build
from bot.mail import send as send_mail
from bot.staff.ways import MAIL, address_of, person
from db.models import Staff

MOST_SECONDS = MAIL_SECONDS + alerts.MOST_SECONDS
"""How long one try may take, whichever way it is."""
_TRIES = 8
"""How often a refused alert is tried again; the next one about the same thing follows anyway."""


@dataclass(frozen=True)
class Message:
    """What is said by a way: no content, whatever it is about. `id` lets a mail sent twice be seen once."""

    subject: str
    text: str
    id: str


async def send(deps: Deps, organisation_id: UUID, slack_id: str, way: str, message: Message, attempt: int) -> None:
    """Send a message to somebody by a way. Raises GiveUp where it never can be, MailError or AlertError where it
    may be later."""
    staff = await deps.db.read(lambda session: person(session, organisation_id, slack_id), seconds=5)
    if way == MAIL:
        return await _mail(deps, staff, message)
    address = address_of(staff, way)
    if address is None:
        raise GiveUp("no_such_way")
    try:
        await alerts.send(address, message.subject, message.text)
    except AlertError as refused:
        if attempt >= _TRIES:
            raise GiveUp(refused.code) from None
        raise


async def _mail(deps: Deps, staff: Staff, message: Message) -> None:
    server = deps.settings.mail_server
    if server is None:
        raise GiveUp("no_mail_server")
    if not staff.email:
        raise GiveUp("no_address")
    mail = build(staff.email, message.subject, message.text, sender=server.sender, message_id=message.id)
    try:
        await send_mail(mail, server)
    except MailError as refused:
        if refused.permanent:
            raise GiveUp(refused.code) from None
        raise
