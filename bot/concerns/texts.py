"""The words of a concern, sealed field by field; a newer version keeps the older."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.forms import TEXTS
from db.crypto import open_field, seal_field
from db.models import Concern, ConcernText
from db.scope import of


def write_texts(session: Session, caller: Caller, concern: Concern, texts: dict[str, str], now: datetime) -> None:
    """Seal texts by field name, each as the newest version of its field."""
    for name, text in texts.items():
        version = session.scalar(
            select(func.coalesce(func.max(ConcernText.version), 0)).where(
                ConcernText.organisation_id == concern.organisation_id,
                ConcernText.concern_id == concern.id,
                ConcernText.field == name,
            )
        )
        session.add(
            ConcernText(
                organisation_id=concern.organisation_id,
                concern_id=concern.id,
                field=name,
                version=(version or 0) + 1,
                sealed=seal_field(concern.id, name, text),
                by=caller.slack_id,
                at=now,
            )
        )


def texts_of(session: Session, concern: Concern) -> dict[str, str]:
    """The newest words of a concern by field name, in the order in which they are read."""
    rows = session.scalars(
        of(concern.organisation_id, ConcernText)
        .where(ConcernText.concern_id == concern.id)
        .order_by(ConcernText.version)
    )
    newest = {row.field: open_field(concern.id, row.field, row.sealed) for row in rows}
    return {name: newest[name] for name in TEXTS if name in newest}
