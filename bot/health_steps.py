"""Telling administrators what is not well: by mail that Slack itself refuses the bot, as there is no other way to them
then; in Slack the rest, once when it begins to last and once when it is over."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import health
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Record
from bot.deps import Deps
from bot.mail import MOST_SECONDS, MailError, build
from bot.mail import send as send_mail
from bot.signs import Sign
from bot.slack.text import when
from bot.staff.people import emails, people_with
from db.models import Delivery, Organisation, Role
from db.owed import Claimed, owe

MAIL, TOLD = "health.mail", "health.told"
SUBJECT = "The facilitator assistant cannot use Slack"
_TEXT = """{words}

What the bot is to send is kept and goes out as soon as Slack takes it. Safeguarding concerns go by mail meanwhile.

An administrator of your Slack workspace can look whether the app is still installed, and whether the token in the
bot's settings is the one that Slack shows. On the server, `python -m bot check` says more.
"""
OVER = {
    "mail": "The mail server takes mail again.",
    "provider": "The meetings' video service answers again.",
    "disk": "There is room on the disk again.",
}
"""The signs of which administrators hear in Slack, and what is said when they are over."""
_LASTS = timedelta(minutes=2)
"""How long something is wrong before it is told: what comes right by itself at the next try needs nobody."""
_ON, _OFF = 1, 0


def register(jobs: Jobs) -> None:
    """Make the delivery known."""
    jobs.on(MAIL, mail, lane=lanes.MAIL, seconds=MOST_SECONDS)
    # What was told last is looked up, so that it is not told again.
    jobs.on(TOLD, tell, lane=lanes.ALARMS, kept=True)


def _about(name: str) -> UUID:
    """What stands for a sign where a delivery names its record."""
    return uuid5(NAMESPACE_OID, name)


def owe_mails(session: Session, now: datetime) -> None:
    """Owe every administrator a mail; one a day."""
    for organisation_id in session.scalars(select(Organisation.id)):
        for one in people_with(session, organisation_id, Role.ADMINISTRATOR):
            once = f"{MAIL}:{one.slack_id}:{now:%Y-%m-%d}"
            owe(session, organisation_id, MAIL, at=now, target=one.slack_id, only_once=once)


def owe_telling(session: Session, found: Collection[Sign], now: datetime) -> None:
    """Owe every administrator a message about each sign that has begun to last, or is over, since the last one."""
    lasting = {one.name for one in found if one.since is None or now - one.since >= _LASTS}
    present = {one.name for one in found}
    for organisation_id in session.scalars(select(Organisation.id)):
        for name in OVER:
            told = select(Delivery.id, Delivery.step).where(Delivery.organisation_id == organisation_id)
            told = told.where(Delivery.record_id == _about(name), Delivery.kind == TOLD)
            last = session.execute(told.order_by(Delivery.created_at.desc(), Delivery.id).limit(1)).one_or_none()
            was = _OFF if last is None else last.step
            if (name in (lasting if was == _OFF else present)) == (was == _ON):
                continue
            step = _ON if was == _OFF else _OFF
            for one in people_with(session, organisation_id, Role.ADMINISTRATOR):
                owe(
                    session, organisation_id, TOLD, at=now, target=one.slack_id, record_id=_about(name), step=step,
                    only_once=f"{TOLD}:{name}:{last.id.hex if last else ''}:{one.slack_id}",
                )  # fmt: skip


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell one administrator that something is not well, unless it is well by now, or that it is over."""
    name = next(one for one in OVER if _about(one) == claimed.record_id)
    text = f":white_check_mark: {OVER[name]}"
    if claimed.step == _ON:
        sign = next((one for one in await health.signs(deps) if one.name == name), None)
        if sign is None:
            return None
        zone = await deps.db.read(lambda s: s.get_one(Organisation, claimed.organisation_id).timezone, seconds=5)
        since = f" since {when(sign.since, zone)}" if sign.since else ""
        text = f":warning: {sign.words}{since}. `/facilitator status` says how the bot is doing."
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=text)
    return None


async def mail(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell one administrator, unless Slack is back."""
    sign = next((one for one in await health.signs(deps) if one.name == "slack"), None)
    server, who = deps.settings.mail_server, claimed.target
    if sign is None:
        return None
    addresses = await deps.db.read(lambda session: emails(session, claimed.organisation_id, {who}), seconds=5)
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
