"""What is owed so that the head of the audit chain goes out by mail."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Organisation
from db.owed import owe

MAIL = "record.mail_head"


def owe_mail(session: Session, organisation: Organisation, now: datetime, due: datetime | None = None) -> None:
    """Owe the mail of a day, where the organisation has an address for it; one a day, however often it is asked for."""
    if organisation.options.get("audit_mail"):
        due = due or now
        owe(session, organisation.id, MAIL, at=now, due=due, only_once=f"{MAIL}:{due:%Y-%m-%d}")
