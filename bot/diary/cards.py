"""That a meeting's card is to be drawn anew: whoever changes what stands on it says so, in the same unit of work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from db.models import HomeTab, Meeting
from db.owed import owe
from db.scope import of

CARD = "meeting.card"
"""The delivery that draws a meeting's card where it stands: with its host, and on the Home tabs."""
HOME, OPENED, KEPT_UP = "home.draw", 0, 1
"""The delivery that draws somebody's Home tab: because they opened it, or because something on it may be new."""
_TOLD = "cards"


def queue(meeting: Meeting) -> str:
    """What draws one card, one after the other: the first after a burst shows all of it, and does for the others."""
    return f"card:{meeting.id}"


def changed(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe the drawing of a meeting's card as things stand then; once in a unit of work, however much it changes."""
    told: set[UUID] = session.info.setdefault(_TOLD, set())
    if meeting.id in told:
        return
    told.add(meeting.id)
    owe(
        session,
        meeting.organisation_id,
        CARD,
        at=now,
        target=meeting.host,
        record_id=meeting.id,
        step=-1,
        queue=queue(meeting),
    )


def homes_changed(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe the drawing of the Home tabs that were opened before by those who run a meeting."""
    opened = of(meeting.organisation_id, HomeTab).where(HomeTab.slack_id.in_(meeting.staff))
    for tab in session.scalars(opened):
        owe(session, tab.organisation_id, HOME, at=now, target=tab.slack_id, step=KEPT_UP, queue=f"home:{tab.slack_id}")
