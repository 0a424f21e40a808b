"""The message that shows a checklist, and owing its drawing: whatever is ticked of a meeting may change it."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.gates import rows
from db.models import Checklist, ChecklistPost, Meeting
from db.owed import owe
from db.scope import of

DRAW = "checklist.draw"
AS_IT_STANDS, IN_ANY_CASE = 0, 1
"""Steps of a drawing: one that is skipped where the message shows the state already, and one that is not."""


def present(session: Session, checklist: Checklist) -> ChecklistPost | None:
    """The message that shows a checklist now."""
    query = of(checklist.organisation_id, ChecklistPost).where(ChecklistPost.checklist_id == checklist.id)
    return session.scalar(query.order_by(ChecklistPost.number.desc()).limit(1))


def owe_drawing(session: Session, shown: ChecklistPost, now: datetime, step: int = AS_IT_STANDS) -> None:
    """Owe the drawing of one message; drawings of one message go one after the other."""
    owe(
        session,
        shown.organisation_id,
        DRAW,
        at=now,
        target=shown.channel,
        record_id=shown.id,
        step=step,
        queue=f"checklist:{shown.id}",
    )


def redraw(session: Session, checklist: Checklist, now: datetime) -> None:
    """Owe the drawing of the message that shows a checklist now, where there is one."""
    shown = present(session, checklist)
    if shown is not None:
        owe_drawing(session, shown, now)


def meeting_changed(session: Session, meeting: Meeting, now: datetime) -> None:
    """A meeting or its settings changed: its checklist, where it is posted, is drawn anew."""
    checklist = rows.of_meeting(session, meeting)
    if checklist is not None:
        redraw(session, checklist, now)
