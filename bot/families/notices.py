"""That an answer came in: owed to the host in the unit of work that recorded it, and told without a word of it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Meeting, Registration
from db.owed import owe

TELL = "family.answered"
ANSWERED, LINK_OUT = 0, 1
"""What is told: that answers came in; or that somebody has the link who may not have it now."""
_TOGETHER = timedelta(minutes=2)


def owe_notice(session: Session, meeting: Meeting, now: datetime, link_out: Registration | None = None) -> None:
    """Owe the host word of an answer. What comes in within two minutes is told together: one evening's answers are no
    flood. That the link is with somebody who may not have it now is told at once; of one person once in these two
    minutes, however often their answer changes to and fro."""
    slot = int(now.timestamp() // _TOGETHER.total_seconds()) + 1
    due = now if link_out else datetime.fromtimestamp(slot * _TOGETHER.total_seconds(), now.tzinfo)
    step = LINK_OUT if link_out else ANSWERED
    once = f"{TELL}:{(link_out or meeting).id.hex}:{slot}"
    owe(
        session,
        meeting.organisation_id,
        TELL,
        at=now,
        due=due,
        target=meeting.host,
        record_id=meeting.id,
        step=step,
        only_once=once,
    )
