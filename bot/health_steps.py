"""Telling administrators by mail that Slack itself refuses the bot: there is no other way to them then."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import health
from bot.jobs import lanes
from bot.jobs.registry import GiveUp, Jobs, Record
from bot.kit import Kit
from bot.mail import MOST_SECONDS, MailError, build
from bot.mail import send as send_mail
from bot.organisation.staff import emails, people_with
from db.models import Organisation, Role
from db.owed import Claimed, owe

MAIL = "health.mail"
SUBJECT = "The facilitator assistant cannot use Slack"
_TEXT = """{words}

What the bot is to send is kept and goes out as soon as Slack takes it. Safeguarding concerns go by mail meanwhile.

An administrator of your Slack workspace can look whether the app is still installed, and whether the token in the
bot's settings is the one that Slack shows. On the server, `python -m bot check` says more.
"""


def register(jobs: Jobs) -> None:
    """Make the delivery known."""
    jobs.on(MAIL, mail, lane=lanes.MAIL, seconds=MOST_SECONDS)


def owe_mails(session: Session, now: datetime) -> None:
    """Owe every administrator a mail; one a day."""
    for organisation_id in session.scalars(select(Organisation.id)):
        for one in people_with(session, organisation_id, Role.ADMINISTRATOR):
            once = f"{MAIL}:{one.slack_id}:{now:%Y-%m-%d}"
            owe(session, organisation_id, MAIL, at=now, target=one.slack_id, only_once=once)


async def mail(kit: Kit, claimed: Claimed) -> Record | None:
    """Tell one administrator, unless Slack is back."""
    sign = next((one for one in await health.signs(kit) if one.name == "slack"), None)
    server, who = kit.settings.mail_server, claimed.target
    if sign is None:
        return None
    addresses = await kit.db.read(lambda session: emails(session, claimed.organisation_id, {who}), seconds=5)
    if server is None or who not in addresses:
        raise GiveUp("no_address")
    text = _TEXT.format(words=sign.told())
    message = build(addresses[who], SUBJECT, text, sender=server.sender, message_id=claimed.id.hex)
    try:
        await send_mail(message, server)
    except MailError as refused:
        if refused.permanent:
            raise GiveUp(refused.code) from None
        raise
    return None
