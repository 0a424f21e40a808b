"""The head of the audit chain by mail each day, to an address of the organisation file; the mail is a line of the file
of heads, so that it can be compared with the database whatever became of the machine."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Later, Record
from bot.deps import Deps
from bot.mail import MOST_SECONDS, MailError, build, send
from bot.organisation.head_mail import MAIL, owe_mail
from bot.records import heads
from db.models import Organisation
from db.owed import Claimed

_EVERY = timedelta(days=1)
_AGAIN = timedelta(hours=1)


def register(jobs: Jobs) -> None:
    """Make the delivery known."""
    jobs.on(MAIL, mail, lane=lanes.MAIL, seconds=MOST_SECONDS)


async def mail(deps: Deps, claimed: Claimed) -> Record | None:
    """Mail the head as it is now; it owes its successor."""
    now = deps.clock.now()
    organisation, head = await deps.db.read(lambda session: _now(session, claimed, now), seconds=30)
    address = str(organisation.options.get("audit_mail") or "")
    if not address:
        return None
    server = deps.settings.mail_server
    if server is None:
        raise Later(now + _EVERY, "no_mail_server")
    message = build(
        address,
        f"Head of the audit chain of {organisation.name}",
        "Keep this mail. Put its last line into a file, and `python -m bot audit verify --heads FILE` says whether the "
        f"bot's records still hold what they held then.\n\n{heads.line_of(head, '')}\n",
        sender=server.sender,
        message_id=claimed.id.hex,
    )
    try:
        await send(message, server)
    except MailError as refused:
        raise Later(now + _AGAIN, refused.code) from None
    return lambda session: owe_mail(session, organisation, now, now + _EVERY)


def _now(session: Session, claimed: Claimed, now: datetime) -> tuple[Organisation, heads.Head]:
    organisation = session.get(Organisation, claimed.organisation_id)
    head = next((one for one in heads.present(session, now) if one.organisation_id == claimed.organisation_id), None)
    if organisation is None or head is None:
        raise GiveUp("no_organisation")
    return organisation, head
